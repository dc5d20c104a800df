/* libzstd.so.1, loaded at first use; libarchive, which reads .zst for us, brings it along. Only its stable
 * interface is used, which is written down here: no header of it is needed to build.
 * `sw_zstd()` gives the table, NULL with err filled when it is missing. */
#ifndef SW_CORE_LAZY_ZSTD_H
#define SW_CORE_LAZY_ZSTD_H

#include <stddef.h>

#include "core/error.h"

typedef struct sw_zstd_input {
    const void *data;
    size_t size, at;
} sw_zstd_input;

typedef struct sw_zstd_output {
    void *data;
    size_t size, at;
} sw_zstd_output;

/* Values of ZSTD_cParameter and ZSTD_EndDirective (zstd.h, stable since 1.4.0). */
enum { SW_ZSTD_LEVEL = 100, SW_ZSTD_CHECKSUM = 201, SW_ZSTD_WORKERS = 400, SW_ZSTD_JOB_SIZE = 401 };
enum { SW_ZSTD_CONTINUE = 0, SW_ZSTD_END = 2 };

typedef struct sw_zstd_library {
    void *(*create)(void);
    size_t (*release)(void *context);
    size_t (*set)(void *context, int parameter, int value);
    size_t (*compress)(void *context, sw_zstd_output *output, sw_zstd_input *input, int end);
    unsigned (*is_error)(size_t code);
    const char *(*error_name)(size_t code);
} sw_zstd_library;

const sw_zstd_library *sw_zstd(sw_error *err);

#endif
