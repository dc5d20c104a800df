#include "core/git_program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/secret.h"

extern char **environ;

/* What `git rev-parse --local-env-vars` names, but for the configuration given by -c, which is the
 * user's wish; and what a hook's surroundings add. LANGUAGE would undo LC_ALL. */
static const char *const dropped[] = {
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_OBJECT_DIRECTORY", "GIT_DIR", "GIT_WORK_TREE",
    "GIT_IMPLICIT_WORK_TREE", "GIT_GRAFT_FILE", "GIT_INDEX_FILE", "GIT_NO_REPLACE_OBJECTS",
    "GIT_REPLACE_REF_BASE", "GIT_PREFIX", "GIT_SHALLOW_FILE", "GIT_COMMON_DIR", "GIT_NAMESPACE",
    "GIT_QUARANTINE_PATH", "GIT_INTERNAL_SUPER_PREFIX", "GIT_REFLOG_ACTION", "GIT_CONFIG",
    "GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS",
    "GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS", "LANGUAGE", NULL,
};

void sw_git_call_init(sw_git_call *call, const char *dir)
{
    memset(call, 0, sizeof *call);
    call->dir = dir;
    sw_git_call_arg(call, "git");
}

void sw_git_call_release(sw_git_call *call)
{
    sw_texts_release(&call->argv);
    for (size_t i = 0; i < call->env.count; i++) /* a credential may be among them */
        explicit_bzero(call->env.items[i], strlen(call->env.items[i]));
    sw_texts_release(&call->env);
}

void sw_git_call_arg(sw_git_call *call, const char *text)
{
    sw_texts_add(&call->argv, text);
}

void sw_git_call_args(sw_git_call *call, ...)
{
    va_list args;
    va_start(args, call);
    for (const char *text; (text = va_arg(args, const char *)) != NULL;)
        sw_texts_add(&call->argv, text);
    va_end(args);
}

/* The value that `list` gives to `name`, or NULL. */
static const char *lookup(const sw_texts *list, const char *name)
{
    size_t len = strlen(name);
    for (size_t i = list->count; i-- > 0;)
        if (strncmp(list->items[i], name, len) == 0 && list->items[i][len] == '=')
            return list->items[i] + len + 1;
    return NULL;
}

void sw_git_call_config(sw_git_call *call, const char *key, const char *value)
{
    const char *have = lookup(&call->env, "GIT_CONFIG_COUNT");
    if (!have)
        have = getenv("GIT_CONFIG_COUNT");
    long count = have ? strtol(have, NULL, 10) : 0;
    if (count < 0 || count > 100000)
        count = 0;
    sw_texts_addf(&call->env, "GIT_CONFIG_KEY_%ld=%s", count, key);
    sw_texts_addf(&call->env, "GIT_CONFIG_VALUE_%ld=%s", count, value);
    sw_texts_addf(&call->env, "GIT_CONFIG_COUNT=%ld", count + 1);
}

void sw_git_call_durable(sw_git_call *call)
{
    sw_git_call_config(call, "core.fsync", "committed,reference");
}

void sw_git_result_init(sw_git_result *result)
{
    sw_buf_init(&result->out);
    sw_buf_init(&result->err);
    result->code = 0;
}

void sw_git_result_release(sw_git_result *result)
{
    sw_buf_release(&result->out);
    sw_buf_release(&result->err);
}

static bool same_name(const char *entry, const char *name, size_t len)
{
    return strncmp(entry, name, len) == 0 && entry[len] == '=';
}

static bool is_dropped(const char *entry, bool as_user)
{
    if (!as_user && sw_secret_is_withheld(entry, strcspn(entry, "=")))
        return true;
    for (const char *const *name = dropped; *name; name++)
        if (same_name(entry, *name, strlen(*name)))
            return true;
    return false;
}

/* The child's environment: what is set for it, then the user's own. The entries are borrowed; only
 * the array is owned by the caller. Of several settings of one name the last one stands. */
static char **environment(const sw_texts *set, bool as_user)
{
    size_t own = 0;
    while (environ[own])
        own++;
    char **env = calloc(set->count + own + 1, sizeof *env);
    if (!env)
        return NULL;
    size_t n = 0;
    for (size_t i = set->count; i-- > 0;) {
        size_t len = strcspn(set->items[i], "=");
        bool known = false;
        for (size_t k = 0; k < n && !known; k++)
            known = same_name(env[k], set->items[i], len);
        if (!known)
            env[n++] = set->items[i];
    }
    size_t chosen = n;
    for (size_t i = 0; i < own; i++) {
        size_t len = strcspn(environ[i], "=");
        bool skip = is_dropped(environ[i], as_user);
        for (size_t k = 0; k < chosen && !skip; k++)
            skip = same_name(env[k], environ[i], len);
        if (!skip)
            env[n++] = environ[i];
    }
    return env;
}

