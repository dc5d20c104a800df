/* door.git: a history as the sections of a changelog. */
#include <string.h>

#include "bind/bind_git.h"
#include "bind/bind_page.h"
#include "core/git_changelog.h"

static void release_changelog(void *log)
{
    sw_changelog_close(log);
}

static const luaL_Reg no_methods[] = { { NULL, NULL } };
const sw_handle_type sw_git_changelog_handle = { "slipway.changelog", release_changelog, no_methods };

enum { LOG = 1, STYLE, OPTIONS, SPLIT, PEOPLE, DESCRIBE }; /* what the iterator keeps */

/* The text of a list in the options; borrowed from it. */
static sw_span option_text(lua_State *L, const char *list, int index)
{
    sw_span text = { 0 };
    if (index < 0)
        return text;
    lua_getfield(L, lua_upvalueindex(OPTIONS), list);
    lua_geti(L, -1, index + 1);
    text.at = lua_tolstring(L, -1, &text.len);
    lua_pop(L, 2);
    return text;
}

/* Asks Lua which changes a message is made of; nothing of core runs meanwhile. */
static void ask(lua_State *L, const sw_changelog_told *told)
{
    lua_pushvalue(L, lua_upvalueindex(SPLIT));
    lua_createtable(L, 0, 4);
    lua_pushlstring(L, told->oid, 40);
    lua_setfield(L, -2, "oid");
    lua_pushlstring(L, told->message, told->len);
    lua_setfield(L, -2, "message");
    sw_set_int(L, "parents", (int64_t)told->parents);
    sw_set_int(L, "time", told->time);
    lua_call(L, 1, 1);
    luaL_checktype(L, -1, LUA_TTABLE);
    sw_change *change = lua_newuserdatauv(L, sizeof *change, 0);
    int list = lua_gettop(L) - 1;
    sw_error err;
    if (told->writers && lua_rawlen(L, list) > 0
        && sw_people_add(told->writers, told->raw, told->message, told->len, &err) < 0) {
        sw_push_error_value(L, &err);
        lua_error(L);
    }
    for (lua_Integer i = 1; lua_geti(L, list, i) == LUA_TTABLE; i++) {
        sw_read_change(L, change);
        if (sw_page_add(told->page, change, &err) < 0) {
            sw_push_error_value(L, &err);
            lua_error(L);
        }
        lua_settop(L, list + 1);
    }
    lua_settop(L, list - 1);
}

