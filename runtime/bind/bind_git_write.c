/* door.git: writing objects and refs. */
#include "bind/bind_git.h"
#include "core/git_ref.h"
#include "core/git_write.h"

/* ---- repo:write_commit ---- */

/* { path =, content =, remove =, mode = }: read into `edit`, texts borrowed from the table. */
static void read_edit(lua_State *L, int index, sw_git_edit *edit)
{
    typedef struct {
        const char *path;
        sw_bytes content;
        bool remove;
        int64_t mode;
    } args;
    static const sw_field fields[] = {
        { "path", SW_ARG_TEXT, offsetof(args, path), true },
        { "content", SW_ARG_BYTES, offsetof(args, content), false },
        { "remove", SW_ARG_BOOL, offsetof(args, remove), false },
        { "mode", SW_ARG_INT, offsetof(args, mode), false },
        { NULL, 0, 0, false },
    };
    args a = { 0 };
    if (!lua_istable(L, index))
        luaL_error(L, "field 'files': a list of tables expected");
    sw_args_read(L, index, fields, &a);
    if (a.mode != 0 && a.mode != 0100644 && a.mode != 0100755 && a.mode != 0120000)
        luaL_error(L, "field 'mode': 0100644, 0100755 or 0120000 expected (as a number)");
    *edit = (sw_git_edit){ a.path, a.content.data, a.content.len, a.remove, (unsigned)a.mode };
}

/* The array is a userdata left on the stack. */
static sw_git_edit *read_edits(lua_State *L, int index, size_t *count)
{
    *count = (size_t)luaL_len(L, index);
    sw_git_edit *edits = lua_newuserdatauv(L, (*count + 1) * sizeof *edits, 0);
    for (size_t i = 0; i < *count; i++) {
        lua_geti(L, index, (lua_Integer)i + 1);
        read_edit(L, lua_gettop(L), &edits[i]);
        lua_pop(L, 1);
    }
    return edits;
}

static int repo_write_commit(lua_State *L) /* repo:write_commit{…} -> { commit =, tree = } | nil, err */
{
    typedef struct {
        const char *base, *message;
        int files;
        sw_list parents;
        int64_t time, offset;
        bool sign, hooks;
    } args;
    static const sw_field fields[] = {
        { "base", SW_ARG_TEXT, offsetof(args, base), false },
        { "files", SW_ARG_TABLE, offsetof(args, files), true },
        { "parents", SW_ARG_LIST, offsetof(args, parents), false },
        { "message", SW_ARG_TEXT, offsetof(args, message), true },
        { "time", SW_ARG_INT, offsetof(args, time), true },
        { "offset", SW_ARG_INT, offsetof(args, offset), false },
        { "sign", SW_ARG_BOOL, offsetof(args, sign), false },
        { "hooks", SW_ARG_BOOL, offsetof(args, hooks), false },
        { NULL, 0, 0, false },
    };
    args a = { 0 };
    sw_git *git = sw_check_git(L, 1);
    sw_args_read(L, 2, fields, &a);
    sw_git_commit_wish wish = { .base = a.base, .parents = a.parents.items, .message = a.message,
                                .time = a.time,
                                .offset = (int)a.offset, .hooks = a.hooks };
    wish.sign = lua_getfield(L, 2, "sign") == LUA_TNIL ? -1 : a.sign;
    wish.edits = read_edits(L, a.files, &wish.edit_count);
    sw_scope *scope = sw_scope_open(L);
    sw_oid_text commit, tree;
    if (sw_git_commit_write(commit, tree, git, &wish, sw_scope_error(scope)) < 0)
        return sw_push_error(L, sw_scope_error(scope));
    lua_createtable(L, 0, 2);
    sw_set_text(L, "commit", commit);
    sw_set_text(L, "tree", tree);
    return 1;
}

/* ---- repo:create_tag ---- */

static int repo_create_tag(lua_State *L) /* repo:create_tag{…} -> oid | nil, err */
{
    typedef struct {
        const char *name, *target, *message;
        int64_t time;
        bool sign;
    } args;
    static const sw_field fields[] = {
        { "name", SW_ARG_TEXT, offsetof(args, name), true },
        { "target", SW_ARG_TEXT, offsetof(args, target), true },
        { "message", SW_ARG_TEXT, offsetof(args, message), true },
        { "time", SW_ARG_INT, offsetof(args, time), true },
        { "sign", SW_ARG_BOOL, offsetof(args, sign), false },
        { NULL, 0, 0, false },
    };
    args a = { 0 };
    sw_git *git = sw_check_git(L, 1);
    sw_args_read(L, 2, fields, &a);
    sw_git_tag_wish wish = { a.name, a.target, a.message, a.time, 0 };
    wish.sign = lua_getfield(L, 2, "sign") == LUA_TNIL ? -1 : a.sign;
    sw_scope *scope = sw_scope_open(L);
    sw_oid_text oid;
    if (sw_git_tag_write(oid, git, &wish, sw_scope_error(scope)) < 0)
        return sw_push_error(L, sw_scope_error(scope));
    lua_pushstring(L, oid);
    return 1;
}

/* ---- refs ---- */

static int done(lua_State *L, sw_scope *scope, int rc)
{
    if (rc < 0)
        return sw_push_error(L, sw_scope_error(scope));
    lua_pushboolean(L, 1);
    return 1;
}

static int repo_update_ref(lua_State *L) /* repo:update_ref{ name =, to =, expect =, reason = } -> true | nil, err */
{
    typedef struct {
        const char *name, *to, *expect, *reason;
    } args;
    static const sw_field fields[] = {
        { "name", SW_ARG_TEXT, offsetof(args, name), true },
        { "to", SW_ARG_TEXT, offsetof(args, to), true },
        { "expect", SW_ARG_TEXT, offsetof(args, expect), false },
        { "reason", SW_ARG_TEXT, offsetof(args, reason), true },
        { NULL, 0, 0, false },
    };
    args a = { 0 };
    sw_git *git = sw_check_git(L, 1);
    sw_args_read(L, 2, fields, &a);
    sw_scope *scope = sw_scope_open(L);
    return done(L, scope, sw_git_ref_update(git, a.name, a.to, a.expect, a.reason,
                                            sw_scope_error(scope)));
}

static int repo_delete_ref(lua_State *L) /* repo:delete_ref{ name =, expect = } -> true | nil, err */
{
    typedef struct {
        const char *name, *expect;
    } args;
    static const sw_field fields[] = {
        { "name", SW_ARG_TEXT, offsetof(args, name), true },
        { "expect", SW_ARG_TEXT, offsetof(args, expect), true },
        { NULL, 0, 0, false },
    };
    args a = { 0 };
    sw_git *git = sw_check_git(L, 1);
    sw_args_read(L, 2, fields, &a);
    sw_scope *scope = sw_scope_open(L);
    return done(L, scope, sw_git_ref_delete(git, a.name, a.expect, sw_scope_error(scope)));
}

const luaL_Reg sw_git_write_methods[] = {
    { "write_commit", repo_write_commit }, { "create_tag", repo_create_tag },
    { "update_ref", repo_update_ref },     { "delete_ref", repo_delete_ref },
    { NULL, NULL },
};
