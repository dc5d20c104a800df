/* door.git: what the commits of a range vote for, in sum: votes. */
#include <string.h>

#include "bind/bind_git.h"
#include "core/git_votes.h"

static void release_votes(void *votes)
{
    sw_git_votes_release(votes);
}

static enum sw_vote level_of(lua_State *L, const char *name)
{
    static const char *const names[] = { "none", "patch", "minor", "major" };
    for (int i = 0; i < 4; i++)
        if (strcmp(name, names[i]) == 0)
            return (enum sw_vote)i;
    return (enum sw_vote)luaL_error(L, "votes: '%s' is no level", name);
}

static void push_votes(lua_State *L, const sw_votes *votes)
{
    static const char *const names[] = { "none", "patch", "minor", "major" };
    lua_createtable(L, 0, 5);
    sw_set_int(L, "commits", votes->commits);
    sw_set_text(L, "level", names[votes->level]);
    if (votes->release_as) {
        sw_set_text(L, "release_as", votes->release_as);
        sw_set_text(L, "release_as_by", votes->release_as_by);
    }
    lua_createtable(L, 0, (int)votes->kind_count);
    for (size_t i = 0; i < votes->kind_count; i++)
        sw_set_int(L, votes->kinds[i].type, votes->kinds[i].count);
    lua_setfield(L, -2, "kinds");
}

typedef struct votes_args {
    const char *from, *hide, *other, *unconventional, *breaking, *revert;
    sw_list types, levels;
} votes_args;

static const sw_field fields[] = {
    { "from", SW_ARG_TEXT, offsetof(votes_args, from), true },
    { "hide", SW_ARG_TEXT, offsetof(votes_args, hide), false },
    { "types", SW_ARG_LIST, offsetof(votes_args, types), true },
    { "levels", SW_ARG_LIST, offsetof(votes_args, levels), true },
    { "other", SW_ARG_TEXT, offsetof(votes_args, other), true },
    { "unconventional", SW_ARG_TEXT, offsetof(votes_args, unconventional), true },
    { "breaking", SW_ARG_TEXT, offsetof(votes_args, breaking), true },
    { "revert", SW_ARG_TEXT, offsetof(votes_args, revert), true },
    { NULL, 0, 0, false },
};

static int repo_votes(lua_State *L) /* repo:votes{ from =, types =, levels =, … } -> table | false | nil, err */
{
    votes_args a = { 0 };
    sw_git *git = sw_check_git(L, 1);
    sw_args_read(L, 2, fields, &a);
    if (a.types.count != a.levels.count)
        return luaL_error(L, "votes: types and levels belong together");
    enum sw_vote *levels = lua_newuserdatauv(L, (a.levels.count + 1) * sizeof *levels, 0);
    for (size_t i = 0; i < a.levels.count; i++)
        levels[i] = level_of(L, a.levels.items[i]);
    sw_vote_rules rules = { .types = a.types.items, .levels = levels, .other = level_of(L, a.other),
                            .unconventional = level_of(L, a.unconventional), .breaking = level_of(L, a.breaking),
                            .revert = level_of(L, a.revert) };
    sw_scope *scope = sw_scope_open(L);
    sw_votes *votes = sw_scope_block(L, scope, sizeof *votes, release_votes);
    int rc = sw_git_votes_count(votes, git, a.from, a.hide, &rules, sw_scope_error(scope));
    if (rc < 0)
        return sw_push_error(L, sw_scope_error(scope));
    if (rc == 0)
        lua_pushboolean(L, false);
    else
        push_votes(L, votes);
    return 1;
}

const luaL_Reg sw_git_votes_methods[] = { { "votes", repo_votes }, { NULL, NULL } };
