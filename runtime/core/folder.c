/* The half of core/file.h that is about folders and about asking. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"

int sw_file_stat(sw_file_info *out, const char *path, bool follow, sw_error *err)
{
    struct stat st;
    if ((follow ? stat(path, &st) : lstat(path, &st)) < 0)
        return sw_file_fail(err, errno, "look at", path);
    out->kind = S_ISREG(st.st_mode)   ? "file"
                : S_ISDIR(st.st_mode) ? "folder"
                : S_ISLNK(st.st_mode) ? "link"
                                      : "other";
    out->size = st.st_size;
    out->mode = (int)(st.st_mode & 07777);
    out->mtime = st.st_mtim.tv_sec;
    return 0;
}

/* ---- names ---- */

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int add_name(sw_names *names, size_t *cap, const char *name)
{
    if (names->count == *cap) {
        size_t more = *cap ? *cap * 2 : 32;
        char **items = realloc(names->items, more * sizeof *items);
        if (!items)
            return SW_E_NOMEM;
        names->items = items;
        *cap = more;
    }
    char *copy = strdup(name);
    if (!copy)
        return SW_E_NOMEM;
    names->items[names->count++] = copy;
    return 0;
}

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

int sw_file_list(sw_names *out, const char *path, sw_error *err)
{
    *out = (sw_names){ NULL, 0 };
    DIR *folder = opendir(path);
    if (!folder)
        return sw_file_fail(err, errno, "list", path);
    int rc = 0;
    size_t cap = 0;
    for (;;) {
        errno = 0;
        struct dirent *entry = readdir(folder);
        if (!entry) {
            if (errno != 0)
                rc = sw_file_fail(err, errno, "list", path);
            break;
        }
        if (is_dots(entry->d_name))
            continue;
        if (add_name(out, &cap, entry->d_name) < 0) {
            rc = sw_fail_nomem(err);
            break;
        }
    }
    closedir(folder);
    if (rc < 0)
        sw_names_release(out);
    else if (out->count > 1)
        qsort(out->items, out->count, sizeof *out->items, compare_names);
    return rc;
}

void sw_names_release(sw_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->items[i]);
    free(names->items);
    *names = (sw_names){ NULL, 0 };
}

/* ---- making ---- */

static int make_existing_ok(const char *path, const char *asked, sw_error *err)
{
    if (mkdir(path, 0777) == 0)
        return 0;
    int why = errno;
    struct stat st;
    if (why == EEXIST && stat(path, &st) == 0)
        return S_ISDIR(st.st_mode) ? 0 : sw_file_fail(err, ENOTDIR, "make", asked);
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return 0; /* EROFS or EACCES on something that is already there */
    return sw_file_fail(err, why, "make", asked);
}

int sw_file_mkdir(const char *path, bool parents, sw_error *err)
{
    if (!parents)
        return mkdir(path, 0777) < 0 ? sw_file_fail(err, errno, "make", path) : 0;
    char *part = strdup(path);
    if (!part)
        return sw_fail_nomem(err);
    int rc = 0;
    for (char *at = part + 1; *part && *at && rc == 0; at++) {
        if (*at != '/' || at[-1] == '/')
            continue;
        *at = '\0';
        rc = make_existing_ok(part, path, err);
        *at = '/';
    }
    if (rc == 0)
        rc = make_existing_ok(part, path, err);
    free(part);
    return rc;
}

int sw_file_temp_dir(sw_buf *out, const char *prefix, sw_error *err)
{
    const char *base = getenv("TMPDIR");
    if (!base || base[0] != '/')
        base = "/tmp";
    if (strchr(prefix, '/'))
        return sw_fail(err, SW_E_ARGUMENT, "file.bad_name", "the prefix '%s' holds a slash", prefix);
    sw_buf_clear(out);
    if (sw_buf_addf(out, "%s/%s-XXXXXX", base, prefix) < 0)
        return sw_fail_nomem(err);
    return mkdtemp(out->data) ? 0 : sw_file_fail(err, errno, "make a folder in", base);
}

int sw_file_realpath(sw_buf *out, const char *path, sw_error *err)
{
    char *full = realpath(path, NULL);
    if (!full)
        return sw_file_fail(err, errno, "find", path);
    int rc = sw_buf_add_text(out, full);
    free(full);
    return rc < 0 ? sw_fail_nomem(err) : 0;
}

