/* door.http */
#include <string.h>

#include "bind/bind.h"
#include "bind/bind_job.h"
#include "bind/bind_secret.h"
#include "bind/open.h"
#include "core/http.h"

/* ---- the answer and the news of a job ---- */

/* Names come one after the other; what is repeated is joined as RFC 9110 joins it. */
static void push_headers(lua_State *L, const sw_buf *headers)
{
    lua_newtable(L);
    for (size_t at = 0; at < headers->len;) {
        const char *name = headers->data + at;
        const char *value = name + strlen(name) + 1;
        if (lua_getfield(L, -1, name) == LUA_TSTRING)
            lua_pushfstring(L, "%s, %s", lua_tostring(L, -1), value);
        else
            lua_pushstring(L, value);
        lua_setfield(L, -3, name);
        lua_pop(L, 1);
        at = (size_t)(value - headers->data) + strlen(value) + 1;
    }
}

/* Lua gets the secret that the answer holds, never the text around it. */
static int push_secret(lua_State *L, sw_job *job)
{
    void **slot = sw_secret_handle_new(L);
    int handle = lua_gettop(L);
    sw_error *err = sw_scope_error(sw_scope_open(L));
    sw_secret *secret;
    if (sw_http_answer_secret(&secret, job, err) < 0)
        return sw_push_error(L, err);
    *slot = secret;
    lua_pushvalue(L, handle);
    return 1;
}

static int push_result(lua_State *L, sw_job *job)
{
    if (job->rc < 0) {
        sw_push_error(L, &job->err);
        sw_set_bool(L, "sent", sw_http_was_sent(job));
        return 2;
    }
    sw_http_answer answer;
    sw_http_answer_of(job, &answer);
    int held = answer.has_secret ? push_secret(L, job) : 0;
    if (held == 2)
        return 2;
    int secret = lua_gettop(L);
    lua_createtable(L, 0, 6);
    if (held) {
        lua_pushvalue(L, secret);
        lua_setfield(L, -2, "secret");
    }
    sw_set_int(L, "status", answer.status);
    push_headers(L, answer.headers);
    lua_setfield(L, -2, "headers");
    if (answer.body) {
        sw_push_buf(L, answer.body);
        lua_setfield(L, -2, "body");
    }
    sw_set_text(L, "sha256", answer.sha256);
    sw_set_int(L, "size", answer.size);
    sw_set_text(L, "url", answer.url);
    return 1;
}

static int deliver(lua_State *L) /* (job, on_progress) */
{
    int64_t sent, received;
    sw_http_take_progress(lua_touserdata(L, 1), &sent, &received);
    lua_pushvalue(L, 2);
    lua_pushinteger(L, (lua_Integer)sent);
    lua_pushinteger(L, (lua_Integer)received);
    lua_call(L, 2, 0);
    return 0;
}

static const sw_job_face http_face = { push_result, deliver };

/* ---- reading the request ---- */

typedef struct request {
    const char *method, *url, *body_file, *to_file, *ca_file;
    int secret_field;
    sw_bytes body;
    int headers, form, secret, on_progress;
    int64_t timeout, connect_timeout, idle_timeout, max_size, redirects;
} request;

static const sw_field fields[] = {
    { "method", SW_ARG_TEXT, offsetof(request, method), false },
    { "url", SW_ARG_TEXT, offsetof(request, url), false },
    { "headers", SW_ARG_TABLE, offsetof(request, headers), false },
    { "body", SW_ARG_BYTES, offsetof(request, body), false },
    { "body_file", SW_ARG_TEXT, offsetof(request, body_file), false },
    { "form", SW_ARG_TABLE, offsetof(request, form), false },
    { "to_file", SW_ARG_TEXT, offsetof(request, to_file), false },
    { "secret", SW_ARG_TABLE, offsetof(request, secret), false },
    { "secret_field", SW_ARG_TABLE, offsetof(request, secret_field), false },
    { "timeout", SW_ARG_INT, offsetof(request, timeout), false },
    { "connect_timeout", SW_ARG_INT, offsetof(request, connect_timeout), false },
    { "idle_timeout", SW_ARG_INT, offsetof(request, idle_timeout), false },
    { "max_size", SW_ARG_INT, offsetof(request, max_size), false },
    { "redirects", SW_ARG_INT, offsetof(request, redirects), false },
    { "ca_file", SW_ARG_TEXT, offsetof(request, ca_file), false },
    { "on_progress", SW_ARG_CALL, offsetof(request, on_progress), false },
    { NULL, 0, 0, false },
};