/* Tells Lua who wrote a release; it answers whom the page names, in a list left on the stack for as long as `about`. */
static void ask_people(lua_State *L, const sw_changelog_told *told, sw_page_about *about)
{
    const char *name, *email;
    lua_pushvalue(L, lua_upvalueindex(PEOPLE));
    lua_pushinteger(L, told->tag + 1);
    lua_newtable(L);
    for (size_t i = 0; sw_people_at(&name, &email, told->people, i); i++) {
        lua_createtable(L, 0, 2);
        sw_set_text(L, "name", name);
        sw_set_text(L, "email", email);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_call(L, 2, 1);
    sw_read_people(L, about);
}

static int push_section(lua_State *L, const sw_changelog_told *told)
{
    sw_page_about about = { .version = option_text(L, "versions", told->tag), .tag = option_text(L, "tags", told->tag),
                            .previous = option_text(L, "tags", told->previous) };
    if (told->tag >= 0)
        about.date = (sw_span){ told->date, strlen(told->date) };
    if (told->previous < 0 && told->meets_hidden && lua_getfield(L, lua_upvalueindex(OPTIONS), "base") == LUA_TSTRING)
        about.previous.at = lua_tolstring(L, -1, &about.previous.len); /* stays on the stack */
    if (told->people)
        ask_people(L, told, &about);
    bool describe = lua_toboolean(L, lua_upvalueindex(DESCRIBE));
    sw_scope *scope = sw_scope_open(L);
    sw_buf *text = sw_scope_buf(L, scope);
    sw_error *err = sw_scope_error(scope);
    int rc = describe ? sw_page_heading_address(text, told->page, &about) : sw_page_lay_out(text, told->page, &about, err);
    if (rc < 0) {
        if (describe)
            sw_fail_nomem(err);
        sw_push_error_value(L, err);
        return lua_error(L);
    }
    if (describe)
        sw_push_page(L, told->page, &about, text);
    else
        sw_push_buf(L, text);
    lua_pushinteger(L, told->tag + 1);
    lua_pushinteger(L, told->time);
    return 3;
}

static int changelog_next(lua_State *L)
{
    sw_changelog *log = sw_handle_check(L, lua_upvalueindex(LOG), &sw_git_changelog_handle);
    sw_changelog_told told;
    sw_error err;
    for (;;) {
        int rc = sw_changelog_next(&told, log, &err);
        if (rc < 0) {
            sw_push_error_value(L, &err);
            return lua_error(L);
        }
        switch (rc) {
        case SW_CHANGELOG_ODD: ask(L, &told); break;
        case SW_CHANGELOG_SECTION: return push_section(L, &told);
        case SW_CHANGELOG_SKEWED: lua_pushboolean(L, false); return 1;
        default: lua_pushnil(L); return 1;
        }
    }
}

typedef struct changelog_args {
    const char *from, *reading, *base;
    sw_list hide, commits, versions, tags, only;
    bool exact, describe;
    int split, people;
} changelog_args;

static enum sw_changelog_reading reading_of(lua_State *L, const char *name)
{
    if (!name || strcmp(name, "marked") == 0)
        return SW_READ_MARKED;
    if (strcmp(name, "listed") == 0)
        return SW_READ_LISTED;
    if (strcmp(name, "all") != 0)
        luaL_error(L, "reading: marked, listed or all, not %s", name);
    return SW_READ_ALL;
}

/* repo:changelog(style, { from =, hide =, base =, commits =, versions =, tags =, reading =, split =, people =, only =,
 * exact =, describe = }) -> iterator */
static int repo_changelog(lua_State *L)
{
    static const sw_field fields[] = {
        { "from", SW_ARG_TEXT, offsetof(changelog_args, from), true },
        { "base", SW_ARG_TEXT, offsetof(changelog_args, base), false },
        { "people", SW_ARG_CALL, offsetof(changelog_args, people), false },
        { "reading", SW_ARG_TEXT, offsetof(changelog_args, reading), false },
        { "hide", SW_ARG_LIST, offsetof(changelog_args, hide), false },
        { "commits", SW_ARG_LIST, offsetof(changelog_args, commits), true },
        { "versions", SW_ARG_LIST, offsetof(changelog_args, versions), true },
        { "tags", SW_ARG_LIST, offsetof(changelog_args, tags), true },
        { "only", SW_ARG_LIST, offsetof(changelog_args, only), false },
        { "exact", SW_ARG_BOOL, offsetof(changelog_args, exact), false },
        { "describe", SW_ARG_BOOL, offsetof(changelog_args, describe), false },
        { "split", SW_ARG_CALL, offsetof(changelog_args, split), true },
        { NULL, 0, 0, false },
    };
    changelog_args a = { 0 };
    sw_git *git = sw_check_git(L, 1);
    const sw_page_style *style = sw_check_style(L, 2);
    sw_args_read(L, 3, fields, &a);
    if (a.commits.count != a.versions.count || a.commits.count != a.tags.count)
        return luaL_error(L, "commits, versions and tags must be of one length");
    enum sw_changelog_reading reading = reading_of(L, a.reading);
    sw_scope *scope = sw_scope_open(L);
    sw_changelog_wish wish = { .story = { a.from, a.hide.items, a.commits.items, a.exact },
                               .versions = a.versions.items, .tags = a.tags.items, .style = style, .reading = reading,
                               .people = a.people != 0, .only = a.only.items };
    void **slot = sw_handle_new(L, &sw_git_changelog_handle);
    sw_changelog *log = NULL;
    if (sw_changelog_open(&log, git, &wish, sw_scope_error(scope)) < 0)
        return sw_push_error(L, sw_scope_error(scope));
    *slot = log;
    lua_pushvalue(L, 2);
    lua_pushvalue(L, 3);
    lua_pushvalue(L, a.split);
    if (a.people)
        lua_pushvalue(L, a.people);
    else
        lua_pushnil(L);
    lua_pushboolean(L, a.describe);
    lua_pushcclosure(L, changelog_next, DESCRIBE);
    return 1;
}

const luaL_Reg sw_git_changelog_methods[] = { { "changelog", repo_changelog }, { NULL, NULL } };
