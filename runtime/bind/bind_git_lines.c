/* door.git: lines that have left a trunk: line_ends, line_is_long. */
#include "bind/bind_git.h"
#include "core/git_lines.h"

static int repo_line_ends(lua_State *L) /* repo:line_ends(oids) -> list of booleans | nil, err */
{
    sw_git *git = sw_check_git(L, 1);
    sw_list among = sw_arg_list(L, 2);
    sw_scope *scope = sw_scope_open(L);
    bool *ends = sw_scope_block(L, scope, (among.count + 1) * sizeof *ends, NULL);
    if (sw_git_line_ends(ends, git, among.items, sw_scope_error(scope)) < 0)
        return sw_push_error(L, sw_scope_error(scope));
    lua_createtable(L, (int)among.count, 0);
    for (size_t i = 0; i < among.count; i++) {
        lua_pushboolean(L, ends[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static int repo_line_is_long(lua_State *L) /* repo:line_is_long{ from =, hide =, limit =, most = } -> boolean | nil, err */
{
    static const sw_field fields[] = {
        { "from", SW_ARG_TEXT, offsetof(sw_line_wish, from), true },
        { "hide", SW_ARG_TEXT, offsetof(sw_line_wish, hide), true },
        { "limit", SW_ARG_INT, offsetof(sw_line_wish, limit), true },
        { "most", SW_ARG_INT, offsetof(sw_line_wish, most), true },
        { NULL, 0, 0, false },
    };
    sw_line_wish wish = { 0 };
    sw_git *git = sw_check_git(L, 1);
    sw_args_read(L, 2, fields, &wish);
    sw_scope *scope = sw_scope_open(L);
    int rc = sw_git_line_is_long(git, &wish, sw_scope_error(scope));
    if (rc < 0)
        return sw_push_error(L, sw_scope_error(scope));
    lua_pushboolean(L, rc);
    return 1;
}

const luaL_Reg sw_git_lines_methods[] = {
    { "line_ends", repo_line_ends }, { "line_is_long", repo_line_is_long }, { NULL, NULL }
};
