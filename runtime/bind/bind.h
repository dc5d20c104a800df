/* What every binding is made of. A binding has three phases:
 *   read   all arguments            may jump, owns nothing
 *   call   core                     cannot jump; results land in slots of the scope
 *   push   the results              may jump; the scope owns, so nothing leaks
 * A function that takes a lua_State may jump; one that does not, never jumps. */
#ifndef SW_BIND_BIND_H
#define SW_BIND_BIND_H

#include <lauxlib.h>
#include <lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/error.h"

/* ---- scope: what a call owns until it returns or jumps (scope.c) ---- */

typedef struct sw_scope sw_scope;

/* Opens a to-be-closed slot on this call's stack. Call it after all arguments were read. */
sw_scope *sw_scope_open(lua_State *L);
sw_error *sw_scope_error(sw_scope *scope);            /* one per scope, initialised */
sw_buf *sw_scope_buf(lua_State *L, sw_scope *scope);  /* an empty buffer, released with the scope */
/* A zeroed block of memory, freed with the scope after `release` (may be NULL) has seen it.
 * Reserve it before calling core, let core fill it. */
void *sw_scope_block(lua_State *L, sw_scope *scope, size_t size, void (*release)(void *));

/* ---- args: option tables read by a field list, unknown keys refused (args.c) ---- */

enum sw_arg_type {
    SW_ARG_TEXT,   /* const char **        numbers are refused: their text would belong to nobody */
    SW_ARG_BYTES,  /* sw_bytes *           text that may hold NUL */
    SW_ARG_INT,    /* int64_t * */
    SW_ARG_NUMBER, /* double * */
    SW_ARG_BOOL,   /* bool * */
    SW_ARG_LIST,   /* sw_list *            a list of texts, borrowed */
    SW_ARG_TABLE,  /* int *                stack index of the value (kept on the stack), 0 if absent */
    SW_ARG_CALL    /* int *                the same for a function */
};

typedef struct sw_bytes {
    const char *data;
    size_t len;
} sw_bytes;

typedef struct sw_list {
    const char *const *items; /* NULL-terminated, memory owned by a userdata kept on the stack */
    size_t count;
} sw_list;

typedef struct sw_field {
    const char *name;
    enum sw_arg_type type;
    size_t offset; /* where in the struct */
    bool required;
} sw_field;

/* Reads the table at `index` into `out` by `fields` (ended by a NULL name). Raises on a wrong type,
 * a missing field or an unknown key, naming it. `index` may be absent when nothing is required.
 * Texts are borrowed from the table: it must stay on the stack during the call. */
void sw_args_read(lua_State *L, int index, const sw_field *fields, void *out);
/* A plain text argument; a number is refused. */
const char *sw_arg_text(lua_State *L, int index);
const char *sw_arg_path(lua_State *L, int index); /* a plain text argument without NUL inside */
sw_list sw_arg_list(lua_State *L, int index);

/* ---- push (push.c) ---- */

void sw_error_register(lua_State *L); /* the metatable of errors: they print as their message */
int sw_push_error(lua_State *L, const sw_error *err); /* pushes nil, err; returns 2 */
void sw_error_register(lua_State *L); /* the metatable of error values; once per state */
int sw_push_buf(lua_State *L, const sw_buf *buf);     /* returns 1 */
void sw_push_error_value(lua_State *L, const sw_error *err); /* the error table alone */
void sw_set_text(lua_State *L, const char *key, const char *value); /* on the table at the top; NULL skips */
void sw_set_int(lua_State *L, const char *key, int64_t value);
void sw_set_bool(lua_State *L, const char *key, bool value);

/* ---- handles: long-lived things (handle.c) ----
 * A handle is a userdata holding one pointer, created empty with its finished metatable and then
 * filled; __gc, __close and :close() all end in `release`, once. */

typedef struct sw_handle_type {
    const char *name;              /* metatable name, "slipway.repo" */
    void (*release)(void *object); /* frees the core object */
    const luaL_Reg *methods;
} sw_handle_type;

void sw_handle_register(lua_State *L, const sw_handle_type *type);
void **sw_handle_new(lua_State *L, const sw_handle_type *type); /* pushes it, empty */
void *sw_handle_check(lua_State *L, int index, const sw_handle_type *type); /* raises when closed */
void *sw_handle_test(lua_State *L, int index, const sw_handle_type *type);  /* NULL when it is no such thing */
void sw_handle_pin(lua_State *L, int child, int parent); /* parent lives as long as child */

#endif
