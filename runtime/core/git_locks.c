/* Lock files that a killed git has left: git_ref.h's sw_git_stale_locks. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/git_handle.h"
#include "core/git_ref.h"

typedef struct found {
    sw_texts paths;
    struct stat *stats; /* beside paths.items */
    size_t cap;
    int64_t since;
} found;

static bool is_lock(const char *name)
{
    size_t len = strlen(name);
    return len > 5 && strcmp(name + len - 5, ".lock") == 0;
}

static int take(found *f, const char *path)
{
    struct stat st;
    if (lstat(path, &st) < 0 || !S_ISREG(st.st_mode) || st.st_mtim.tv_sec < f->since)
        return 0;
    if (f->paths.count == f->cap) {
        size_t cap = f->cap ? f->cap * 2 : 8;
        struct stat *stats = realloc(f->stats, cap * sizeof *stats);
        if (!stats)
            return SW_E_NOMEM;
        f->stats = stats;
        f->cap = cap;
    }
    f->stats[f->paths.count] = st;
    return sw_texts_add(&f->paths, path);
}

static int look(found *f, const char *folder, bool deep)
{
    DIR *dir = opendir(folder);
    if (!dir)
        return 0;
    int rc = 0;
    for (struct dirent *entry; rc == 0 && (entry = readdir(dir)) != NULL;) {
        char path[4096];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0
            || (size_t)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) >= sizeof path)
            continue;
        if (is_lock(entry->d_name))
            rc = take(f, path);
        else if (deep && entry->d_type == DT_DIR)
            rc = look(f, path, true);
    }
    closedir(dir);
    return rc;
}

static int look_below(found *f, const char *git_dir)
{
    char path[4096];
    int rc = look(f, git_dir, false);
    snprintf(path, sizeof path, "%s/refs", git_dir);
    if (rc == 0)
        rc = look(f, path, true);
    snprintf(path, sizeof path, "%s/objects/info", git_dir);
    return rc == 0 ? look(f, path, true) : rc;
}

/* Marks the locks that the process with this folder of descriptors has open. */
static void spare_open(found *f, bool *held, const char *descriptors)
{
    DIR *dir = opendir(descriptors);
    if (!dir)
        return;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        struct stat st;
        if (entry->d_name[0] == '.' || fstatat(dirfd(dir), entry->d_name, &st, 0) < 0)
            continue;
        for (size_t i = 0; i < f->paths.count; i++)
            held[i] = held[i] || (st.st_dev == f->stats[i].st_dev
                                  && st.st_ino == f->stats[i].st_ino);
    }
    closedir(dir);
}

static void spare_held(found *f, bool *held)
{
    DIR *processes = f->paths.count ? opendir("/proc") : NULL;
    if (!processes)
        return;
    for (struct dirent *entry; (entry = readdir(processes)) != NULL;) {
        char path[300];
        if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
            continue;
        snprintf(path, sizeof path, "/proc/%s/fd", entry->d_name);
        spare_open(f, held, path);
    }
    closedir(processes);
}

int sw_git_stale_locks(sw_texts *out, sw_git *git, int64_t since, bool remove, sw_error *err)
{
    found f = { .since = since };
    bool *held = NULL;
    int rc = remove ? sw_git_writable(git, err) : 0;
    if (rc < 0)
        return rc;
    rc = look_below(&f, git->git_dir);
    if (rc == 0 && strcmp(git->git_dir, git->common_dir) != 0)
        rc = look_below(&f, git->common_dir);
    held = calloc(f.paths.count + 1, sizeof *held);
    if (rc < 0 || !held)
        rc = sw_fail_nomem(err);
    if (rc == 0)
        spare_held(&f, held);
    for (size_t i = 0; rc == 0 && i < f.paths.count; i++) {
        if (held[i])
            continue;
        if (remove && unlink(f.paths.items[i]) < 0 && errno != ENOENT)
            rc = sw_fail_errno(err, errno, "git.not_writable", "cannot remove %s",
                               f.paths.items[i]);
        else if (sw_texts_add(out, f.paths.items[i]) < 0)
            rc = sw_fail_nomem(err);
    }
    sw_texts_sort(out);
    sw_texts_release(&f.paths);
    free(f.stats);
    free(held);
    return rc;
}
