/* libcrypto, loaded at its first use so that a command that hashes nothing starts at once.
 * Only core may include this; everybody else uses core/digest.h. */
#ifndef SW_CORE_LAZY_CRYPTO_H
#define SW_CORE_LAZY_CRYPTO_H

#include <openssl/evp.h>

#include "core/error.h"

/* Every function used, by its real name; the type comes from OpenSSL's own header. */
#define SW_CRYPTO_FUNCTIONS(X) \
    X(EVP_MD_fetch)            \
    X(EVP_MD_CTX_new)          \
    X(EVP_MD_CTX_free)         \
    X(EVP_DigestInit_ex)       \
    X(EVP_DigestUpdate)        \
    X(EVP_DigestFinal_ex)

typedef struct sw_crypto {
#define SW_CRYPTO_FIELD(name) __typeof__(&name) name;
    SW_CRYPTO_FUNCTIONS(SW_CRYPTO_FIELD)
#undef SW_CRYPTO_FIELD
} sw_crypto;

/* The table, or NULL with `err` (library.missing) naming the Debian package. Borrowed, never
 * unloaded; safe from any thread. */
const sw_crypto *sw_crypto_load(sw_error *err);

#endif
