/* door.json: a strict scan in C, then lua-cjson builds the value, then what lua-cjson cannot know is
 * put right in one walk over the text and the value side by side: arrays get their tag (lua-cjson
 * makes {} of both [] and {}), numbers become exact (lua-cjson makes a double of each). */
#include <string.h>

#include "bind/json.h"
#include "bind/open.h"

#include <lua-cjson.h> /* behind lua.h: it declares nothing that it uses */

#define ARRAY_NAME "slipway.json.array"
static const char decoder_key; /* registry: lua-cjson's decode, set up for us */

void sw_json_tag_array(lua_State *L)
{
    luaL_setmetatable(L, ARRAY_NAME);
}

bool sw_json_is_array(lua_State *L, int index)
{
    if (!lua_istable(L, index) || !lua_getmetatable(L, index))
        return false;
    luaL_getmetatable(L, ARRAY_NAME);
    bool same = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    return same;
}

/* ---- putting right ---- */

static const char *mend(lua_State *L, const char *at, sw_buf *key);

static void push_number(lua_State *L, const sw_json_number *number, const char *at)
{
    if (number->kind == SW_JSON_WHOLE)
        lua_pushinteger(L, number->whole);
    else if (number->kind == SW_JSON_REAL)
        lua_pushnumber(L, number->real);
    else
        lua_pushlstring(L, at, number->len); /* big = "text" */
}

static bool starts_number(char c)
{
    return c == '-' || (c >= '0' && c <= '9');
}

static void push_key(lua_State *L, const char *at, const char *end, sw_buf *key)
{
    size_t len = (size_t)(end - at) - 2;
    if (!memchr(at + 1, '\\', len)) {
        lua_pushlstring(L, at + 1, len);
        return;
    }
    sw_buf_clear(key);
    if (sw_json_text_read(key, at) < 0)
        luaL_error(L, "out of memory");
    sw_push_buf(L, key);
}

/* The table is at the top; `at` stands behind its brace. */
static const char *mend_object(lua_State *L, const char *at, sw_buf *key)
{
    int table = lua_gettop(L);
    at = sw_json_skip_space(at);
    while (*at != '}') {
        const char *key_end = sw_json_skip_scalar(at);
        const char *value = sw_json_skip_space(sw_json_skip_space(key_end) + 1);
        if (*value == '{' || *value == '[') {
            push_key(L, at, key_end, key);
            lua_rawget(L, table);
            at = mend(L, value, key);
            lua_pop(L, 1);
        } else if (starts_number(*value)) {
            push_key(L, at, key_end, key);
            sw_json_number number = sw_json_number_read(value);
            push_number(L, &number, value);
            lua_rawset(L, table);
            at = value + number.len;
        } else {
            at = sw_json_skip_scalar(value);
        }
        at = sw_json_skip_space(at);
        if (*at == ',')
            at = sw_json_skip_space(at + 1);
    }
    return at + 1;
}

static const char *mend_array(lua_State *L, const char *at, sw_buf *key)
{
    int table = lua_gettop(L);
    sw_json_tag_array(L);
    at = sw_json_skip_space(at);
    for (lua_Integer i = 1; *at != ']'; i++) {
        if (*at == '{' || *at == '[') {
            lua_rawgeti(L, table, i);
            at = mend(L, at, key);
            lua_pop(L, 1);
        } else if (starts_number(*at)) {
            sw_json_number number = sw_json_number_read(at);
            push_number(L, &number, at);
            lua_rawseti(L, table, i);
            at += number.len;
        } else {
            at = sw_json_skip_scalar(at);
        }
        at = sw_json_skip_space(at);
        if (*at == ',')
            at = sw_json_skip_space(at + 1);
    }
    return at + 1;
}

/* The container whose text begins at `at` is at the top. Depth is bounded by the scan. */
static const char *mend(lua_State *L, const char *at, sw_buf *key)
{
    luaL_checkstack(L, 4, "JSON");
    return *at == '{' ? mend_object(L, at + 1, key) : mend_array(L, at + 1, key);
}

