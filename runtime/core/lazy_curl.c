#include "core/lazy_curl.h"

#include <dlfcn.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

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

/* memcpy, because ISO C knows no conversion from an object pointer to a function pointer. */
static const char *take(void *library, const char *name, void *slot)
{
    void *symbol = dlsym(library, name);
    memcpy(slot, &symbol, sizeof symbol);
    return symbol ? NULL : name;
}

static int load(sw_error *err)
{
    const char *missing = NULL;
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!library)
        missing = dlerror();
#define SW_CURL_TAKE(name) \
    if (!missing) \
        missing = take(library, #name, &table.name);
    SW_CURL_FUNCTIONS(SW_CURL_TAKE)
#undef SW_CURL_TAKE
    if (!missing) {
        complete = true;
        return 0;
    }
    sw_fail(err, SW_E_UNSUPPORTED, "http.no_library", "libcurl.so.4 cannot be loaded");
    sw_error_cause(err, "%s", missing);
    sw_error_hint(err, "apt-get install libcurl4");
    return SW_E_UNSUPPORTED;
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
