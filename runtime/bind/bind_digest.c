/* door.digest: digests of texts and files. */
#include <string.h>

#include "bind/bind.h"
#include "bind/open.h"
#include "core/crc32c.h"
#include "core/digest.h"

static const sw_field file_fields[] = {
    { "file", SW_ARG_TEXT, 0, true },
    { NULL, SW_ARG_TEXT, 0, false },
};

/* digest.sha256(text) -> hex; digest.sha256{ file = } -> hex | nil, err. The algorithm is an upvalue. */
static int digest_one(lua_State *L)
{
    enum sw_algorithm algorithm = (enum sw_algorithm)lua_tointeger(L, lua_upvalueindex(1));
    bool of_file = lua_istable(L, 1);
    const char *path = NULL;
    sw_bytes bytes = { NULL, 0 };
    if (of_file) {
        sw_args_read(L, 1, file_fields, &path);
    } else {
        if (lua_type(L, 1) != LUA_TSTRING)
            luaL_typeerror(L, 1, "string or { file = path }");
        bytes.data = lua_tolstring(L, 1, &bytes.len);
    }
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    char hex[1][SW_DIGEST_HEX];
    int rc = of_file ? sw_digest_file(hex, NULL, path, &algorithm, 1, err)
                     : sw_digest_bytes(hex[0], algorithm, bytes.data, bytes.len, err);
    if (rc < 0)
        return sw_push_error(L, err);
    lua_pushstring(L, hex[0]);
    return 1;
}

static int digest_crc32c(lua_State *L) /* digest.crc32c(text) -> integer */
{
    size_t len;
    sw_arg_text(L, 1);
    const char *text = lua_tolstring(L, 1, &len);
    lua_pushinteger(L, sw_crc32c(text, len));
    return 1;
}

typedef struct many_args {
    const char *path;
    sw_list algorithms;
} many_args;

static const sw_field many_fields[] = {
    { "path", SW_ARG_TEXT, offsetof(many_args, path), true },
    { "algorithms", SW_ARG_LIST, offsetof(many_args, algorithms), true },
    { NULL, SW_ARG_TEXT, 0, false },
};

static int digest_file(lua_State *L) /* digest.file{ path, algorithms } -> { size, sha256 = hex, … } | nil, err */
{
    many_args a = { NULL, { NULL, 0 } };
    sw_args_read(L, 1, many_fields, &a);
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    enum sw_algorithm algorithms[SW_DIGEST_ALGORITHMS];
    char hex[SW_DIGEST_ALGORITHMS][SW_DIGEST_HEX];
    size_t count = 0;
    for (size_t i = 0; i < a.algorithms.count; i++) {
        enum sw_algorithm wanted;
        if (sw_digest_algorithm(&wanted, a.algorithms.items[i], err) < 0)
            return sw_push_error(L, err);
        size_t seen = 0;
        while (seen < count && algorithms[seen] != wanted)
            seen++;
        if (seen == count)
            algorithms[count++] = wanted;
    }
    int64_t size = 0;
    if (sw_digest_file(hex, &size, a.path, algorithms, count, err) < 0)
        return sw_push_error(L, err);
    lua_createtable(L, 0, (int)count + 1);
    sw_set_int(L, "size", size);
    for (size_t i = 0; i < count; i++)
        sw_set_text(L, sw_digest_name(algorithms[i]), hex[i]);
    return 1;
}

int sw_open_digest(lua_State *L)
{
    lua_createtable(L, 0, SW_DIGEST_ALGORITHMS + 1);
    for (int i = 0; i < SW_DIGEST_ALGORITHMS; i++) {
        lua_pushinteger(L, i);
        lua_pushcclosure(L, digest_one, 1);
        lua_setfield(L, -2, sw_digest_name((enum sw_algorithm)i));
    }
    lua_pushcfunction(L, digest_file);
    lua_setfield(L, -2, "file");
    lua_pushcfunction(L, digest_crc32c);
    lua_setfield(L, -2, "crc32c");
    return 1;
}