int sw_json_push(lua_State *L, const char *text, size_t len, sw_buf *scratch, sw_error *err)
{
    const char *at = sw_json_skip_space(text);
    if (starts_number(*at)) {
        sw_json_number number = sw_json_number_read(at);
        push_number(L, &number, at);
        return 0;
    }
    lua_rawgetp(L, LUA_REGISTRYINDEX, &decoder_key);
    lua_pushlstring(L, text, len);
    int status = lua_pcall(L, 1, 1, 0);
    if (status == LUA_ERRMEM)
        lua_error(L);
    if (status != LUA_OK) {
        sw_fail(err, SW_E_PARSE, "json.malformed", "lua-cjson refuses a text that the strict scan let pass");
        sw_error_cause(err, "%s", lua_tostring(L, -1));
        lua_pop(L, 1);
        return SW_E_PARSE;
    }
    if (lua_istable(L, -1))
        mend(L, at, scratch);
    return 0;
}

/* ---- the door ---- */

typedef struct decode_args {
    int64_t max_depth, max_size;
    const char *big;
} decode_args;

static const sw_field decode_fields[] = {
    { "max_depth", SW_ARG_INT, offsetof(decode_args, max_depth), false },
    { "max_size", SW_ARG_INT, offsetof(decode_args, max_size), false },
    { "big", SW_ARG_TEXT, offsetof(decode_args, big), false },
    { NULL, SW_ARG_TEXT, 0, false },
};

static int json_decode(lua_State *L) /* json.decode(text[, { max_depth, max_size, big }]) -> value | nil, err */
{
    decode_args a = { SW_JSON_DEPTH, SW_JSON_SIZE, "refuse" };
    const char *text = sw_arg_text(L, 1);
    size_t len = lua_rawlen(L, 1);
    sw_args_read(L, 2, decode_fields, &a);
    bool as_text = strcmp(a.big, "text") == 0;
    if (!as_text && strcmp(a.big, "refuse") != 0)
        luaL_error(L, "field 'big': \"refuse\" or \"text\" expected");
    if (a.max_depth < 0 || a.max_depth > SW_JSON_DEPTH_LIMIT)
        luaL_error(L, "field 'max_depth': 0 to %d expected", SW_JSON_DEPTH_LIMIT);
    if (a.max_size < 0 || a.max_size > (int64_t)256 << 20)
        luaL_error(L, "field 'max_size': at most 256 MiB expected");
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    sw_json_limits limits = { (size_t)a.max_depth, (size_t)a.max_size, as_text };
    sw_json_where where;
    if (sw_json_scan(text, len, &limits, &where, err) < 0) {
        int count = sw_push_error(L, err);
        sw_set_int(L, "line", (int64_t)where.line);
        sw_set_int(L, "column", (int64_t)where.column);
        return count;
    }
    sw_buf *scratch = sw_scope_buf(L, scope);
    return sw_json_push(L, text, len, scratch, err) < 0 ? sw_push_error(L, err) : 1;
}

/* ---- a glance ---- */

static void push_string(lua_State *L, const char *at, const char *end, sw_buf *scratch)
{
    push_key(L, at, end, scratch); /* a key is a string like others */
}

/* The names of an object's members that are strings. Returns its end. */
static const char *push_names(lua_State *L, const char *at, sw_buf *scratch)
{
    lua_Integer count = 0;
    lua_newtable(L);
    at = sw_json_skip_space(at + 1);
    while (*at != '}') {
        const char *key_end = sw_json_skip_scalar(at);
        const char *value = sw_json_skip_space(sw_json_skip_space(key_end) + 1);
        if (*value == '"') {
            push_string(L, at, key_end, scratch);
            lua_rawseti(L, -2, ++count);
        }
        at = sw_json_skip_space(sw_json_skip_value(value));
        if (*at == ',')
            at = sw_json_skip_space(at + 1);
    }
    return at + 1;
}

/* Sets one member of the table at the top; returns the value's end. */
static const char *glance_member(lua_State *L, const char *key, const char *at, sw_buf *scratch)
{
    const char *end = *at == '{' ? NULL : sw_json_skip_value(at);
    if (*at == '{')
        end = push_names(L, at, scratch);
    else if (*at == '"')
        push_string(L, at, end, scratch);
    else
        lua_pushboolean(L, *at == 't');
    lua_setfield(L, -2, key);
    return end;
}

