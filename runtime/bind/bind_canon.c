/* door.canon: the one spelling of a value, the form of everything that is digested. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bind/json.h"
#include "bind/open.h"
#include "core/digest.h"
#include "core/json_write.h"

typedef struct canon_key {
    const char *text; /* borrowed: the table that has the key keeps it */
    size_t len;
} canon_key;

/* A step of the way from the root to the value in hand; for messages. */
typedef struct canon_place {
    canon_key key; /* text NULL: an index */
    lua_Integer index;
} canon_place;

typedef struct canon_writer {
    sw_buf *out;
    sw_error *err;
    int indent;
    int depth;
    canon_key *keys; /* a stack: those of the innermost object are last */
    size_t key_count, key_cap;
    canon_place way[SW_JSON_DEPTH];
} canon_writer;

static void release_writer(void *memory)
{
    free(((canon_writer *)memory)->keys);
}

/* Puts "at steps[3].args: " before the message. */
static int misplaced(canon_writer *w, int rc)
{
    char where[256] = "", message[sizeof w->err->message];
    size_t used = 0;
    for (int i = 0; i < w->depth && used < sizeof where - 1; i++) {
        const canon_place *place = &w->way[i];
        int wrote = place->key.text
                        ? snprintf(where + used, sizeof where - used, "%s%.*s", used ? "." : "",
                                   place->key.len > 60 ? 60 : (int)place->key.len, place->key.text)
                        : snprintf(where + used, sizeof where - used, "[%lld]", (long long)place->index);
        used += wrote > 0 ? (size_t)wrote : 0;
    }
    if (!where[0])
        return rc;
    snprintf(message, sizeof message, "%s", w->err->message);
    snprintf(w->err->message, sizeof w->err->message, "at %s: %.700s", where, message);
    return rc;
}

static int refuse(canon_writer *w, int rc, const char *code, const char *what)
{
    sw_fail(w->err, rc, code, "%s", what);
    return misplaced(w, rc);
}

static int add(canon_writer *w, const char *text)
{
    return sw_buf_add_text(w->out, text) < 0 ? sw_fail_nomem(w->err) : 0;
}

static int break_line(canon_writer *w)
{
    if (w->indent == 0)
        return 0;
    int rc = add(w, "\n");
    for (int i = 0; i < w->depth * w->indent && rc == 0; i++)
        rc = add(w, " ");
    return rc;
}

static int write_value(lua_State *L, canon_writer *w, int index);

/* ---- arrays ---- */

/* The number of entries when the keys are exactly 1 to n, else -1. */
static lua_Integer sequence_length(lua_State *L, int table)
{
    lua_Integer count = 0, highest = 0;
    lua_pushnil(L);
    while (lua_next(L, table)) {
        lua_pop(L, 1);
        lua_Integer key = lua_isinteger(L, -1) ? lua_tointeger(L, -1) : 0;
        if (key < 1) {
            lua_pop(L, 1);
            return -1;
        }
        highest = key > highest ? key : highest;
        count++;
    }
    return highest == count ? count : -1;
}

static int write_array(lua_State *L, canon_writer *w, int table)
{
    lua_Integer count = sequence_length(L, table);
    if (count < 0)
        return refuse(w, SW_E_ARGUMENT, "canon.mixed_keys", "a list has gaps, or names among its numbers");
    if (count == 0)
        return add(w, "[]");
    int rc = add(w, "[");
    canon_place *place = &w->way[w->depth++];
    place->key.text = NULL;
    for (lua_Integer i = 1; i <= count && rc == 0; i++) {
        place->index = i;
        if (i > 1)
            rc = add(w, ",");
        if (rc == 0)
            rc = break_line(w);
        if (rc < 0)
            break;
        lua_rawgeti(L, table, i);
        rc = write_value(L, w, lua_gettop(L));
        lua_pop(L, 1);
    }
    w->depth--;
    if (rc == 0)
        rc = break_line(w);
    return rc < 0 ? rc : add(w, "]");
}

/* ---- objects ---- */

static int compare_keys(const void *a, const void *b)
{
    const canon_key *one = a, *two = b;
    size_t shared = one->len < two->len ? one->len : two->len;
    int order = memcmp(one->text, two->text, shared);
    return order != 0 ? order : (one->len > two->len) - (one->len < two->len);
}

/* Collects the keys of an object, sorted. */
static int collect_keys(lua_State *L, canon_writer *w, int table)
{
    size_t first = w->key_count;
    lua_pushnil(L);
    while (lua_next(L, table)) {
        lua_pop(L, 1);
        if (lua_type(L, -1) != LUA_TSTRING) {
            bool number = lua_isinteger(L, -1);
            lua_pop(L, 1);
            return number ? refuse(w, SW_E_ARGUMENT, "canon.mixed_keys", "a table has both numbers and names as keys")
                          : refuse(w, SW_E_ARGUMENT, "canon.not_plain", "a key is neither a text nor an index");
        }
        if (w->key_count == w->key_cap) {
            size_t cap = w->key_cap ? w->key_cap * 2 : 64;
            canon_key *keys = realloc(w->keys, cap * sizeof *keys);
            if (!keys) {
                lua_pop(L, 1);
                return sw_fail_nomem(w->err);
            }
            w->keys = keys;
            w->key_cap = cap;
        }
        canon_key *key = &w->keys[w->key_count++];
        key->text = lua_tolstring(L, -1, &key->len);
    }
    qsort(w->keys + first, w->key_count - first, sizeof *w->keys, compare_keys);
    return 0;
}

