/* door.page: changes as Markdown. A style is made once and used for many releases. */
#include "bind/bind_page.h"

#include <string.h>

#include "bind/open.h"

static const char style_name[] = "slipway.page_style";

typedef struct style_box {
    sw_page_style style;
    sw_page_links links;
} style_box;

const sw_page_style *sw_check_style(lua_State *L, int index)
{
    return &((style_box *)luaL_checkudata(L, index, style_name))->style;
}

/* ---- reading tables ---- */

/* The text of a field of the table at the top; absent when it is none. Borrowed from the table. */
static sw_span text_field(lua_State *L, const char *key)
{
    sw_span text = { 0 };
    if (lua_getfield(L, -1, key) == LUA_TSTRING)
        text.at = lua_tolstring(L, -1, &text.len);
    lua_pop(L, 1);
    return text;
}

static bool true_field(lua_State *L, const char *key)
{
    lua_getfield(L, -1, key);
    bool yes = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return yes;
}

/* Keeps the text on the top of the stack alive with the style at `box`; pops it. */
static sw_span keep(lua_State *L, int box)
{
    sw_span text;
    luaL_checktype(L, -1, LUA_TSTRING);
    text.at = lua_tolstring(L, -1, &text.len);
    lua_getiuservalue(L, box, 1);
    lua_pushvalue(L, -2);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    lua_pop(L, 2);
    return text;
}

static size_t count_types(lua_State *L, int groups)
{
    size_t count = 0;
    for (lua_Integer i = 1; lua_geti(L, groups, i) == LUA_TTABLE; i++) {
        lua_getfield(L, -1, "types");
        luaL_checktype(L, -1, LUA_TTABLE);
        count += lua_rawlen(L, -1);
        lua_pop(L, 2);
    }
    lua_pop(L, 1);
    return count;
}

/* A type stands in the first group that lists it. */
static void read_types(lua_State *L, int box, sw_page_type *types, size_t *count, uint32_t group)
{
    lua_getfield(L, -1, "types");
    for (lua_Integer i = 1; lua_geti(L, -1, i) == LUA_TSTRING; i++) {
        luaL_Buffer lower;
        size_t len;
        const char *name = lua_tolstring(L, -1, &len);
        char *to = luaL_buffinitsize(L, &lower, len);
        for (size_t c = 0; c < len; c++)
            to[c] = sw_lower(name[c]);
        luaL_pushresultsize(&lower, len);
        types[*count] = (sw_page_type){ keep(L, box), group };
        (*count)++;
        lua_pop(L, 1);
    }
    lua_pop(L, 2);
}

static void read_groups(lua_State *L, int box, int groups, style_box *style)
{
    size_t count = lua_rawlen(L, groups), type_count = count_types(L, groups);
    sw_page_group *list = lua_newuserdatauv(L, (count + 1) * sizeof *list, 0);
    lua_setiuservalue(L, box, 2);
    sw_page_type *types = lua_newuserdatauv(L, (type_count + 1) * sizeof *types, 0);
    lua_setiuservalue(L, box, 3);
    style->style.groups = list;
    style->style.types = types;
    for (size_t i = 0; i < count; i++) {
        lua_geti(L, groups, (lua_Integer)i + 1);
        list[i].hidden = true_field(L, "hidden");
        lua_getfield(L, -1, "title");
        list[i].title = keep(L, box);
        read_types(L, box, types, &style->style.type_count, (uint32_t)i);
        lua_pop(L, 1);
        style->style.group_count = i + 1;
    }
}

static void read_links(lua_State *L, int box, int links, style_box *style)
{
    static const char *const names[SW_LINKS] = { "commit", "compare", "issue", "other_issue", "user", "tag" };
    for (int i = 0; i < SW_LINKS; i++) {
        if (lua_getfield(L, links, names[i]) != LUA_TSTRING) {
            lua_pop(L, 1);
            continue;
        }
        sw_span text = keep(L, box);
        if (!sw_page_address_read(&style->links.to[i], text.at, text.len))
            luaL_error(L, "links.%s: an address holds names in double braces, nothing else: %s", names[i], text.at);
    }
    style->style.links = &style->links;
}