/* The input as a file in memory: no pipe to fill, no SIGPIPE when the child does not read it. */
static int open_input(const sw_git_call *call)
{
    if (!call->input)
        return open("/dev/null", O_RDONLY | O_CLOEXEC);
    int fd = memfd_create("slipway-input", MFD_CLOEXEC);
    size_t done = 0;
    while (fd >= 0 && done < call->input_len) {
        ssize_t wrote = write(fd, call->input + done, call->input_len - done);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0) {
            close(fd);
            return -1;
        }
        done += (size_t)wrote;
    }
    if (fd >= 0)
        lseek(fd, 0, SEEK_SET);
    return fd;
}

static int spawn(pid_t *pid, sw_git_call *call, int in, int out, int err_fd)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, normal;
    char **env = environment(&call->env, call->as_user);
    if (!env)
        return ENOMEM;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    sigemptyset(&none);
    sigemptyset(&normal);
    sigaddset(&normal, SIGPIPE);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &normal);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    int rc = posix_spawn_file_actions_adddup2(&actions, in, 0);
    if (!rc)
        rc = posix_spawn_file_actions_adddup2(&actions, out, 1);
    if (!rc)
        rc = posix_spawn_file_actions_adddup2(&actions, err_fd, 2);
    if (!rc && call->dir)
        rc = posix_spawn_file_actions_addchdir_np(&actions, call->dir);
    if (!rc)
        rc = posix_spawnp(pid, "git", &actions, &attributes, call->argv.items, env);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    free(env);
    return rc;
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Reads what is there. 1 at the end of the stream, 0 when more may come, negative on failure. */
static int drain(int fd, sw_buf *into)
{
    if (sw_buf_reserve(into, 65536) < 0)
        return SW_E_NOMEM;
    ssize_t got = read(fd, into->data + into->len, 65536);
    if (got < 0)
        return errno == EINTR || errno == EAGAIN ? 0 : SW_E_IO;
    into->len += (size_t)got;
    into->data[into->len] = '\0';
    return got == 0;
}

/* 0 both streams ended, or the child did; SW_E_TIMEOUT, or a failure. The child's end is enough:
 * a shared ssh connection that it leaves in the background (ControlPersist) keeps stderr open. */
static int collect(sw_git_result *result, int out, int err_fd, int ended, int timeout)
{
    struct pollfd streams[3] = { { out, POLLIN, 0 }, { err_fd, POLLIN, 0 }, { ended, POLLIN, 0 } };
    sw_buf *into[2] = { &result->out, &result->err };
    int64_t until = timeout > 0 ? now_ms() + timeout : 0;
    while (streams[0].fd >= 0 || streams[1].fd >= 0) {
        int64_t left = until ? until - now_ms() : -1;
        if (until && left <= 0)
            return SW_E_TIMEOUT;
        int ready = poll(streams, 3, (int)left);
        if (ready < 0 && errno != EINTR)
            return SW_E_IO;
        bool quiet = true;
        for (int i = 0; i < 2 && ready > 0; i++) {
            if (streams[i].fd < 0 || !streams[i].revents)
                continue;
            quiet = false;
            int rc = drain(streams[i].fd, into[i]);
            if (rc < 0)
                return rc;
            if (rc > 0)
                streams[i].fd = -1;
        }
        if (ready > 0 && quiet && streams[2].revents)
            return 0;
    }
    return 0;
}

static int reap(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return 127;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int fail_spawn(int errnum, const sw_git_call *call, sw_error *err)
{
    if (errnum == ENOENT && (!call->dir || access(call->dir, X_OK) == 0)) {
        sw_fail(err, SW_E_NOT_FOUND, "git.no_program", "the program 'git' is not installed");
        sw_error_hint(err, "apt-get install git");
        return SW_E_NOT_FOUND;
    }
    return sw_fail_errno(err, errnum, "git.no_start", "cannot start git in %s",
                         call->dir ? call->dir : "this folder");
}

static void close_all(sw_git_running *running)
{
    int *const list[] = { &running->in, &running->out, &running->err, &running->ended };
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        if (*list[i] >= 0)
            close(*list[i]);
        *list[i] = -1;
    }
    running->pid = 0;
}

