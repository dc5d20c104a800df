/* One poll loop for children and transfers. A job (core/process.h, core/http.h) lives in it from its
 * start to sw_job_release and advances only inside sw_loop_step. One loop per process, one thread.
 * Nothing of Lua is called from here: jobs keep their news until the binding takes them. */
#ifndef SW_CORE_LOOP_H
#define SW_CORE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/error.h"

typedef struct sw_job sw_job;

typedef struct sw_job_kind {
    void (*advance)(sw_job *job, int64_t now); /* its deadline has come */
    void (*cancel)(sw_job *job, bool at_once); /* asked to end; at_once: without grace */
    void (*release)(sw_job *job);              /* ends what still runs, frees everything */
    bool idle; /* only passes time: the first signal ends it already */
} sw_job_kind;

struct sw_job {
    const sw_job_kind *kind;
    const void *face;    /* the binding's; core does not look at it */
    sw_job *before, *next;
    int64_t deadline;    /* milliseconds of sw_loop_now; 0: none */
    bool done;
    bool news;           /* output or progress waits to be taken */
    int rc;              /* once done: 0, or a negative code with `err` */
    sw_error err;
};

void sw_job_add(sw_job *job); /* by the kind's start function, after it filled the job */
void sw_job_cancel(sw_job *job); /* no effect once done */
void sw_job_release(sw_job *job); /* NULL is allowed */
sw_job *sw_job_first(void); /* all living jobs, newest first; NULL at the end */

/* A job that is done after so many milliseconds, or at the first signal. Owned by the caller. */
int sw_pause_start(sw_job **out, int64_t milliseconds, sw_error *err);

/* A descriptor the loop waits for, inside a job. */
typedef struct sw_watch {
    int fd; /* -1: none; owned by the watch once sw_watch_open succeeded */
    bool armed;
    sw_job *job;
    uint32_t events; /* EPOLLIN, EPOLLOUT */
    void (*ready)(struct sw_watch *watch, int64_t now);
} sw_watch;

int sw_watch_arm(sw_watch *watch, sw_error *err); /* starts waiting; nothing when it is armed */
void sw_watch_rest(sw_watch *watch);              /* stops waiting, keeps the descriptor */
void sw_watch_close(sw_watch *watch);             /* closes the descriptor */

int64_t sw_loop_now(void); /* CLOCK_MONOTONIC, milliseconds */

/* Waits once, at most `timeout` milliseconds (negative: no limit), until something happened, and lets
 * the jobs concerned advance. The second signal (core/interrupt.h) cancels every job, a third ends
 * them at once. Error: loop.failed. */
int sw_loop_step(int64_t timeout, sw_error *err);
/* Steps until `job` is done, whatever else advances. A signal cancels the job. */
int sw_loop_finish(sw_job *job, sw_error *err);
/* Releases every job and closes the loop; for the end of the program. */
void sw_loop_close(void);

/* How transfers take part (core/http.c): `wait` sleeps until its own sockets or `fd` are ready, and
 * returns 1 when `fd` is, else 0, or a negative code. */
typedef struct sw_loop_transfers {
    bool (*active)(void);
    int (*wait)(int fd, int timeout);
    void (*perform)(int64_t now);
    void (*close)(void);
} sw_loop_transfers;
void sw_loop_set_transfers(const sw_loop_transfers *transfers);

#endif
