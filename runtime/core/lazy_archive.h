/* libarchive.so.13, loaded at first use. `sw_archive()` gives the table, NULL with err filled when it is missing. */
#ifndef SW_CORE_LAZY_ARCHIVE_H
#define SW_CORE_LAZY_ARCHIVE_H

#include <archive.h>
#include <archive_entry.h>

#include "core/error.h"

typedef struct sw_archive_library {
    __typeof__(&archive_read_new) read_new;
    __typeof__(&archive_read_free) read_free;
    __typeof__(&archive_read_support_filter_xz) read_support_filter_xz;
    __typeof__(&archive_read_support_filter_zstd) read_support_filter_zstd;
    __typeof__(&archive_read_support_format_raw) read_support_format_raw;
    __typeof__(&archive_read_open_fd) read_open_fd;
    __typeof__(&archive_read_next_header) read_next_header;
    __typeof__(&archive_read_data) read_data;
    __typeof__(&archive_write_new) write_new;
    __typeof__(&archive_write_free) write_free;
    __typeof__(&archive_write_close) write_close;
    __typeof__(&archive_write_set_format_raw) write_set_format_raw;
    __typeof__(&archive_write_add_filter_none) write_add_filter_none;
    __typeof__(&archive_write_add_filter_xz) write_add_filter_xz;
    __typeof__(&archive_write_set_filter_option) write_set_filter_option;
    __typeof__(&archive_write_set_bytes_per_block) write_set_bytes_per_block;
    __typeof__(&archive_write_set_bytes_in_last_block) write_set_bytes_in_last_block;
    __typeof__(&archive_write_open_fd) write_open_fd;
    __typeof__(&archive_write_header) write_header;
    __typeof__(&archive_write_data) write_data;
    __typeof__(&archive_error_string) error_string;
    __typeof__(&archive_entry_new) entry_new;
    __typeof__(&archive_entry_free) entry_free;
    __typeof__(&archive_entry_set_pathname) entry_set_pathname;
    __typeof__(&archive_entry_set_filetype) entry_set_filetype;
} sw_archive_library;

const sw_archive_library *sw_archive(sw_error *err);

#endif
