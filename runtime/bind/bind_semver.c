/* door.semver: one version as plain fields, precedence, and numbers of any length. Values with
 * manners, ranges and levels are built on it by stdlib/pure/semver.lua. */
#include <stdlib.h>
#include <string.h>

#include "bind/bind.h"
#include "bind/open.h"
#include "core/semver.h"

static unsigned read_mode(lua_State *L, int index)
{
    static const char *const names[] = { "strict", "prefix", "loose", "go", NULL };
    static const unsigned flags[] = { SW_SEMVER_STRICT, SW_SEMVER_PREFIX, SW_SEMVER_LOOSE, SW_SEMVER_GO };
    return flags[luaL_checkoption(L, index, "strict", names)];
}

static sw_span read_text(lua_State *L, int index)
{
    sw_span span;
    sw_arg_text(L, index);
    span.at = lua_tolstring(L, index, &span.len);
    return span;
}

/* A number field: an integer where one can hold it, else its digits. */
static void set_number(lua_State *L, const char *key, sw_span digits)
{
    lua_Integer value = 0;
    if (digits.at && digits.len > 18) {
        lua_pushlstring(L, digits.at, digits.len);
    } else {
        for (size_t i = 0; digits.at && i < digits.len; i++)
            value = value * 10 + (digits.at[i] - '0');
        lua_pushinteger(L, value);
    }
    lua_setfield(L, -2, key);
}

static void push_fields(lua_State *L, const sw_semver *version)
{
    lua_createtable(L, 0, 8);
    set_number(L, "major", version->major);
    set_number(L, "minor", version->minor);
    set_number(L, "patch", version->patch);
    if (version->pre.at) {
        lua_pushlstring(L, version->pre.at, version->pre.len);
        lua_setfield(L, -2, "pre");
    }
    if (version->build.at) {
        lua_pushlstring(L, version->build.at, version->build.len);
        lua_setfield(L, -2, "build");
    }
}

static int semver_parse(lua_State *L) /* parse(text, mode) -> { major, minor, patch, pre, build, text } | nil, err */
{
    sw_span text = read_text(L, 1);
    unsigned flags = read_mode(L, 2);
    sw_semver version;
    sw_error early;
    int rc = sw_semver_parse(&version, text.at, text.len, flags, &early);
    if (rc < 0)
        return sw_push_error(L, &early);
    if (flags == SW_SEMVER_STRICT) { /* what is strictly right is canonical */
        push_fields(L, &version);
        lua_pushvalue(L, 1);
        lua_setfield(L, -2, "text");
        return 1;
    }
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    sw_buf *canonical = sw_scope_buf(L, scope);
    if (sw_semver_write(canonical, &version) < 0) {
        sw_fail_nomem(err);
        return sw_push_error(L, err);
    }
    sw_semver_parse(&version, canonical->data, canonical->len, SW_SEMVER_STRICT, err);
    push_fields(L, &version);
    sw_push_buf(L, canonical);
    lua_setfield(L, -2, "text");
    return 1;
}

static int compare_with(lua_State *L, int (*order)(const sw_semver *, const sw_semver *))
{
    sw_span a_text = read_text(L, 1), b_text = read_text(L, 2);
    unsigned flags = read_mode(L, 3);
    sw_error err; /* nothing is owned, so no scope: sorting tags calls this often */
    sw_semver a, b;
    int rc = sw_semver_parse(&a, a_text.at, a_text.len, flags, &err);
    if (rc == 0)
        rc = sw_semver_parse(&b, b_text.at, b_text.len, flags, &err);
    if (rc < 0)
        return sw_push_error(L, &err);
    lua_pushinteger(L, order(&a, &b));
    return 1;
}

static int semver_compare(lua_State *L) /* compare(a, b, mode) -> -1 | 0 | 1 | nil, err */
{
    return compare_with(L, sw_semver_compare);
}

static int semver_order(lua_State *L) /* order(a, b, mode): compare, and build metadata decides ties */
{
    return compare_with(L, sw_semver_compare_build);
}

typedef struct placed {
    sw_semver version;
    size_t place;
} placed;

static int highest_first(const void *a, const void *b)
{
    const placed *x = a, *y = b;
    int order = sw_semver_compare_build(&y->version, &x->version);
    return order ? order : (x->place > y->place) - (x->place < y->place);
}

static int semver_sorted(lua_State *L) /* sorted(texts) -> places of those that are versions, highest first */
{
    sw_list texts = sw_arg_list(L, 1);
    sw_scope *scope = sw_scope_open(L);
    placed *list = sw_scope_block(L, scope, (texts.count + 1) * sizeof *list, NULL);
    size_t count = 0;
    for (size_t i = 0; i < texts.count; i++) {
        list[count].place = i + 1;
        count += sw_semver_parse(&list[count].version, texts.items[i], strlen(texts.items[i]), SW_SEMVER_STRICT,
                                 sw_scope_error(scope)) == 0;
    }
    qsort(list, count, sizeof *list, highest_first);
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_pushinteger(L, (lua_Integer)list[i].place);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static int semver_increment(lua_State *L) /* increment(digits) -> digits */
{
    sw_span digits = read_text(L, 1);
    for (size_t i = 0; i < digits.len; i++)
        luaL_argcheck(L, sw_is_digit(digits.at[i]), 1, "digits expected");
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    sw_buf *next = sw_scope_buf(L, scope);
    if (sw_digits_increment(next, digits) < 0) {
        sw_fail_nomem(err);
        return sw_push_error(L, err);
    }
    return sw_push_buf(L, next);
}

int sw_open_semver(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "parse", semver_parse },
        { "compare", semver_compare },
        { "order", semver_order },
        { "sorted", semver_sorted },
        { "increment", semver_increment },
        { NULL, NULL },
    };
    luaL_newlib(L, functions);
    return 1;
}
