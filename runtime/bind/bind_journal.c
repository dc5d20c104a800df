/* door.journal: the chained record of a run. Verifying happens in C; Lua gets only what it asks for. */
#include "bind/bind_secret.h"
#include "bind/json.h"
#include "bind/open.h"
#include "core/journal.h"
#include "core/mask.h"

static void release_journal(void *journal)
{
    sw_journal_close(journal);
}

static const sw_handle_type journal_type; /* below: it names the methods */

static sw_journal *check_journal(lua_State *L)
{
    return sw_handle_check(L, 1, &journal_type);
}

/* Pushes { seq, kind, time, body }; returns a negative code with nothing pushed. */
static int push_record(lua_State *L, const sw_journal *journal, const sw_journal_record *record, sw_buf *scratch,
                       sw_error *err)
{
    luaL_checkstack(L, 8, "journal");
    lua_createtable(L, 0, 4);
    sw_set_int(L, "seq", (int64_t)record->seq);
    sw_set_text(L, "kind", sw_journal_kind_name(record->kind));
    sw_set_int(L, "time", record->time);
    int rc = sw_json_push(L, sw_journal_body(journal, record), record->body_len, scratch, err);
    if (rc < 0) {
        lua_pop(L, 1);
        return rc;
    }
    lua_setfield(L, -2, "body");
    return 0;
}

typedef struct append_args {
    const char *kind;
    int body;
    int64_t time;
    bool sync;
} append_args;

static const sw_field append_fields[] = {
    { "kind", SW_ARG_TEXT, offsetof(append_args, kind), true },
    { "body", SW_ARG_TABLE, offsetof(append_args, body), true },
    { "time", SW_ARG_INT, offsetof(append_args, time), false },
    { "sync", SW_ARG_BOOL, offsetof(append_args, sync), false },
    { NULL, SW_ARG_TEXT, 0, false },
};

static int journal_append(lua_State *L) /* j:append{ kind, body, time?, sync? } -> record | nil, err */
{
    sw_journal *journal = check_journal(L);
    append_args a = { NULL, 0, -1, false };
    enum sw_journal_kind kind;
    sw_args_read(L, 2, append_fields, &a);
    if (sw_journal_kind_parse(&kind, a.kind, NULL) < 0)
        luaL_error(L, "field 'kind': '%s' is no kind of record", a.kind);
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    sw_buf *body = sw_scope_buf(L, scope);
    int rc = sw_canon_write(L, scope, a.body, 0, body);
    if (rc == 0 && sw_mask_concerns(body->data, body->len)) { /* no secret enters a journal */
        if (kind == SW_PLAN)
            return luaL_error(L, "a plan holds a secret");
        lua_pushvalue(L, a.body);
        sw_mask_value(L);
        sw_buf_clear(body);
        rc = sw_canon_write(L, scope, lua_gettop(L), 0, body);
    }
    if (rc == 0 && body->data[0] != '{')
        rc = sw_fail(err, SW_E_ARGUMENT, "journal.not_an_object", "the body of a record is a table with names, not a list");
    if (rc == 0)
        rc = sw_journal_append(journal, kind, body->data, body->len, a.time, a.sync, err);
    if (rc == 0)
        rc = push_record(L, journal, sw_journal_at(journal, sw_journal_count(journal) - 1), body, err);
    return rc < 0 ? sw_push_error(L, err) : 1;
}

typedef struct records_args {
    sw_list kinds;
    int64_t from;
} records_args;

static const sw_field records_fields[] = {
    { "kinds", SW_ARG_LIST, offsetof(records_args, kinds), false },
    { "from", SW_ARG_INT, offsetof(records_args, from), false },
    { NULL, SW_ARG_TEXT, 0, false },
};

/* A set of kinds as bits; all when the list is absent. */
static unsigned wanted_kinds(lua_State *L, const sw_list *kinds)
{
    unsigned wanted = 0;
    for (size_t i = 0; i < kinds->count; i++) {
        enum sw_journal_kind kind;
        if (sw_journal_kind_parse(&kind, kinds->items[i], NULL) < 0)
            luaL_error(L, "field 'kinds': '%s' is no kind of record", kinds->items[i]);
        wanted |= 1u << kind;
    }
    return kinds->items ? wanted : ~0u;
}

static void resume_collector(void *memory)
{
    lua_gc(*(lua_State **)memory, LUA_GCRESTART);
}

/* Until the scope ends. Everything made here is reachable, so a collection could free nothing: without
 * this a third of the time of reading 10,000 records goes into looking for garbage. */
