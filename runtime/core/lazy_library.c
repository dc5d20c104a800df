#include "core/lazy_library.h"

#include <dlfcn.h>
#include <string.h>

int sw_library_load(const char *soname, const char *package, const sw_symbol *symbols, size_t count,
                    sw_error *err)
{
    void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char *why = dlerror();
        int rc = sw_fail(err, SW_E_NOT_FOUND, "library.missing", "the library %s cannot be loaded", soname);
        sw_error_cause(err, "%s", why ? why : "unknown");
        sw_error_hint(err, "apt-get install %s", package);
        return rc;
    }
    for (size_t i = 0; i < count; i++) {
        void *function = dlsym(library, symbols[i].name);
        if (!function) {
            dlclose(library);
            int rc = sw_fail(err, SW_E_UNSUPPORTED, "library.missing", "%s lacks the function %s", soname,
                             symbols[i].name);
            sw_error_hint(err, "apt-get install %s", package);
            return rc;
        }
        memcpy(symbols[i].slot, &function, sizeof function);
    }
    return 0;
}
