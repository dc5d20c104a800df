/* door.git: history for many folders at once: touches, reached. */
#include <stdlib.h>

#include "bind/bind_git.h"
#include "core/git_reached.h"
#include "core/git_touches.h"

typedef struct touching { /* what a walk's handle holds */
    sw_git_touches *touches;
    size_t count;
} touching;

static void release_touching(void *memory)
{
    touching *walk = memory;
    sw_git_touches_close(walk->touches);
    free(walk);
}

static const luaL_Reg no_methods[] = { { NULL, NULL } };
const sw_handle_type sw_git_touches_handle = { "slipway.touches", release_touching, no_methods };

static int touches_next(lua_State *L)
{
    touching *walk = sw_handle_check(L, lua_upvalueindex(1), &sw_git_touches_handle);
    sw_error err;
    const char *oid;
    const sw_git_raw *raw;
    const bool *touched;
    int rc = sw_git_touches_next(walk->touches, &oid, &raw, &touched, &err);
    if (rc < 0) {
        sw_push_error_value(L, &err);
        return lua_error(L);
    }
    if (rc == 0)
        return 0;
    if (lua_toboolean(L, lua_upvalueindex(2)))
        sw_push_brief(L, oid, raw);
    else
        sw_push_commit(L, oid, raw);
    lua_createtable(L, 1, 0);
    lua_Integer at = 0;
    for (size_t i = 0; i < walk->count; i++) {
        if (!touched[i])
            continue;
        lua_pushinteger(L, (lua_Integer)i + 1);
        lua_rawseti(L, -2, ++at);
    }
    return 2;
}

static int repo_touches(lua_State *L) /* repo:touches{ from =, folders =, since =, rules =, all =, brief =, one = } -> iterator */
{
    typedef struct {
        const char *from;
        sw_list folders, since, rules;
        bool all, brief;
        int64_t one;
    } args;
    static const sw_field fields[] = {
        { "from", SW_ARG_TEXT, offsetof(args, from), true },
        { "folders", SW_ARG_LIST, offsetof(args, folders), true },
        { "since", SW_ARG_LIST, offsetof(args, since), false },
        { "rules", SW_ARG_LIST, offsetof(args, rules), false },
        { "all", SW_ARG_BOOL, offsetof(args, all), false },
        { "brief", SW_ARG_BOOL, offsetof(args, brief), false },
        { "one", SW_ARG_INT, offsetof(args, one), false },
        { NULL, 0, 0, false },
    };
    args a = { 0 };
    sw_git *git = sw_check_git(L, 1);
    sw_args_read(L, 2, fields, &a);
    if (a.since.items && a.since.count != a.folders.count)
        return luaL_error(L, "field 'since': one text for each folder expected");
    if (a.one < 0 || a.one > (int64_t)a.folders.count)
        return luaL_error(L, "field 'one': the number of a folder expected");
    sw_scope *scope = sw_scope_open(L);
    void **slot = sw_handle_new(L, &sw_git_touches_handle);
    touching *walk = calloc(1, sizeof *walk);
    *slot = walk;
    if (!walk)
        return luaL_error(L, "not enough memory");
    sw_git_touches_wish wish = { a.from, a.folders.items, a.since.items, a.rules.items, a.all, (size_t)a.one };
    if (sw_git_touches_open(&walk->touches, git, &wish, sw_scope_error(scope)) < 0)
        return sw_push_error(L, sw_scope_error(scope));
    walk->count = a.folders.count;
    lua_pushboolean(L, a.brief);
    lua_pushcclosure(L, touches_next, 2);
    return 1;
}

typedef struct reached_args {
    const char *from;
    sw_list among;
} reached_args;

static const sw_field reached_fields[] = {
    { "from", SW_ARG_TEXT, offsetof(reached_args, from), true },
    { "among", SW_ARG_LIST, offsetof(reached_args, among), true },
    { NULL, 0, 0, false },
};

static int repo_reached_soon(lua_State *L) /* repo:reached_soon{ from =, among = } -> true | nil, err */
{
    reached_args a = { 0 };
    sw_git *git = sw_check_git(L, 1);
    sw_args_read(L, 2, reached_fields, &a);
    sw_scope *scope = sw_scope_open(L);
    if (sw_git_reached_soon(git, a.from, a.among.items, sw_scope_error(scope)) < 0)
        return sw_push_error(L, sw_scope_error(scope));
    lua_pushboolean(L, true);
    return 1;
}

static int repo_reached(lua_State *L) /* repo:reached{ from =, among = } -> list of booleans */
{
    reached_args a = { 0 };
    sw_git *git = sw_check_git(L, 1);
    sw_args_read(L, 2, reached_fields, &a);
    sw_scope *scope = sw_scope_open(L);
    bool *reached = sw_scope_block(L, scope, (a.among.count + 1) * sizeof *reached, NULL);
    if (sw_git_reached(reached, git, a.from, a.among.items, sw_scope_error(scope)) < 0)
        return sw_push_error(L, sw_scope_error(scope));
    lua_createtable(L, (int)a.among.count, 0);
    for (size_t i = 0; i < a.among.count; i++) {
        lua_pushboolean(L, reached[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

const luaL_Reg sw_git_touches_methods[] = {
    { "touches", repo_touches }, { "reached", repo_reached }, { "reached_soon", repo_reached_soon }, { NULL, NULL }
};
