/* Pushing results and errors. */
#include "bind/bind.h"

void sw_set_text(lua_State *L, const char *key, const char *value)
{
    if (!value)
        return;
    lua_pushstring(L, value);
    lua_setfield(L, -2, key);
}

void sw_set_int(lua_State *L, const char *key, int64_t value)
{
    lua_pushinteger(L, (lua_Integer)value);
    lua_setfield(L, -2, key);
}

void sw_set_bool(lua_State *L, const char *key, bool value)
{
    lua_pushboolean(L, value);
    lua_setfield(L, -2, key);
}

static int error_text(lua_State *L)
{
    lua_getfield(L, 1, "message");
    if (lua_getfield(L, 1, "cause") == LUA_TSTRING)
        lua_pushfstring(L, "%s: %s", lua_tostring(L, -2), lua_tostring(L, -1));
    else
        lua_pop(L, 1);
    return 1;
}

void sw_error_register(lua_State *L)
{
    luaL_newmetatable(L, "slipway.error");
    lua_pushcfunction(L, error_text);
    lua_setfield(L, -2, "__tostring");
    lua_pop(L, 1);
}

/* The same shape in both languages: stdlib/pure/errors makes and adopts them. */
void sw_push_error_value(lua_State *L, const sw_error *err)
{
    lua_createtable(L, 0, 5);
    sw_set_text(L, "code", err->code[0] ? err->code : "host.fault");
    sw_set_text(L, "message", err->message);
    sw_set_text(L, "hint", err->hint[0] ? err->hint : NULL);
    sw_set_text(L, "cause", err->cause[0] ? err->cause : NULL);
    if (err->retry)
        sw_set_bool(L, "retry", true);
    luaL_getmetatable(L, "slipway.error");
    if (lua_istable(L, -1))
        lua_setmetatable(L, -2);
    else
        lua_pop(L, 1);
}

int sw_push_error(lua_State *L, const sw_error *err)
{
    lua_pushnil(L);
    sw_push_error_value(L, err);
    return 2;
}

int sw_push_buf(lua_State *L, const sw_buf *buf)
{
    lua_pushlstring(L, sw_buf_text(buf), buf->len);
    return 1;
}
