/* door.git: commits made in memory: pick, rebase, revert. */
#include "bind/bind_git.h"
#include "core/git_pick.h"

typedef struct pick_args {
    sw_list commits;
    const char *onto, *message;
    int64_t time;
    bool sign;
} pick_args;

/* What the option table says, with what was left out told apart from zero. */
static sw_git_pick_wish read_wish(lua_State *L, const sw_field *fields, pick_args *a)
{
    sw_args_read(L, 2, fields, a);
    sw_git_pick_wish wish = { .commits = a->commits.items, .onto = a->onto, .message = a->message,
                              .time = a->time };
    wish.has_time = lua_getfield(L, 2, "time") != LUA_TNIL;
    wish.sign = lua_getfield(L, 2, "sign") == LUA_TNIL ? -1 : a->sign;
    lua_pop(L, 2);
    return wish;
}

static int push_error_with(lua_State *L, const sw_error *err, const sw_texts *paths)
{
    return paths->count ? sw_push_error_paths(L, err, paths) : sw_push_error(L, err);
}

static int repo_pick(lua_State *L) /* repo:pick{ commits =, onto =, time =, sign = } -> table | nil, err */
{
    static const sw_field fields[] = {
        { "commits", SW_ARG_LIST, offsetof(pick_args, commits), true },
        { "onto", SW_ARG_TEXT, offsetof(pick_args, onto), true },
        { "time", SW_ARG_INT, offsetof(pick_args, time), false },
        { "sign", SW_ARG_BOOL, offsetof(pick_args, sign), false },
        { NULL, 0, 0, false },
    };
    pick_args a = { 0 };
    sw_git *git = sw_check_git(L, 1);
    sw_git_pick_wish wish = read_wish(L, fields, &a);
    sw_scope *scope = sw_scope_open(L);
    sw_texts *skipped = sw_scope_texts(L, scope), *paths = sw_scope_texts(L, scope);
    sw_oid_text commit;
    if (sw_git_pick(commit, skipped, paths, git, &wish, sw_scope_error(scope)) < 0)
        return push_error_with(L, sw_scope_error(scope), paths);
    lua_createtable(L, 0, 3);
    sw_set_text(L, "commit", commit);
    sw_set_int(L, "picked", (int64_t)(a.commits.count - skipped->count));
    lua_createtable(L, (int)skipped->count, 0);
    for (size_t i = 0; i < skipped->count; i++) {
        lua_pushstring(L, skipped->items[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "skipped");
    return 1;
}

static int repo_rebase(lua_State *L) /* repo:rebase{ branch =, onto =, sign = } -> { commit =, moved = } | nil, err */
{
    typedef struct {
        const char *branch, *onto;
        bool sign;
    } args;
    static const sw_field fields[] = {
        { "branch", SW_ARG_TEXT, offsetof(args, branch), true },
        { "onto", SW_ARG_TEXT, offsetof(args, onto), true },
        { "sign", SW_ARG_BOOL, offsetof(args, sign), false },
        { NULL, 0, 0, false },
    };
    args a = { 0 };
    sw_git *git = sw_check_git(L, 1);
    sw_args_read(L, 2, fields, &a);
    sw_scope *scope = sw_scope_open(L);
    sw_texts *paths = sw_scope_texts(L, scope);
    sw_oid_text commit;
    int64_t moved = 0;
    if (sw_git_rebase(commit, &moved, paths, git, a.branch, a.onto, a.sign,
                      sw_scope_error(scope)) < 0)
        return push_error_with(L, sw_scope_error(scope), paths);
    lua_createtable(L, 0, 2);
    sw_set_text(L, "commit", commit);
    sw_set_int(L, "moved", moved);
    return 1;
}

static int repo_revert(lua_State *L) /* repo:revert{ commits =, onto =, message =, time =, sign = } -> { commit = } */
{
    static const sw_field fields[] = {
        { "commits", SW_ARG_LIST, offsetof(pick_args, commits), true },
        { "onto", SW_ARG_TEXT, offsetof(pick_args, onto), true },
        { "message", SW_ARG_TEXT, offsetof(pick_args, message), true },
        { "time", SW_ARG_INT, offsetof(pick_args, time), true },
        { "sign", SW_ARG_BOOL, offsetof(pick_args, sign), false },
        { NULL, 0, 0, false },
    };
    pick_args a = { 0 };
    sw_git *git = sw_check_git(L, 1);
    sw_git_pick_wish wish = read_wish(L, fields, &a);
    sw_scope *scope = sw_scope_open(L);
    sw_texts *paths = sw_scope_texts(L, scope);
    sw_oid_text commit;
    if (sw_git_revert(commit, paths, git, &wish, sw_scope_error(scope)) < 0)
        return push_error_with(L, sw_scope_error(scope), paths);
    lua_createtable(L, 0, 1);
    sw_set_text(L, "commit", commit);
    return 1;
}

const luaL_Reg sw_git_pick_methods[] = {
    { "pick", repo_pick }, { "rebase", repo_rebase }, { "revert", repo_revert }, { NULL, NULL }
};