/* json.glance(text, keys) -> { key = text | boolean | names of the members that are texts } | nil */
static int json_glance(lua_State *L)
{
    const char *text = sw_arg_text(L, 1);
    size_t len = lua_rawlen(L, 1);
    sw_list keys = sw_arg_list(L, 2);
    sw_scope *scope = sw_scope_open(L);
    sw_buf *scratch = sw_scope_buf(L, scope);
    sw_json_limits limits = { SW_JSON_DEPTH, SW_JSON_SIZE, false };
    sw_json_where where;
    const char *at = sw_json_skip_space(text);
    if (*at != '{' || sw_json_scan(text, len, &limits, &where, sw_scope_error(scope)) < 0) {
        lua_pushnil(L);
        return 1;
    }
    luaL_checkstack(L, 4, "JSON");
    lua_createtable(L, 0, (int)keys.count);
    at = sw_json_skip_space(at + 1);
    while (*at != '}') {
        const char *key_end = sw_json_skip_scalar(at);
        const char *value = sw_json_skip_space(sw_json_skip_space(key_end) + 1), *end = NULL;
        size_t key_len = (size_t)(key_end - at) - 2;
        for (size_t i = 0; i < keys.count && !end; i++)
            if (strlen(keys.items[i]) == key_len && memcmp(keys.items[i], at + 1, key_len) == 0)
                end = glance_member(L, keys.items[i], value, scratch);
        if (memchr(at, '\\', key_len + 1)) { /* whatever key that is: who asks has to read it all */
            lua_pushnil(L);
            return 1;
        }
        at = sw_json_skip_space(end ? end : sw_json_skip_value(value));
        if (*at == ',')
            at = sw_json_skip_space(at + 1);
    }
    return 1;
}

/* ---- writing ---- */

typedef struct encode_args {
    int64_t indent;
} encode_args;

static const sw_field encode_fields[] = {
    { "indent", SW_ARG_INT, offsetof(encode_args, indent), false },
    { NULL, SW_ARG_TEXT, 0, false },
};

static int json_encode(lua_State *L) /* json.encode(value[, { indent }]) -> text | nil, err */
{
    encode_args a = { 0 };
    luaL_checkany(L, 1);
    sw_args_read(L, 2, encode_fields, &a);
    if (a.indent < 0 || a.indent > 16)
        luaL_error(L, "field 'indent': 0 to 16 expected");
    sw_scope *scope = sw_scope_open(L);
    sw_buf *out = sw_scope_buf(L, scope);
    int rc = sw_canon_write(L, scope, 1, (int)a.indent, out);
    return rc < 0 ? sw_push_error(L, sw_scope_error(scope)) : sw_push_buf(L, out);
}

static int json_array(lua_State *L) /* json.array(table) -> the same table, tagged */
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    if (lua_getmetatable(L, 1)) {
        if (!sw_json_is_array(L, 1))
            luaL_argerror(L, 1, "the table has a metatable of its own");
        lua_settop(L, 1);
    }
    sw_json_tag_array(L);
    return 1;
}

static int json_is_array(lua_State *L) /* json.is_array(value) -> boolean: tagged by decode or json.array */
{
    luaL_checkany(L, 1);
    lua_pushboolean(L, sw_json_is_array(L, 1));
    return 1;
}

static void open_decoder(lua_State *L)
{
    lua_pushcfunction(L, luaopen_cjson);
    lua_call(L, 0, 1);
    lua_getfield(L, -1, "decode_max_depth");
    lua_pushinteger(L, SW_JSON_DEPTH_LIMIT + 1);
    lua_call(L, 1, 0);
    lua_getfield(L, -1, "decode");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &decoder_key);
    lua_pop(L, 1);
}

static int null_text(lua_State *L)
{
    lua_pushstring(L, lua_touserdata(L, 1) ? "pointer" : "null");
    return 1;
}

/* All light userdata share one metatable; json.null is the only one that Lua ever sees. */
static void name_null(lua_State *L)
{
    lua_pushlightuserdata(L, NULL);
    lua_createtable(L, 0, 2);
    lua_pushcfunction(L, null_text);
    lua_setfield(L, -2, "__tostring");
    lua_pushliteral(L, "locked");
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
}

int sw_open_json(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "decode", json_decode },
        { "glance", json_glance },     { "encode", json_encode }, { "array", json_array },
        { "is_array", json_is_array }, { NULL, NULL },
    };
    open_decoder(L);
    name_null(L);
    luaL_newmetatable(L, ARRAY_NAME);
    lua_pushliteral(L, "json.array"); /* getmetatable(t) == "json.array"; the table itself stays out of reach */
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
    luaL_newlib(L, functions);
    lua_pushlightuserdata(L, NULL);
    lua_setfield(L, -2, "null");
    return 1;
}
