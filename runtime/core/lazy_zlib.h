/* libz.so.1, loaded at first use. `sw_zlib()` gives the table, NULL with err filled when it is missing. */
#ifndef SW_CORE_LAZY_ZLIB_H
#define SW_CORE_LAZY_ZLIB_H

#include <zlib.h>

#include "core/error.h"

typedef struct sw_zlib_library {
    __typeof__(&inflateInit2_) inflateInit2_;
    __typeof__(&inflate) inflate;
    __typeof__(&inflateReset) inflateReset;
    __typeof__(&inflateEnd) inflateEnd;
    __typeof__(&deflateInit2_) deflateInit2_;
    __typeof__(&deflate) deflate;
    __typeof__(&deflateReset) deflateReset;
    __typeof__(&deflateSetDictionary) deflateSetDictionary;
    __typeof__(&deflateEnd) deflateEnd;
    __typeof__(&deflateBound) deflateBound;
    __typeof__(&crc32) crc32;
    __typeof__(&crc32_combine) crc32_combine;
} sw_zlib_library;

const sw_zlib_library *sw_zlib(sw_error *err);

#endif
