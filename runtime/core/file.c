#include "core/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/fresh_file.h"

static const struct {
    int errnum;
    int rc;
    const char *code;
    const char *hint;
} causes[] = {
    { ENOENT, SW_E_NOT_FOUND, "file.not_found", NULL },
    { EACCES, SW_E_REFUSED, "file.denied", "check owner and mode: ls -ld on the path and its folders" },
    { EPERM, SW_E_REFUSED, "file.denied", "check owner and mode: ls -ld on the path and its folders" },
    { EEXIST, SW_E_EXISTS, "file.exists", NULL },
    { ENOSPC, SW_E_IO, "file.no_space", "free some disk space (df -h), then try again" },
    { EDQUOT, SW_E_IO, "file.no_space", "your quota is used up; free some space, then try again" },
    { EFBIG, SW_E_IO, "file.no_space", "a limit on the size of files was reached (ulimit -f)" },
    { EROFS, SW_E_IO, "file.read_only", "the file system is mounted read-only" },
    { ENOTDIR, SW_E_CONFLICT, "file.not_a_folder", NULL },
    { EISDIR, SW_E_CONFLICT, "file.is_a_folder", NULL },
    { ENOTEMPTY, SW_E_CONFLICT, "file.not_empty", NULL },
    { EBUSY, SW_E_CONFLICT, "file.busy", NULL },
    { ETXTBSY, SW_E_CONFLICT, "file.busy", NULL },
    { EMFILE, SW_E_LIMIT, "file.too_many_open", "raise the limit: ulimit -n" },
    { ENFILE, SW_E_LIMIT, "file.too_many_open", NULL },
    { ENAMETOOLONG, SW_E_ARGUMENT, "file.name_too_long", NULL },
    { ELOOP, SW_E_CONFLICT, "file.too_many_links", "a symbolic link leads to itself" },
    { ENOMEM, SW_E_NOMEM, "host.no_memory", NULL },
};

int sw_file_fail(sw_error *err, int errnum, const char *doing, const char *path)
{
    for (size_t i = 0; i < sizeof causes / sizeof *causes; i++) {
        if (causes[i].errnum != errnum)
            continue;
        sw_fail_errno(err, errnum, causes[i].code, "cannot %s %s", doing, path);
        if (causes[i].hint)
            sw_error_hint(err, "%s", causes[i].hint);
        return causes[i].rc;
    }
    return sw_fail_errno(err, errnum, "file.failed", "cannot %s %s", doing, path);
}

int sw_fd_write_all(int fd, const void *data, size_t len)
{
    const char *at = data;
    while (len > 0) {
        ssize_t wrote = write(fd, at, len);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            return -1;
        at += wrote;
        len -= (size_t)wrote;
    }
    return 0;
}

/* ---- reading ---- */

static int read_fd(sw_buf *out, int fd, const char *path, size_t limit, sw_error *err)
{
    struct stat st;
    if (fstat(fd, &st) < 0)
        return sw_file_fail(err, errno, "read", path);
    if (S_ISDIR(st.st_mode))
        return sw_file_fail(err, EISDIR, "read", path);
    size_t start = out->len;
    size_t guess = st.st_size > 0 && (size_t)st.st_size <= limit ? (size_t)st.st_size + 1 : 4096;
    for (;;) {
        if (sw_buf_reserve(out, guess) < 0)
            return sw_fail_nomem(err);
        ssize_t got = read(fd, out->data + out->len, out->cap - out->len - 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return sw_file_fail(err, errno, "read", path);
        out->len += (size_t)got;
        out->data[out->len] = '\0';
        if (out->len - start > limit)
            return sw_fail(err, SW_E_LIMIT, "file.too_large", "%s is larger than %zu bytes", path, limit);
        if (got == 0)
            return 0;
        guess = 65536;
        if (out->cap - out->len > 1)
            guess = out->cap - out->len - 1;
    }
}

int sw_file_read(sw_buf *out, const char *path, size_t limit, sw_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return sw_file_fail(err, errno, "read", path);
    size_t start = out->len;
    int rc = read_fd(out, fd, path, limit ? limit : (size_t)1 << 30, err);
    if (rc < 0 && out->data) {
        out->len = start;
        out->data[start] = '\0';
    }
    close(fd);
    return rc;
}

int sw_file_piece(sw_buf *out, const char *path, uint64_t offset, size_t size, sw_error *err)
{
    if (size > (size_t)64 << 20 || offset > INT64_MAX)
        return sw_fail(err, SW_E_LIMIT, "file.too_large", "no piece of %s is that large", path);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return sw_file_fail(err, errno, "read", path);
    int rc = sw_buf_reserve(out, size + 1) < 0 ? sw_fail_nomem(err) : 0;
    for (size_t left = size; rc == 0 && left > 0;) {
        ssize_t got = pread(fd, out->data + out->len, left, (off_t)(offset + (size - left)));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            rc = sw_file_fail(err, errno, "read", path);
        if (got <= 0)
            break;
        out->len += (size_t)got;
        left -= (size_t)got;
    }
    if (rc == 0)
        out->data[out->len] = '\0';
    close(fd);
    return rc;
}

/* ---- writing ---- */

int sw_file_sync_folder(const char *path, sw_error *err)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t len = slash ? (size_t)(slash - path) : 0;
    if (len >= sizeof folder)
        return sw_file_fail(err, ENAMETOOLONG, "write", path);
    memcpy(folder, path, len);
    folder[len] = '\0';
    const char *name = len > 0 ? folder : slash ? "/" : ".";
    int fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return sw_file_fail(err, errno, "sync the folder of", path);
    int rc = 0;
    /* EINVAL: some network file systems know no fsync of a folder; the rename itself is then all there is. */
    if (fsync(fd) < 0 && errno != EINVAL)
        rc = sw_file_fail(err, errno, "sync the folder of", path);
    close(fd);
    return rc;
}

