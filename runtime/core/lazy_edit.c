#include "core/lazy_edit.h"

#include "core/lazy_library.h"

static sw_edit table;
static bool loaded;

static const sw_symbol symbols[] = { SW_EDIT_FUNCTIONS(SW_SYMBOL_ROW) };

const sw_edit *sw_edit_load(sw_error *err)
{
    if (!loaded && sw_library_load("libedit.so.2", "libedit2", symbols, sizeof symbols / sizeof *symbols, err) == 0)
        loaded = true;
    return loaded ? &table : NULL;
}
