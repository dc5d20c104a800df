#include "core/lazy_zlib.h"

#include "core/lazy_library.h"

static sw_zlib_library table;
static bool loaded;

static const sw_symbol symbols[] = {
    { "inflateInit2_", &table.inflateInit2_ },
    { "inflate", &table.inflate },
    { "inflateReset", &table.inflateReset },
    { "inflateEnd", &table.inflateEnd },
    { "deflateInit2_", &table.deflateInit2_ },
    { "deflate", &table.deflate },
    { "deflateReset", &table.deflateReset },
    { "deflateSetDictionary", &table.deflateSetDictionary },
    { "deflateEnd", &table.deflateEnd },
    { "deflateBound", &table.deflateBound },
    { "crc32", &table.crc32 },
    { "crc32_combine", &table.crc32_combine },
};

const sw_zlib_library *sw_zlib(sw_error *err)
{
    if (!loaded && sw_library_load("libz.so.1", "zlib1g", symbols, sizeof symbols / sizeof *symbols, err) == 0)
        loaded = true;
    return loaded ? &table : NULL;
}
