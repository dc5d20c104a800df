/* Libraries that are loaded at their first use, so that commands without them start at once.
 * One header lazy_<library>.h each holds the table of functions. */
#ifndef SW_CORE_LAZY_LIBRARY_H
#define SW_CORE_LAZY_LIBRARY_H

#include <stddef.h>

#include "core/error.h"

typedef struct sw_symbol {
    const char *name;
    void *slot; /* address of the function pointer to fill */
} sw_symbol;

/* One row of such a list for a library whose functions are listed by an X macro; `table` is the file's own. */
#define SW_SYMBOL_ROW(function) { #function, &table.function },

/* Loads `soname` and fills every slot, all or nothing visible to the caller's `loaded` flag.
 * library.missing names the Debian `package`. */
int sw_library_load(const char *soname, const char *package, const sw_symbol *symbols, size_t count,
                    sw_error *err);

#endif
