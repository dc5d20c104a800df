#include "core/lazy_edit.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static sw_edit table;
static char problem[256]; /* empty when the table is complete */

/* memcpy, because ISO C knows no conversion from an object pointer to a function pointer. */
static void take(void *library, const char *name, void *slot)
{
    void *symbol = dlsym(library, name);
    if (symbol)
        memcpy(slot, &symbol, sizeof symbol);
    else
        snprintf(problem, sizeof problem, "it has no %s", name);
}

static void load(void)
{
    void *library = dlopen("libedit.so.2", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char *why = dlerror();
        snprintf(problem, sizeof problem, "%s", why ? why : "unknown reason");
        return;
    }
#define SW_EDIT_TAKE(name) take(library, #name, &table.name);
    SW_EDIT_FUNCTIONS(SW_EDIT_TAKE)
#undef SW_EDIT_TAKE
}

const sw_edit *sw_edit_load(sw_error *err)
{
    pthread_once(&once, load);
    if (!problem[0])
        return &table;
    sw_fail(err, SW_E_UNSUPPORTED, "term.no_library", "libedit.so.2 cannot be loaded");
    sw_error_cause(err, "%s", problem);
    sw_error_hint(err, "apt-get install libedit2");
    return NULL;
}
