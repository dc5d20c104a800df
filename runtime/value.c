#include "value.h"

#include <lauxlib.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "bind/json.h"

enum { DEPTH_LIMIT = 64 };

/* ---- writing ---- */

static int write_tagged(sw_buf *out, char tag, const void *data, size_t len)
{
    int rc = sw_buf_add_char(out, tag);
    return rc < 0 ? rc : sw_buf_add(out, data, len);
}

static int write_value(lua_State *L, int index, int depth, sw_buf *out, sw_error *err);

static int write_text(lua_State *L, int index, sw_buf *out, sw_error *err)
{
    size_t len;
    const char *text = lua_tolstring(L, index, &len);
    if (len > UINT32_MAX)
        return sw_fail(err, SW_E_LIMIT, "value.too_large", "a text of %zu bytes is too large", len);
    uint32_t size = (uint32_t)len;
    int rc = write_tagged(out, 's', &size, sizeof size);
    return rc < 0 ? rc : sw_buf_add(out, text, len);
}

static int write_table(lua_State *L, int index, int depth, sw_buf *out, sw_error *err)
{
    if (depth >= DEPTH_LIMIT)
        return sw_fail(err, SW_E_LIMIT, "value.too_deep", "a value is nested deeper than %d tables", DEPTH_LIMIT);
    if (!lua_checkstack(L, 4))
        return sw_fail_nomem(err);
    size_t count_at = out->len + 1;
    uint32_t count = 0;
    int rc = write_tagged(out, sw_json_is_array(L, index) ? '[' : '{', &count, sizeof count);
    lua_pushnil(L);
    while (rc == 0 && lua_next(L, index)) {
        int top = lua_gettop(L);
        rc = write_value(L, top - 1, depth + 1, out, err);
        if (rc == 0)
            rc = write_value(L, top, depth + 1, out, err);
        lua_pop(L, 1);
        count++;
    }
    if (rc < 0) {
        lua_settop(L, index > lua_gettop(L) ? index : lua_gettop(L));
        return rc;
    }
    memcpy(out->data + count_at, &count, sizeof count);
    return 0;
}

static int write_value(lua_State *L, int index, int depth, sw_buf *out, sw_error *err)
{
    int rc;
    switch (lua_type(L, index)) {
    case LUA_TNIL:
        rc = sw_buf_add_char(out, 'n');
        break;
    case LUA_TBOOLEAN:
        rc = sw_buf_add_char(out, lua_toboolean(L, index) ? 't' : 'f');
        break;
    case LUA_TNUMBER:
        if (lua_isinteger(L, index)) {
            lua_Integer whole = lua_tointeger(L, index);
            rc = write_tagged(out, 'i', &whole, sizeof whole);
        } else {
            lua_Number number = lua_tonumber(L, index);
            rc = write_tagged(out, 'd', &number, sizeof number);
        }
        break;
    case LUA_TSTRING:
        return write_text(L, index, out, err);
    case LUA_TTABLE:
        return write_table(L, index, depth, out, err);
    case LUA_TLIGHTUSERDATA:
        if (lua_touserdata(L, index) == NULL) { /* json.null */
            rc = sw_buf_add_char(out, '0');
            break;
        }
        /* fall through */
    default:
        return sw_fail(err, SW_E_ARGUMENT, "value.not_plain", "a %s cannot leave the recipe: only plain values do",
                       lua_typename(L, lua_type(L, index)));
    }
    return rc < 0 ? sw_fail_nomem(err) : 0;
}

int sw_value_write(lua_State *L, int index, sw_buf *out, sw_error *err)
{
    index = lua_absindex(L, index);
    int top = lua_gettop(L);
    int rc = write_value(L, index, 0, out, err);
    lua_settop(L, top);
    return rc;
}

/* ---- reading ---- */

typedef struct reader {
    const char *at;
    const char *end;
} reader;

static bool take(reader *in, void *to, size_t len)
{
    if ((size_t)(in->end - in->at) < len)
        return false;
    memcpy(to, in->at, len);
    in->at += len;
    return true;
}

/* Pushes one value and returns true, or false with anything on the stack. */
static bool read_value(lua_State *L, reader *in, int depth)
{
    char tag;
    if (depth > DEPTH_LIMIT || !lua_checkstack(L, 4) || !take(in, &tag, 1))
        return false;
    switch (tag) {
    case 'n':
        lua_pushnil(L);
        return true;
    case '0':
        lua_pushlightuserdata(L, NULL);
        return true;
    case 't':
    case 'f':
        lua_pushboolean(L, tag == 't');
        return true;
    case 'i': {
        lua_Integer whole;
        if (!take(in, &whole, sizeof whole))
            return false;
        lua_pushinteger(L, whole);
        return true;
    }
    case 'd': {
        lua_Number number;
        if (!take(in, &number, sizeof number))
            return false;
        lua_pushnumber(L, number);
        return true;
    }
    case 's': {
        uint32_t len;
        if (!take(in, &len, sizeof len) || (size_t)(in->end - in->at) < len)
            return false;
        lua_pushlstring(L, in->at, len);
        in->at += len;
        return true;
    }
    case '[':
    case '{': {
        uint32_t count;
        if (!take(in, &count, sizeof count))
            return false;
        lua_newtable(L);
        if (tag == '[')
            sw_json_tag_array(L);
        for (uint32_t i = 0; i < count; i++) {
            if (!read_value(L, in, depth + 1))
                return false;
            bool bad_key = lua_isnil(L, -1) || (lua_type(L, -1) == LUA_TNUMBER && !lua_isinteger(L, -1));
            if (bad_key || !read_value(L, in, depth + 1))
                return false;
            lua_rawset(L, -3);
        }
        return true;
    }
    default:
        return false;
    }
}

int sw_value_read(lua_State *L, const char *data, size_t len, sw_error *err)
{
    reader in = { data, data + len };
    int top = lua_gettop(L);
    if (!read_value(L, &in, 0) || in.at != in.end) {
        lua_settop(L, top);
        return sw_fail(err, SW_E_CORRUPT, "value.malformed", "a message is not a plain value");
    }
    return 0;
}
