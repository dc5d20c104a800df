#include "core/loop.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "core/interrupt.h"

static sw_job *jobs;
static int epoll_fd = -1;
static bool signals_armed;
static const sw_loop_transfers *transfers;

int64_t sw_loop_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- jobs ---- */

void sw_job_add(sw_job *job)
{
    sw_interrupt_watch();
    job->before = NULL;
    job->next = jobs;
    if (jobs)
        jobs->before = job;
    jobs = job;
}

void sw_job_cancel(sw_job *job)
{
    if (!job->done)
        job->kind->cancel(job, false);
}

void sw_job_release(sw_job *job)
{
    if (!job)
        return;
    if (job->before)
        job->before->next = job->next;
    else
        jobs = job->next;
    if (job->next)
        job->next->before = job->before;
    job->kind->release(job);
}

sw_job *sw_job_first(void)
{
    return jobs;
}

/* ---- pauses ---- */

static void end_pause(sw_job *job)
{
    job->deadline = 0;
    job->done = true;
}

static void advance_pause(sw_job *job, int64_t now)
{
    (void)now;
    end_pause(job);
}

static void cancel_pause(sw_job *job, bool at_once)
{
    (void)at_once;
    end_pause(job);
}

static void release_pause(sw_job *job)
{
    free(job);
}

int sw_pause_start(sw_job **out, int64_t milliseconds, sw_error *err)
{
    static const sw_job_kind pause_kind = { advance_pause, cancel_pause, release_pause, true };
    *out = calloc(1, sizeof **out);
    if (!*out)
        return sw_fail_nomem(err);
    (*out)->kind = &pause_kind;
    (*out)->deadline = sw_loop_now() + (milliseconds > 0 ? milliseconds : 0);
    sw_job_add(*out);
    return 0;
}

void sw_loop_set_transfers(const sw_loop_transfers *with)
{
    transfers = with;
}

/* ---- descriptors ---- */

static int ready_epoll(sw_error *err)
{
    if (epoll_fd < 0)
        epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (epoll_fd < 0)
        return sw_fail_errno(err, errno, "loop.failed", "cannot open the poll loop");
    if (!signals_armed && sw_interrupt_fd() >= 0) {
        struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL };
        signals_armed = epoll_ctl(epoll_fd, EPOLL_CTL_ADD, sw_interrupt_fd(), &event) == 0;
    }
    return 0;
}

int sw_watch_arm(sw_watch *watch, sw_error *err)
{
    if (watch->armed)
        return 0;
    int rc = ready_epoll(err);
    if (rc < 0)
        return rc;
    struct epoll_event event = { .events = watch->events, .data.ptr = watch };
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, watch->fd, &event) < 0)
        return sw_fail_errno(err, errno, "loop.failed", "cannot wait for a descriptor");
    watch->armed = true;
    return 0;
}

void sw_watch_rest(sw_watch *watch)
{
    if (watch->armed)
        epoll_ctl(epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
    watch->armed = false;
}

void sw_watch_close(sw_watch *watch)
{
    if (watch->fd < 0)
        return;
    sw_watch_rest(watch);
    close(watch->fd);
    watch->fd = -1;
}

/* ---- the step ---- */

static int time_left(int64_t timeout, int64_t now)
{
    for (const sw_job *job = jobs; job; job = job->next) {
        if (job->done || job->deadline == 0)
            continue;
        int64_t left = job->deadline > now ? job->deadline - now : 0;
        if (timeout < 0 || left < timeout)
            timeout = left;
    }
    return timeout > INT_MAX ? INT_MAX : (int)timeout;
}

static void answer_signals(void)
{
    int count = sw_interrupt_count_once();
    for (sw_job *job = jobs; count > 0 && job; job = job->next)
        if (!job->done && (count > 1 || job->kind->idle))
            job->kind->cancel(job, count > 2);
}

/* A watch that an earlier one of the same batch has closed has descriptor -1. Jobs are never freed
 * inside a step, so its memory is still there. */
static void dispatch(struct epoll_event *events, int count, int64_t now)
{
    for (int i = 0; i < count; i++) {
        sw_watch *watch = events[i].data.ptr;
        if (!watch)
            sw_interrupt_quiet();
        else if (watch->fd >= 0 && watch->armed)
            watch->ready(watch, now);
    }
}

int sw_loop_step(int64_t timeout, sw_error *err)
{
    struct epoll_event events[64];
    int rc = ready_epoll(err);
    if (rc < 0)
        return rc;
    bool transferring = transfers && transfers->active();
    int wait = time_left(timeout, sw_loop_now());
    int ready = transferring ? transfers->wait(epoll_fd, wait) : 1;
    if (ready < 0)
        return sw_fail(err, SW_E_IO, "loop.failed", "waiting for transfers failed");
    int count = ready ? epoll_wait(epoll_fd, events, 64, transferring ? 0 : wait) : 0;
    if (count < 0 && errno != EINTR)
        return sw_fail_errno(err, errno, "loop.failed", "waiting failed");
    int64_t now = sw_loop_now();
    dispatch(events, count, now);
    if (transferring)
        transfers->perform(now);
    answer_signals();
    for (sw_job *job = jobs; job; job = job->next)
        if (!job->done && job->deadline != 0 && job->deadline <= now)
            job->kind->advance(job, now);
    return 0;
}

int sw_loop_finish(sw_job *job, sw_error *err)
{
    while (!job->done) {
        int rc = sw_loop_step(-1, err);
        if (rc < 0)
            return rc;
        if (sw_interrupt_fresh())
            sw_job_cancel(job);
    }
    if (job->rc < 0 && err)
        *err = job->err;
    return job->rc;
}

void sw_loop_close(void)
{
    while (jobs)
        sw_job_release(jobs);
    if (transfers)
        transfers->close();
    if (epoll_fd >= 0)
        close(epoll_fd);
    epoll_fd = -1;
    signals_armed = false;
}
