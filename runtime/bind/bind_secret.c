/* door.secret: references become opaque values that http, process and git accept. */
#include <stddef.h>

#include "bind/bind.h"
#include "bind/bind_secret.h"
#include "bind/open.h"
#include "core/mask.h"
#include "core/secret_source.h"

static void release(void *object)
{
    sw_secret_release(object);
}

static const luaL_Reg methods[] = { { NULL, NULL } };
static const sw_handle_type secret_type = { "slipway.secret", release, methods };

const sw_secret *sw_check_secret(lua_State *L, int index)
{
    return sw_handle_check(L, index, &secret_type);
}

void **sw_secret_handle_new(lua_State *L)
{
    return sw_handle_new(L, &secret_type);
}

static int secret_text(lua_State *L) /* tostring(secret) -> "secret env:NAME #1a2b3c4d" */
{
    luaL_checkudata(L, 1, secret_type.name);
    const sw_secret *secret = sw_handle_test(L, 1, &secret_type);
    if (secret)
        lua_pushfstring(L, "secret %s #%s", sw_secret_label(secret), sw_secret_fingerprint(secret));
    else
        lua_pushliteral(L, "secret (closed)");
    return 1;
}

typedef struct reference {
    const char *ref, *dir;
} reference;

static const sw_field fields[] = {
    { "ref", SW_ARG_TEXT, offsetof(reference, ref), true },
    { "dir", SW_ARG_TEXT, offsetof(reference, dir), false },
    { NULL, 0, 0, false },
};

static int secret_resolve(lua_State *L) /* secret.resolve{ ref=, dir= } -> secret | nil, err */
{
    reference r = { NULL, NULL };
    sw_args_read(L, 1, fields, &r);
    void **slot = sw_handle_new(L, &secret_type);
    int handle = lua_gettop(L);
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    sw_secret *secret;
    if (sw_secret_resolve(&secret, r.ref, r.dir, err) < 0)
        return sw_push_error(L, err);
    *slot = secret;
    lua_pushvalue(L, handle);
    return 1;
}

static int mask_text(lua_State *L) /* (text) -> text */
{
    size_t len;
    const char *text = lua_tolstring(L, 1, &len);
    sw_scope *scope = sw_scope_open(L);
    sw_buf *out = sw_scope_buf(L, scope);
    if (sw_mask_text(text, len, out) < 0)
        return luaL_error(L, "out of memory");
    return sw_push_buf(L, out);
}

static void mask_table(lua_State *L)
{
    int from = lua_gettop(L);
    lua_newtable(L);
    if (lua_getmetatable(L, from))
        lua_setmetatable(L, -2);
    lua_pushnil(L);
    while (lua_next(L, from)) {
        sw_mask_value(L);
        lua_pushvalue(L, -2);
        sw_mask_value(L);
        lua_insert(L, -2);
        lua_rawset(L, from + 1);
    }
    lua_replace(L, from);
}

void sw_mask_value(lua_State *L)
{
    luaL_checkstack(L, 8, "value too deep");
    if (lua_istable(L, -1)) {
        mask_table(L);
    } else if (lua_type(L, -1) == LUA_TSTRING) {
        lua_pushcfunction(L, mask_text);
        lua_insert(L, -2);
        lua_call(L, 1, 1);
    }
}

static int secret_digest(lua_State *L) /* secret.digest(secret, salt) -> text | nil, err */
{
    const sw_secret *secret = sw_check_secret(L, 1);
    size_t len;
    const char *salt = luaL_checklstring(L, 2, &len);
    luaL_argcheck(L, len >= 16, 2, "a salt has at least 16 bytes");
    sw_error *err = sw_scope_error(sw_scope_open(L));
    char hex[65];
    if (sw_secret_digest(hex, secret, salt, len, err) < 0)
        return sw_push_error(L, err);
    lua_pushstring(L, hex);
    return 1;
}

static int secret_withhold(lua_State *L) /* secret.withhold(name) */
{
    if (sw_secret_withhold(sw_arg_path(L, 1)) < 0)
        return luaL_error(L, "out of memory");
    return 0;
}

static int secret_mask(lua_State *L) /* secret.mask(text) -> text */
{
    luaL_checktype(L, 1, LUA_TSTRING);
    return mask_text(L);
}

int sw_open_secret(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "resolve", secret_resolve },
        { "mask", secret_mask },
        { "digest", secret_digest },
        { "withhold", secret_withhold },
        { NULL, NULL },
    };
    sw_handle_register(L, &secret_type);
    luaL_getmetatable(L, secret_type.name);
    lua_pushcfunction(L, secret_text);
    lua_setfield(L, -2, "__tostring");
    lua_pop(L, 1);
    luaL_newlib(L, functions);
    return 1;
}
