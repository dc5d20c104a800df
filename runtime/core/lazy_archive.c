#include "core/lazy_archive.h"

#include "core/lazy_library.h"

static sw_archive_library table;
static bool loaded;

static const sw_symbol symbols[] = {
    { "archive_read_new", &table.read_new },
    { "archive_read_free", &table.read_free },
    { "archive_read_support_filter_xz", &table.read_support_filter_xz },
    { "archive_read_support_filter_zstd", &table.read_support_filter_zstd },
    { "archive_read_support_format_raw", &table.read_support_format_raw },
    { "archive_read_open_fd", &table.read_open_fd },
    { "archive_read_next_header", &table.read_next_header },
    { "archive_read_data", &table.read_data },
    { "archive_write_new", &table.write_new },
    { "archive_write_free", &table.write_free },
    { "archive_write_close", &table.write_close },
    { "archive_write_set_format_raw", &table.write_set_format_raw },
    { "archive_write_add_filter_none", &table.write_add_filter_none },
    { "archive_write_add_filter_xz", &table.write_add_filter_xz },
    { "archive_write_set_filter_option", &table.write_set_filter_option },
    { "archive_write_set_bytes_per_block", &table.write_set_bytes_per_block },
    { "archive_write_set_bytes_in_last_block", &table.write_set_bytes_in_last_block },
    { "archive_write_open_fd", &table.write_open_fd },
    { "archive_write_header", &table.write_header },
    { "archive_write_data", &table.write_data },
    { "archive_error_string", &table.error_string },
    { "archive_entry_new", &table.entry_new },
    { "archive_entry_free", &table.entry_free },
    { "archive_entry_set_pathname", &table.entry_set_pathname },
    { "archive_entry_set_filetype", &table.entry_set_filetype },
};

const sw_archive_library *sw_archive(sw_error *err)
{
    if (!loaded && sw_library_load("libarchive.so.13", "libarchive13", symbols, sizeof symbols / sizeof *symbols, err) == 0)
        loaded = true;
    return loaded ? &table : NULL;
}
