/* door.process */
#include <string.h>

#include "bind/bind.h"
#include "bind/bind_job.h"
#include "bind/bind_secret.h"
#include "bind/open.h"
#include "core/process.h"
#include "core/program.h"

/* ---- the result and the news of a job ---- */

static int push_result(lua_State *L, sw_job *job)
{
    if (job->rc < 0)
        return sw_push_error(L, &job->err);
    sw_process_result result;
    sw_process_result_of(job, &result);
    lua_createtable(L, 0, 6);
    sw_set_int(L, "code", result.code);
    if (result.signal)
        sw_set_int(L, "signal", result.signal);
    sw_push_buf(L, result.out);
    lua_setfield(L, -2, "out");
    sw_push_buf(L, result.err);
    lua_setfield(L, -2, "err");
    sw_set_int(L, "ms", result.ms);
    if (result.cut)
        sw_set_bool(L, "cut", true);
    sw_set_text(L, "log_error", result.log_error);
    return 1;
}

static int deliver(lua_State *L) /* (job, on_output) */
{
    sw_job *job = lua_touserdata(L, 1);
    sw_scope *scope = sw_scope_open(L);
    sw_buf *pieces = sw_scope_buf(L, scope);
    sw_process_take_output(job, pieces); /* from here on the job may be closed by the callback */
    for (size_t at = 0; at < pieces->len;) {
        sw_process_piece piece;
        memcpy(&piece, pieces->data + at, sizeof piece);
        at += sizeof piece;
        lua_pushvalue(L, 2);
        lua_pushstring(L, piece.stream == 1 ? "out" : "err");
        lua_pushlstring(L, pieces->data + at, piece.len);
        lua_call(L, 2, 0);
        at += piece.len;
    }
    return 0;
}

static const sw_job_face process_face = { push_result, deliver };

/* ---- reading the options ---- */

typedef struct options {
    sw_list argv;
    const char *dir, *log, *input_file;
    int env, secrets, on_output, input_secret;
    bool clean, hold;
    sw_bytes input;
    int64_t timeout, keep;
} options;

static const sw_field fields[] = {
    { "argv", SW_ARG_LIST, offsetof(options, argv), true },
    { "dir", SW_ARG_TEXT, offsetof(options, dir), false },
    { "env", SW_ARG_TABLE, offsetof(options, env), false },
    { "secrets", SW_ARG_TABLE, offsetof(options, secrets), false },
    { "clean", SW_ARG_BOOL, offsetof(options, clean), false },
    { "input", SW_ARG_BYTES, offsetof(options, input), false },
    { "input_file", SW_ARG_TEXT, offsetof(options, input_file), false },
    { "input_secret", SW_ARG_TABLE, offsetof(options, input_secret), false },
    { "timeout", SW_ARG_INT, offsetof(options, timeout), false },
    { "on_output", SW_ARG_CALL, offsetof(options, on_output), false },
    { "keep", SW_ARG_INT, offsetof(options, keep), false },
    { "log", SW_ARG_TEXT, offsetof(options, log), false },
    { "hold", SW_ARG_BOOL, offsetof(options, hold), false },
    { NULL, 0, 0, false },
};

static size_t count_pairs(lua_State *L, int table)
{
    size_t count = 0;
    if (!table)
        return 0;
    lua_pushnil(L);
    while (lua_next(L, table)) {
        lua_pop(L, 1);
        count++;
    }
    return count;
}

/* Names and values stay alive through the tables they are borrowed from. */
static const char *variable_text(lua_State *L, int index, const char *what)
{
    size_t len;
    if (lua_type(L, index) != LUA_TSTRING)
        luaL_error(L, "field '%s': text expected, got %s", what, luaL_typename(L, index));
    const char *text = lua_tolstring(L, index, &len);
    if (strlen(text) != len)
        luaL_error(L, "field '%s': text holds a NUL byte", what);
    return text;
}

