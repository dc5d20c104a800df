/* door.git: commits one after the other: log, nearest_tag. */
#include <string.h>

#include "bind/bind_git.h"
#include "core/git_walk.h"

/* ---- values ---- */

void sw_push_utf8(lua_State *L, const char *at, size_t len, const sw_git_raw *raw)
{
    if (!raw->encoding && sw_git_is_utf8(at, len)) {
        lua_pushlstring(L, at ? at : "", len);
        return;
    }
    char *room = lua_newuserdatauv(L, sw_git_utf8_room(len), 0);
    lua_pushlstring(L, room, sw_git_utf8(room, at, len, raw->encoding, raw->encoding_len));
    lua_remove(L, -2);
}

void sw_push_signature(lua_State *L, const sw_git_signature *who, const sw_git_raw *raw)
{
    lua_createtable(L, 0, 4);
    sw_push_utf8(L, who->name, who->name_len, raw);
    lua_setfield(L, -2, "name");
    sw_push_utf8(L, who->email, who->email_len, raw);
    lua_setfield(L, -2, "email");
    sw_set_int(L, "time", who->time);
    sw_set_int(L, "offset", who->offset);
}

/* The message is on the top of the stack and stays there, so its bytes may be read. */
static void push_subject(lua_State *L)
{
    size_t len;
    const char *message = lua_tolstring(L, -1, &len), *one;
    if (len <= 4096) { /* nearly always */
        char room[4096];
        size_t first = sw_git_subject(&one, room, message, len);
        lua_pushlstring(L, one ? one : room, first);
        return;
    }
    char *room = lua_newuserdatauv(L, len, 0);
    size_t first = sw_git_subject(&one, room, message, len);
    lua_pushlstring(L, one ? one : room, first);
    lua_remove(L, -2);
}

static bool same_person(const sw_git_signature *a, const sw_git_signature *b)
{
    return a->time == b->time && a->offset == b->offset && a->name_len == b->name_len
           && a->email_len == b->email_len && memcmp(a->name, b->name, a->name_len) == 0
           && memcmp(a->email, b->email, a->email_len) == 0;
}

void sw_push_commit(lua_State *L, const char *oid, const sw_git_raw *raw)
{
    lua_createtable(L, 0, 7);
    lua_pushlstring(L, oid, SW_OID_HEX);
    lua_setfield(L, -2, "oid");
    lua_pushlstring(L, raw->tree, SW_OID_HEX);
    lua_setfield(L, -2, "tree");
    lua_createtable(L, (int)raw->parent_count, 0);
    for (size_t i = 0; i < raw->parent_count; i++) {
        lua_pushlstring(L, raw->parents + i * 48 + 7, SW_OID_HEX);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "parents");
    sw_push_signature(L, &raw->committer, raw);
    if (raw->author.name && raw->committer.name && same_person(&raw->author, &raw->committer))
        lua_pushvalue(L, -1); /* values are never changed: one table serves both */
    else
        sw_push_signature(L, &raw->author, raw);
    lua_setfield(L, -3, "author");
    lua_setfield(L, -2, "committer");
    sw_push_utf8(L, raw->message, raw->message_len, raw);
    push_subject(L);
    lua_setfield(L, -3, "subject");
    lua_setfield(L, -2, "message");
}

/* What a page of changes needs: a third of the work of a whole commit. */
void sw_push_brief(lua_State *L, const char *oid, const sw_git_raw *raw)
{
    lua_createtable(L, 0, 4);
    lua_pushlstring(L, oid, SW_OID_HEX);
    lua_setfield(L, -2, "oid");
    sw_push_utf8(L, raw->message, raw->message_len, raw);
    lua_setfield(L, -2, "message");
    sw_set_int(L, "time", raw->committer.time);
    sw_set_int(L, "parents", (int64_t)raw->parent_count);
}

/* ---- repo:log ---- */

static void release_log(void *log)
{
    sw_git_log_close(log);
}

static const luaL_Reg no_methods[] = { { NULL, NULL } };
const sw_handle_type sw_git_log_handle = { "slipway.log", release_log, no_methods };

static int log_next(lua_State *L)
{
    sw_git_log *log = sw_handle_check(L, lua_upvalueindex(1), &sw_git_log_handle);
    sw_error err; /* nothing is owned here: no scope, which would cost a tenth of a long walk */
    const char *oid;
    const sw_git_raw *raw;
    int rc = sw_git_log_next(log, &oid, &raw, &err);
    if (rc < 0) { /* in the middle of a loop there is no one to look at a second value */
        sw_push_error_value(L, &err);
        return lua_error(L);
    }
    if (rc == 0)
        lua_pushnil(L);
    else if (lua_toboolean(L, lua_upvalueindex(2)))
        sw_push_brief(L, oid, raw);
    else
        sw_push_commit(L, oid, raw);
    return 1;
}

