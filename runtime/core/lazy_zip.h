/* libzip.so.4, loaded at first use. `sw_zip()` gives the table, NULL with err filled when it is missing. */
#ifndef SW_CORE_LAZY_ZIP_H
#define SW_CORE_LAZY_ZIP_H

#include <zip.h>

#include "core/error.h"

typedef struct sw_zip_library {
    __typeof__(&zip_open_from_source) open_from_source;
    __typeof__(&zip_close) close;
    __typeof__(&zip_discard) discard;
    __typeof__(&zip_file_add) file_add;
    __typeof__(&zip_dir_add) dir_add;
    __typeof__(&zip_file_set_dostime) file_set_dostime;
    __typeof__(&zip_file_set_external_attributes) file_set_external_attributes;
    __typeof__(&zip_set_file_compression) set_file_compression;
    __typeof__(&zip_source_function_create) source_function_create;
    __typeof__(&zip_source_free) source_free;
    __typeof__(&zip_strerror) strerror;
    __typeof__(&zip_error_init) error_init;
    __typeof__(&zip_error_init_with_code) error_init_with_code;
    __typeof__(&zip_error_fini) error_fini;
    __typeof__(&zip_error_strerror) error_strerror;
    __typeof__(&zip_error_set) error_set;
    __typeof__(&zip_error_to_data) error_to_data;
    __typeof__(&zip_stat_init) stat_init;
} sw_zip_library;

const sw_zip_library *sw_zip(sw_error *err);

#endif
