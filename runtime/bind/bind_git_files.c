/* door.git: moving the user's files: switch, move_files, checkout, stale locks. */
#include "bind/bind_git.h"
#include "core/git_files.h"
#include "core/git_ref.h"

static int done(lua_State *L, sw_scope *scope, int rc, const sw_texts *paths)
{
    if (rc < 0)
        return paths->count ? sw_push_error_paths(L, sw_scope_error(scope), paths)
                            : sw_push_error(L, sw_scope_error(scope));
    lua_pushboolean(L, 1);
    return 1;
}

typedef struct two_texts {
    const char *one, *two;
} two_texts;

static int repo_move_files(lua_State *L) /* repo:move_files{ from =, to = } -> true | nil, err */
{
    static const sw_field fields[] = {
        { "from", SW_ARG_TEXT, offsetof(two_texts, one), true },
        { "to", SW_ARG_TEXT, offsetof(two_texts, two), true },
        { NULL, 0, 0, false },
    };
    two_texts a = { NULL, NULL };
    sw_git *git = sw_check_git(L, 1);
    sw_args_read(L, 2, fields, &a);
    sw_scope *scope = sw_scope_open(L);
    sw_texts *paths = sw_scope_texts(L, scope);
    return done(L, scope, sw_git_files_move(paths, git, a.one, a.two, sw_scope_error(scope)),
                paths);
}

static int repo_files_state(lua_State *L) /* repo:files_state{ from =, at = } -> "same"|"from"|"mixed" | nil, err */
{
    static const sw_field fields[] = {
        { "from", SW_ARG_TEXT, offsetof(two_texts, one), true },
        { "at", SW_ARG_TEXT, offsetof(two_texts, two), true },
        { NULL, 0, 0, false },
    };
    static const char *const words[] = { "same", "from", "mixed" };
    two_texts a = { NULL, NULL };
    sw_git *git = sw_check_git(L, 1);
    sw_args_read(L, 2, fields, &a);
    sw_scope *scope = sw_scope_open(L);
    enum sw_git_files state;
    if (sw_git_files_state(&state, git, a.one, a.two, sw_scope_error(scope)) < 0)
        return sw_push_error(L, sw_scope_error(scope));
    lua_pushstring(L, words[state]);
    return 1;
}

static int repo_switch(lua_State *L) /* repo:switch{ branch = } or { detach = } -> true | nil, err */
{
    static const sw_field fields[] = {
        { "branch", SW_ARG_TEXT, offsetof(two_texts, one), false },
        { "detach", SW_ARG_TEXT, offsetof(two_texts, two), false },
        { NULL, 0, 0, false },
    };
    two_texts a = { NULL, NULL };
    sw_git *git = sw_check_git(L, 1);
    sw_args_read(L, 2, fields, &a);
    if (!a.one == !a.two)
        luaL_error(L, "either 'branch' or 'detach' is needed");
    sw_scope *scope = sw_scope_open(L);
    sw_texts *paths = sw_scope_texts(L, scope);
    return done(L, scope, sw_git_switch(paths, git, a.one, a.two, sw_scope_error(scope)), paths);
}

static int repo_checkout(lua_State *L) /* repo:checkout{ commit =, to = } -> true | nil, err */
{
    static const sw_field fields[] = {
        { "commit", SW_ARG_TEXT, offsetof(two_texts, one), true },
        { "to", SW_ARG_TEXT, offsetof(two_texts, two), true },
        { NULL, 0, 0, false },
    };
    two_texts a = { NULL, NULL };
    sw_git *git = sw_check_git(L, 1);
    sw_args_read(L, 2, fields, &a);
    sw_scope *scope = sw_scope_open(L);
    sw_texts *none = sw_scope_texts(L, scope);
    return done(L, scope, sw_git_checkout(git, a.one, a.two, sw_scope_error(scope)), none);
}

static int repo_stale_locks(lua_State *L) /* repo:stale_locks{ since =, remove = } -> list | nil, err */
{
    typedef struct {
        int64_t since;
        bool remove;
    } args;
    static const sw_field fields[] = {
        { "since", SW_ARG_INT, offsetof(args, since), true },
        { "remove", SW_ARG_BOOL, offsetof(args, remove), false },
        { NULL, 0, 0, false },
    };
    args a = { 0 };
    sw_git *git = sw_check_git(L, 1);
    sw_args_read(L, 2, fields, &a);
    sw_scope *scope = sw_scope_open(L);
    sw_texts *paths = sw_scope_texts(L, scope);
    if (sw_git_stale_locks(paths, git, a.since, a.remove, sw_scope_error(scope)) < 0)
        return sw_push_error(L, sw_scope_error(scope));
    lua_createtable(L, (int)paths->count, 0);
    for (size_t i = 0; i < paths->count; i++) {
        lua_pushstring(L, paths->items[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

const luaL_Reg sw_git_files_methods[] = {
    { "move_files", repo_move_files }, { "files_state", repo_files_state },
    { "switch", repo_switch },
    { "checkout", repo_checkout },     { "stale_locks", repo_stale_locks }, { NULL, NULL },
};
