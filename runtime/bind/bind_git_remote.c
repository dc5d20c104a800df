/* door.git: remotes: what they have, fetch and push. */
#include <limits.h>
#include <string.h>

#include "bind/bind_git.h"
#include "bind/bind_secret.h"
#include "core/git_remote.h"

/* { user =, secret = } at `index` (0: none). The secret's text never becomes a Lua value; the
 * secret itself is kept alive by the option table. */
static sw_git_credential read_credential(lua_State *L, int index)
{
    sw_git_credential credential = { NULL, NULL };
    if (!index)
        return credential;
    lua_getfield(L, index, "secret");
    const sw_secret *secret = sw_check_secret(L, lua_gettop(L));
    credential.secret = sw_secret_text(secret);
    credential.user = sw_secret_user(secret);
    if (lua_getfield(L, index, "user") != LUA_TNIL)
        credential.user = sw_arg_text(L, lua_gettop(L));
    lua_pop(L, 2);
    lua_pushnil(L);
    while (lua_next(L, index)) {
        lua_pop(L, 1);
        const char *key = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
        if (strcmp(key, "secret") != 0 && strcmp(key, "user") != 0)
            luaL_error(L, "field 'credential': unknown field '%s'", key);
    }
    return credential;
}

static int repo_remote(lua_State *L) /* repo:remote(name) -> { name =, url =, push_url = } | nil, err */
{
    sw_git *git = sw_check_git(L, 1);
    const char *name = sw_arg_text(L, 2);
    sw_scope *scope = sw_scope_open(L);
    sw_buf *url = sw_scope_buf(L, scope), *push_url = sw_scope_buf(L, scope);
    if (sw_git_remote(url, push_url, git, name, sw_scope_error(scope)) < 0)
        return sw_push_error(L, sw_scope_error(scope));
    lua_createtable(L, 0, 3);
    sw_set_text(L, "name", name);
    sw_set_text(L, "url", sw_buf_text(url));
    sw_set_text(L, "push_url", sw_buf_text(push_url));
    return 1;
}

static void release_remote_refs(void *refs)
{
    sw_git_remote_refs_release(refs);
}

static int repo_ls_remote(lua_State *L) /* repo:ls_remote{ remote =, patterns =, credential = } -> table | nil, err */
{
    typedef struct {
        const char *remote;
        sw_list patterns;
        int credential;
    } args;
    static const sw_field fields[] = {
        { "remote", SW_ARG_TEXT, offsetof(args, remote), true },
        { "patterns", SW_ARG_LIST, offsetof(args, patterns), false },
        { "credential", SW_ARG_TABLE, offsetof(args, credential), false },
        { NULL, 0, 0, false },
    };
    args a = { 0 };
    sw_git *git = sw_check_git(L, 1);
    sw_args_read(L, 2, fields, &a);
    sw_git_credential credential = read_credential(L, a.credential);
    sw_scope *scope = sw_scope_open(L);
    sw_git_remote_refs *refs = sw_scope_block(L, scope, sizeof *refs, release_remote_refs);
    if (sw_git_ls_remote(refs, git, a.remote, a.patterns.items, &credential,
                         sw_scope_error(scope)) < 0)
        return sw_push_error(L, sw_scope_error(scope));
    lua_createtable(L, 0, 3);
    sw_set_text(L, "head", *refs->head ? refs->head : NULL);
    lua_createtable(L, 0, (int)refs->count);
    lua_newtable(L);
    for (size_t i = 0; i < refs->count; i++) {
        const sw_git_remote_ref *ref = &refs->items[i];
        sw_set_text(L, ref->name, *ref->peeled ? ref->peeled : NULL);
        lua_pushstring(L, ref->oid);
        lua_setfield(L, -3, ref->name);
    }
    lua_setfield(L, -3, "peeled");
    lua_setfield(L, -2, "refs");
    return 1;
}

