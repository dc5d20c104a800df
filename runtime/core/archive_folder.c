#include "core/archive_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/archive_path.h"
#include "core/buf.h"

struct sw_archive_folder {
    sw_buf to, fresh; /* destination; the folder being filled */
    int root;         /* descriptor of the fresh folder */
    int parent;       /* descriptor of the folder of the last entry, or -1 */
    sw_buf parent_path;
    int file; /* the file being written, or -1 */
    bool kept;
};

static int io_failed(sw_error *err, const char *path)
{
    int number = errno;
    sw_archive_shown shown;
    return sw_fail_errno(err, number, "archive.io", "'%s' cannot be written",
                         sw_archive_show(&shown, path, strlen(path)));
}

/* `to` without trailing slashes, links in it resolved when it exists. */
static int resolve(sw_buf *out, const char *to, sw_error *err)
{
    char *real = realpath(to, NULL);
    int rc = sw_buf_add_text(out, real ? real : to) < 0 ? sw_fail_nomem(err) : 0;
    free(real);
    while (rc == 0 && out->len > 1 && out->data[out->len - 1] == '/')
        out->data[--out->len] = '\0';
    return rc;
}

int sw_archive_folder_open(sw_archive_folder **out, const char *to, sw_error *err)
{
    sw_archive_folder *folder = calloc(1, sizeof *folder);
    if (!folder)
        return sw_fail_nomem(err);
    folder->root = folder->parent = folder->file = -1;
    folder->kept = true; /* nothing to remove yet */
    int rc = resolve(&folder->to, to, err);
    if (rc < 0)
        goto done;
    const char *path = sw_buf_text(&folder->to);
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    int lead = slash ? (int)(slash - path) + 1 : 0;
    if (sw_buf_addf(&folder->fresh, "%.*s.%.200s.XXXXXX", lead, path, name) < 0) {
        rc = sw_fail_nomem(err);
        goto done;
    }
    if (!mkdtemp(folder->fresh.data)) {
        rc = io_failed(err, path);
        sw_error_hint(err, "the folder that is to hold '%s' must exist and be writable", name);
        goto done;
    }
    folder->kept = false;
    folder->root = open(folder->fresh.data, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    mode_t mask = umask(0);
    umask(mask);
    if (folder->root < 0 || fchmod(folder->root, 0777 & ~mask) < 0)
        rc = io_failed(err, path);
done:
    if (rc < 0)
        sw_archive_folder_close(folder);
    else
        *out = folder;
    return rc;
}

static void forget_parent(sw_archive_folder *folder)
{
    if (folder->parent >= 0)
        close(folder->parent);
    folder->parent = -1;
    sw_buf_clear(&folder->parent_path);
}

/* Opens (making it where needed) the folder at the first `len` bytes of `path`, step by step. */
static int walk(int root, const char *path, size_t len, sw_error *err)
{
    char part[SW_ARCHIVE_COMPONENT_MAX + 1];
    int at = dup(root);
    for (size_t from = 0; at >= 0 && from < len;) {
        const char *slash = memchr(path + from, '/', len - from);
        size_t size = slash ? (size_t)(slash - path) - from : len - from;
        if (size > SW_ARCHIVE_COMPONENT_MAX)
            size = SW_ARCHIVE_COMPONENT_MAX;
        memcpy(part, path + from, size);
        part[size] = '\0';
        from += size + 1;
        int next = openat(at, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (next < 0 && errno == ENOENT && mkdirat(at, part, 0777) == 0)
            next = openat(at, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        int number = errno;
        close(at);
        errno = number;
        at = next;
    }
    return at >= 0 ? at : io_failed(err, path);
}

/* Descriptor (kept by the folder) of the folder `path` lies in. */
static int parent_of(sw_archive_folder *folder, const char *path, const char **name, sw_error *err)
{
    const char *slash = strrchr(path, '/');
    size_t len = slash ? (size_t)(slash - path) : 0;
    *name = slash ? slash + 1 : path;
    if (folder->parent >= 0 && folder->parent_path.len == len &&
        memcmp(sw_buf_text(&folder->parent_path), path, len) == 0)
        return folder->parent;
    forget_parent(folder);
    int at = walk(folder->root, path, len, err);
    if (at < 0)
        return at;
    folder->parent = at;
    return sw_buf_add(&folder->parent_path, path, len) < 0 ? sw_fail_nomem(err) : at;
}

/* A hard link: the file it names was written before, inside this folder. */
static int add_hardlink(sw_archive_folder *folder, int at, const char *name, const char *target, sw_error *err)
{
    const char *slash = strrchr(target, '/');
    int from = walk(folder->root, target, slash ? (size_t)(slash - target) : 0, err);
    if (from < 0)
        return from;
    int rc = linkat(from, slash ? slash + 1 : target, at, name, 0) < 0 ? io_failed(err, name) : 0;
    close(from);
    return rc;
}

int sw_archive_folder_add(sw_archive_folder *folder, const char *path, const char *target,
                          enum sw_entry_kind kind, unsigned mode, sw_error *err)
{
    if (path[0] == '\0')
        return 0; /* the folder itself */
    if (kind == SW_ENTRY_FOLDER) {
        int made = walk(folder->root, path, strlen(path), err);
        return made < 0 ? made : close(made);
    }
    const char *name;
    int at = parent_of(folder, path, &name, err);
    if (at < 0)
        return at;
    if (kind == SW_ENTRY_SYMLINK)
        return symlinkat(target, at, name) < 0 ? io_failed(err, path) : 0;
    if (kind == SW_ENTRY_HARDLINK)
        return add_hardlink(folder, at, name, target, err);
    folder->file = openat(at, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode & 0777);
    return folder->file < 0 ? io_failed(err, path) : 0;
}

int sw_archive_folder_data(sw_archive_folder *folder, const void *data, size_t len, sw_error *err)
{
    for (const char *from = data; len > 0;) {
        ssize_t part = write(folder->file, from, len);
        if (part < 0 && errno == EINTR)
            continue;
        if (part < 0)
            return io_failed(err, sw_buf_text(&folder->to));
        from += part;
        len -= (size_t)part;
    }
    return 0;
}

int sw_archive_folder_end(sw_archive_folder *folder, sw_error *err)
{
    int file = folder->file;
    folder->file = -1;
    return file >= 0 && close(file) < 0 ? io_failed(err, sw_buf_text(&folder->to)) : 0;
}

int sw_archive_folder_keep(sw_archive_folder *folder, sw_error *err)
{
    const char *to = sw_buf_text(&folder->to);
    if (rename(sw_buf_text(&folder->fresh), to) == 0) {
        folder->kept = true;
        return 0;
    }
    if (errno != ENOTEMPTY && errno != EEXIST && errno != ENOTDIR)
        return io_failed(err, to);
    int rc = sw_fail(err, SW_E_EXISTS, "archive.exists", "'%s' exists and is no empty folder", to);
    sw_error_hint(err, "name a folder that does not exist yet");
    return rc;
}

/* Removes everything below `fd`, which is closed. */
static void empty(int fd)
{
    DIR *dir = fdopendir(fd);
    if (!dir) {
        close(fd);
        return;
    }
    for (struct dirent *entry; (entry = readdir(dir));) {
        const char *name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
            continue;
        if (unlinkat(fd, name, 0) == 0)
            continue;
        int below = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (below >= 0)
            empty(below);
        unlinkat(fd, name, AT_REMOVEDIR);
    }
    closedir(dir);
}

void sw_archive_folder_close(sw_archive_folder *folder)
{
    if (!folder)
        return;
    if (folder->file >= 0)
        close(folder->file);
    forget_parent(folder);
    if (folder->root >= 0 && !folder->kept)
        empty(folder->root);
    else if (folder->root >= 0)
        close(folder->root);
    if (!folder->kept)
        rmdir(sw_buf_text(&folder->fresh));
    sw_buf_release(&folder->to);
    sw_buf_release(&folder->fresh);
    sw_buf_release(&folder->parent_path);
    free(folder);
}
