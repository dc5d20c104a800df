/* libedit, loaded when the first line is edited. Only core/lineedit.c may include this. */
#ifndef SW_CORE_LAZY_EDIT_H
#define SW_CORE_LAZY_EDIT_H

#include <histedit.h>

#include "core/error.h"

/* Every function used, by its real name; the type comes from libedit's own header. */
#define SW_EDIT_FUNCTIONS(X) \
    X(el_init)               \
    X(el_end)                \
    X(el_source)             \
    X(el_wset)               \
    X(el_wget)               \
    X(el_wgets)              \
    X(el_wgetc)              \
    X(el_wline)              \
    X(el_wpush)              \
    X(el_winsertstr)         \
    X(el_deletestr)          \
    X(el_cursor)             \
    X(history_winit)         \
    X(history_wend)          \
    X(history_w)

typedef struct sw_edit {
#define SW_EDIT_FIELD(name) __typeof__(&name) name;
    SW_EDIT_FUNCTIONS(SW_EDIT_FIELD)
#undef SW_EDIT_FIELD
} sw_edit;

/* The table, or NULL with `err` (library.missing) naming the Debian package. Borrowed, never
 * unloaded. */
const sw_edit *sw_edit_load(sw_error *err);

#endif
