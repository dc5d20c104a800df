#include "core/lazy_zip.h"

#include "core/lazy_library.h"

static sw_zip_library table;
static bool loaded;

static const sw_symbol symbols[] = {
    { "zip_open_from_source", &table.open_from_source },
    { "zip_close", &table.close },
    { "zip_discard", &table.discard },
    { "zip_file_add", &table.file_add },
    { "zip_dir_add", &table.dir_add },
    { "zip_file_set_dostime", &table.file_set_dostime },
    { "zip_file_set_external_attributes", &table.file_set_external_attributes },
    { "zip_set_file_compression", &table.set_file_compression },
    { "zip_source_function_create", &table.source_function_create },
    { "zip_source_free", &table.source_free },
    { "zip_strerror", &table.strerror },
    { "zip_error_init", &table.error_init },
    { "zip_error_init_with_code", &table.error_init_with_code },
    { "zip_error_fini", &table.error_fini },
    { "zip_error_strerror", &table.error_strerror },
    { "zip_error_set", &table.error_set },
    { "zip_error_to_data", &table.error_to_data },
    { "zip_stat_init", &table.stat_init },
};

const sw_zip_library *sw_zip(sw_error *err)
{
    if (!loaded && sw_library_load("libzip.so.4", "libzip4", symbols, sizeof symbols / sizeof *symbols, err) == 0)
        loaded = true;
    return loaded ? &table : NULL;
}
