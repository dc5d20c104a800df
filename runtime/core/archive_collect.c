#include "core/archive_collect.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/archive_path.h"
#include "core/buf.h"

/* One folder being read. `shown` is the path below what the caller named, for the patterns. */
typedef struct place {
    const char *source, *name, *shown;
    unsigned depth;
} place;

static int unreadable(sw_error *err, const char *path)
{
    return sw_fail_errno(err, errno, "archive.io", "'%s' cannot be read", path);
}

int sw_archive_members_init(sw_archive_members *out, const char *file, const char *const *exclude, sw_error *err)
{
    struct stat info;
    memset(out, 0, sizeof *out);
    out->exclude = exclude;
    if (stat(file, &info) == 0) {
        out->skip_device = info.st_dev;
        out->skip_inode = info.st_ino;
    }
    return sw_archive_names_open(&out->names, true, err);
}

void sw_archive_members_release(sw_archive_members *members)
{
    for (size_t i = 0; i < members->count; i++) {
        free(members->items[i].source);
        free(members->items[i].name);
        free(members->items[i].target);
    }
    free(members->items);
    sw_archive_names_close(members->names);
    memset(members, 0, sizeof *members);
}

static bool excluded(const sw_archive_members *members, const char *shown)
{
    const char *slash = strrchr(shown, '/');
    for (const char *const *pattern = members->exclude; pattern && *pattern; pattern++) {
        bool whole = strchr(*pattern, '/') != NULL;
        if (fnmatch(*pattern, whole || !slash ? shown : slash + 1, whole ? FNM_PATHNAME : 0) == 0)
            return true;
    }
    return false;
}

static int read_target(sw_archive_member *member, sw_error *err)
{
    char target[PATH_MAX];
    ssize_t len = readlink(member->source, target, sizeof target - 1);
    if (len < 0)
        return unreadable(err, member->source);
    target[len] = '\0';
    member->target = strdup(target);
    if (!member->target)
        return sw_fail_nomem(err);
    return sw_archive_link_check(member->name, target, (size_t)len, err);
}

static int append(sw_archive_members *members, sw_archive_member **out, const char *source, const char *name,
                  sw_error *err)
{
    if (members->count == members->capacity) {
        size_t capacity = members->capacity ? members->capacity * 2 : 64;
        sw_archive_member *items = realloc(members->items, capacity * sizeof *items);
        if (!items)
            return sw_fail_nomem(err);
        members->items = items;
        members->capacity = capacity;
    }
    sw_archive_member *member = &members->items[members->count++];
    *member = (sw_archive_member){ .source = strdup(source), .name = strdup(name) };
    *out = member;
    return member->source && member->name ? 0 : sw_fail_nomem(err);
}

/* `name` is not empty. */
static int add_member(sw_archive_members *members, const char *source, const char *name, const struct stat *info,
                      unsigned mode, sw_error *err)
{
    sw_archive_member *member = NULL;
    sw_buf tidy;
    sw_buf_init(&tidy);
    int rc = sw_archive_path_packed(&tidy, name, strlen(name), err);
    if (rc == 0 && tidy.len == 0)
        rc = sw_fail(err, SW_E_ARGUMENT, "archive.name", "'%s' is no name for an entry", name);
    if (rc == 0)
        rc = append(members, &member, source, sw_buf_text(&tidy), err);
    if (rc < 0)
        goto done;
    member->mode = S_ISDIR(info->st_mode) || (mode ? mode : info->st_mode) & 0111 ? 0755 : 0644;
    member->kind = S_ISDIR(info->st_mode)   ? SW_ENTRY_FOLDER
                   : S_ISLNK(info->st_mode) ? SW_ENTRY_SYMLINK
                                            : SW_ENTRY_FILE;
    if (member->kind == SW_ENTRY_FILE)
        member->size = (uint64_t)info->st_size;
    if (!S_ISDIR(info->st_mode) && !S_ISLNK(info->st_mode) && !S_ISREG(info->st_mode))
        rc = sw_fail(err, SW_E_REFUSED, "archive.kind", "'%s' is neither file, folder nor link", source);
    if (rc == 0 && member->kind == SW_ENTRY_SYMLINK)
        rc = read_target(member, err);
    if (rc == 0)
        rc = sw_archive_names_add(members->names, member->name, member->kind, err);
done:
    sw_buf_release(&tidy);
    return rc;
}

static int add_folder(sw_archive_members *members, const place *at, sw_error *err);

static int add_child(sw_archive_members *members, const place *at, const char *child, sw_error *err)
{
    struct stat info;
    sw_buf source, name, shown;
    sw_buf_init(&source);
    sw_buf_init(&name);
    sw_buf_init(&shown);
    int rc = sw_buf_addf(&source, "%s/%s", at->source, child) < 0 ||
                     sw_buf_addf(&name, "%s%s%s", at->name, at->name[0] ? "/" : "", child) < 0 ||
                     sw_buf_addf(&shown, "%s%s%s", at->shown, at->shown[0] ? "/" : "", child) < 0
                 ? sw_fail_nomem(err)
                 : 0;
    if (rc < 0 || excluded(members, shown.data))
        goto done;
    if (lstat(source.data, &info) < 0) {
        rc = unreadable(err, source.data);
        goto done;
    }
    if (info.st_ino == members->skip_inode && info.st_dev == members->skip_device)
        goto done;
    rc = add_member(members, source.data, name.data, &info, 0, err);
    place below = { source.data, name.data, shown.data, at->depth + 1 };
    if (rc == 0 && S_ISDIR(info.st_mode))
        rc = add_folder(members, &below, err);
done:
    sw_buf_release(&source);
    sw_buf_release(&name);
    sw_buf_release(&shown);
    return rc;
}

static int add_folder(sw_archive_members *members, const place *at, sw_error *err)
{
    if (at->depth > SW_ARCHIVE_DEPTH_MAX)
        return sw_fail(err, SW_E_LIMIT, "archive.limit", "'%s' is more than 250 folders deep", at->source);
    DIR *dir = opendir(at->source);
    if (!dir)
        return unreadable(err, at->source);
    int rc = 0;
    errno = 0;
    for (struct dirent *entry; rc == 0 && (entry = readdir(dir)); errno = 0) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            rc = add_child(members, at, entry->d_name, err);
    }
    if (rc == 0 && errno != 0)
        rc = unreadable(err, at->source);
    closedir(dir);
    return rc;
}

int sw_archive_members_add(sw_archive_members *members, const char *source, const char *name, unsigned mode,
                           sw_error *err)
{
    struct stat info;
    if (stat(source, &info) < 0)
        return unreadable(err, source);
    if (name[0] == '\0' && !S_ISDIR(info.st_mode))
        return sw_fail(err, SW_E_ARGUMENT, "archive.io", "'%s' is no folder", source);
    if (name[0] != '\0') {
        int rc = add_member(members, source, name, &info, mode, err);
        if (rc < 0 || !S_ISDIR(info.st_mode))
            return rc;
    }
    return add_folder(members, &(place){ source, name, "", 0 }, err);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const sw_archive_member *)a)->name, ((const sw_archive_member *)b)->name);
}

void sw_archive_members_sort(sw_archive_members *members)
{
    if (members->count > 0)
        qsort(members->items, members->count, sizeof *members->items, by_name);
}