int sw_git_call_start(sw_git_running *running, sw_git_call *call, sw_error *err)
{
    int out[2] = { -1, -1 }, errs[2] = { -1, -1 }, rc = 0;
    pid_t pid = 0;
    *running = (sw_git_running){ 0, -1, -1, -1, -1, call->timeout };
    sw_texts_add(&call->env, "LC_ALL=C.UTF-8");
    sw_texts_add(&call->env, "GIT_TERMINAL_PROMPT=0");
    if (call->argv.failed || call->env.failed)
        return sw_fail_nomem(err);
    running->in = open_input(call);
    if (running->in < 0 || pipe2(out, O_CLOEXEC) < 0 || pipe2(errs, O_CLOEXEC) < 0) {
        rc = sw_fail_errno(err, errno, "git.no_start", "cannot start git");
    } else {
        int failed = spawn(&pid, call, running->in, out[1], errs[1]);
        if (failed)
            rc = fail_spawn(failed, call, err);
    }
    if (out[1] >= 0)
        close(out[1]);
    if (errs[1] >= 0)
        close(errs[1]);
    running->out = out[0];
    running->err = errs[0];
    if (rc < 0) {
        close_all(running);
        return rc;
    }
    running->pid = pid;
    running->ended = (int)syscall(SYS_pidfd_open, pid, 0); /* -1 on old kernels: then the streams decide */
    return 0;
}

int sw_git_call_finish(sw_git_result *result, sw_git_running *running, sw_error *err)
{
    sw_buf_clear(&result->out);
    sw_buf_clear(&result->err);
    int rc = collect(result, running->out, running->err, running->ended, running->timeout);
    if (rc < 0)
        kill(running->pid, SIGTERM);
    result->code = reap(running->pid);
    if (rc == SW_E_TIMEOUT) {
        sw_fail(err, rc, "git.timeout", "git gave no answer within %d seconds",
                running->timeout / 1000);
        sw_git_result_cause(result, err);
        if (err)
            err->retry = true;
    } else if (rc == SW_E_NOMEM) {
        sw_fail_nomem(err);
    } else if (rc < 0) {
        sw_fail(err, rc, "git.no_start", "cannot read what git answers");
    }
    close_all(running);
    return rc;
}

void sw_git_call_drop(sw_git_running *running)
{
    if (!running->pid)
        return;
    kill(running->pid, SIGTERM);
    reap(running->pid);
    close_all(running);
}

int sw_git_call_run(sw_git_result *result, sw_git_call *call, sw_error *err)
{
    sw_git_running running;
    sw_buf_clear(&result->out);
    sw_buf_clear(&result->err);
    result->code = 127;
    int rc = sw_git_call_start(&running, call, err);
    return rc < 0 ? rc : sw_git_call_finish(result, &running, err);
}

void sw_git_result_cause(const sw_git_result *result, sw_error *err)
{
    const char *text = sw_buf_text(&result->err);
    size_t len = result->err.len;
    while (len && (text[len - 1] == '\n' || text[len - 1] == ' '))
        len--;
    size_t start = len;
    int lines = 0;
    while (start > 0 && len - start < 900) {
        if (text[start - 1] == '\n' && ++lines == 8)
            break;
        start--;
    }
    sw_error_cause(err, "%.*s", (int)(len - start), text + start);
}

int sw_git_result_fail(const sw_git_result *result, sw_error *err, const char *code,
                       const char *format, ...)
{
    const char *said = sw_buf_text(&result->err), *hint = NULL;
    char text[900];
    int rc = SW_E_REFUSED;
    if (strstr(said, ".lock': File exists")) {
        rc = SW_E_LOCKED;
        code = "git.locked";
        hint = "another git is at work here; if none is, remove the .lock file named below";
    } else if (strstr(said, "No space left on device")) {
        code = "git.disk_full";
        hint = "free some disk space and try again";
    } else if (strstr(said, "Permission denied") || strstr(said, "insufficient permission")
               || strstr(said, "Read-only file system")) {
        code = "git.not_writable";
        hint = "make the repository's folder writable for you";
    }
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    sw_fail(err, rc, code, "%s", text);
    sw_git_result_cause(result, err);
    if (hint)
        sw_error_hint(err, "%s", hint);
    if (err)
        err->retry = rc == SW_E_LOCKED;
    return rc;
}

int sw_git_call_done(sw_git_result *result, sw_git_call *call, sw_error *err)
{
    int rc = sw_git_call_run(result, call, err);
    if (rc < 0 || result->code == 0)
        return rc;
    const char *what = "";
    for (size_t i = 1; i < call->argv.count && !*what; i++) {
        if (strcmp(call->argv.items[i], "-c") == 0)
            i++;
        else if (call->argv.items[i][0] != '-')
            what = call->argv.items[i];
    }
    return sw_git_result_fail(result, err, "git.failed", "git %s ended with code %d", what,
                              result->code);
}
