#include "core/git_refs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/git_handle.h"
#include "core/git_object.h"

enum { PEELED = 1, FULLY_PEELED = 2 }; /* what the head of packed-refs promises */

typedef struct reading {
    sw_git *git;
    sw_git_refs *refs;
    const char *prefix;
    size_t prefix_len;
    sw_error *err;
} reading;

void sw_git_refs_release(sw_git_refs *refs)
{
    for (size_t i = 0; i < refs->count; i++)
        free(refs->items[i].name);
    free(refs->items);
    memset(refs, 0, sizeof *refs);
}

static sw_git_ref *add(reading *r, const char *name, size_t len, const git_oid *id)
{
    sw_git_refs *refs = r->refs;
    if (refs->count == refs->cap) {
        size_t cap = refs->cap ? refs->cap * 2 : 64;
        sw_git_ref *items = realloc(refs->items, cap * sizeof *items);
        if (!items)
            return NULL;
        refs->items = items;
        refs->cap = cap;
    }
    sw_git_ref *ref = &refs->items[refs->count];
    memset(ref, 0, sizeof *ref);
    ref->name = strndup(name, len);
    if (!ref->name)
        return NULL;
    git_oid_cpy(&ref->id, id);
    refs->count++;
    return ref;
}

/* ---- packed-refs: "<oid> <name>\n", under an annotated tag "^<oid>\n" ---- */

static int read_whole(sw_buf *out, const char *path, sw_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR
                   ? 0
                   : sw_fail_errno(err, errno, "git.broken", "cannot read %s", path);
    struct stat st;
    int rc = fstat(fd, &st) < 0 || sw_buf_reserve(out,
            (size_t)st.st_size + 1) < 0 ? sw_fail_nomem(err) : 1;
    while (rc > 0) {
        if (sw_buf_reserve(out, 256) < 0) {
            rc = sw_fail_nomem(err);
            break;
        }
        ssize_t got = read(fd, out->data + out->len, out->cap - out->len - 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            rc = sw_fail_errno(err, errno, "git.broken", "cannot read %s", path);
        if (got <= 0)
            break;
        out->len += (size_t)got;
        out->data[out->len] = '\0';
    }
    close(fd);
    return rc;
}

/* `commit` zero and not annotated: still to be found out by `peel`. */
static void take_peeled(sw_git_ref *ref, const char *line, const char *end, int promise)
{
    if (line < end && line[0] == '^') {
        ref->annotated = true;
        if (end - line <= SW_OID_HEX || !sw_git_hex(ref->commit.id, line + 1))
            memset(&ref->commit, 0, sizeof ref->commit);
    } else if ((promise & FULLY_PEELED) || ((promise & PEELED)
                                            && strncmp(ref->name, "refs/tags/", 10) == 0)) {
        git_oid_cpy(&ref->commit, &ref->id);
    }
}

static int read_packed(reading *r)
{
    char path[4096];
    sw_buf text;
    sw_buf_init(&text);
    snprintf(path, sizeof path, "%s/packed-refs", r->git->common_dir);
    int rc = read_whole(&text, path, r->err), promise = 0;
    const char *at = sw_buf_text(&text), *end = at + text.len;
    while (rc > 0 && at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        if (!stop)
            break;
        git_oid id;
        if (*at == '#') {
            char line[256];
            snprintf(line, sizeof line, "%.*s ", (int)(stop - at), at);
            promise |= strstr(line, " peeled ") ? PEELED : 0;
            promise |= strstr(line, " fully-peeled ") ? FULLY_PEELED : 0;
        } else if (stop - at > 41 && at[40] == ' ' && *at != '^'
                   && strncmp(at + 41, r->prefix, r->prefix_len) == 0
                       && sw_git_hex(id.id, at)) {
            sw_git_ref *ref = add(r, at + 41, (size_t)(stop - at) - 41, &id);
            if (ref)
                take_peeled(ref, stop + 1, end, promise);
            else
                rc = sw_fail_nomem(r->err);
        }
        at = stop + 1;
    }
    sw_buf_release(&text);
    return rc < 0 ? rc : 0;
}

/* ---- loose files ---- */

static int read_loose_file(reading *r, const char *path, const char *name)
{
    char text[1024];
    git_oid id;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    if (got < 0)
        return 0; /* gone or unreadable meanwhile: not a ref */
    text[got] = '\0';
    if (strncmp(text, "ref:", 4) == 0) {
        if (git_reference_name_to_id(&id, r->git->repo, name) < 0)
            return 0;
    } else if (got < SW_OID_HEX || git_oid_fromstrn(&id, text, SW_OID_HEX) < 0) {
        return 0;
    }
    return add(r, name, strlen(name), &id) ? 0 : sw_fail_nomem(r->err);
}

/* Does anything below the folder `name` ("refs/tags/") begin with the prefix, or the reverse? */
static bool concerns(const reading *r, const char *name)
{
    size_t len = strlen(name);
    return strncmp(name, r->prefix, len < r->prefix_len ? len : r->prefix_len) == 0;
}

static int read_loose(reading *r, const char *root, const char *folder)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", root, folder);
    DIR *dir = opendir(path);
    if (!dir)
        return 0;
    int rc = 0;
    for (struct dirent *entry; rc == 0 && (entry = readdir(dir)) != NULL;) {
        char name[2048];
        size_t len = strlen(entry->d_name);
        if (entry->d_name[0] == '.' || (len > 5 && strcmp(entry->d_name + len - 5, ".lock") == 0))
            continue;
        int wrote = snprintf(name, sizeof name, "%s%s", folder, entry->d_name);
        int whole = snprintf(path, sizeof path, "%s/%s", root, name);
        if (wrote < 0 || (size_t)wrote >= sizeof name - 2 || whole < 0
            || (size_t)whole >= sizeof path)
            continue;
        struct stat st;
        bool is_folder = entry->d_type == DT_DIR;
        if (entry->d_type != DT_DIR && entry->d_type != DT_REG && stat(path, &st) == 0)
            is_folder = S_ISDIR(st.st_mode);
        if (is_folder) {
            memcpy(name + wrote, "/", 2);
            rc = concerns(r, name) ? read_loose(r, root, name) : 0;
        } else if (strncmp(name, r->prefix, r->prefix_len) == 0) {
            rc = read_loose_file(r, path, name);
        }
    }
    closedir(dir);
    return rc;
}

