/* door.git: a change looked for among others, in other words, or word by word: similar. */
#include "bind/bind_git.h"
#include "core/git_similar.h"

static int similar_find(lua_State *L) /* search:find(commit, among) -> oid | nil | nil, err */
{
    sw_git_similar *search = sw_handle_check(L, 1, &sw_git_similar_handle);
    const char *commit = sw_arg_text(L, 2);
    sw_list among = sw_arg_list(L, 3);
    sw_scope *scope = sw_scope_open(L);
    sw_oid_text found;
    int rc = sw_git_similar_find(found, search, commit, among.items, sw_scope_error(scope));
    if (rc < 0)
        return sw_push_error(L, sw_scope_error(scope));
    if (rc == 0)
        lua_pushnil(L);
    else
        lua_pushstring(L, found);
    return 1;
}

static int similar_covering(lua_State *L) /* search:covering(commit, among) -> list of oids | nil, err */
{
    sw_git_similar *search = sw_handle_check(L, 1, &sw_git_similar_handle);
    const char *commit = sw_arg_text(L, 2);
    sw_list among = sw_arg_list(L, 3);
    sw_scope *scope = sw_scope_open(L);
    bool *covering = sw_scope_block(L, scope, (among.count + 1) * sizeof *covering, NULL);
    if (sw_git_similar_covering(covering, search, commit, among.items, sw_scope_error(scope)) < 0)
        return sw_push_error(L, sw_scope_error(scope));
    lua_newtable(L);
    lua_Integer at = 0;
    for (size_t i = 0; i < among.count; i++) {
        if (!covering[i])
            continue;
        lua_pushstring(L, among.items[i]);
        lua_rawseti(L, -2, ++at);
    }
    return 1;
}

static void release_similar(void *search)
{
    sw_git_similar_close(search);
}

static const luaL_Reg methods[] = { { "find", similar_find }, { "covering", similar_covering }, { NULL, NULL } };
const sw_handle_type sw_git_similar_handle = { "slipway.similar", release_similar, methods };

static int repo_similar(lua_State *L) /* repo:similar() -> slipway.Similar | nil, err */
{
    sw_git *git = sw_check_git(L, 1);
    sw_scope *scope = sw_scope_open(L);
    void **slot = sw_handle_new(L, &sw_git_similar_handle);
    sw_git_similar *search;
    if (sw_git_similar_open(&search, git, sw_scope_error(scope)) < 0)
        return sw_push_error(L, sw_scope_error(scope));
    *slot = search;
    return 1;
}

const luaL_Reg sw_git_similar_methods[] = { { "similar", repo_similar }, { NULL, NULL } };