static int repo_log(lua_State *L) /* repo:log{ from =, hide =, paths =, first_parent =, limit =, brief = } -> iterator */
{
    typedef struct {
        const char *from;
        sw_list hide, paths;
        bool first_parent, brief;
        int64_t limit;
    } args;
    static const sw_field fields[] = {
        { "brief", SW_ARG_BOOL, offsetof(args, brief), false },
        { "from", SW_ARG_TEXT, offsetof(args, from), true },
        { "hide", SW_ARG_LIST, offsetof(args, hide), false },
        { "paths", SW_ARG_LIST, offsetof(args, paths), false },
        { "first_parent", SW_ARG_BOOL, offsetof(args, first_parent), false },
        { "limit", SW_ARG_INT, offsetof(args, limit), false },
        { NULL, 0, 0, false },
    };
    args a = { 0 };
    sw_git *git = sw_check_git(L, 1);
    sw_args_read(L, 2, fields, &a);
    sw_scope *scope = sw_scope_open(L);
    sw_git_log_wish wish = { a.from, a.hide.items, a.paths.items, a.first_parent, a.limit };
    void **slot = sw_handle_new(L, &sw_git_log_handle);
    sw_git_log *log = NULL;
    if (sw_git_log_open(&log, git, &wish, sw_scope_error(scope)) < 0)
        return sw_push_error(L, sw_scope_error(scope));
    *slot = log;
    lua_pushboolean(L, a.brief);
    lua_pushcclosure(L, log_next, 2);
    return 1;
}

/* ---- repo:nearest_tag ---- */

static void release_nearest(void *memory)
{
    sw_git_nearest_close(*(sw_git_nearest **)memory);
}

/* Asks Lua about every name; nothing of core runs meanwhile. */
static void ask(lua_State *L, int accept, const sw_texts *names, bool *answers)
{
    for (size_t i = 0; i < names->count; i++) {
        lua_pushvalue(L, accept);
        lua_pushstring(L, names->items[i]);
        lua_call(L, 1, 1);
        answers[i] = lua_toboolean(L, -1);
        lua_pop(L, 1);
    }
}

static int push_nearest(lua_State *L, const sw_git_nearest *search)
{
    sw_git_nearest_tag found;
    if (sw_git_nearest_found(&found, search) == 0) {
        lua_pushnil(L);
        return 1;
    }
    lua_createtable(L, 0, 4);
    sw_set_text(L, "name", found.names->items[0]);
    sw_set_text(L, "commit", found.commit);
    if (found.distance >= 0)
        sw_set_int(L, "distance", found.distance);
    lua_createtable(L, (int)found.names->count - 1, 0);
    for (size_t i = 1; i < found.names->count; i++) {
        lua_pushstring(L, found.names->items[i]);
        lua_rawseti(L, -2, (lua_Integer)i);
    }
    lua_setfield(L, -2, "others");
    return 1;
}

static int repo_nearest_tag(lua_State *L) /* repo:nearest_tag{ from =, accept = } -> table | nil | nil, err */
{
    typedef struct {
        const char *from;
        int accept;
    } args;
    static const sw_field fields[] = {
        { "from", SW_ARG_TEXT, offsetof(args, from), true },
        { "accept", SW_ARG_CALL, offsetof(args, accept), true },
        { NULL, 0, 0, false },
    };
    args a = { 0 };
    sw_git *git = sw_check_git(L, 1);
    sw_args_read(L, 2, fields, &a);
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    sw_git_nearest **search = sw_scope_block(L, scope, sizeof *search, release_nearest);
    const sw_texts *names;
    int rc = sw_git_nearest_open(search, git, a.from, err);
    while (rc == 0 && (rc = sw_git_nearest_next(*search, &names, err)) > 0) {
        bool *answers = lua_newuserdatauv(L, names->count * sizeof *answers, 0);
        ask(L, a.accept, names, answers);
        rc = sw_git_nearest_answer(*search, answers);
        if (rc < 0)
            sw_fail_nomem(err);
        lua_pop(L, 1);
    }
    return rc < 0 ? sw_push_error(L, err) : push_nearest(L, *search);
}

const luaL_Reg sw_git_log_methods[] = {
    { "log", repo_log }, { "nearest_tag", repo_nearest_tag }, { NULL, NULL }
};
