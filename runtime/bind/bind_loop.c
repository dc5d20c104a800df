/* door.loop: jobs as Lua sees them. Callbacks run here, after the core step has returned. */
#include "bind/bind.h"
#include "bind/bind_job.h"
#include "bind/open.h"
#include "core/interrupt.h"

#define JOBS "slipway.jobs" /* registry: job pointer -> handle, weak */

static void release(void *object)
{
    sw_job_release(object);
}

static const sw_handle_type job_type;

/* ---- handles ---- */

void sw_job_handle_new(lua_State *L, int callback)
{
    sw_handle_new(L, &job_type);
    if (callback)
        sw_handle_pin(L, -1, callback);
}

void sw_job_handle_fill(lua_State *L, int handle, sw_job *job, const sw_job_face *face)
{
    void **slot = lua_touserdata(L, handle);
    *slot = job;
    job->face = face;
    lua_getfield(L, LUA_REGISTRYINDEX, JOBS);
    lua_pushvalue(L, handle);
    lua_rawsetp(L, -2, job);
    lua_pop(L, 1);
}

/* ---- delivering ---- */

static void deliver(lua_State *L, sw_job *job)
{
    int top = lua_gettop(L);
    luaL_checkstack(L, 8, "delivery");
    lua_getfield(L, LUA_REGISTRYINDEX, JOBS);
    if (lua_rawgetp(L, -1, job) == LUA_TUSERDATA && lua_getiuservalue(L, -1, 1) == LUA_TFUNCTION) {
        int callback = lua_gettop(L);
        lua_pushcfunction(L, ((const sw_job_face *)job->face)->deliver);
        lua_pushlightuserdata(L, job);
        lua_pushvalue(L, callback);
        lua_call(L, 2, 0);
    } else {
        job->news = false; /* nobody listens any more */
    }
    lua_settop(L, top);
}

/* A callback may close jobs and start new ones, so the search begins again after each. */
static void deliver_all(lua_State *L)
{
    sw_job *job = sw_job_first();
    while (job) {
        if (job->news && job->face) {
            deliver(L, job);
            job = sw_job_first();
        } else {
            job = job->next;
        }
    }
}

/* One step of the loop, raising what only a broken system causes. */
static int step(lua_State *L) /* (timeout) */
{
    int64_t timeout = lua_tointeger(L, 1);
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    if (sw_loop_step(timeout, err) < 0) {
        sw_push_error_value(L, err);
        return lua_error(L);
    }
    deliver_all(L);
    return 0;
}

static void call_step(lua_State *L, int64_t timeout)
{
    lua_pushcfunction(L, step);
    lua_pushinteger(L, (lua_Integer)timeout);
    lua_call(L, 1, 0);
}

int sw_job_handle_finish(lua_State *L, int handle)
{
    sw_job *job = sw_handle_check(L, handle, &job_type);
    while (!job->done) {
        call_step(L, -1);
        job = sw_handle_check(L, handle, &job_type);
        if (sw_interrupt_fresh())
            sw_job_cancel(job);
    }
    deliver_all(L); /* what a cancellation flushed */
    job = sw_handle_check(L, handle, &job_type);
    return ((const sw_job_face *)job->face)->push_result(L, job);
}

/* ---- methods ---- */

static int job_done(lua_State *L) /* job:done() -> boolean */
{
    sw_job *job = sw_handle_check(L, 1, &job_type);
    lua_pushboolean(L, job->done);
    return 1;
}

static int job_result(lua_State *L) /* job:result() -> result | nil, err */
{
    sw_job *job = sw_handle_check(L, 1, &job_type);
    if (!job->done)
        return luaL_error(L, "this job is not done: wait for it with loop.wait");
    return ((const sw_job_face *)job->face)->push_result(L, job);
}

static int job_cancel(lua_State *L) /* job:cancel() */
{
    sw_job_cancel(sw_handle_check(L, 1, &job_type));
    return 0;
}

