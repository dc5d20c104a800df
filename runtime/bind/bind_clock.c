/* door.clock: time and randomness. */
#include "bind/bind.h"
#include "bind/open.h"
#include "core/clock.h"

static int clock_now(lua_State *L) /* clock.now() -> seconds */
{
    lua_pushinteger(L, sw_clock_now());
    return 1;
}

static int clock_now_ms(lua_State *L) /* clock.now_ms() -> milliseconds of a clock that only goes forward */
{
    lua_pushinteger(L, sw_clock_now_ms());
    return 1;
}

static int clock_wall_ms(lua_State *L) /* clock.wall_ms() -> milliseconds since 1970 */
{
    lua_pushinteger(L, sw_clock_wall_ms());
    return 1;
}

static int push_text(lua_State *L, int (*write)(char *, int64_t, sw_error *))
{
    lua_Integer seconds = luaL_checkinteger(L, 1);
    sw_error *err = sw_scope_error(sw_scope_open(L));
    char text[SW_CLOCK_TEXT];
    if (write(text, seconds, err) < 0)
        return sw_push_error(L, err);
    lua_pushstring(L, text);
    return 1;
}

static int clock_iso(lua_State *L) /* clock.iso(seconds) -> text | nil, err */
{
    return push_text(L, sw_clock_iso);
}

static int clock_date(lua_State *L) /* clock.date(seconds) -> text | nil, err */
{
    return push_text(L, sw_clock_date);
}

static int clock_parse(lua_State *L) /* clock.parse(text) -> seconds | nil, err */
{
    const char *text = sw_arg_path(L, 1);
    sw_error *err = sw_scope_error(sw_scope_open(L));
    int64_t seconds;
    if (sw_clock_parse(&seconds, text, err) < 0)
        return sw_push_error(L, err);
    lua_pushinteger(L, seconds);
    return 1;
}

static int clock_sleep(lua_State *L) /* clock.sleep(ms) -> whether the whole time passed */
{
    lua_pushboolean(L, sw_clock_sleep(luaL_checkinteger(L, 1)));
    return 1;
}

static int clock_random_hex(lua_State *L) /* clock.random_hex(bytes) -> digits | nil, err */
{
    lua_Integer bytes = luaL_checkinteger(L, 1);
    luaL_argcheck(L, bytes >= 1 && bytes <= 64, 1, "1 to 64 bytes expected");
    sw_error *err = sw_scope_error(sw_scope_open(L));
    char text[2 * 64 + 1];
    if (sw_clock_random_hex(text, (size_t)bytes, err) < 0)
        return sw_push_error(L, err);
    lua_pushstring(L, text);
    return 1;
}

int sw_open_clock(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "now", clock_now },     { "now_ms", clock_now_ms }, { "wall_ms", clock_wall_ms },
        { "iso", clock_iso },     { "date", clock_date },     { "parse", clock_parse },
        { "sleep", clock_sleep }, { "random_hex", clock_random_hex }, { NULL, NULL },
    };
    luaL_newlib(L, functions);
    return 1;
}
