/* door.secret: references become opaque values that http, process and git accept. */
#include <string.h>

#include "bind/bind.h"
#include "bind/bind_secret.h"
#include "bind/open.h"
#include "core/mask.h"

static void release(void *object)
{
    sw_secret_release(object);
}

static const luaL_Reg methods[] = { { NULL, NULL } };
static const sw_handle_type secret_type = { "slipway.secret", release, methods };

const sw_secret *sw_check_secret(lua_State *L, int index)
{
    return sw_handle_check(L, index, &secret_type);
}

static int secret_text(lua_State *L) /* tostring(secret) -> "secret env:NAME #1a2b3c4d" */
{
    luaL_checkudata(L, 1, secret_type.name);
    const sw_secret *secret = sw_handle_test(L, 1, &secret_type);
    if (secret)
        lua_pushfstring(L, "secret %s #%s", sw_secret_label(secret), sw_secret_fingerprint(secret));
    else
        lua_pushliteral(L, "secret (closed)");
    return 1;
}

int sw_open_secret(lua_State *L)
{
    static const luaL_Reg functions[] = { { NULL, NULL } };
    sw_handle_register(L, &secret_type);
    luaL_getmetatable(L, secret_type.name);
    lua_pushcfunction(L, secret_text);
    lua_setfield(L, -2, "__tostring");
    lua_pop(L, 1);
    luaL_newlib(L, functions);
    return 1;
}