static const sw_field part_fields[] = {
    { "name", SW_ARG_TEXT, offsetof(sw_http_part, name), true },
    { "file", SW_ARG_TEXT, offsetof(sw_http_part, file), false },
    { "filename", SW_ARG_TEXT, offsetof(sw_http_part, filename), false },
    { "type", SW_ARG_TEXT, offsetof(sw_http_part, type), false },
    { "value", SW_ARG_BYTES, offsetof(sw_http_part, value), false },
    { NULL, 0, 0, false },
};

_Static_assert(offsetof(sw_http_part, value_len) - offsetof(sw_http_part, value) == offsetof(sw_bytes, len),
    "a part's value and its length lie like sw_bytes");

/* The texts stay alive through the table that was handed over. */
static const char *header_text(lua_State *L, int index)
{
    size_t len;
    if (lua_type(L, index) != LUA_TSTRING)
        luaL_error(L, "field 'headers': text expected, got %s", luaL_typename(L, index));
    const char *text = lua_tolstring(L, index, &len);
    if (strlen(text) != len)
        luaL_error(L, "field 'headers': text holds a NUL byte");
    return text;
}

static void read_headers(lua_State *L, int table, sw_http_options *core)
{
    size_t count = 0;
    if (!table)
        return;
    lua_pushnil(L);
    while (lua_next(L, table)) {
        lua_pop(L, 1);
        count++;
    }
    sw_http_header *headers = lua_newuserdatauv(L, (count + 1) * sizeof *headers, 0);
    lua_pushnil(L);
    while (lua_next(L, table)) {
        headers[core->header_count].name = header_text(L, -2);
        headers[core->header_count++].value = header_text(L, -1);
        lua_pop(L, 1);
    }
    core->headers = headers;
}

static void read_form(lua_State *L, int table, sw_http_options *core)
{
    if (!table)
        return;
    size_t count = (size_t)luaL_len(L, table);
    sw_http_part *parts = lua_newuserdatauv(L, (count + 1) * sizeof *parts, 0);
    memset(parts, 0, (count + 1) * sizeof *parts);
    for (size_t i = 0; i < count; i++) {
        lua_geti(L, table, (lua_Integer)i + 1);
        sw_args_read(L, -1, part_fields, &parts[i]);
        if (!parts[i].value == !parts[i].file)
            luaL_error(L, "field 'form': part '%s' needs a value or a file", parts[i].name);
        lua_pop(L, 1);
    }
    core->form = parts;
    core->form_count = count;
}

/* A field of the table on the top of the stack, which keeps the text alive; NULL when it is not there. */
static const char *table_text(lua_State *L, const char *name)
{
    lua_getfield(L, -1, name);
    const char *text = lua_isnil(L, -1) ? NULL : header_text(L, -1);
    lua_pop(L, 1);
    return text;
}

static const char *const secret_names[] = { "header", "prefix", "value", "place", "suffix", "user", NULL };
static const char *const field_names[] = { "name", "label", NULL };

static void refuse_unknown(lua_State *L, int table, const char *what, const char *const *known)
{
    lua_pushnil(L);
    while (lua_next(L, table)) {
        lua_pop(L, 1);
        const char *key = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "?";
        size_t i = 0;
        while (known[i] && strcmp(known[i], key) != 0)
            i++;
        if (!known[i])
            luaL_error(L, "field '%s': unknown field '%s'", what, key);
    }
}

static void read_secret(lua_State *L, int table, sw_http_options *core)
{
    if (!table)
        return;
    lua_getfield(L, table, "value");
    core->secret = sw_check_secret(L, -1);
    lua_pop(L, 1);
    refuse_unknown(L, table, "secret", secret_names);
    lua_pushvalue(L, table);
    const char *place = table_text(L, "place");
    core->secret_header = table_text(L, "header");
    core->secret_prefix = table_text(L, "prefix");
    core->secret_suffix = table_text(L, "suffix");
    core->secret_user = table_text(L, "user");
    lua_pop(L, 1);
    if (core->secret_user && core->secret_prefix)
        luaL_error(L, "field 'secret': a prefix or a user, not both");
    if (place && strcmp(place, "address") == 0)
        core->secret_place = SW_HTTP_ADDRESS;
    else if (place && strcmp(place, "body") == 0)
        core->secret_place = SW_HTTP_BODY;
    else if (place && strcmp(place, "header") != 0)
        luaL_error(L, "field 'secret': place is header, address or body, not '%s'", place);
    if (core->secret_place == SW_HTTP_HEADER && !core->secret_header)
        luaL_error(L, "field 'secret': the header is missing");
}

