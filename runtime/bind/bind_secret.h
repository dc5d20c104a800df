/* For other bindings: the slipway.Secret that Lua handed over. */
#ifndef SW_BIND_BIND_SECRET_H
#define SW_BIND_BIND_SECRET_H

#include <lua.h>

#include "core/secret.h"

/* Raises when the value at `index` is no secret or a closed one. Borrowed: it lives as long as the
 * Lua value; whoever needs it longer calls sw_secret_retain. */
const sw_secret *sw_check_secret(lua_State *L, int index);

/* Pushes an empty secret; what is put into the slot belongs to it. */
void **sw_secret_handle_new(lua_State *L);

/* Replaces the value on the top of the stack by a copy in which every text, keys too, is masked; lists
 * keep their metatables. For what must not hold a secret and yet came from outside. */
void sw_mask_value(lua_State *L);

#endif
