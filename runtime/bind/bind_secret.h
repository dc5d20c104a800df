/* For other bindings: the slipway.Secret that Lua handed over. */
#ifndef SW_BIND_BIND_SECRET_H
#define SW_BIND_BIND_SECRET_H

#include <lua.h>

#include "core/secret.h"

/* Raises when the value at `index` is no secret or a closed one. Borrowed: it lives as long as the
 * Lua value; whoever needs it longer calls sw_secret_retain. */
const sw_secret *sw_check_secret(lua_State *L, int index);

#endif
