/* door.text: width, validity and names of text. */
#include "bind/bind.h"
#include "bind/open.h"
#include "core/text.h"
#include "core/utf8.h"

static int text_width(lua_State *L) /* text.width(text) -> columns */
{
    const char *text = sw_arg_text(L, 1);
    lua_pushinteger(L, (lua_Integer)sw_text_width(text, lua_rawlen(L, 1)));
    return 1;
}

static int text_valid(lua_State *L) /* text.valid(text) -> boolean, offset of the first bad byte from 1 */
{
    const char *text = sw_arg_text(L, 1);
    size_t len = lua_rawlen(L, 1);
    size_t good = sw_utf8_check(text, len);
    lua_pushboolean(L, good == len);
    if (good == len)
        return 1;
    lua_pushinteger(L, (lua_Integer)good + 1);
    return 2;
}

static int text_safe_name(lua_State *L) /* text.safe_name(text) -> name */
{
    const char *text = sw_arg_text(L, 1);
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    sw_buf *name = sw_scope_buf(L, scope);
    int rc = sw_text_safe_name(name, text, lua_rawlen(L, 1), err);
    return rc < 0 ? sw_push_error(L, err) : sw_push_buf(L, name);
}

static int text_truncate(lua_State *L) /* text.truncate(text, columns) -> text */
{
    const char *text = sw_arg_text(L, 1);
    lua_Integer columns = luaL_checkinteger(L, 2);
    luaL_argcheck(L, columns >= 0, 2, "no negative width");
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    sw_buf *cut = sw_scope_buf(L, scope);
    int rc = sw_text_truncate(cut, text, lua_rawlen(L, 1), (size_t)columns, err);
    return rc < 0 ? sw_push_error(L, err) : sw_push_buf(L, cut);
}

int sw_open_text(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "width", text_width },         { "valid", text_valid }, { "safe_name", text_safe_name },
        { "truncate", text_truncate },   { NULL, NULL },
    };
    luaL_newlib(L, functions);
    return 1;
}
