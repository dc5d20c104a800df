/* For the bindings of jobs (bind_process.c, bind_http.c): the slipway.Job handle and waiting. */
#ifndef SW_BIND_BIND_JOB_H
#define SW_BIND_BIND_JOB_H

#include <lua.h>

#include "core/loop.h"

typedef struct sw_job_face {
    /* The job is done: pushes its result, or nil and its error; returns how many values. */
    int (*push_result)(lua_State *L, sw_job *job);
    /* A Lua function of (job as light userdata, callback): takes the news from the job, then calls. */
    lua_CFunction deliver;
} sw_job_face;

/* Registers jobs and the end of the loop; every door of jobs calls it. */
void sw_loop_register(lua_State *L);

/* Pushes an empty handle that keeps the value at `callback` (0: none). Fill it with the started job. */
void sw_job_handle_new(lua_State *L, int callback);
void sw_job_handle_fill(lua_State *L, int handle, sw_job *job, const sw_job_face *face);
/* Waits for the job in the handle, advancing and delivering for all others; a signal cancels it. Then
 * pushes its result. The handle must be to-be-closed or owned by a caller. */
int sw_job_handle_finish(lua_State *L, int handle);

#endif