/* The address is one of the two, and the body comes from one place. */
static void check_secret_place(lua_State *L, const sw_http_options *core, bool has_body)
{
    bool address = core->secret && core->secret_place == SW_HTTP_ADDRESS;
    if (!core->url && !address)
        luaL_error(L, "field 'url' is missing");
    if (core->url && address)
        luaL_error(L, "field 'url': the address is the secret");
    if (has_body && core->secret && core->secret_place == SW_HTTP_BODY)
        luaL_error(L, "field 'body': the body is the secret");
}

static void read_secret_field(lua_State *L, int table, sw_http_options *core)
{
    if (!table)
        return;
    refuse_unknown(L, table, "secret_field", field_names);
    lua_pushvalue(L, table);
    core->answer_field = table_text(L, "name");
    core->answer_label = table_text(L, "label");
    lua_pop(L, 1);
    if (!core->answer_field || !core->answer_label)
        luaL_error(L, "field 'secret_field': name and label are needed");
}

static void check_number(lua_State *L, const char *name, int64_t value)
{
    if (value < 0)
        luaL_error(L, "field '%s': it cannot be negative", name);
}

/* Leaves borrowed values on the stack; fills `core` with what they point to. */
static void read_request(lua_State *L, request *r, sw_http_options *core)
{
    memset(r, 0, sizeof *r);
    r->timeout = -1;
    r->connect_timeout = 10000;
    r->idle_timeout = 30000;
    r->max_size = -1;
    r->redirects = 5;
    sw_args_read(L, 1, fields, r);
    bool file = r->to_file || r->body_file || r->form;
    if (r->timeout < 0)
        r->timeout = file ? 0 : 60000;
    if (r->max_size < 0)
        r->max_size = r->to_file ? 0 : 64 << 20;
    check_number(L, "connect_timeout", r->connect_timeout);
    check_number(L, "idle_timeout", r->idle_timeout);
    check_number(L, "redirects", r->redirects);
    if ((r->body.data != NULL) + (r->body_file != NULL) + (r->form != 0) > 1)
        luaL_error(L, "only one of the fields 'body', 'body_file' and 'form' can be given");
    *core = (sw_http_options){
        .method = r->method ? r->method : r->form ? "POST" : "GET",
        .url = r->url,
        .body = r->body.data,
        .body_len = r->body.len,
        .body_file = r->body_file,
        .to_file = r->to_file,
        .ca_file = r->ca_file,
        .user_agent = "slipway/" SLIPWAY_VERSION,
        .timeout = r->timeout,
        .connect_timeout = r->connect_timeout,
        .idle_timeout = r->idle_timeout,
        .max_size = r->max_size,
        .redirects = r->redirects,
        .want_progress = r->on_progress != 0,
    };
    read_headers(L, r->headers, core);
    read_form(L, r->form, core);
    read_secret(L, r->secret, core);
    read_secret_field(L, r->secret_field, core);
    check_secret_place(L, core, r->body.data || r->body_file || r->form);
}

/* Pushes the handle of a started job and returns 0, or returns the number of pushed values. */
static int start(lua_State *L, bool closed_on_return)
{
    request r;
    sw_http_options core;
    read_request(L, &r, &core);
    sw_job_handle_new(L, r.on_progress);
    int handle = lua_gettop(L);
    if (closed_on_return)
        lua_toclose(L, handle);
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    sw_job *job;
    if (sw_http_start(&job, &core, err) < 0) {
        sw_push_error(L, err);
        sw_set_bool(L, "sent", false);
        return 2;
    }
    sw_job_handle_fill(L, handle, job, &http_face);
    lua_pushvalue(L, handle);
    return 0;
}

static int http_start(lua_State *L) /* http.start{…} -> job | nil, err */
{
    int failed = start(L, false);
    return failed ? failed : 1;
}

static int http_request(lua_State *L) /* http.request{…} -> answer | nil, err */
{
    int failed = start(L, true);
    return failed ? failed : sw_job_handle_finish(L, lua_gettop(L));
}

static int http_escape(lua_State *L) /* http.escape(text) -> percent-encoded */
{
    luaL_checktype(L, 1, LUA_TSTRING);
    size_t len;
    const char *text = lua_tolstring(L, 1, &len);
    sw_scope *scope = sw_scope_open(L);
    sw_buf *out = sw_scope_buf(L, scope);
    if (sw_http_escape(out, text, len) < 0)
        return luaL_error(L, "out of memory");
    return sw_push_buf(L, out);
}

int sw_open_http(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "start", http_start },
        { "request", http_request },
        { "escape", http_escape },
        { NULL, NULL },
    };
    sw_loop_register(L);
    luaL_newlib(L, functions);
    return 1;
}
