/* door.pep440: one PEP 440 version as plain fields, and the order of two. Values, levels and
 * specifiers are built on it by stdlib/pure/pep440.lua. */
#include <stdlib.h>

#include "bind/bind.h"
#include "bind/open.h"
#include "core/pep440.h"

static sw_span read_text(lua_State *L, int index)
{
    sw_span span;
    sw_arg_text(L, index);
    span.at = lua_tolstring(L, index, &span.len);
    return span;
}

/* An integer where one can hold it, else its digits. */
static void push_number(lua_State *L, sw_span digits)
{
    lua_Integer value = 0;
    if (digits.at && digits.len > 18) {
        lua_pushlstring(L, digits.at, digits.len);
        return;
    }
    for (size_t i = 0; digits.at && i < digits.len; i++)
        value = value * 10 + (digits.at[i] - '0');
    lua_pushinteger(L, value);
}

static void set_number(lua_State *L, const char *key, sw_pep440_number number)
{
    if (!number.present)
        return;
    push_number(L, number.digits);
    lua_setfield(L, -2, key);
}

static void push_fields(lua_State *L, const sw_pep440 *version, const sw_buf *text)
{
    lua_createtable(L, 0, 8);
    push_number(L, version->epoch);
    lua_setfield(L, -2, "epoch");
    lua_newtable(L);
    sw_span rest = version->release, piece;
    for (lua_Integer i = 1; sw_pep440_next(&rest, &piece); i++) {
        push_number(L, piece);
        lua_seti(L, -2, i);
    }
    lua_setfield(L, -2, "release");
    sw_set_text(L, "pre_kind", version->pre_kind);
    set_number(L, "pre_number", version->pre);
    set_number(L, "post", version->post);
    set_number(L, "dev", version->dev);
    if (version->local.at) {
        lua_pushlstring(L, version->local.at, version->local.len);
        lua_setfield(L, -2, "local_version");
    }
    sw_push_buf(L, text);
    lua_setfield(L, -2, "text");
}

static int pep440_parse(lua_State *L) /* parse(text) -> fields | nil, err */
{
    sw_span text = read_text(L, 1);
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    sw_buf *normal = sw_scope_buf(L, scope);
    sw_pep440 version;
    int rc = sw_pep440_parse(&version, text.at, text.len, err);
    if (rc == 0 && sw_pep440_write(normal, &version) < 0)
        rc = sw_fail_nomem(err);
    if (rc == 0) /* the normal form is what the fields are cut from */
        rc = sw_pep440_parse(&version, normal->data, normal->len, err);
    if (rc < 0)
        return sw_push_error(L, err);
    push_fields(L, &version, normal);
    return 1;
}

static int pep440_compare(lua_State *L) /* compare(a, b) -> -1 | 0 | 1 | nil, err */
{
    sw_span a_text = read_text(L, 1), b_text = read_text(L, 2);
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    sw_pep440 a, b;
    int rc = sw_pep440_parse(&a, a_text.at, a_text.len, err);
    if (rc == 0)
        rc = sw_pep440_parse(&b, b_text.at, b_text.len, err);
    if (rc < 0)
        return sw_push_error(L, err);
    lua_pushinteger(L, sw_pep440_compare(&a, &b));
    return 1;
}

int sw_open_pep440(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "parse", pep440_parse },
        { "compare", pep440_compare },
        { NULL, NULL },
    };
    luaL_newlib(L, functions);
    return 1;
}