static void pause_collector(lua_State *L, sw_scope *scope)
{
    lua_State **slot = sw_scope_block(L, scope, sizeof *slot, resume_collector);
    *slot = L;
    lua_gc(L, LUA_GCSTOP);
}

static int journal_records(lua_State *L) /* j:records([{ kinds?, from? }]) -> list | nil, err */
{
    const sw_journal *journal = check_journal(L);
    records_args a = { { NULL, 0 }, 1 };
    sw_args_read(L, 2, records_fields, &a);
    unsigned wanted = wanted_kinds(L, &a.kinds);
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    sw_buf *scratch = sw_scope_buf(L, scope);
    pause_collector(L, scope);
    lua_newtable(L);
    lua_Integer count = 0;
    size_t first = a.from > 1 ? (size_t)a.from - 1 : 0;
    for (size_t i = first; i < sw_journal_count(journal); i++) {
        const sw_journal_record *record = sw_journal_at(journal, i);
        if (!(wanted >> record->kind & 1))
            continue;
        if (push_record(L, journal, record, scratch, err) < 0)
            return sw_push_error(L, err);
        lua_rawseti(L, -2, ++count);
    }
    return 1;
}

static int journal_count(lua_State *L) /* j:count() -> records */
{
    lua_pushinteger(L, (lua_Integer)sw_journal_count(check_journal(L)));
    return 1;
}

static int journal_torn(lua_State *L) /* j:torn() -> bytes of a torn tail found at opening */
{
    lua_pushinteger(L, (lua_Integer)sw_journal_torn(check_journal(L)));
    return 1;
}

static int journal_head(lua_State *L) /* j:head() -> SHA-256 of the last line */
{
    lua_pushstring(L, sw_journal_head(check_journal(L)));
    return 1;
}

static int journal_reserve(lua_State *L) /* j:reserve(bytes) -> true | nil, err */
{
    sw_journal *journal = check_journal(L);
    lua_Integer bytes = luaL_checkinteger(L, 2);
    luaL_argcheck(L, bytes > 0, 2, "a positive number of bytes expected");
    sw_error *err = sw_scope_error(sw_scope_open(L));
    if (sw_journal_reserve(journal, (uint64_t)bytes, err) < 0)
        return sw_push_error(L, err);
    lua_pushboolean(L, 1);
    return 1;
}

static const luaL_Reg journal_methods[] = {
    { "append", journal_append }, { "records", journal_records }, { "count", journal_count },
    { "torn", journal_torn },     { "head", journal_head },       { "reserve", journal_reserve },
    { NULL, NULL },
};

static const sw_handle_type journal_type = { "slipway.journal", release_journal, journal_methods };

typedef struct open_args {
    const char *path;
    bool write;
} open_args;

static const sw_field open_fields[] = {
    { "path", SW_ARG_TEXT, offsetof(open_args, path), true },
    { "write", SW_ARG_BOOL, offsetof(open_args, write), false },
    { NULL, SW_ARG_TEXT, 0, false },
};

static const sw_field create_fields[] = {
    { "path", SW_ARG_TEXT, offsetof(open_args, path), true },
    { NULL, SW_ARG_TEXT, 0, false },
};

static int journal_create(lua_State *L) /* journal.create{ path } -> handle | nil, err */
{
    open_args a = { NULL, true };
    sw_args_read(L, 1, create_fields, &a);
    sw_error *err = sw_scope_error(sw_scope_open(L));
    void **slot = sw_handle_new(L, &journal_type);
    sw_journal *journal = NULL;
    if (sw_journal_create(&journal, a.path, err) < 0)
        return sw_push_error(L, err);
    *slot = journal;
    return 1;
}

static int journal_open(lua_State *L) /* journal.open{ path, write? } -> handle | nil, err */
{
    open_args a = { NULL, false };
    sw_args_read(L, 1, open_fields, &a);
    sw_error *err = sw_scope_error(sw_scope_open(L));
    void **slot = sw_handle_new(L, &journal_type);
    sw_journal *journal = NULL;
    if (sw_journal_open(&journal, a.path, a.write, err) < 0)
        return sw_push_error(L, err);
    *slot = journal;
    return 1;
}

int sw_open_journal(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "create", journal_create },
        { "open", journal_open },
        { NULL, NULL },
    };
    luaL_requiref(L, "door.json", sw_open_json, 0); /* bodies are decoded by it */
    lua_pop(L, 1);
    sw_handle_register(L, &journal_type);
    luaL_newlib(L, functions);
    return 1;
}