static int repo_fetch(lua_State *L) /* repo:fetch{ remote =, refs =, tags =, credential = } -> true | nil, err */
{
    typedef struct {
        const char *remote;
        sw_list refs;
        bool tags;
        int credential;
    } args;
    static const sw_field fields[] = {
        { "remote", SW_ARG_TEXT, offsetof(args, remote), true },
        { "refs", SW_ARG_LIST, offsetof(args, refs), false },
        { "tags", SW_ARG_BOOL, offsetof(args, tags), false },
        { "credential", SW_ARG_TABLE, offsetof(args, credential), false },
        { NULL, 0, 0, false },
    };
    args a = { 0 };
    sw_git *git = sw_check_git(L, 1);
    sw_args_read(L, 2, fields, &a);
    sw_git_credential credential = read_credential(L, a.credential);
    sw_scope *scope = sw_scope_open(L);
    if (sw_git_fetch(git, a.remote, a.refs.items, a.tags, &credential, sw_scope_error(scope)) < 0)
        return sw_push_error(L, sw_scope_error(scope));
    lua_pushboolean(L, 1);
    return 1;
}

/* ---- push ---- */

/* A list of { name =, to =, expect = }; the array is a userdata left on the stack. */
static sw_git_push_ref *read_push_refs(lua_State *L, int index, size_t *count)
{
    typedef struct {
        const char *name, *to, *expect;
    } args;
    static const sw_field fields[] = {
        { "name", SW_ARG_TEXT, offsetof(args, name), true },
        { "to", SW_ARG_TEXT, offsetof(args, to), false },
        { "expect", SW_ARG_TEXT, offsetof(args, expect), true },
        { NULL, 0, 0, false },
    };
    *count = (size_t)luaL_len(L, index);
    sw_git_push_ref *refs = lua_newuserdatauv(L, (*count + 1) * sizeof *refs, 0);
    for (size_t i = 0; i < *count; i++) {
        args a = { 0 };
        lua_geti(L, index, (lua_Integer)i + 1);
        if (!lua_istable(L, -1))
            luaL_error(L, "field 'refs': a list of tables expected");
        sw_args_read(L, -1, fields, &a);
        refs[i] = (sw_git_push_ref){ .name = a.name, .to = a.to, .expect = a.expect };
        lua_pop(L, 1);
    }
    return refs;
}

static int push_answers(lua_State *L, const sw_git_push_ref *refs, size_t count)
{
    static const char *const states[] = { "unknown", "ok", "same", "rejected" };
    bool ok = true;
    lua_createtable(L, 0, 2);
    lua_createtable(L, 0, (int)count);
    for (size_t i = 0; i < count; i++) {
        ok = ok && (refs[i].state == SW_PUSH_OK || refs[i].state == SW_PUSH_SAME);
        lua_createtable(L, 0, 2);
        sw_set_text(L, "state", states[refs[i].state]);
        sw_set_text(L, "why", refs[i].why[0] ? refs[i].why : NULL);
        lua_setfield(L, -2, refs[i].name);
    }
    lua_setfield(L, -2, "refs");
    sw_set_bool(L, "ok", ok);
    return 1;
}

static int repo_push(lua_State *L) /* repo:push{ remote =, refs =, atomic =, credential = } -> table | nil, err */
{
    typedef struct {
        const char *remote;
        int refs;
        bool atomic;
        int credential;
        int64_t within;
    } args;
    static const sw_field fields[] = {
        { "within", SW_ARG_INT, offsetof(args, within), false },
        { "remote", SW_ARG_TEXT, offsetof(args, remote), true },
        { "refs", SW_ARG_TABLE, offsetof(args, refs), true },
        { "atomic", SW_ARG_BOOL, offsetof(args, atomic), false },
        { "credential", SW_ARG_TABLE, offsetof(args, credential), false },
        { NULL, 0, 0, false },
    };
    args a = { .atomic = true };
    size_t count = 0;
    sw_git *git = sw_check_git(L, 1);
    sw_args_read(L, 2, fields, &a);
    luaL_argcheck(L, a.within >= 0 && a.within <= INT_MAX, 2, "field 'within': out of range");
    sw_git_credential credential = read_credential(L, a.credential);
    sw_git_push_ref *refs = read_push_refs(L, a.refs, &count);
    sw_scope *scope = sw_scope_open(L);
    if (sw_git_push(refs, count, git, a.remote, a.atomic, &credential, (int)a.within, sw_scope_error(scope)) < 0)
        return sw_push_error(L, sw_scope_error(scope));
    return push_answers(L, refs, count);
}

const luaL_Reg sw_git_remote_methods[] = {
    { "remote", repo_remote }, { "ls_remote", repo_ls_remote },
    { "fetch", repo_fetch },   { "push", repo_push },
    { NULL, NULL },
};