/* Where a write to `path` really goes: through symbolic links, also to a target that does not exist yet. */
static int resolve_target(sw_buf *out, const char *path, sw_error *err)
{
    char link[PATH_MAX];
    sw_buf_clear(out);
    int rc = sw_buf_add_text(out, path);
    for (int hops = 0; rc == 0; hops++) {
        ssize_t len = readlink(sw_buf_text(out), link, sizeof link - 1);
        if (len < 0 && (errno == EINVAL || errno == ENOENT))
            return 0;
        if (len < 0)
            return sw_file_fail(err, errno, "write", path);
        if (hops == 40)
            return sw_file_fail(err, ELOOP, "write", path);
        link[len] = '\0';
        const char *slash = strrchr(sw_buf_text(out), '/');
        if (link[0] == '/' || !slash)
            sw_buf_clear(out);
        else
            out->len = (size_t)(slash + 1 - out->data);
        rc = sw_buf_add_text(out, link);
    }
    return sw_fail_nomem(err);
}

static mode_t current_umask(void)
{
    mode_t mask = umask(022);
    umask(mask);
    return mask;
}

/* The mode the file shall have, or a negative code when something that is no file stands there. */
static int decide_mode(const char *target, int wanted, sw_error *err)
{
    struct stat st;
    if (stat(target, &st) < 0) {
        if (errno != ENOENT)
            return sw_file_fail(err, errno, "write", target);
        return wanted >= 0 ? wanted : (int)(0666 & ~current_umask());
    }
    if (S_ISDIR(st.st_mode))
        return sw_file_fail(err, EISDIR, "write", target);
    if (!S_ISREG(st.st_mode))
        return sw_fail(err, SW_E_CONFLICT, "file.not_a_file", "%s is a device, pipe or socket, not a file", target);
    return wanted >= 0 ? wanted : (int)(st.st_mode & 07777);
}

/* A fresh file that will stand where a write to `path` goes. */
static int fresh_for(sw_fresh_file *fresh, const char *path, sw_error *err)
{
    sw_buf target;
    sw_buf_init(&target);
    int rc = resolve_target(&target, path, err);
    if (rc == 0 && sw_fresh_open(fresh, sw_buf_text(&target)) < 0)
        rc = sw_file_fail(err, errno, "write", path);
    sw_buf_release(&target);
    return rc;
}

/* fsync, mode and name, fsync of the folder. */
static int fresh_finish(sw_fresh_file *fresh, const char *path, int mode, sw_error *err)
{
    if (fsync(fresh->fd) < 0 || sw_fresh_settle(fresh, mode) < 0)
        return sw_file_fail(err, errno, "write", path);
    return sw_file_sync_folder(sw_buf_text(&fresh->target), err);
}

int sw_file_write(const char *path, const void *data, size_t len, int mode, sw_error *err)
{
    sw_fresh_file fresh = { .fd = -1 };
    int rc = fresh_for(&fresh, path, err);
    if (rc == 0)
        rc = mode = decide_mode(sw_buf_text(&fresh.target), mode, err);
    if (rc < 0)
        goto done;
    if (sw_fd_write_all(fresh.fd, data, len) < 0) {
        rc = sw_file_fail(err, errno, "write", path);
        goto done;
    }
    rc = fresh_finish(&fresh, path, mode, err);
done:
    sw_fresh_release(&fresh);
    return rc;
}

static int copy_content(int to, int from, const char *to_path, const char *from_path, sw_error *err)
{
    enum { CHUNK = 1 << 18 };
    char *chunk = malloc(CHUNK);
    if (!chunk)
        return sw_fail_nomem(err);
    int rc = 0;
    for (;;) {
        ssize_t got = read(from, chunk, CHUNK);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            rc = sw_file_fail(err, errno, "read", from_path);
        if (got <= 0)
            break;
        if (sw_fd_write_all(to, chunk, (size_t)got) < 0) {
            rc = sw_file_fail(err, errno, "write", to_path);
            break;
        }
    }
    free(chunk);
    return rc;
}

int sw_file_copy(const char *from, const char *to, sw_error *err)
{
    sw_fresh_file fresh = { .fd = -1 };
    struct stat st;
    int rc = 0;
    int source = open(from, O_RDONLY | O_CLOEXEC);
    if (source < 0 || fstat(source, &st) < 0) {
        rc = sw_file_fail(err, errno, "read", from);
        goto done;
    }
    if (S_ISDIR(st.st_mode)) {
        rc = sw_file_fail(err, EISDIR, "read", from);
        goto done;
    }
    rc = fresh_for(&fresh, to, err);
    if (rc == 0)
        rc = decide_mode(sw_buf_text(&fresh.target), (int)(st.st_mode & 07777), err);
    if (rc >= 0)
        rc = copy_content(fresh.fd, source, to, from, err);
    if (rc == 0)
        rc = fresh_finish(&fresh, to, (int)(st.st_mode & 07777), err);
done:
    if (source >= 0)
        close(source);
    sw_fresh_release(&fresh);
    return rc;
}

int sw_file_chmod(const char *path, int mode, sw_error *err)
{
    return chmod(path, (mode_t)mode & 07777) < 0 ? sw_file_fail(err, errno, "change the mode of", path) : 0;
}

int sw_file_rename(const char *from, const char *to, sw_error *err)
{
    if (rename(from, to) < 0)
        return sw_file_fail(err, errno, "rename", from);
    return sw_file_sync_folder(to, err);
}

int sw_file_link(const char *target, const char *path, sw_error *err)
{
    return symlink(target, path) < 0 ? sw_file_fail(err, errno, "link", path) : 0;
}
