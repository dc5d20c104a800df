/* Between Lua values and JSON texts, for the doors json, canon and journal. Functions here may jump;
 * what they own lives in the scope they are given. */
#ifndef SW_BIND_JSON_H
#define SW_BIND_JSON_H

#include "bind/bind.h"
#include "core/json_scan.h"

/* Appends the canonical form of the value at `index` (core/json_write.h); with `indent` > 0 the same
 * over several lines. Only raw contents count, metatables do not, except the one of json.array.
 * Returns 0 or a negative code: canon.not_plain, canon.mixed_keys, canon.too_deep, canon.bad_utf8,
 * canon.number_range; the message names the place. */
int sw_canon_write(lua_State *L, sw_scope *scope, int index, int indent, sw_buf *out);

/* Pushes the value of a JSON text that has passed sw_json_scan: arrays tagged, whole numbers integers,
 * null a light userdata. Behind the text stands a byte that cannot continue a number. `scratch` is a
 * buffer of the caller's scope. Returns 0, or a negative code with nothing pushed. */
int sw_json_push(lua_State *L, const char *text, size_t len, sw_buf *scratch, sw_error *err);

/* Puts the tag of json.array on the table at the top. */
void sw_json_tag_array(lua_State *L);
bool sw_json_is_array(lua_State *L, int index);

#endif
