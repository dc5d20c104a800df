/* PATH.d, the lock of the old scripts. Everything here is done by whoever holds the flock. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/file.h"
#include "core/lock_owner.h"

enum { RECORD_LIMIT = 4096 };

static int owner_path(char out[PATH_MAX], const char *folder)
{
    return snprintf(out, PATH_MAX, "%s/owner", folder) < PATH_MAX ? 0 : SW_E_ARGUMENT;
}

int sw_lock_folder_look(sw_lock_folder *out, const char *folder, int64_t stale_after, sw_error *err)
{
    struct stat st;
    memset(out, 0, sizeof *out);
    if (lstat(folder, &st) < 0)
        return errno == ENOENT ? 0 : sw_file_fail(err, errno, "look at", folder);
    out->exists = true;
    out->device = st.st_dev;
    out->inode = st.st_ino;
    out->changed = st.st_mtim;
    char path[PATH_MAX];
    sw_buf record = { NULL, 0, 0 };
    bool known = owner_path(path, folder) == 0 && sw_file_read(&record, path, RECORD_LIMIT, NULL) == 0
                 && sw_lock_owner_read(&out->owner, sw_buf_text(&record), record.len, st.st_mtim.tv_sec, stale_after);
    sw_buf_release(&record);
    if (!known) {
        out->owner = (sw_lock_owner){ .script = true, .since = st.st_mtim.tv_sec, .heartbeat = st.st_mtim.tv_sec };
        out->owner.alive = sw_clock_now() - st.st_mtim.tv_sec < stale_after;
    }
    return 0;
}

static void parent_of(char out[PATH_MAX], const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        snprintf(out, PATH_MAX, ".");
    else
        snprintf(out, PATH_MAX, "%.*s", slash == path ? 1 : (int)(slash - path), path);
}

static void drop_folder(const char *folder)
{
    char path[PATH_MAX], parent[PATH_MAX];
    if (owner_path(path, folder) == 0)
        unlink(path);
    if (rmdir(folder) < 0 && errno == ENOTEMPTY) { /* a script kept something of its own inside */
        parent_of(parent, folder);
        sw_file_remove_tree(folder, parent, NULL);
    }
}

/* Removes what killed holders have left on the way in or out: PATH.d.<16 or more hexadecimal digits>… */
static void sweep(const char *folder)
{
    char parent[PATH_MAX], path[PATH_MAX];
    const char *slash = strrchr(folder, '/');
    const char *base = slash ? slash + 1 : folder;
    size_t len = strlen(base);
    sw_names names;
    parent_of(parent, folder);
    if (sw_file_list(&names, parent, NULL) < 0)
        return;
    for (size_t i = 0; i < names.count; i++) {
        const char *name = names.items[i];
        bool left = strncmp(name, base, len) == 0 && name[len] == '.'
                    && strspn(name + len + 1, "0123456789abcdef") >= 16;
        if (left && snprintf(path, sizeof path, "%.*s%s", (int)(base - folder), folder, name) < PATH_MAX)
            drop_folder(path);
    }
    sw_names_release(&names);
}

bool sw_lock_folder_is_ours(const char *folder, const sw_lock_owner *self)
{
    sw_lock_folder found;
    return sw_lock_folder_look(&found, folder, SW_LOCK_STALE_AFTER, NULL) == 0 && found.exists
           && strcmp(found.owner.nonce, self->nonce) == 0;
}

/* A folder of our own name with our record inside, to be put in place in one step. */
static int prepare(char out[PATH_MAX], const char *folder, const sw_lock_owner *self, sw_error *err)
{
    char path[PATH_MAX];
    sw_buf record = { NULL, 0, 0 };
    if (snprintf(out, PATH_MAX, "%s.%s", folder, self->nonce) >= PATH_MAX || owner_path(path, out) < 0)
        return sw_file_fail(err, ENAMETOOLONG, "lock", folder);
    if (mkdir(out, 0777) < 0)
        return sw_file_fail(err, errno, "make", out);
    int rc = sw_lock_owner_write(&record, self, err);
    int fd = rc == 0 ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644) : -1;
    if (rc == 0 && (fd < 0 || sw_fd_write_all(fd, record.data, record.len) < 0))
        rc = sw_file_fail(err, errno, "write", path);
    if (fd >= 0)
        close(fd);
    sw_buf_release(&record);
    if (rc < 0)
        drop_folder(out);
    return rc;
}

static int move(const char *from, const char *to, unsigned flags)
{
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, flags);
}

/* Whether the folder now at `path` is the one that was judged. Inode numbers are used again at once,
 * so the time counts too; it survives a rename. */
