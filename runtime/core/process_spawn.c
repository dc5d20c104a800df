/* The birth of a child: posix_spawn, so that no memory is copied and nothing runs between. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/locked.h"
#include "core/process_private.h"
#include "core/program.h"

/* ---- descriptors ---- */

/* Never 0, 1 or 2, even when this process was started with those closed. */
static int raise_fd(int fd)
{
    if (fd < 0 || fd > 2)
        return fd;
    int raised = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    close(fd);
    return raised;
}

/* *ours is non-blocking; which end it is depends on `reading`. */
static int open_pipe(int *ours, int *theirs, bool reading)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return -1;
    ends[0] = raise_fd(ends[0]);
    ends[1] = raise_fd(ends[1]);
    *ours = ends[reading ? 0 : 1];
    *theirs = ends[reading ? 1 : 0];
    if (ends[0] < 0 || ends[1] < 0 || fcntl(*ours, F_SETFL, O_NONBLOCK) < 0) {
        int saved = errno;
        if (*theirs >= 0)
            close(*theirs);
        *theirs = -1;
        errno = saved;
        return -1;
    }
    return 0;
}

/* ---- the terminal ---- */

static void set_foreground(pid_t group)
{
    sigset_t stop, before;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTTOU); /* else a background group that asks is stopped */
    sigprocmask(SIG_BLOCK, &stop, &before);
    (void)tcsetpgrp(STDIN_FILENO, group);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

void sw_process_take_terminal(sw_process *process)
{
    if (!process->has_terminal)
        return;
    set_foreground(getpgrp());
    (void)tcsetattr(STDIN_FILENO, TCSADRAIN, &process->modes);
}

void sw_process_give_terminal(sw_process *process)
{
    if (process->has_terminal)
        set_foreground(process->pid);
}

/* ---- the birth ---- */

typedef struct birth {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int theirs[3];
    char **envp;
    sw_buf path;
} birth;

static void birth_init(birth *b)
{
    posix_spawn_file_actions_init(&b->actions);
    posix_spawnattr_init(&b->attributes);
    b->theirs[0] = b->theirs[1] = b->theirs[2] = -1;
    b->envp = NULL;
    sw_buf_init(&b->path);
}

static void birth_release(birth *b)
{
    posix_spawn_file_actions_destroy(&b->actions);
    posix_spawnattr_destroy(&b->attributes);
    for (int i = 0; i < 3; i++)
        if (b->theirs[i] >= 0)
            close(b->theirs[i]);
    sw_locked_free(b->envp);
    sw_buf_release(&b->path);
}

static int open_streams(sw_process *process, const sw_process_options *options, birth *b, sw_error *err)
{
    bool failed = false;
    if (options->input_file) {
        b->theirs[0] = raise_fd(open(options->input_file, O_RDONLY | O_CLOEXEC));
        if (b->theirs[0] < 0)
            return sw_fail_errno(err, errno, "process.no_input", "%s cannot be read for %s", options->input_file, process->name);
    } else if (options->input || options->input_secret)
        failed = open_pipe(&process->in.fd, &b->theirs[0], false) < 0;
    if (!failed && !options->hold)
        failed = open_pipe(&process->out.watch.fd, &b->theirs[1], true) < 0
            || open_pipe(&process->err.watch.fd, &b->theirs[2], true) < 0;
    if (failed)
        return sw_fail_errno(err, errno, "process.no_process", "cannot open a pipe for %s", process->name);
    return 0;
}

static int plan_actions(const sw_process *process, const sw_process_options *options, birth *b)
{
    int failed = 0;
    if (options->dir)
        failed |= posix_spawn_file_actions_addchdir_np(&b->actions, options->dir);
    if (process->has_terminal)
        failed |= posix_spawn_file_actions_addtcsetpgrp_np(&b->actions, STDIN_FILENO);
    if (b->theirs[0] < 0 && !options->hold && !options->terminal)
        failed |= posix_spawn_file_actions_addopen(&b->actions, 0, "/dev/null", O_RDONLY, 0);
    for (int fd = 0; fd < 3; fd++)
        if (b->theirs[fd] >= 0)
            failed |= posix_spawn_file_actions_adddup2(&b->actions, b->theirs[fd], fd);
    failed |= posix_spawn_file_actions_addclosefrom_np(&b->actions, 3);
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    failed |= posix_spawnattr_setsigdefault(&b->attributes, &all);
    failed |= posix_spawnattr_setsigmask(&b->attributes, &none);
    failed |= posix_spawnattr_setpgroup(&b->attributes, 0);
    failed |= posix_spawnattr_setflags(&b->attributes,
        POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    return failed;
}

static int check_folder(const char *dir, sw_error *err)
{
    struct stat found;
    if (!dir)
        return 0;
    if (stat(dir, &found) < 0)
        return sw_fail_errno(err, errno, "process.no_folder", "cannot start a program in %s", dir);
    if (!S_ISDIR(found.st_mode))
        return sw_fail(err, SW_E_IO, "process.no_folder", "cannot start a program in %s: it is not a folder", dir);
    return 0;
}

static int not_started(int errnum, const char *name, const char *path, sw_error *err)
{
    struct stat found;
    if (errnum == ENOENT && strchr(name, '/') && stat(path, &found) < 0) {
        sw_fail(err, SW_E_NOT_FOUND, "process.not_found", "the program '%s' does not exist", name);
        return SW_E_NOT_FOUND;
    }
    if (errnum == ENOENT || errnum == EACCES || errnum == ENOEXEC || errnum == ENOTDIR) {
        sw_fail_errno(err, errnum, "process.not_runnable", "'%s' cannot be run", path);
        if (errnum == ENOENT)
            sw_error_hint(err, "the program named in its first line (#!) is missing");
        else
            sw_error_hint(err, "chmod +x %s, or name the interpreter first", path);
        return SW_E_REFUSED;
    }
    int rc = sw_fail_errno(err, errnum, "process.no_process", "cannot start '%s'", name);
    if (err && errnum == ETXTBSY)
        err->retry = true;
    return rc;
}

static void prepare_terminal(sw_process *process, const sw_process_options *options)
{
    process->has_terminal = (options->hold || options->terminal) && tcgetpgrp(STDIN_FILENO) == getpgrp()
        && tcgetattr(STDIN_FILENO, &process->modes) == 0;
}

int sw_process_spawn(sw_process *process, const sw_process_options *options, sw_error *err)
{
    birth b;
    birth_init(&b);
    int rc = check_folder(options->dir, err);
    if (rc == 0)
        rc = sw_environment_build(&b.envp, options->variables, options->variable_count, options->clean, err);
    if (rc == 0)
        rc = sw_program_find(&b.path, process->name, sw_environment_get(b.envp, "PATH"), err);
    if (rc == 0)
        rc = open_streams(process, options, &b, err);
    if (rc < 0)
        goto done;
    prepare_terminal(process, options);
    if (plan_actions(process, options, &b) != 0) {
        rc = sw_fail_nomem(err);
        goto done;
    }
    char *const *argv = (char *const *)(uintptr_t)options->argv;
    int errnum = posix_spawn(&process->pid, b.path.data, &b.actions, &b.attributes, argv, b.envp);
    if (errnum != 0) {
        process->pid = 0;
        sw_process_take_terminal(process);
        rc = not_started(errnum, process->name, b.path.data, err);
        goto done;
    }
    process->exit.fd = raise_fd(pidfd_open(process->pid, 0));
done:
    birth_release(&b);
    return rc;
}
