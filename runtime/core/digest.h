/* Digests of bytes and files, computed by libcrypto. Names are lower case: "sha256". */
#ifndef SW_CORE_DIGEST_H
#define SW_CORE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include "core/error.h"

enum {
    SW_SHA256_HEX = 65,  /* 64 digits and a NUL */
    SW_DIGEST_HEX = 129, /* room for the longest, sha512 */
    SW_DIGEST_ALGORITHMS = 6
};

enum sw_algorithm { SW_MD5, SW_SHA1, SW_SHA256, SW_SHA384, SW_SHA512, SW_BLAKE2B };

/* -> 0, or SW_E_ARGUMENT digest.unknown_algorithm. md5 and sha1 are there because registries publish them. */
int sw_digest_algorithm(enum sw_algorithm *out, const char *name, sw_error *err);
const char *sw_digest_name(enum sw_algorithm algorithm); /* borrowed, static */

/* One digest being computed. After _init it must be released; _final may be called once. */
typedef struct sw_digest {
    void *state; /* EVP_MD_CTX, owned */
    enum sw_algorithm algorithm;
} sw_digest;

int sw_digest_init(sw_digest *digest, enum sw_algorithm algorithm, sw_error *err);
int sw_digest_update(sw_digest *digest, const void *data, size_t len);
/* Writes lower-case hexadecimal digits and a NUL; `size` is that of `hex`. */
int sw_digest_final(sw_digest *digest, char *hex, size_t size);
void sw_digest_release(sw_digest *digest); /* safe on a zeroed struct and after _final */

/* The digest of `len` bytes. */
int sw_digest_bytes(char hex[SW_DIGEST_HEX], enum sw_algorithm algorithm, const void *data, size_t len,
                    sw_error *err);

/* Several digests of one file in one pass; `size` (may be NULL) is the number of bytes read.
 * Errors as in core/file.h (file.not_found, …). */
int sw_digest_file(char (*hex)[SW_DIGEST_HEX], int64_t *size, const char *path,
                   const enum sw_algorithm *algorithms, size_t count, sw_error *err);

/* ---- SHA-256, the digest of everything that is ours ---- */

typedef sw_digest sw_sha256;

int sw_sha256_init(sw_sha256 *sha, sw_error *err);
int sw_sha256_update(sw_sha256 *sha, const void *data, size_t len);
int sw_sha256_final(sw_sha256 *sha, char hex[SW_SHA256_HEX]);
int sw_sha256_hex(char hex[SW_SHA256_HEX], const void *data, size_t len, sw_error *err);

#endif
