/* door.conventional: one commit message as a table. Custom headers, comments and what a commit means
 * for a release are built on it by stdlib/pure/conventional.lua and commits.lua. */
#include <stdlib.h>

#include "bind/bind.h"
#include "bind/open.h"
#include "core/conventional.h"

struct options {
    bool strict_scope, tight, no_space, strict_footers, loose_footers;
    sw_list notes;
};

static const sw_field option_fields[] = {
    { "strict_scope", SW_ARG_BOOL, offsetof(struct options, strict_scope), false },
    { "tight", SW_ARG_BOOL, offsetof(struct options, tight), false },
    { "no_space", SW_ARG_BOOL, offsetof(struct options, no_space), false },
    { "strict_footers", SW_ARG_BOOL, offsetof(struct options, strict_footers), false },
    { "loose_footers", SW_ARG_BOOL, offsetof(struct options, loose_footers), false },
    { "notes", SW_ARG_LIST, offsetof(struct options, notes), false },
    { NULL, SW_ARG_TEXT, 0, false },
};

static void release_commit(void *commit)
{
    sw_conventional_release(commit);
}

static void set_span(lua_State *L, const char *key, sw_span span)
{
    if (!span.at)
        return;
    lua_pushlstring(L, span.at, span.len);
    lua_setfield(L, -2, key);
}

static void push_footers(lua_State *L, const sw_conventional *commit)
{
    lua_createtable(L, (int)commit->footer_count, 0);
    for (size_t i = 0; i < commit->footer_count; i++) {
        const sw_footer *footer = &commit->footers[i];
        lua_createtable(L, 0, 4);
        set_span(L, "token", footer->token);
        set_span(L, "value", footer->value);
        lua_pushstring(L, footer->hash ? " #" : ": ");
        lua_setfield(L, -2, "separator");
        if (footer->breaking)
            sw_set_bool(L, "breaking", true);
        lua_seti(L, -2, (lua_Integer)i + 1);
    }
}

static void push_commit(lua_State *L, const sw_conventional *commit)
{
    lua_createtable(L, 0, 7);
    set_span(L, "type", commit->type);
    set_span(L, "scope", commit->scope);
    set_span(L, "description", commit->description);
    set_span(L, "body", commit->body);
    sw_set_bool(L, "breaking", commit->breaking);
    if (commit->marked)
        sw_set_bool(L, "marked", true);
    push_footers(L, commit);
    lua_setfield(L, -2, "footers");
}

/* Line ends of Windows become LF; rare, so the copy does not matter. The copy stays on the stack. */
static sw_span push_with_lf(lua_State *L, sw_span text)
{
    luaL_Buffer copy;
    char *to = luaL_buffinitsize(L, &copy, text.len);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] != '\r' || i + 1 == text.len || text.at[i + 1] != '\n')
            to[len++] = text.at[i];
    luaL_pushresultsize(&copy, len);
    text.at = lua_tolstring(L, -1, &text.len);
    return text;
}

/* parse(message, { strict_scope, tight, no_space, strict_footers, loose_footers, notes })
 * -> commit | nil, err */
static int conventional_parse(lua_State *L)
{
    sw_span text;
    sw_arg_text(L, 1);
    text.at = lua_tolstring(L, 1, &text.len);
    struct options o = { 0 };
    if (!lua_isnoneornil(L, 2))
        sw_args_read(L, 2, option_fields, &o);
    unsigned flags = (o.strict_scope ? SW_CONVENTIONAL_STRICT_SCOPE : 0U)
                     | (o.tight ? SW_CONVENTIONAL_TIGHT : 0U) | (o.no_space ? SW_CONVENTIONAL_NO_SPACE : 0U)
                     | (o.strict_footers ? SW_CONVENTIONAL_STRICT_FOOTERS : 0U)
                     | (o.loose_footers ? SW_CONVENTIONAL_LOOSE_FOOTERS : 0U);
    if (memchr(text.at, '\r', text.len))
        text = push_with_lf(L, text);
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    sw_conventional *commit = sw_scope_block(L, scope, sizeof *commit, release_commit);
    int rc = sw_conventional_parse(commit, text.at, text.len, flags, o.notes.items, err);
    if (rc < 0)
        return sw_push_error(L, err);
    push_commit(L, commit);
    return 1;
}

int sw_open_conventional(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "parse", conventional_parse },
        { NULL, NULL },
    };
    luaL_newlib(L, functions);
    return 1;
}