static int write_member(lua_State *L, canon_writer *w, int table, const canon_key *key)
{
    int rc = sw_json_write_text(w->out, key->text, key->len, w->err);
    if (rc < 0)
        return misplaced(w, rc);
    rc = add(w, w->indent ? ": " : ":");
    if (rc < 0)
        return rc;
    lua_pushlstring(L, key->text, key->len);
    lua_rawget(L, table);
    rc = write_value(L, w, lua_gettop(L));
    lua_pop(L, 1);
    return rc;
}

static int write_object(lua_State *L, canon_writer *w, int table)
{
    size_t first = w->key_count;
    int rc = collect_keys(L, w, table);
    size_t end = w->key_count;
    if (rc == 0)
        rc = add(w, "{");
    canon_place *place = &w->way[w->depth++];
    for (size_t i = first; i < end && rc == 0; i++) {
        place->key = w->keys[i];
        if (i > first)
            rc = add(w, ",");
        if (rc == 0)
            rc = break_line(w);
        if (rc == 0)
            rc = write_member(L, w, table, &place->key);
    }
    w->depth--;
    w->key_count = first;
    if (rc == 0 && end > first)
        rc = break_line(w);
    return rc < 0 ? rc : add(w, "}");
}

static int write_table(lua_State *L, canon_writer *w, int table)
{
    if (w->depth == SW_JSON_DEPTH)
        return refuse(w, SW_E_LIMIT, "canon.too_deep", "tables are nested too deeply, or in a circle");
    luaL_checkstack(L, 8, "canonical JSON");
    if (sw_json_is_array(L, table))
        return write_array(L, w, table);
    lua_pushnil(L);
    if (!lua_next(L, table))
        return add(w, "{}");
    bool list = lua_isinteger(L, -2);
    lua_pop(L, 2);
    return list ? write_array(L, w, table) : write_object(L, w, table);
}

static int write_value(lua_State *L, canon_writer *w, int index)
{
    int rc;
    size_t len;
    const char *text;
    switch (lua_type(L, index)) {
    case LUA_TNIL:
        return add(w, "null");
    case LUA_TBOOLEAN:
        return add(w, lua_toboolean(L, index) ? "true" : "false");
    case LUA_TNUMBER:
        rc = lua_isinteger(L, index) ? sw_json_write_whole(w->out, lua_tointeger(L, index), w->err)
                                     : sw_json_write_real(w->out, lua_tonumber(L, index), w->err);
        return rc < 0 ? misplaced(w, rc) : 0;
    case LUA_TSTRING:
        text = lua_tolstring(L, index, &len);
        rc = sw_json_write_text(w->out, text, len, w->err);
        return rc < 0 ? misplaced(w, rc) : 0;
    case LUA_TTABLE:
        return write_table(L, w, index);
    case LUA_TLIGHTUSERDATA:
        if (lua_touserdata(L, index) == NULL)
            return add(w, "null");
        /* fall through */
    default:
        sw_fail(w->err, SW_E_ARGUMENT, "canon.not_plain", "a %s is no plain value", luaL_typename(L, index));
        return misplaced(w, SW_E_ARGUMENT);
    }
}

int sw_canon_write(lua_State *L, sw_scope *scope, int index, int indent, sw_buf *out)
{
    canon_writer *w = sw_scope_block(L, scope, sizeof *w, release_writer);
    w->out = out;
    w->err = sw_scope_error(scope);
    w->indent = indent;
    return write_value(L, w, lua_absindex(L, index));
}

/* ---- the door ---- */

static int canon_encode(lua_State *L) /* canon.encode(value) -> text | nil, err */
{
    luaL_checkany(L, 1);
    sw_scope *scope = sw_scope_open(L);
    sw_buf *out = sw_scope_buf(L, scope);
    int rc = sw_canon_write(L, scope, 1, 0, out);
    return rc < 0 ? sw_push_error(L, sw_scope_error(scope)) : sw_push_buf(L, out);
}

static int canon_digest(lua_State *L) /* canon.digest(value) -> "sha256:<hex>" | nil, err */
{
    luaL_checkany(L, 1);
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    sw_buf *out = sw_scope_buf(L, scope);
    char hex[SW_SHA256_HEX];
    int rc = sw_canon_write(L, scope, 1, 0, out);
    if (rc == 0)
        rc = sw_sha256_hex(hex, sw_buf_text(out), out->len, err);
    if (rc < 0)
        return sw_push_error(L, err);
    lua_pushfstring(L, "sha256:%s", hex);
    return 1;
}

int sw_open_canon(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "encode", canon_encode },
        { "digest", canon_digest },
        { NULL, NULL },
    };
    /* json.array's tag must be known, whichever door opens first */
    luaL_requiref(L, "door.json", sw_open_json, 0);
    lua_pop(L, 1);
    luaL_newlib(L, functions);
    return 1;
}