static size_t add_variables(lua_State *L, int table, bool secret, sw_variable *variables, size_t count)
{
    if (!table)
        return count;
    const char *what = secret ? "secrets" : "env";
    lua_pushnil(L);
    while (lua_next(L, table)) {
        sw_variable *variable = &variables[count++];
        variable->name = variable_text(L, -2, what);
        if (secret)
            variable->secret = sw_check_secret(L, -1);
        else
            variable->value = variable_text(L, -1, what);
        lua_pop(L, 1);
    }
    return count;
}

/* Leaves borrowed values on the stack; fills `core` with what they point to. */
static void read_options(lua_State *L, options *o, sw_process_options *core)
{
    memset(o, 0, sizeof *o);
    o->keep = 1 << 20;
    sw_args_read(L, 1, fields, o);
    if (o->argv.count == 0)
        luaL_error(L, "field 'argv': a program is missing");
    for (size_t i = 0; i < o->argv.count; i++) {
        lua_getfield(L, 1, "argv");
        lua_geti(L, -1, (lua_Integer)i + 1);
        variable_text(L, -1, "argv");
        lua_pop(L, 2);
    }
    luaL_argcheck(L, o->timeout >= 0, 1, "field 'timeout': it cannot be negative");
    luaL_argcheck(L, o->keep >= 0 && o->keep <= INT32_MAX, 1, "field 'keep': out of range");
    luaL_argcheck(L, !o->input_file || (!o->input.data && !o->input_secret), 1, "input_file alone, or input and input_secret");
    const sw_secret *input_secret = NULL;
    if (o->input_secret) {
        lua_geti(L, o->input_secret, 1);
        input_secret = sw_check_secret(L, -1);
    }
    size_t count = count_pairs(L, o->env) + count_pairs(L, o->secrets);
    sw_variable *variables = lua_newuserdatauv(L, (count + 1) * sizeof *variables, 0);
    memset(variables, 0, (count + 1) * sizeof *variables);
    count = add_variables(L, o->env, false, variables, 0);
    count = add_variables(L, o->secrets, true, variables, count);
    *core = (sw_process_options){
        .argv = o->argv.items,
        .dir = o->dir,
        .variables = variables,
        .variable_count = count,
        .clean = o->clean,
        .input = o->input.data,
        .input_len = o->input.len,
        .input_file = o->input_file,
        .input_secret = input_secret,
        .timeout = o->timeout,
        .keep = (size_t)o->keep,
        .log = o->log,
        .want_output = o->on_output != 0,
        .hold = o->hold,
    };
}

/* Pushes the handle of a started job and returns 0, or returns the number of pushed values. */
static int start(lua_State *L, bool closed_on_return)
{
    options o;
    sw_process_options core;
    read_options(L, &o, &core);
    sw_job_handle_new(L, o.on_output);
    int handle = lua_gettop(L);
    if (closed_on_return)
        lua_toclose(L, handle);
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    sw_job *job;
    if (sw_process_start(&job, &core, err) < 0)
        return sw_push_error(L, err);
    sw_job_handle_fill(L, handle, job, &process_face);
    lua_pushvalue(L, handle);
    return 0;
}

static int process_start(lua_State *L) /* process.start{…} -> job | nil, err */
{
    int failed = start(L, false);
    return failed ? failed : 1;
}

static int process_run(lua_State *L) /* process.run{…} -> result | nil, err */
{
    int failed = start(L, true);
    return failed ? failed : sw_job_handle_finish(L, lua_gettop(L));
}

static int process_which(lua_State *L) /* process.which(name) -> path | nil */
{
    const char *name = sw_arg_text(L, 1);
    sw_scope *scope = sw_scope_open(L);
    sw_buf *path = sw_scope_buf(L, scope);
    if (sw_program_find(path, name, NULL, NULL) < 0) {
        lua_pushnil(L);
        return 1;
    }
    return sw_push_buf(L, path);
}

int sw_open_process(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "start", process_start },
        { "run", process_run },
        { "which", process_which },
        { NULL, NULL },
    };
    sw_loop_register(L);
    luaL_newlib(L, functions);
    return 1;
}