static const luaL_Reg methods[] = {
    { "done", job_done }, { "result", job_result }, { "cancel", job_cancel }, { NULL, NULL },
};
static const sw_handle_type job_type = { "slipway.job", release, methods };

/* ---- the door ---- */

/* A closed job counts as done. */
static lua_Integer count_done(lua_State *L, int list)
{
    lua_Integer done = 0, count = luaL_len(L, list);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_geti(L, list, i);
        luaL_checkudata(L, -1, job_type.name);
        const sw_job *job = sw_handle_test(L, -1, &job_type);
        done += !job || job->done;
        lua_pop(L, 1);
    }
    return done;
}

static int loop_wait(lua_State *L) /* loop.wait(jobs, timeout?) -> how many are done */
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_Integer timeout = luaL_optinteger(L, 2, -1);
    int64_t until = timeout < 0 ? 0 : sw_loop_now() + timeout;
    sw_interrupt_watch();
    lua_Integer done = count_done(L, 1);
    if (done > 0) { /* so that a caller who waits for all of them gets on */
        call_step(L, 0);
        done = count_done(L, 1);
    }
    bool endless = timeout < 0 && luaL_len(L, 1) == 0; /* nothing could end it */
    while (done == 0 && !endless && !sw_interrupt_fresh()) {
        int64_t left = timeout < 0 ? -1 : until - sw_loop_now();
        call_step(L, timeout >= 0 && left < 0 ? 0 : left);
        done = count_done(L, 1);
        if (timeout >= 0 && sw_loop_now() >= until)
            break;
    }
    lua_pushinteger(L, done);
    return 1;
}

static int push_pause(lua_State *L, sw_job *job)
{
    (void)job;
    lua_pushboolean(L, 1);
    return 1;
}

static int deliver_nothing(lua_State *L)
{
    (void)L;
    return 0;
}

static int loop_pause(lua_State *L) /* loop.pause(ms) -> job */
{
    static const sw_job_face pause_face = { push_pause, deliver_nothing };
    lua_Integer milliseconds = luaL_checkinteger(L, 1);
    sw_job_handle_new(L, 0);
    sw_job *job;
    if (sw_pause_start(&job, milliseconds, NULL) < 0)
        return luaL_error(L, "out of memory");
    sw_job_handle_fill(L, lua_gettop(L), job, &pause_face);
    return 1;
}

static int loop_interrupted(lua_State *L) /* loop.interrupted() -> signal number | nil */
{
    sw_interrupt_watch();
    int number = sw_interrupt_signal();
    if (number)
        lua_pushinteger(L, number);
    else
        lua_pushnil(L);
    return 1;
}

static int loop_resume(lua_State *L) /* loop.forget_interrupt() */
{
    (void)L;
    sw_interrupt_forget();
    return 0;
}

/* Its __gc runs when the state closes, after those of all jobs, which were born later. */
static int loop_close(lua_State *L)
{
    (void)L;
    sw_loop_close();
    return 0;
}

static void register_end(lua_State *L)
{
    lua_newuserdatauv(L, 0, 0);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, loop_close);
    lua_setfield(L, -2, "__gc");
    lua_setmetatable(L, -2);
    lua_setfield(L, LUA_REGISTRYINDEX, "slipway.loop");
}

void sw_loop_register(lua_State *L)
{
    if (lua_getfield(L, LUA_REGISTRYINDEX, JOBS) != LUA_TNIL) {
        lua_pop(L, 1);
        return;
    }
    lua_pop(L, 1);
    register_end(L);
    sw_handle_register(L, &job_type);
    lua_newtable(L);
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "v");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
    lua_setfield(L, LUA_REGISTRYINDEX, JOBS);
}

int sw_open_loop(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "wait", loop_wait },
        { "pause", loop_pause },
        { "interrupted", loop_interrupted },
        { "forget_interrupt", loop_resume },
        { NULL, NULL },
    };
    sw_loop_register(L);
    luaL_newlib(L, functions);
    return 1;
}
