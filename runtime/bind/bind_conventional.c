/* door.conventional: one commit message as a table. Custom headers, comments and what a commit means
 * for a release are built on it by stdlib/pure/conventional.lua and commits.lua. */
#include "bind/bind.h"
#include "bind/open.h"
#include "core/commit.h"
#include "core/conventional.h"

/* Nothing here is owned, so no scope is opened: this runs once for every commit of a history. */
enum { FEW_FOOTERS = 32 };

struct options {
    bool flags[5]; /* by the bits of enum sw_conventional_flags */
    bool brief;
    sw_list notes;
};

static const sw_field option_fields[] = {
    { "strict_scope", SW_ARG_BOOL, offsetof(struct options, flags[0]), false },
    { "tight", SW_ARG_BOOL, offsetof(struct options, flags[1]), false },
    { "no_space", SW_ARG_BOOL, offsetof(struct options, flags[2]), false },
    { "strict_footers", SW_ARG_BOOL, offsetof(struct options, flags[3]), false },
    { "loose_footers", SW_ARG_BOOL, offsetof(struct options, flags[4]), false },
    { "brief", SW_ARG_BOOL, offsetof(struct options, brief), false },
    { "notes", SW_ARG_LIST, offsetof(struct options, notes), false },
    { NULL, SW_ARG_TEXT, 0, false },
};

static void set_span(lua_State *L, const char *key, sw_span span)
{
    if (!span.at)
        return;
    lua_pushlstring(L, span.at, span.len);
    lua_setfield(L, -2, key);
}

static void push_footer(lua_State *L, const sw_footer *footer)
{
    lua_createtable(L, 0, 4);
    set_span(L, "token", footer->token);
    set_span(L, "value", footer->value);
    lua_pushstring(L, footer->hash ? " #" : ": ");
    lua_setfield(L, -2, "separator");
    if (footer->breaking)
        sw_set_bool(L, "breaking", true);
}

/* Does a footer say something about the next version? */
static bool decides(const sw_footer *footer)
{
    static const char release_as[] = "release-as";
    if (footer->breaking || footer->token.len != sizeof release_as - 1)
        return footer->breaking;
    for (size_t i = 0; i < footer->token.len; i++)
        if (sw_lower(footer->token.at[i]) != release_as[i])
            return false;
    return true;
}

static void push_footers(lua_State *L, const sw_conventional *commit, bool brief)
{
    lua_Integer count = 0;
    lua_createtable(L, brief ? 0 : (int)commit->footer_count, 0);
    for (size_t i = 0; i < commit->footer_count; i++) {
        if (brief && !decides(&commit->footers[i]))
            continue;
        push_footer(L, &commit->footers[i]);
        lua_seti(L, -2, ++count);
    }
}

/* Sets the parts on the table at the top. */
static void set_parts(lua_State *L, const sw_conventional *commit, bool brief)
{
    set_span(L, "scope", commit->scope);
    set_span(L, "description", commit->description);
    if (!brief)
        set_span(L, "body", commit->body);
    sw_set_bool(L, "breaking", commit->breaking);
    if (commit->marked)
        sw_set_bool(L, "marked", true);
    push_footers(L, commit, brief);
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

/* A message, its options and what was read; everything is borrowed, so no scope is needed. */
struct reading {
    sw_span text;
    struct options o;
    sw_footer few[FEW_FOOTERS];
    sw_conventional commit;
    sw_error err;
};

/* Reads arguments 1 and 2 and parses; returns the core's code. `flags` count where no options are. */
static int read_message(lua_State *L, struct reading *r, unsigned flags)
{
    sw_arg_text(L, 1);
    r->text.at = lua_tolstring(L, 1, &r->text.len);
    r->o = (struct options){ 0 };
    if (!lua_isnoneornil(L, 2)) {
        sw_args_read(L, 2, option_fields, &r->o);
        flags = 0;
    }
    if (memchr(r->text.at, '\r', r->text.len))
        r->text = push_with_lf(L, r->text);
    for (size_t i = 0; i < sizeof r->o.flags; i++)
        flags |= r->o.flags[i] ? 1U << i : 0U;
    r->commit = (sw_conventional){ .footers = r->few, .footer_room = FEW_FOOTERS };
    int rc = sw_conventional_parse(&r->commit, r->text.at, r->text.len, flags, r->o.notes.items, &r->err);
    size_t count = r->commit.footer_count;
    if (rc < 0 || count <= FEW_FOOTERS)
        return rc;
    sw_footer *room = lua_newuserdatauv(L, count * sizeof *room, 0); /* rare: room on the stack, and again */
    r->commit = (sw_conventional){ .footers = room, .footer_room = count };
    return sw_conventional_parse(&r->commit, r->text.at, r->text.len, flags, r->o.notes.items, &r->err);
}

/* parse(message, { strict_scope, tight, no_space, strict_footers, loose_footers, notes })
 * -> commit | nil, err */
static int conventional_parse(lua_State *L)
{
    struct reading r;
    if (read_message(L, &r, 0) < 0)
        return sw_push_error(L, &r.err);
    lua_createtable(L, 0, 7);
    set_span(L, "type", r.commit.type);
    set_parts(L, &r.commit, false);
    return 1;
}

static void set_lower(lua_State *L, const char *key, sw_span span)
{
    luaL_Buffer text;
    char *to = luaL_buffinitsize(L, &text, span.len);
    for (size_t i = 0; i < span.len; i++)
        to[i] = sw_lower(span.at[i]);
    luaL_pushresultsize(&text, span.len);
    lua_setfield(L, -2, key);
}

/* change(message, options) -> what the commit is, and its parts when it is conventional. Never fails:
 * what does not conform has a problem. Without options a body may be tight. `brief` leaves out body and footers that decide nothing. */
static int conventional_change(lua_State *L)
{
    static const char *const kinds[] = { "change", "fixup", "merge" };
    struct reading r;
    sw_commit_look look;
    int rc = read_message(L, &r, SW_CONVENTIONAL_TIGHT);
    sw_commit_look_at(&look, r.text.at, r.text.len);
    bool conforms = rc == 0 && look.kind != SW_COMMIT_FIXUP;
    lua_createtable(L, 0, 14);
    lua_pushvalue(L, 1);
    lua_setfield(L, -2, "message");
    set_span(L, "subject", look.subject);
    set_span(L, "fixes", look.fixes);
    lua_pushstring(L, conforms ? "change" : look.kind == SW_COMMIT_PLAIN ? "other" : kinds[look.kind]);
    lua_setfield(L, -2, "kind");
    sw_set_bool(L, "conforms", conforms);
    if (look.may_revert)
        sw_set_bool(L, "may_revert", true);
    if (conforms) {
        set_lower(L, "type", r.commit.type);
        set_parts(L, &r.commit, r.o.brief);
        return 1;
    }
    sw_set_bool(L, "breaking", false);
    lua_newtable(L);
    lua_setfield(L, -2, "footers");
    if (rc < 0)
        sw_set_text(L, "problem", r.err.message);
    set_span(L, "carries", look.carries);
    return 1;
}

int sw_open_conventional(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "parse", conventional_parse },
        { "change", conventional_change },
        { NULL, NULL },
    };
    luaL_newlib(L, functions);
    return 1;
}
