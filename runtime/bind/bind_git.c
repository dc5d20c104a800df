#include "bind/bind_git.h"

#include <string.h>

#include "bind/open.h"
#include "core/git_name.h"

static void release_git(void *git)
{
    sw_git_close(git);
}

sw_git *sw_check_git(lua_State *L, int index)
{
    return sw_handle_check(L, index, &sw_git_handle);
}

static void release_texts(void *texts)
{
    sw_texts_release(texts);
}

sw_texts *sw_scope_texts(lua_State *L, sw_scope *scope)
{
    return sw_scope_block(L, scope, sizeof(sw_texts), release_texts);
}

int sw_push_error_paths(lua_State *L, const sw_error *err, const sw_texts *paths)
{
    sw_push_error(L, err);
    lua_createtable(L, (int)paths->count, 0);
    for (size_t i = 0; i < paths->count; i++) {
        lua_pushstring(L, paths->items[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_pushliteral(L, "paths");
    lua_insert(L, -2);
    lua_rawset(L, -3);
    return 2;
}

/* ---- the door ---- */

static int git_open(lua_State *L) /* git.open{ path =, scratch = } -> repo | nil, err */
{
    static const sw_field fields[] = {
        { "path", SW_ARG_TEXT, 0, false },
        { "scratch", SW_ARG_TEXT, sizeof(char *), false },
        { NULL, 0, 0, false },
    };
    struct {
        const char *path, *scratch;
    } a = { NULL, NULL };
    sw_args_read(L, 1, fields, &a);
    sw_scope *scope = sw_scope_open(L);
    void **slot = sw_handle_new(L, &sw_git_handle);
    sw_git *git = NULL;
    if (sw_git_open(&git, a.path ? a.path : ".", a.scratch, sw_scope_error(scope)) < 0)
        return sw_push_error(L, sw_scope_error(scope));
    *slot = git;
    return 1;
}

static int git_is_valid_ref(lua_State *L) /* git.is_valid_ref(name, { onelevel =, … }) -> boolean, name? */
{
    static const sw_field fields[] = {
        { "onelevel", SW_ARG_BOOL, 0, false },
        { "pattern", SW_ARG_BOOL, 1, false },
        { "normalize", SW_ARG_BOOL, 2, false },
        { NULL, 0, 0, false },
    };
    struct {
        bool onelevel, pattern, normalize;
    } a = { false, false, false };
    const char *name = sw_arg_text(L, 1);
    sw_args_read(L, 2, fields, &a);
    sw_scope *scope = sw_scope_open(L);
    sw_buf *normalized = sw_scope_buf(L, scope);
    unsigned flags = 0;
    flags |= a.onelevel ? (unsigned)SW_NAME_ONELEVEL : 0;
    flags |= a.pattern ? (unsigned)SW_NAME_PATTERN : 0;
    flags |= a.normalize ? (unsigned)SW_NAME_NORMALIZE : 0;
    bool valid = strlen(name) == lua_rawlen(L, 1) && sw_git_name_valid(normalized, name, flags);
    lua_pushboolean(L, valid);
    if (!valid)
        return 1;
    sw_push_buf(L, normalized);
    return 2;
}

/* ---- what kind of repository ---- */

static int repo_info(lua_State *L) /* repo:info() -> table | nil, err */
{
    sw_git *git = sw_check_git(L, 1);
    sw_scope *scope = sw_scope_open(L);
    sw_git_info *info = sw_scope_block(L, scope, sizeof *info, NULL);
    if (sw_git_info_get(info, git, sw_scope_error(scope)) < 0)
        return sw_push_error(L, sw_scope_error(scope));
    lua_createtable(L, 0, 12);
    sw_set_text(L, "git_dir", info->git_dir);
    sw_set_text(L, "common_dir", info->common_dir);
    sw_set_text(L, "work_dir", info->work_dir);
    sw_set_bool(L, "bare", info->bare);
    sw_set_bool(L, "shallow", info->shallow);
    sw_set_bool(L, "partial", info->partial);
    sw_set_bool(L, "sparse", info->sparse);
    sw_set_bool(L, "linked", info->linked);
    sw_set_bool(L, "empty", info->empty);
    lua_createtable(L, 0, 3);
    sw_set_text(L, "branch", *info->branch ? info->branch : NULL);
    sw_set_text(L, "oid", *info->head ? info->head : NULL);
    sw_set_bool(L, "detached", info->detached);
    lua_setfield(L, -2, "head");
    return 1;
}

static int repo_uses(lua_State *L) /* repo:uses() -> { lfs, submodules } */
{
    sw_git *git = sw_check_git(L, 1);
    bool lfs = false, submodules = false;
    sw_git_uses(&lfs, &submodules, git, "HEAD");
    lua_createtable(L, 0, 2);
    sw_set_bool(L, "lfs", lfs);
    sw_set_bool(L, "submodules", submodules);
    return 1;
}

static int repo_config(lua_State *L) /* repo:config(key) -> text | nil */
{
    sw_git *git = sw_check_git(L, 1);
    const char *key = sw_arg_text(L, 2);
    sw_scope *scope = sw_scope_open(L);
    sw_buf *value = sw_scope_buf(L, scope);
    int rc = sw_git_config(value, git, key, sw_scope_error(scope));
    if (rc < 0)
        return sw_push_error(L, sw_scope_error(scope));
    if (rc == 0)
        lua_pushnil(L);
    else
        sw_push_buf(L, value);
    return 1;
}

static void release_identity(void *identity)
{
    sw_git_identity_release(identity);
}

static int repo_identity(lua_State *L) /* repo:identity() -> { name =, email = } | nil, err */
{
    sw_git *git = sw_check_git(L, 1);
    sw_scope *scope = sw_scope_open(L);
    sw_git_identity *who = sw_scope_block(L, scope, sizeof *who, release_identity);
    if (sw_git_identity_get(who, git, false, sw_scope_error(scope)) < 0)
        return sw_push_error(L, sw_scope_error(scope));
    lua_createtable(L, 0, 2);
    sw_set_text(L, "name", sw_buf_text(&who->name));
    sw_set_text(L, "email", sw_buf_text(&who->email));
    return 1;
}

static const luaL_Reg repo_methods[] = {
    { "info", repo_info }, { "uses", repo_uses }, { "config", repo_config }, { "identity", repo_identity }, { NULL, NULL }
};

const sw_handle_type sw_git_handle = { "slipway.repo", release_git, repo_methods };

static void add_methods(lua_State *L, const luaL_Reg *methods)
{
    luaL_getmetatable(L, sw_git_handle.name);
    lua_getfield(L, -1, "__index");
    luaL_setfuncs(L, methods, 0);
    lua_pop(L, 2);
}

int sw_open_git(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "open", git_open }, { "is_valid_ref", git_is_valid_ref }, { NULL, NULL }
    };
    sw_handle_register(L, &sw_git_handle);
    sw_handle_register(L, &sw_git_log_handle);
    sw_handle_register(L, &sw_git_changelog_handle);
    sw_handle_register(L, &sw_git_touches_handle);
    sw_handle_register(L, &sw_git_similar_handle);
    add_methods(L, sw_git_read_methods);
    add_methods(L, sw_git_log_methods);
    add_methods(L, sw_git_votes_methods);
    add_methods(L, sw_git_lines_methods);
    add_methods(L, sw_git_changelog_methods);
    add_methods(L, sw_git_touches_methods);
    add_methods(L, sw_git_similar_methods);
    add_methods(L, sw_git_write_methods);
    add_methods(L, sw_git_pick_methods);
    add_methods(L, sw_git_files_methods);
    add_methods(L, sw_git_remote_methods);
    luaL_newlib(L, functions);
    return 1;
}
