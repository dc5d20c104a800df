/* Reading arguments: option tables by a field list, unknown keys refused. */
#include <string.h>

#include "bind/bind.h"

const char *sw_arg_text(lua_State *L, int index)
{
    if (lua_type(L, index) != LUA_TSTRING)
        luaL_typeerror(L, index, "string");
    return lua_tostring(L, index);
}

const char *sw_arg_path(lua_State *L, int index)
{
    const char *text = sw_arg_text(L, index);
    if (strlen(text) != lua_rawlen(L, index))
        luaL_argerror(L, index, "text holds a NUL byte");
    return text;
}

/* Builds a NULL-terminated array of borrowed texts; the array is a userdata left on the stack, the
 * texts stay alive through the table they came from. */
static sw_list read_list(lua_State *L, int index, const char *what)
{
    index = lua_absindex(L, index);
    size_t count = (size_t)luaL_len(L, index);
    const char **items = lua_newuserdatauv(L, (count + 1) * sizeof *items, 0);
    for (size_t i = 0; i < count; i++) {
        lua_geti(L, index, (lua_Integer)i + 1);
        if (lua_type(L, -1) != LUA_TSTRING)
            luaL_error(L, "%s[%d]: text expected, got %s", what, (int)i + 1, luaL_typename(L, -1));
        items[i] = lua_tostring(L, -1);
        lua_pop(L, 1);
    }
    items[count] = NULL;
    return (sw_list){ items, count };
}

sw_list sw_arg_list(lua_State *L, int index)
{
    luaL_checktype(L, index, LUA_TTABLE);
    return read_list(L, index, "list");
}

static void wrong_type(lua_State *L, const char *name, const char *wanted)
{
    luaL_error(L, "field '%s': %s expected, got %s", name, wanted, luaL_typename(L, -1));
}

/* The value is on the top of the stack. Returns true when it must stay there. */
static bool read_field(lua_State *L, const sw_field *field, char *out)
{
    void *slot = out + field->offset;
    switch (field->type) {
    case SW_ARG_TEXT:
        if (lua_type(L, -1) != LUA_TSTRING)
            wrong_type(L, field->name, "text");
        size_t len;
        const char *text = lua_tolstring(L, -1, &len);
        if (strlen(text) != len)
            luaL_error(L, "field '%s': text holds a NUL byte", field->name);
        *(const char **)slot = text;
        return false;
    case SW_ARG_BYTES:
        if (lua_type(L, -1) != LUA_TSTRING)
            wrong_type(L, field->name, "text");
        sw_bytes *bytes = slot;
        bytes->data = lua_tolstring(L, -1, &bytes->len);
        return false;
    case SW_ARG_INT: {
        int whole = 0;
        lua_Integer value = lua_type(L, -1) == LUA_TNUMBER ? lua_tointegerx(L, -1, &whole) : 0;
        if (!whole)
            wrong_type(L, field->name, "whole number");
        *(int64_t *)slot = value;
        return false;
    }
    case SW_ARG_NUMBER:
        if (lua_type(L, -1) != LUA_TNUMBER)
            wrong_type(L, field->name, "number");
        *(double *)slot = lua_tonumber(L, -1);
        return false;
    case SW_ARG_BOOL:
        if (!lua_isboolean(L, -1))
            wrong_type(L, field->name, "boolean");
        *(bool *)slot = lua_toboolean(L, -1);
        return false;
    case SW_ARG_LIST:
        if (!lua_istable(L, -1))
            wrong_type(L, field->name, "list of texts");
        *(sw_list *)slot = read_list(L, -1, field->name);
        return true;
    case SW_ARG_TABLE:
        if (!lua_istable(L, -1))
            wrong_type(L, field->name, "table");
        *(int *)slot = lua_gettop(L);
        return true;
    case SW_ARG_CALL:
        if (!lua_isfunction(L, -1))
            wrong_type(L, field->name, "function");
        *(int *)slot = lua_gettop(L);
        return true;
    }
    return false;
}

void sw_args_read(lua_State *L, int index, const sw_field *fields, void *out)
{
    index = lua_absindex(L, index);
    bool absent = lua_isnoneornil(L, index);
    if (!absent)
        luaL_checktype(L, index, LUA_TTABLE);
    luaL_checkstack(L, 32, "arguments");
    for (const sw_field *field = fields; field->name; field++) {
        if (absent)
            lua_pushnil(L);
        else
            lua_getfield(L, index, field->name);
        if (lua_isnil(L, -1)) {
            if (field->required)
                luaL_error(L, "field '%s' is missing", field->name);
            lua_pop(L, 1);
        } else if (!read_field(L, field, out)) {
            lua_pop(L, 1);
        }
    }
    if (absent)
        return;
    lua_pushnil(L);
    while (lua_next(L, index)) {
        lua_pop(L, 1);
        const char *key = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
        const sw_field *field = fields;
        while (key && field->name && strcmp(field->name, key) != 0)
            field++;
        if (!key || !field->name)
            luaL_error(L, "unknown field '%s'", key ? key : luaL_typename(L, -1));
    }
}