static int page_style(lua_State *L) /* style{ conventional =, groups =, links = } -> style */
{
    typedef struct {
        bool conventional;
        int groups, links;
    } args;
    static const sw_field fields[] = {
        { "conventional", SW_ARG_BOOL, offsetof(args, conventional), false },
        { "groups", SW_ARG_TABLE, offsetof(args, groups), true },
        { "links", SW_ARG_TABLE, offsetof(args, links), false },
        { NULL, 0, 0, false },
    };
    args a = { 0 };
    sw_args_read(L, 1, fields, &a);
    style_box *style = lua_newuserdatauv(L, sizeof *style, 3);
    memset(style, 0, sizeof *style);
    luaL_setmetatable(L, style_name);
    int box = lua_gettop(L);
    lua_newtable(L);
    lua_setiuservalue(L, box, 1);
    style->style.conventional = a.conventional;
    read_groups(L, box, a.groups, style);
    if (a.links)
        read_links(L, box, a.links, style);
    lua_settop(L, box);
    return 1;
}

/* ---- one change ---- */

static enum sw_change_kind kind_of(sw_span kind)
{
    static const struct {
        const char *name;
        enum sw_change_kind kind;
    } kinds[] = { { "change", SW_CHANGE }, { "merge", SW_CHANGE_MERGE }, { "fixup", SW_CHANGE_FIXUP }, { "revert", SW_CHANGE_REVERT } };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (sw_span_is(kind, kinds[i].name))
            return kinds[i].kind;
    return SW_CHANGE_OTHER;
}

