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

/* The same shape in both languages; its metatable (tostring) is put on by stdlib/pure/errors. */
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
