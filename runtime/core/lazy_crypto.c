#include "core/lazy_crypto.h"

#include <pthread.h>

#include "core/lazy_library.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static sw_crypto table;
static sw_error problem; /* its code is empty when the table is complete */

static const sw_symbol symbols[] = { SW_CRYPTO_FUNCTIONS(SW_SYMBOL_ROW) };

static void load(void)
{
    sw_library_load("libcrypto.so.3", "libssl3", symbols, sizeof symbols / sizeof *symbols, &problem);
}

const sw_crypto *sw_crypto_load(sw_error *err)
{
    pthread_once(&once, load);
    if (!problem.code[0])
        return &table;
    if (err)
        *err = problem;
    return NULL;
}
