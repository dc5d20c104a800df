#include "core/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/file.h"
#include "core/lock_owner.h"

enum { RECORD_LIMIT = 4096, HEARTBEAT_SECONDS = 60 };

struct sw_lock {
    int fd;
    char path[PATH_MAX];
    char folder[PATH_MAX]; /* PATH.d, or empty without compat */
    sw_lock_owner self;
    bool beating;
    pthread_t heart;
    pthread_mutex_t guard;
    pthread_cond_t end;
    bool ended;
};

/* ---- the file ---- */

/* The record in the lock file. False when it is empty or half written. */
static bool read_record(sw_lock_owner *out, int fd, int64_t stale_after)
{
    char text[RECORD_LIMIT + 1];
    struct stat st;
    ssize_t got = pread(fd, text, RECORD_LIMIT, 0);
    if (got <= 0 || fstat(fd, &st) < 0)
        return false;
    text[got] = '\0';
    return sw_lock_owner_read(out, text, (size_t)got, st.st_mtim.tv_sec, stale_after);
}

static int write_record(int fd, const char *path, const sw_lock_owner *self, sw_error *err)
{
    sw_buf record = { NULL, 0, 0 };
    int rc = sw_lock_owner_write(&record, self, err);
    if (rc == 0
        && (ftruncate(fd, 0) < 0 || pwrite(fd, record.data, record.len, 0) != (ssize_t)record.len))
        rc = sw_file_fail(err, errno, "write", path);
    sw_buf_release(&record);
    return rc;
}

/* Whether the open file is still the one at its path. */
static bool is_in_place(int fd, const char *path)
{
    struct stat ours, there;
    return fstat(fd, &ours) == 0 && stat(path, &there) == 0 && ours.st_dev == there.st_dev
           && ours.st_ino == there.st_ino;
}

static int make_parent(const char *path, sw_error *err)
{
    char parent[PATH_MAX];
    const char *slash = strrchr(path, '/');
    if (!slash || slash == path)
        return 0;
    snprintf(parent, sizeof parent, "%.*s", (int)(slash - path), path);
    return sw_file_mkdir(parent, true, err);
}

static int held(const sw_lock_owner *holder, const char *path, sw_error *err)
{
    char since[SW_CLOCK_TEXT] = "an unknown time";
    sw_clock_iso(since, holder->since, NULL);
    if (holder->script)
        sw_fail(err, SW_E_LOCKED, "lock.held", "%s.d is held by a script since %s", path, since);
    else if (holder->pid > 0)
        sw_fail(err, SW_E_LOCKED, "lock.held", "%s is held by process %lld on %s since %s%s%s", path,
                (long long)holder->pid, holder->host, since, holder->reason[0] ? ": " : "", holder->reason);
    else
        sw_fail(err, SW_E_LOCKED, "lock.held", "%s is held by another process", path);
    sw_error_hint(err, "wait until it has ended; slipway lock shows the holder");
    if (err)
        err->retry = true;
    return SW_E_LOCKED;
}

/* Opens the file and takes its flock. One that is refused although the record names no living holder
 * is asked again for a moment: a reader may be probing, or the holder not have written its name yet. */
static int take_flock(int *out, const char *path, int64_t stale_after, sw_lock_owner *holder, sw_error *err)
{
    for (int tries = 0;; tries++) {
        int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (fd < 0)
            return sw_file_fail(err, errno, "open", path);
        if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
            if (is_in_place(fd, path)) {
                *out = fd;
                return 0;
            }
        } else if (errno != EWOULDBLOCK && errno != EINTR) {
            int rc = sw_file_fail(err, errno, "lock", path);
            close(fd);
            return rc;
        } else {
            memset(holder, 0, sizeof *holder);
            bool known = read_record(holder, fd, stale_after);
            if ((known && holder->alive) || tries >= 20) {
                close(fd);
                holder->alive = true; /* the kernel says so */
                return held(holder, path, err);
            }
            sw_clock_sleep(5);
        }
        close(fd);
        if (tries >= 1000)
            return sw_fail(err, SW_E_LOCKED, "lock.held", "%s is replaced again and again", path);
    }
}

/* ---- sign of life ---- */

static void touch(const char *path)
{
    (void)!utimensat(AT_FDCWD, path, NULL, 0);
}

