#include "core/lazy_zstd.h"

#include "core/lazy_library.h"

static sw_zstd_library table;
static bool loaded;

static const sw_symbol symbols[] = {
    { "ZSTD_createCCtx", &table.create },
    { "ZSTD_freeCCtx", &table.release },
    { "ZSTD_CCtx_setParameter", &table.set },
    { "ZSTD_compressStream2", &table.compress },
    { "ZSTD_isError", &table.is_error },
    { "ZSTD_getErrorName", &table.error_name },
};

const sw_zstd_library *sw_zstd(sw_error *err)
{
    if (!loaded && sw_library_load("libzstd.so.1", "libzstd1", symbols, sizeof symbols / sizeof *symbols, err) == 0)
        loaded = true;
    return loaded ? &table : NULL;
}