static bool same_folder(const char *path, const sw_lock_folder *judged)
{
    struct stat st;
    return lstat(path, &st) == 0 && st.st_dev == judged->device && st.st_ino == judged->inode
           && st.st_mtim.tv_sec == judged->changed.tv_sec && st.st_mtim.tv_nsec == judged->changed.tv_nsec;
}

static int somebody_else(const char *folder, sw_error *err)
{
    return sw_fail(err, SW_E_LOCKED, "lock.held", "somebody else has just taken %s", folder);
}

/* Without renameat2: mkdir decides, the record follows. */
static int place_by_mkdir(const char *fresh, const char *folder, sw_error *err)
{
    char from[PATH_MAX], to[PATH_MAX];
    if (mkdir(folder, 0777) < 0)
        return errno == EEXIST ? somebody_else(folder, err) : sw_file_fail(err, errno, "lock", folder);
    if (owner_path(from, fresh) < 0 || owner_path(to, folder) < 0 || rename(from, to) < 0) {
        int why = errno;
        rmdir(folder);
        return sw_file_fail(err, why, "lock", folder);
    }
    return 0;
}

static bool is_unsupported(int errnum)
{
    return errnum == EINVAL || errnum == ENOSYS || errnum == EOPNOTSUPP;
}

static int place(const char *fresh, const char *folder, sw_error *err)
{
    if (move(fresh, folder, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno == EEXIST || errno == ENOTEMPTY)
        return somebody_else(folder, err);
    return is_unsupported(errno) ? place_by_mkdir(fresh, folder, err) : sw_file_fail(err, errno, "lock", folder);
}

/* A folder that turned out not to be the judged one goes back where it stood, unless a new one does. */
static void put_back(const char *away, const char *folder)
{
    if (move(away, folder, RENAME_NOREPLACE) < 0 && is_unsupported(errno) && access(folder, F_OK) < 0)
        (void)!rename(away, folder);
}

/* Moves the judged folder out of the way and removes it. */
static int remove_judged(const char *folder, const char *away, const sw_lock_folder *judged, sw_error *err)
{
    if (rename(folder, away) < 0)
        return errno == ENOENT ? 0 : sw_file_fail(err, errno, "clear", folder);
    if (!same_folder(away, judged)) {
        put_back(away, folder);
        return somebody_else(folder, err);
    }
    drop_folder(away);
    return 0;
}

/* For file systems that cannot exchange: away with the judged one, then ours in its place. */
static int replace_in_two_steps(const char *fresh, const char *folder, const sw_lock_folder *stale, sw_error *err)
{
    char away[PATH_MAX];
    if (snprintf(away, sizeof away, "%s.away", fresh) >= PATH_MAX)
        return sw_file_fail(err, ENAMETOOLONG, "lock", folder);
    int rc = remove_judged(folder, away, stale, err);
    return rc < 0 ? rc : place(fresh, folder, err);
}

static int replace(const char *fresh, const char *folder, const sw_lock_folder *stale, sw_error *err)
{
    if (move(fresh, folder, RENAME_EXCHANGE) < 0)
        return errno == ENOENT ? somebody_else(folder, err) : replace_in_two_steps(fresh, folder, stale, err);
    if (same_folder(fresh, stale)) { /* what stood there has our temporary name now */
        drop_folder(fresh);
        return 0;
    }
    if (move(fresh, folder, RENAME_EXCHANGE) < 0)
        put_back(fresh, folder);
    return somebody_else(folder, err);
}

int sw_lock_folder_take(const char *folder, const sw_lock_owner *self, const sw_lock_folder *stale, sw_error *err)
{
    char fresh[PATH_MAX];
    int rc = prepare(fresh, folder, self, err);
    if (rc < 0)
        return rc;
    rc = stale->exists ? replace(fresh, folder, stale, err) : place(fresh, folder, err);
    if (rc < 0 || access(fresh, F_OK) == 0)
        drop_folder(fresh);
    if (rc == 0)
        sweep(folder);
    return rc;
}

int sw_lock_folder_clear(const char *folder, const sw_lock_folder *judged, sw_error *err)
{
    char away[PATH_MAX], salt[17];
    int rc = sw_clock_random_hex(salt, 8, err);
    if (rc < 0)
        return rc;
    if (snprintf(away, sizeof away, "%s.%s", folder, salt) >= PATH_MAX)
        return sw_file_fail(err, ENAMETOOLONG, "clear", folder);
    return remove_judged(folder, away, judged, err);
}

void sw_lock_folder_give_back(const char *folder, const sw_lock_owner *self)
{
    sw_lock_folder ours;
    if (sw_lock_folder_look(&ours, folder, SW_LOCK_STALE_AFTER, NULL) == 0 && ours.exists
        && strcmp(ours.owner.nonce, self->nonce) == 0)
        sw_lock_folder_clear(folder, &ours, NULL);
}
