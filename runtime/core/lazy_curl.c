#include "core/lazy_curl.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "core/lazy_library.h"

static sw_curl table;
static bool complete, initialised;

/* ---- memory that is wiped when freed ---- */

static void wiping_free(void *memory)
{
    if (memory)
        explicit_bzero(memory, malloc_usable_size(memory));
    free(memory);
}

static void *wiping_realloc(void *memory, size_t size)
{
    if (!memory)
        return malloc(size);
    size_t old = malloc_usable_size(memory);
    void *fresh = malloc(size);
    if (!fresh)
        return NULL;
    memcpy(fresh, memory, old < size ? old : size);
    wiping_free(memory);
    return fresh;
}

/* ---- loading ---- */

static const sw_symbol symbols[] = { SW_CURL_FUNCTIONS(SW_SYMBOL_ROW) };

static int load(sw_error *err)
{
    int rc = sw_library_load("libcurl.so.4", "libcurl4", symbols, sizeof symbols / sizeof *symbols, err);
    complete = rc == 0;
    return rc;
}

const sw_curl *sw_curl_load(sw_error *err)
{
    if (!complete && load(err) < 0)
        return NULL;
    if (!initialised) {
        CURLcode rc = table.curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, wiping_free, wiping_realloc, strdup, calloc);
        if (rc != CURLE_OK) {
            sw_fail(err, SW_E_UNSUPPORTED, "http.no_library", "libcurl.so.4 cannot be initialised");
            return NULL;
        }
        initialised = true;
    }
    return &table;
}

void sw_curl_unload(void)
{
    if (initialised)
        table.curl_global_cleanup();
    initialised = false;
}
