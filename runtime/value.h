/* Plain values as bytes: nil, booleans, numbers, texts, json.null and tables of them. Functions, userdata
 * and metatables do not cross, except the tag of json.array. Used by the bridge; the reader trusts nothing it is given. */
#ifndef SW_VALUE_H
#define SW_VALUE_H

#include <lua.h>

#include "core/buf.h"
#include "core/error.h"

/* Appends the value at `index`. Returns 0 or a negative code; does not jump except when the stack
 * cannot grow. */
int sw_value_write(lua_State *L, int index, sw_buf *out, sw_error *err);
/* Pushes the value, or pushes nothing and returns a negative code. May jump (memory). */
int sw_value_read(lua_State *L, const char *data, size_t len, sw_error *err);

#endif
