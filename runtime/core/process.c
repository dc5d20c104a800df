#include "core/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/process_private.h"

enum {
    GRACE = 2000, /* between SIGTERM and SIGKILL, milliseconds */
    DRAIN = 500,  /* a grandchild may keep a pipe open: so long after the exit is it read */
    TICK = 20,    /* looking for the exit, where the kernel has no pidfd */
    STOP_TICK = 250 /* looking for Ctrl-Z of a child that has the terminal */
};

static sw_process *process_of(sw_job *job)
{
    return (sw_process *)job; /* its first member */
}

/* ---- the end ---- */

static void signal_group(const sw_process *process, int number)
{
    if (process->pid > 0)
        kill(-process->pid, number);
}

static void kill_group(sw_process *process)
{
    process->killed = true;
    signal_group(process, SIGKILL);
}

static void reap(sw_process *process)
{
    while (process->pid > 0 && waitpid(process->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    process->pid = 0;
}

/* The last lines a child wrote are what a person needs to see. */
static void add_cause(sw_process *process)
{
    const sw_buf *said = process->err.kept.len ? &process->err.kept : &process->out.kept;
    if (process->private_output || said->len == 0)
        return;
    size_t tail = said->len < 600 ? said->len : 600;
    sw_error_cause(&process->job.err, "%s", said->data + said->len - tail);
}

static void set_outcome(sw_process *process)
{
    sw_job *job = &process->job;
    if (!process->ending) {
        job->rc = 0;
    } else if (process->timeout_at == 0) {
        job->rc = sw_fail(&job->err, SW_E_CANCELLED, "process.cancelled", "%s was ended before it had finished",
            process->name);
    } else {
        job->rc = sw_fail(&job->err, SW_E_TIMEOUT, "process.timeout", "%s did not finish within %lld ms and was ended",
            process->name, (long long)process->timeout);
    }
    if (job->rc < 0)
        add_cause(process);
}

static void finish(sw_process *process)
{
    if (process->ending)
        kill_group(process); /* what is left of the group; its number is ours until the reaping */
    sw_stream_drain(process, &process->out); /* on a busy machine its time may be over before it was read */
    sw_stream_drain(process, &process->err);
    sw_stream_finish(process, &process->out);
    sw_stream_finish(process, &process->err);
    sw_watch_close(&process->in);
    sw_watch_close(&process->exit);
    reap(process);
    if (process->log_fd >= 0)
        close(process->log_fd);
    process->log_fd = -1;
    set_outcome(process);
    process->job.deadline = 0;
    process->job.done = true;
}

/* ---- the life ---- */

static void resume_after_stop(sw_process *process)
{
    sw_process_take_terminal(process);
    kill(0, SIGTSTP); /* as the terminal does to a foreground group; the shell continues it with fg */
    sw_process_give_terminal(process);
    signal_group(process, SIGCONT);
}

static void look_for_exit(sw_process *process, int64_t now)
{
    siginfo_t info = { .si_pid = 0 };
    int what = WEXITED | WNOHANG | WNOWAIT;
    if (process->exited)
        return;
    if (process->has_terminal && waitid(P_PID, (id_t)process->pid, &info, WSTOPPED | WNOHANG) == 0 && info.si_pid)
        resume_after_stop(process);
    info.si_pid = 0;
    if (waitid(P_PID, (id_t)process->pid, &info, what) < 0 || info.si_pid == 0)
        return;
    process->exited = true;
    process->ended = now;
    process->drain_at = now + DRAIN;
    process->signal = info.si_code == CLD_EXITED ? 0 : info.si_status;
    process->code = info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
    sw_watch_close(&process->exit);
    sw_process_take_terminal(process);
    if (process->ending)
        kill_group(process); /* the leader has gone: nobody is left to end the others in good order */
}

static void earliest(int64_t *deadline, int64_t at)
{
    if (at > 0 && (*deadline == 0 || at < *deadline))
        *deadline = at;
}

/* What is to be done now, and when to look again. */
static void settle(sw_process *process, int64_t now)
{
    if (process->job.done)
        return;
    bool open = process->out.watch.fd >= 0 || process->err.watch.fd >= 0;
    if (process->exited && (!open || (now >= process->drain_at && !process->paused))) {
        finish(process);
        return;
    }
    int64_t next = 0;
    if (process->exited && !process->paused)
        earliest(&next, process->drain_at);
    if (!process->exited && !process->ending)
        earliest(&next, process->timeout_at);
    if (process->ending && !process->killed)
        earliest(&next, process->kill_at);
    if (!process->exited && process->exit.fd < 0)
        earliest(&next, now + TICK);
    if (!process->exited && process->has_terminal)
        earliest(&next, now + STOP_TICK);
    process->job.deadline = next;
}

static void end_softly(sw_process *process, int64_t now)
{
    process->ending = true;
    process->kill_at = now + GRACE;
    signal_group(process, SIGTERM);
    signal_group(process, SIGCONT); /* a stopped child could not answer */
}

static void advance(sw_job *job, int64_t now)
{
    sw_process *process = process_of(job);
    look_for_exit(process, now);
    if (!process->exited && !process->ending && process->timeout_at > 0 && now >= process->timeout_at)
        end_softly(process, now);
    if (process->ending && !process->killed && now >= process->kill_at)
        kill_group(process);
    settle(process, now);
}

static void cancel(sw_job *job, bool at_once)
{
    sw_process *process = process_of(job);
    if (process->exited) {
        process->drain_at = sw_loop_now(); /* it had ended by itself: only its pipes were waited for */
        settle(process, process->drain_at);
        return;
    }
    if (!process->ending) {
        process->timeout_at = 0; /* cancelled, not late */
        end_softly(process, sw_loop_now());
    }
    if (at_once)
        kill_group(process);
    settle(process, sw_loop_now());
}

static void release(sw_job *job)
{
    sw_process *process = process_of(job);
    if (!job->done && process->pid > 0) {
        kill_group(process);
        reap(process);
        sw_process_take_terminal(process);
    }
    sw_stream_release(&process->out, process->private_output);
    sw_stream_release(&process->err, process->private_output);
    sw_watch_close(&process->in);
    sw_watch_close(&process->exit);
    if (process->log_fd >= 0)
        close(process->log_fd);
    if (process->input.data)
        explicit_bzero(process->input.data, process->input.cap);
    sw_buf_release(&process->input);
    sw_buf_release(&process->pieces);
    free(process->name);
    free(process);
}

static const sw_job_kind process_kind = { advance, cancel, release, false };

/* ---- readiness ---- */

static void exit_ready(sw_watch *watch, int64_t now)
{
    look_for_exit(process_of(watch->job), now);
    settle(process_of(watch->job), now);
}

static void out_ready(sw_watch *watch, int64_t now)
{
    sw_process *process = process_of(watch->job);
    sw_stream_read(process, &process->out);
    settle(process, now);
}

static void err_ready(sw_watch *watch, int64_t now)
{
    sw_process *process = process_of(watch->job);
    sw_stream_read(process, &process->err);
    settle(process, now);
}

static void in_ready(sw_watch *watch, int64_t now)
{
    (void)now;
    sw_process_write_input(process_of(watch->job));
}

/* ---- the start ---- */

/* A secret is copied in one piece, so that nothing of it stays behind in memory that was outgrown. */
static int copy_input(sw_process *process, const sw_process_options *options)
{
    sw_buf *input = &process->input;
    const sw_secret *secret = options->input_secret;
    int rc = 0;
    if (secret)
        rc = sw_buf_reserve(input, options->input_len + sw_secret_length(secret) + 2);
    if (rc == 0 && options->input)
        rc = sw_buf_add(input, options->input, options->input_len);
    if (rc == 0 && secret)
        rc = sw_buf_add(input, sw_secret_text(secret), sw_secret_length(secret));
    return rc == 0 && secret ? sw_buf_add(input, "\n", 1) : rc;
}

static sw_process *create(const sw_process_options *options)
{
    sw_process *process = calloc(1, sizeof *process);
    if (!process)
        return NULL;
    sw_job *job = &process->job;
    job->kind = &process_kind;
    process->out.watch = (sw_watch){ .fd = -1, .job = job, .events = EPOLLIN, .ready = out_ready };
    process->err.watch = (sw_watch){ .fd = -1, .job = job, .events = EPOLLIN, .ready = err_ready };
    process->in = (sw_watch){ .fd = -1, .job = job, .events = EPOLLOUT, .ready = in_ready };
    process->exit = (sw_watch){ .fd = -1, .job = job, .events = EPOLLIN, .ready = exit_ready };
    process->out.number = 1;
    process->err.number = 2;
    process->log_fd = -1;
    process->keep = options->keep;
    process->want_output = options->want_output;
    process->private_output = options->private_output;
    process->name = strdup(options->argv[0]);
    bool masked = !options->private_output && !options->hold;
    if (!process->name || copy_input(process, options) < 0
        || (masked && (sw_mask_open(&process->out.mask) < 0 || sw_mask_open(&process->err.mask) < 0))) {
        release(job);
        return NULL;
    }
    return process;
}

static int open_log(sw_process *process, const char *path, sw_error *err)
{
    if (!path)
        return 0;
    process->log_fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (process->log_fd < 0)
        return sw_fail_errno(err, errno, "process.log_failed", "cannot write %s", path);
    return 0;
}

static int arm(sw_process *process, sw_error *err)
{
    sw_watch *all[] = { &process->exit, &process->out.watch, &process->err.watch, &process->in };
    int rc = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all && rc == 0; i++)
        if (all[i]->fd >= 0)
            rc = sw_watch_arm(all[i], err);
    return rc;
}

int sw_process_start(sw_job **out, const sw_process_options *options, sw_error *err)
{
    *out = NULL;
    sw_process *process = create(options);
    if (!process)
        return sw_fail_nomem(err);
    sw_job_add(&process->job);
    process->started = sw_loop_now(); /* before the child can have begun */
    int rc = open_log(process, options->log, err);
    if (rc == 0)
        rc = sw_process_spawn(process, options, err);
    if (rc == 0)
        rc = arm(process, err);
    if (rc < 0) {
        sw_job_release(&process->job);
        return rc;
    }
    process->timeout = options->timeout;
    process->timeout_at = options->timeout > 0 ? process->started + options->timeout : 0;
    settle(process, sw_loop_now());
    *out = &process->job;
    return 0;
}

/* ---- what came of it ---- */

void sw_process_result_of(const sw_job *job, sw_process_result *result)
{
    const sw_process *process = (const sw_process *)job;
    *result = (sw_process_result){
        .code = process->code,
        .signal = process->signal,
        .out = &process->out.kept,
        .err = &process->err.kept,
        .ms = process->ended - process->started,
        .cut = process->out.cut || process->err.cut,
        .log_error = process->log_errno ? strerror(process->log_errno) : NULL,
    };
}

void sw_process_take_output(sw_job *job, sw_buf *out)
{
    sw_process *process = process_of(job);
    sw_buf taken = process->pieces;
    process->pieces = *out;
    *out = taken;
    job->news = false;
    if (!process->paused)
        return;
    process->paused = false;
    if (process->out.watch.fd >= 0)
        (void)sw_watch_arm(&process->out.watch, NULL);
    if (process->err.watch.fd >= 0)
        (void)sw_watch_arm(&process->err.watch, NULL);
    settle(process, sw_loop_now());
}