static void *beat(void *memory)
{
    sw_lock *lock = memory;
    pthread_mutex_lock(&lock->guard);
    while (!lock->ended) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += HEARTBEAT_SECONDS;
        pthread_cond_timedwait(&lock->end, &lock->guard, &until);
        if (!lock->ended && sw_lock_folder_is_ours(lock->folder, &lock->self))
            touch(lock->folder);
    }
    pthread_mutex_unlock(&lock->guard);
    return NULL;
}

/* Signals stay with the main thread. Without a heart the lock is still a lock; refresh keeps it fresh. */
static void start_heart(sw_lock *lock)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    lock->beating = pthread_create(&lock->heart, NULL, beat, lock) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void stop_heart(sw_lock *lock)
{
    if (!lock->beating)
        return;
    pthread_mutex_lock(&lock->guard);
    lock->ended = true;
    pthread_cond_signal(&lock->end);
    pthread_mutex_unlock(&lock->guard);
    pthread_join(lock->heart, NULL);
    lock->beating = false;
}

/* ---- taking and giving back ---- */

static int take_folder(sw_lock *lock, int64_t stale_after, sw_lock_owner *holder, sw_error *err)
{
    sw_lock_folder found;
    int rc = sw_lock_folder_look(&found, lock->folder, stale_after, err);
    if (rc < 0)
        return rc;
    *holder = found.owner;
    if (found.exists && found.owner.alive)
        return held(holder, lock->path, err);
    rc = sw_lock_folder_take(lock->folder, &lock->self, &found, err);
    if (rc == SW_E_LOCKED && sw_lock_folder_look(&found, lock->folder, stale_after, NULL) == 0) {
        *holder = found.owner;
        holder->alive = true;
        return held(holder, lock->path, err);
    }
    return rc;
}

static int fill_paths(sw_lock *lock, const char *path, bool compat, sw_error *err)
{
    bool fits = snprintf(lock->path, sizeof lock->path, "%s", path) < (int)sizeof lock->path - 64;
    if (fits && compat)
        fits = snprintf(lock->folder, sizeof lock->folder, "%s.d", path) < (int)sizeof lock->folder - 64;
    return fits ? 0 : sw_file_fail(err, ENAMETOOLONG, "lock", path);
}

int sw_lock_acquire(sw_lock **out, const char *path, const char *reason, bool compat, int64_t stale_after,
                    sw_lock_owner *holder, sw_error *err)
{
    sw_lock *lock = calloc(1, sizeof *lock);
    memset(holder, 0, sizeof *holder);
    if (!lock)
        return sw_fail_nomem(err);
    lock->fd = -1;
    pthread_mutex_init(&lock->guard, NULL);
    pthread_cond_init(&lock->end, NULL);
    int rc = fill_paths(lock, path, compat, err);
    if (rc == 0)
        rc = make_parent(path, err);
    if (rc == 0)
        rc = take_flock(&lock->fd, path, stale_after, holder, err);
    if (rc == 0)
        rc = sw_lock_owner_self(&lock->self, reason, err);
    if (rc == 0)
        rc = write_record(lock->fd, path, &lock->self, err);
    if (rc == 0 && compat)
        rc = take_folder(lock, stale_after, holder, err);
    if (rc < 0) {
        sw_lock_release(lock);
        return rc;
    }
    if (compat)
        start_heart(lock);
    *out = lock;
    return 0;
}

void sw_lock_release(sw_lock *lock)
{
    if (!lock)
        return;
    bool ours = lock->fd >= 0 && lock->self.pid == getpid();
    if (ours) {
        stop_heart(lock);
        if (lock->folder[0])
            sw_lock_folder_give_back(lock->folder, &lock->self);
        (void)!ftruncate(lock->fd, 0);
        flock(lock->fd, LOCK_UN); /* not only close: a child may have inherited the descriptor */
    }
    if (lock->fd >= 0)
        close(lock->fd);
    if (ours) { /* in a forked process the heart seems to wait still, and destroying would wait for it */
        pthread_cond_destroy(&lock->end);
        pthread_mutex_destroy(&lock->guard);
    }
    free(lock);
}