/* The footers go to a userdata that is left below the change. */
static void read_footers(lua_State *L, sw_change *out)
{
    if (lua_getfield(L, -1, "footers") != LUA_TTABLE || lua_rawlen(L, -1) == 0) {
        lua_pop(L, 1);
        return;
    }
    size_t count = lua_rawlen(L, -1);
    sw_footer *list = lua_newuserdatauv(L, count * sizeof *list, 0);
    lua_insert(L, -3);
    for (size_t i = 0; i < count; i++) {
        lua_geti(L, -1, (lua_Integer)i + 1);
        luaL_checktype(L, -1, LUA_TTABLE);
        list[i] = (sw_footer){ .token = text_field(L, "token"), .value = text_field(L, "value"),
                               .hash = sw_span_is(text_field(L, "separator"), " #"),
                               .breaking = true_field(L, "breaking") };
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    out->footers = list;
    out->footer_count = count;
}

void sw_read_change(lua_State *L, sw_change *out)
{
    memset(out, 0, offsetof(sw_change, few));
    out->many = NULL;
    luaL_checktype(L, -1, LUA_TTABLE);
    out->kind = kind_of(text_field(L, "kind"));
    out->conforms = true_field(L, "conforms");
    out->breaking = true_field(L, "breaking");
    out->oid = text_field(L, "oid");
    out->message = text_field(L, "message");
    out->subject = text_field(L, "subject");
    if (!out->subject.at)
        out->subject = (sw_span){ "", 0 };
    if (!out->message.at)
        out->message = out->subject;
    out->type = text_field(L, "type");
    out->scope = text_field(L, "scope");
    out->description = text_field(L, "description");
    out->body = text_field(L, "body");
    out->fixes = text_field(L, "fixes");
    out->reverts_subject = text_field(L, "reverts_subject");
    int top = lua_gettop(L);
    if (lua_getfield(L, top, "reverts") == LUA_TTABLE) {
        for (lua_Integer i = 1; out->revert_count < SW_CHANGE_REVERTS && lua_geti(L, -1, i) == LUA_TSTRING; i++) {
            sw_span *hash = &out->reverts[out->revert_count++];
            hash->at = lua_tolstring(L, -1, &hash->len);
            lua_pop(L, 1);
        }
    }
    lua_settop(L, top);
    read_footers(L, out);
}

/* ---- one release ---- */

static void release_page(void *memory)
{
    sw_page_close(*(sw_page **)memory);
}

void sw_read_people(lua_State *L, sw_page_about *about)
{
    if (!lua_istable(L, -1) || lua_rawlen(L, -1) == 0)
        return;
    int list = lua_gettop(L);
    size_t count = lua_rawlen(L, list);
    sw_page_person *people = lua_newuserdatauv(L, count * sizeof *people, 0);
    for (size_t i = 0; i < count; i++) {
        lua_geti(L, list, (lua_Integer)i + 1);
        luaL_checktype(L, -1, LUA_TTABLE);
        people[i] = (sw_page_person){ text_field(L, "name"), true_field(L, "first") };
        lua_pop(L, 1);
    }
    about->people = people;
    about->people_count = count;
}

typedef struct making {
    sw_page *page;
    sw_page_about about;
    sw_scope *scope;
} making;

/* style, { version =, tag =, date =, previous =, notes =, changes = { Change, … }, contributors = { { name =, first = }, … } } */
static int make_page(lua_State *L, making *m)
{
    const sw_page_style *style = sw_check_style(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    m->about = (sw_page_about){ .version = text_field(L, "version"), .tag = text_field(L, "tag"), .date = text_field(L, "date"),
                                .previous = text_field(L, "previous"), .notes = text_field(L, "notes") };
    lua_getfield(L, 2, "contributors");
    sw_read_people(L, &m->about);
    lua_getfield(L, 2, "changes");
    luaL_checktype(L, -1, LUA_TTABLE);
    int changes = lua_gettop(L);
    m->scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(m->scope);
    sw_page **page = sw_scope_block(L, m->scope, sizeof *page, release_page);
    sw_change *change = sw_scope_block(L, m->scope, sizeof *change, NULL);
    int rc = sw_page_open(page, style, m->about.version.at, err);
    lua_Integer count = (lua_Integer)lua_rawlen(L, changes);
    for (lua_Integer i = 1; rc == 0 && i <= count; i++) {
        int top = lua_gettop(L);
        lua_geti(L, changes, i);
        sw_read_change(L, change);
        rc = sw_page_add(*page, change, err);
        lua_settop(L, top);
    }
    if (rc == 0)
        rc = sw_page_arrange(*page, err);
    m->page = *page;
    return rc;
}

static int page_section(lua_State *L) /* section(style, release) -> text */
{
    making m;
    int rc = make_page(L, &m);
    sw_buf *text = sw_scope_buf(L, m.scope);
    if (rc == 0)
        rc = sw_page_lay_out(text, m.page, &m.about, sw_scope_error(m.scope));
    return rc < 0 ? sw_push_error(L, sw_scope_error(m.scope)) : sw_push_buf(L, text);
}

static void set_span(lua_State *L, const char *key, sw_span text)
{
    if (text.at)
        lua_pushlstring(L, text.at, text.len);
    else
        lua_pushboolean(L, false);
    lua_setfield(L, -2, key);
}

static sw_span piece(const sw_page *page, uint32_t at, uint32_t len)
{
    return (sw_span){ sw_page_text(page) + at, len };
}

static void push_entry(lua_State *L, const sw_page *page, uint32_t index)
{
    sw_page_entry entry;
    sw_page_entry_at(&entry, page, index);
    lua_createtable(L, 0, 8);
    set_span(L, "text", piece(page, entry.type + entry.type_len, entry.tail + entry.tail_len - entry.type - entry.type_len));
    set_span(L, "scope", entry.scope_len ? piece(page, entry.scope, entry.scope_len) : (sw_span){ 0 });
    set_span(L, "type", entry.type_len ? piece(page, entry.type, entry.type_len) : (sw_span){ 0 });
    set_span(L, "description", piece(page, entry.shown, entry.shown_len));
    set_span(L, "tail", piece(page, entry.tail, entry.tail_len));
    sw_set_bool(L, "breaking", entry.breaking);
    sw_set_text(L, "oid", entry.oid);
    lua_pushlstring(L, entry.oid, strnlen(entry.oid, 7));
    lua_setfield(L, -2, "hash");
}

static void push_groups(lua_State *L, const sw_page *page)
{
    sw_span title;
    const uint32_t *entries;
    size_t count;
    lua_newtable(L);
    for (size_t g = 0; sw_page_group_at(&title, &entries, &count, page, g); g++) {
        lua_createtable(L, 0, 2);
        set_span(L, "title", title);
        lua_createtable(L, (int)count, 0);
        for (size_t i = 0; i < count; i++) {
            push_entry(L, page, entries[i]);
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
        lua_setfield(L, -2, "changes");
        lua_rawseti(L, -2, (lua_Integer)g + 1);
    }
}

static void push_breaking(lua_State *L, const sw_page *page)
{
    sw_span text, scope;
    lua_newtable(L);
    for (size_t i = 0; sw_page_breaking_at(&text, &scope, page, i); i++) {
        lua_createtable(L, 0, 2);
        set_span(L, "text", text);
        set_span(L, "scope", scope.len ? scope : (sw_span){ 0 });
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

void sw_push_page(lua_State *L, const sw_page *page, const sw_page_about *about, const sw_buf *address)
{
    lua_createtable(L, 0, 10);
    set_span(L, "version", about->version);
    set_span(L, "tag", about->tag);
    set_span(L, "date", about->date);
    set_span(L, "previous", about->previous);
    set_span(L, "notes", about->notes);
    set_span(L, "address", address->len ? (sw_span){ address->data, address->len } : (sw_span){ 0 });
    push_groups(L, page);
    sw_set_bool(L, "empty", lua_rawlen(L, -1) == 0 && !about->notes.at);
    lua_setfield(L, -2, "groups");
    push_breaking(L, page);
    lua_setfield(L, -2, "breaking");
    lua_createtable(L, (int)about->people_count, 0);
    for (size_t i = 0; i < about->people_count; i++) {
        lua_createtable(L, 0, 2);
        set_span(L, "name", about->people[i].name);
        sw_set_bool(L, "first", about->people[i].first);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "contributors");
}

static int page_describe(lua_State *L) /* describe(style, release) -> table for templates */
{
    making m;
    int rc = make_page(L, &m);
    sw_buf *address = sw_scope_buf(L, m.scope);
    if (rc == 0 && sw_page_heading_address(address, m.page, &m.about) < 0)
        rc = sw_fail_nomem(sw_scope_error(m.scope));
    if (rc < 0)
        return sw_push_error(L, sw_scope_error(m.scope));
    sw_push_page(L, m.page, &m.about, address);
    return 1;
}

/* ---- texts ---- */

static const sw_page_links *links_at(lua_State *L, int index)
{
    return lua_isnoneornil(L, index) ? NULL : sw_check_style(L, index)->links;
}

static int page_line(lua_State *L) /* line(text, style?) -> text; with a style issues and people are linked */
{
    sw_span text = { 0 };
    sw_arg_text(L, 1);
    text.at = lua_tolstring(L, 1, &text.len);
    const sw_page_links *links = links_at(L, 2);
    bool linked = !lua_isnoneornil(L, 2);
    sw_scope *scope = sw_scope_open(L);
    sw_buf *out = sw_scope_buf(L, scope);
    if (sw_page_line(out, text, linked, links) < 0)
        return luaL_error(L, "out of memory");
    return sw_push_buf(L, out);
}

static int page_block(lua_State *L) /* block(text, style?, indent?) -> text */
{
    sw_span text = { 0 };
    sw_arg_text(L, 1);
    text.at = lua_tolstring(L, 1, &text.len);
    const sw_page_links *links = links_at(L, 2);
    const char *indent = luaL_optstring(L, 3, "");
    sw_scope *scope = sw_scope_open(L);
    sw_buf *out = sw_scope_buf(L, scope);
    if (sw_page_block(out, text, indent, links) < 0)
        return luaL_error(L, "out of memory");
    return sw_push_buf(L, out);
}

int sw_open_page(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "style", page_style }, { "section", page_section }, { "describe", page_describe },
        { "line", page_line },   { "block", page_block },     { NULL, NULL },
    };
    luaL_newmetatable(L, style_name);
    lua_pushliteral(L, "locked");
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
    luaL_newlib(L, functions);
    return 1;
}