int sw_file_cwd(sw_buf *out, sw_error *err)
{
    return sw_file_realpath(out, ".", err);
}

/* ---- removing ---- */

int sw_file_remove(const char *path, sw_error *err)
{
    struct stat st;
    if (lstat(path, &st) < 0)
        return sw_file_fail(err, errno, "remove", path);
    int rc = S_ISDIR(st.st_mode) ? rmdir(path) : unlink(path);
    return rc < 0 ? sw_file_fail(err, errno, "remove", path) : 0;
}

static int remove_entry(int parent, const char *name, const char *path, sw_error *err);

/* `folder` is consumed. Everything is reached relative to open folders: a link swapped in while we
 * work cannot lead outside. */
static int empty_folder(int folder, const char *path, sw_error *err)
{
    DIR *entries = fdopendir(folder);
    if (!entries) {
        close(folder);
        return sw_file_fail(err, errno, "remove", path);
    }
    int rc = 0;
    for (;;) {
        errno = 0;
        struct dirent *entry = readdir(entries);
        if (!entry) {
            if (errno != 0)
                rc = sw_file_fail(err, errno, "remove", path);
            break;
        }
        if (is_dots(entry->d_name))
            continue;
        rc = remove_entry(dirfd(entries), entry->d_name, path, err);
        if (rc < 0)
            break;
    }
    closedir(entries);
    return rc;
}

static int open_to_empty(int parent, const char *name)
{
    int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int folder = openat(parent, name, flags);
    /* tool caches (Go's module cache) write-protect their folders */
    if (folder < 0 && errno == EACCES && fchmodat(parent, name, 0700, 0) == 0)
        folder = openat(parent, name, flags);
    if (folder >= 0) {
        struct stat st;
        if (fstat(folder, &st) == 0 && (st.st_mode & 0700) != 0700)
            (void)!fchmod(folder, (st.st_mode & 07777) | 0700);
    }
    return folder;
}

static int remove_entry(int parent, const char *name, const char *path, sw_error *err)
{
    if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
        return 0;
    int why = errno; /* EISDIR on Linux, EPERM by POSIX */
    int folder = open_to_empty(parent, name);
    if (folder < 0)
        return sw_file_fail(err, errno == ENOTDIR || errno == ELOOP ? why : errno, "remove", path);
    int rc = empty_folder(folder, path, err);
    if (rc == 0 && unlinkat(parent, name, AT_REMOVEDIR) < 0 && errno != ENOENT)
        rc = sw_file_fail(err, errno, "remove", path);
    return rc;
}

/* Splits "a/b/c" into the resolved folder of its last name and that name. */
static int split_last(char parent[PATH_MAX], char name[NAME_MAX + 1], const char *path, sw_error *err)
{
    size_t len = strlen(path);
    while (len > 1 && path[len - 1] == '/')
        len--;
    size_t start = len;
    while (start > 0 && path[start - 1] != '/')
        start--;
    if (len - start > NAME_MAX || start >= PATH_MAX)
        return sw_file_fail(err, ENAMETOOLONG, "remove", path);
    memcpy(name, path + start, len - start);
    name[len - start] = '\0';
    char folder[PATH_MAX] = ".";
    if (start > 0) {
        memcpy(folder, path, start);
        folder[start] = '\0';
    }
    if (!name[0] || is_dots(name))
        return sw_fail(err, SW_E_ARGUMENT, "file.bad_name", "'%s' names no entry of a folder", path);
    return realpath(folder, parent) ? 0 : sw_file_fail(err, errno, "remove", path);
}

int sw_file_remove_tree(const char *path, const char *below, sw_error *err)
{
    char limit[PATH_MAX], parent[PATH_MAX], name[NAME_MAX + 1];
    if (!realpath(below, limit))
        return sw_file_fail(err, errno, "remove from", below);
    int rc = split_last(parent, name, path, err);
    if (rc == SW_E_NOT_FOUND)
        return 0;
    if (rc < 0)
        return rc;
    size_t len = strlen(limit);
    if (strncmp(parent, limit, len) != 0 || (parent[len] != '\0' && parent[len] != '/' && len > 1)) {
        sw_fail(err, SW_E_REFUSED, "file.outside", "%s is not inside %s: it was not removed", path, below);
        return SW_E_REFUSED;
    }
    int folder = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return sw_file_fail(err, errno, "remove", path);
    rc = remove_entry(folder, name, path, err);
    close(folder);
    return rc;
}