int sw_lock_check(const sw_lock *lock, sw_error *err)
{
    bool ours = is_in_place(lock->fd, lock->path)
                && (!lock->folder[0] || sw_lock_folder_is_ours(lock->folder, &lock->self));
    if (ours)
        return 0;
    sw_fail(err, SW_E_CONFLICT, "lock.lost", "%s is no longer ours: it was broken or removed", lock->path);
    sw_error_hint(err, "find out who took it, then: slipway resume");
    return SW_E_CONFLICT;
}

int sw_lock_refresh(sw_lock *lock, sw_error *err)
{
    int rc = sw_lock_check(lock, err);
    if (rc < 0)
        return rc;
    touch(lock->path);
    if (lock->folder[0])
        touch(lock->folder);
    return 0;
}

const sw_lock_owner *sw_lock_record(const sw_lock *lock)
{
    return &lock->self;
}

/* ---- asking and breaking ---- */

/* Whether somebody has the flock; then also who. A shared lock is tried, for a moment. */
static bool is_flocked(sw_lock_owner *holder, const char *path, int64_t stale_after)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool locked = flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
    if (locked) {
        memset(holder, 0, sizeof *holder);
        for (int tries = 0; tries < 5 && !read_record(holder, fd, stale_after); tries++)
            sw_clock_sleep(2);
        holder->alive = true;
    }
    close(fd);
    return locked;
}

int sw_lock_show(sw_lock_owner *holder, bool *is_held, const char *path, int64_t stale_after, sw_error *err)
{
    char folder[PATH_MAX];
    sw_lock_folder found;
    memset(holder, 0, sizeof *holder);
    *is_held = is_flocked(holder, path, stale_after);
    if (*is_held)
        return 0;
    if (snprintf(folder, sizeof folder, "%s.d", path) >= (int)sizeof folder - 64)
        return sw_file_fail(err, ENAMETOOLONG, "look at", path);
    int rc = sw_lock_folder_look(&found, folder, stale_after, err);
    *is_held = rc == 0 && found.exists;
    *holder = found.owner;
    return rc;
}

/* A new file in the place of the locked one: whoever holds the old one holds nothing any more. */
static int replace_file(const char *path, const char *reason, sw_error *err)
{
    sw_lock_owner self;
    sw_buf record = { NULL, 0, 0 };
    char text[sizeof self.reason];
    snprintf(text, sizeof text, "broken: %.180s", reason);
    int rc = sw_lock_owner_self(&self, text, err);
    if (rc == 0)
        rc = sw_lock_owner_write(&record, &self, err);
    if (rc == 0)
        rc = sw_file_write(path, record.data, record.len, -1, err);
    sw_buf_release(&record);
    return rc;
}

/* Away with PATH.d as far as `force` allows. */
static int clear_folder(const char *path, bool force, int64_t stale_after, sw_error *err)
{
    char folder[PATH_MAX];
    sw_lock_folder found;
    if (snprintf(folder, sizeof folder, "%s.d", path) >= (int)sizeof folder - 64)
        return sw_file_fail(err, ENAMETOOLONG, "clear", path);
    int rc = sw_lock_folder_look(&found, folder, stale_after, err);
    if (rc < 0 || !found.exists)
        return rc;
    if (found.owner.alive && !force)
        return held(&found.owner, path, err);
    return sw_lock_folder_clear(folder, &found, err);
}

int sw_lock_break(const char *path, const char *reason, bool force, int64_t stale_after, sw_lock_owner *holder,
                  sw_error *err)
{
    bool is_held;
    int fd = -1;
    int rc = sw_lock_show(holder, &is_held, path, stale_after, err);
    if (rc < 0 || !is_held)
        return rc;
    if (holder->alive && !force) {
        held(holder, path, err);
        sw_error_hint(err, "it is alive: end it first; to take the lock away all the same add --force");
        return SW_E_LOCKED;
    }
    rc = make_parent(path, err);
    if (rc == 0) /* from the dead it is taken as a lock is taken, so that nobody living loses it */
        rc = force ? replace_file(path, reason, err) : take_flock(&fd, path, stale_after, holder, err);
    if (rc == 0)
        rc = clear_folder(path, force, stale_after, err);
    if (fd >= 0)
        close(fd);
    return rc;
}
