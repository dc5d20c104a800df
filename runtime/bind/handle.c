/* Long-lived handles: one pointer in a userdata, released once by whoever comes first. */
#include "bind/bind.h"

static int handle_close(lua_State *L)
{
    void **slot = lua_touserdata(L, 1);
    const sw_handle_type *type = lua_touserdata(L, lua_upvalueindex(1));
    if (!slot)
        return luaL_typeerror(L, 1, type->name);
    void *object = *slot;
    *slot = NULL; /* first: a release that fails half-way is still a release */
    if (object)
        type->release(object);
    return 0;
}

static int handle_close_checked(lua_State *L)
{
    const sw_handle_type *type = lua_touserdata(L, lua_upvalueindex(1));
    luaL_checkudata(L, 1, type->name);
    return handle_close(L);
}

static int handle_text(lua_State *L)
{
    void **slot = lua_touserdata(L, 1);
    const sw_handle_type *type = lua_touserdata(L, lua_upvalueindex(1));
    lua_pushfstring(L, "%s%s", type->name, slot && *slot ? "" : " (closed)");
    return 1;
}

static void set_closure(lua_State *L, const char *key, lua_CFunction function, const sw_handle_type *type)
{
    lua_pushlightuserdata(L, (void *)(uintptr_t)type);
    lua_pushcclosure(L, function, 1);
    lua_setfield(L, -2, key);
}

void sw_handle_register(lua_State *L, const sw_handle_type *type)
{
    if (!luaL_newmetatable(L, type->name)) {
        lua_pop(L, 1);
        return;
    }
    set_closure(L, "__gc", handle_close, type);
    set_closure(L, "__close", handle_close, type);
    set_closure(L, "__tostring", handle_text, type);
    lua_pushliteral(L, "locked");
    lua_setfield(L, -2, "__metatable");
    lua_newtable(L);
    luaL_setfuncs(L, type->methods, 0);
    set_closure(L, "close", handle_close_checked, type);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
}

void **sw_handle_new(lua_State *L, const sw_handle_type *type)
{
    void **slot = lua_newuserdatauv(L, sizeof *slot, 1);
    *slot = NULL;
    luaL_setmetatable(L, type->name);
    return slot;
}

void *sw_handle_check(lua_State *L, int index, const sw_handle_type *type)
{
    void **slot = luaL_checkudata(L, index, type->name);
    if (!*slot)
        luaL_error(L, "this %s is closed", type->name);
    return *slot;
}

void *sw_handle_test(lua_State *L, int index, const sw_handle_type *type)
{
    void **slot = luaL_testudata(L, index, type->name);
    return slot ? *slot : NULL;
}

void sw_handle_pin(lua_State *L, int child, int parent)
{
    child = lua_absindex(L, child);
    lua_pushvalue(L, parent);
    lua_setiuservalue(L, child, 1);
}