/* ---- together ---- */

static int by_name(const void *a, const void *b)
{
    return strcmp(((const sw_git_ref *)a)->name, ((const sw_git_ref *)b)->name);
}

/* A loose file overrules the packed line of the same name. `packed` lines come first in the list;
 * sorting is made stable by comparing where the items stood. */
static void merge(sw_git_refs *refs, size_t packed)
{
    if (!refs->count)
        return;
    bool sorted = packed == refs->count;
    for (size_t i = 1; sorted && i < refs->count; i++)
        sorted = strcmp(refs->items[i - 1].name, refs->items[i].name) < 0;
    if (sorted)
        return;
    sw_git_ref *loose = refs->items + packed;
    size_t loose_count = refs->count - packed;
    qsort(loose, loose_count, sizeof *loose, by_name);
    for (size_t i = 0; i < packed; i++) {
        sw_git_ref *ref = &refs->items[i];
        if (loose_count && bsearch(ref, loose, loose_count, sizeof *loose, by_name)) {
            free(ref->name);
            ref->name = NULL;
        }
    }
    size_t n = 0;
    for (size_t i = 0; i < refs->count; i++)
        if (refs->items[i].name)
            refs->items[n++] = refs->items[i];
    refs->count = n;
    qsort(refs->items, n, sizeof *refs->items, by_name);
    size_t kept = 0; /* the same loose name from two folders (linked work trees): the first */
    for (size_t i = 0; i < n; i++) {
        if (kept && strcmp(refs->items[kept - 1].name, refs->items[i].name) == 0)
            free(refs->items[i].name);
        else
            refs->items[kept++] = refs->items[i];
    }
    refs->count = kept;
}

static void peel(sw_git *git, sw_git_ref *ref, bool quick)
{
    size_t len;
    git_object_t type = GIT_OBJECT_INVALID;
    if (quick && !git_oid_is_zero(&ref->commit))
        return;
    const git_oid *id = ref->annotated && !git_oid_is_zero(&ref->commit) ? &ref->commit : &ref->id;
    if (git_odb_read_header(&len, &type, git->odb, id) < 0) {
        memset(&ref->commit, 0, sizeof ref->commit);
        sw_error_init(&git->missing);
        return;
    }
    if (type == GIT_OBJECT_COMMIT) {
        git_oid_cpy(&ref->commit, id);
        return;
    }
    memset(&ref->commit, 0, sizeof ref->commit);
    if (type != GIT_OBJECT_TAG)
        return;
    ref->annotated = true;
    git_object *tag = NULL, *commit = NULL;
    if (git_object_lookup(&tag, git->repo, id, GIT_OBJECT_TAG) == 0
        && git_object_peel(&commit, tag, GIT_OBJECT_COMMIT) == 0)
        git_oid_cpy(&ref->commit, git_object_id(commit));
    git_object_free(commit);
    git_object_free(tag);
}

static int list(sw_git_refs *out, sw_git *git, const char *prefix, bool quick, sw_error *err)
{
    reading r = { git, out, prefix, strlen(prefix), err };
    memset(out, 0, sizeof *out);
    int rc = read_packed(&r);
    size_t packed = out->count;
    if (rc == 0 && concerns(&r, "refs/"))
        rc = read_loose(&r, git->common_dir, "refs/");
    if (rc == 0 && concerns(&r, "refs/") && strcmp(git->git_dir, git->common_dir) != 0)
        rc = read_loose(&r, git->git_dir, "refs/");
    if (rc < 0)
        return rc;
    merge(out, packed);
    for (size_t i = 0; i < out->count; i++)
        peel(git, &out->items[i], quick);
    return 0;
}

int sw_git_refs_list(sw_git_refs *out, sw_git *git, const char *prefix, sw_error *err)
{
    return list(out, git, prefix, false, err);
}

int sw_git_refs_quick(sw_git_refs *out, sw_git *git, const char *prefix, sw_error *err)
{
    return list(out, git, prefix, true, err);
}

int sw_git_ref_read(git_oid *out, sw_git *git, const char *name, sw_error *err)
{
    int rc = git_reference_name_to_id(out, git->repo, name);
    if (rc == GIT_ENOTFOUND || rc == GIT_EINVALIDSPEC)
        return 0;
    return rc < 0 ? sw_git_fail(git, err, rc, "git.broken", "the ref %s cannot be read", name) : 1;
}

int sw_git_ref_target(sw_buf *out, sw_git *git, const char *name, sw_error *err)
{
    git_reference *ref = NULL;
    int rc = git_reference_lookup(&ref, git->repo, name);
    if (rc == GIT_ENOTFOUND || rc == GIT_EINVALIDSPEC)
        return 0;
    if (rc < 0)
        return sw_git_fail(git, err, rc, "git.broken", "the ref %s cannot be read", name);
    const char *target = git_reference_symbolic_target(ref);
    rc = target ? sw_buf_add_text(out, target) : 0;
    git_reference_free(ref);
    return rc < 0 ? sw_fail_nomem(err) : target != NULL;
}
