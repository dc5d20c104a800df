#include "core/git_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/git_handle.h"
#include "core/git_objects.h"
#include "core/git_paths.h"

int sw_git_resolve(sw_oid_text out, sw_git *git, const char *rev, sw_error *err)
{
    git_commit *commit = NULL;
    int rc = sw_git_commit(&commit, git, rev, err);
    if (rc == 0)
        sw_git_oid_text(out, git_commit_id(commit));
    git_commit_free(commit);
    return rc;
}

/* ---- tags ---- */

void sw_git_tag_release(sw_git_tag_text *tag)
{
    sw_buf_release(&tag->text);
}

static int read_tag_object(sw_git_tag_text *out, sw_git *git, git_odb_object *object,
                           const git_oid *id,
                           sw_error *err)
{
    git_object *tag = NULL, *commit = NULL;
    out->annotated = true;
    if (sw_buf_add(&out->text, git_odb_object_data(object), git_odb_object_size(object)) < 0)
        return sw_fail_nomem(err);
    if (sw_git_raw_tag(&out->raw, out->text.data, out->text.len) < 0)
        return sw_fail(err, SW_E_CORRUPT, "git.broken", "tag object %s is damaged", out->oid);
    if (git_object_lookup(&tag, git->repo, id, GIT_OBJECT_TAG) == 0
        && git_object_peel(&commit, tag, GIT_OBJECT_COMMIT) == 0)
        sw_git_oid_text(out->commit, git_object_id(commit));
    git_object_free(commit);
    git_object_free(tag);
    return 0;
}

int sw_git_tag_read(sw_git_tag_text *out, sw_git *git, const char *name, sw_error *err)
{
    char full[1024];
    git_oid id;
    git_odb_object *object = NULL;
    if ((size_t)snprintf(full, sizeof full, "refs/tags/%s", name) >= sizeof full)
        return 0;
    int rc = git_reference_name_to_id(&id, git->repo, full);
    if (rc == GIT_ENOTFOUND || rc == GIT_EINVALIDSPEC)
        return 0;
    if (rc == 0)
        rc = git_odb_read(&object, git->odb, &id);
    if (rc < 0)
        return sw_git_fail(git, err, rc, "git.broken", "the tag %s cannot be read", name);
    sw_git_oid_text(out->oid, &id);
    if (git_odb_object_type(object) == GIT_OBJECT_TAG)
        rc = read_tag_object(out, git, object, &id, err);
    else if (git_odb_object_type(object) == GIT_OBJECT_COMMIT)
        memcpy(out->commit, out->oid, sizeof out->commit);
    git_odb_object_free(object);
    return rc < 0 ? rc : 1;
}

/* ---- files and folders ---- */

int sw_git_file_read(sw_buf *out, sw_git *git, const char *rev, const char *path, sw_error *err)
{
    git_tree *tree = NULL;
    git_odb_object *object = NULL;
    git_oid id;
    unsigned mode = 0;
    int rc = sw_git_tree(&tree, git, rev, err);
    if (rc < 0)
        return rc;
    rc = sw_git_path_find(&id, &mode, git, git_tree_id(tree), path, err);
    git_tree_free(tree);
    if (rc <= 0 || (mode & 0170000) == 040000 || (mode & 0170000) == 0160000)
        return rc < 0 ? rc : 0;
    if ((rc = git_odb_read(&object, git->odb, &id)) < 0)
        return sw_git_fail(git, err, rc, "git.broken", "%s in %s cannot be read", path, rev);
    rc = sw_buf_add(out, git_odb_object_data(object),
                    git_odb_object_size(object)) < 0 ? sw_fail_nomem(err) : 1;
    git_odb_object_free(object);
    return rc;
}

void sw_git_paths_release(sw_git_paths *paths)
{
    for (size_t i = 0; i < paths->count; i++)
        free(paths->items[i].path);
    free(paths->items);
    memset(paths, 0, sizeof *paths);
}

sw_git_path *sw_git_paths_add(sw_git_paths *paths, const char *path, size_t len)
{
    if (paths->count == paths->cap) {
        size_t cap = paths->cap ? paths->cap * 2 : 32;
        sw_git_path *items = realloc(paths->items, cap * sizeof *items);
        if (!items)
            return NULL;
        paths->items = items;
        paths->cap = cap;
    }
    sw_git_path *item = &paths->items[paths->count];
    memset(item, 0, sizeof *item);
    item->path = strndup(path, len);
    if (!item->path)
        return NULL;
    paths->count++;
    return item;
}

static int kind_of(unsigned mode)
{
    switch (mode & 0170000) {
    case 040000: return SW_GIT_FOLDER;
    case 0120000: return SW_GIT_LINK;
    case 0160000: return SW_GIT_SUBMODULE;
    default: return SW_GIT_FILE;
    }
}

/* Modes as git writes them today. */
static unsigned usual_mode(unsigned mode)
{
    if (kind_of(mode) != SW_GIT_FILE)
        return mode & 0170000;
    return mode & 0100 ? 0100755 : 0100644;
}

typedef struct listing {
    sw_git_paths *out;
    sw_git_objects *objects;
    const char *name; /* NULL: all */
    bool recursive;
} listing;

static int list_tree(listing *l, const git_oid *id, const char *prefix, sw_error *err);

static int list_entry(listing *l, sw_buf *path, unsigned mode, const char *name, const char *prefix, const char *raw_id,
                      sw_error *err)
{
    git_oid id;
    bool opened = l->recursive && kind_of(mode) == SW_GIT_FOLDER;
    if (!opened && l->name && strcmp(name, l->name) != 0)
        return 0;
    memcpy(id.id, raw_id, sizeof id.id);
    sw_buf_clear(path);
    if (sw_buf_add_text(path, prefix) < 0 || (*prefix && sw_buf_add_char(path, '/') < 0) || sw_buf_add_text(path, name) < 0)
        return sw_fail_nomem(err);
    if (opened)
        return list_tree(l, &id, sw_buf_text(path), err);
    sw_git_path *item = sw_git_paths_add(l->out, path->data, path->len);
    if (!item)
        return sw_fail_nomem(err);
    item->what = kind_of(mode);
    item->mode = usual_mode(mode);
    sw_git_oid_text(item->oid, &id);
    return 0;
}

/* A tree as it is stored: "mode name", a NUL and twenty bytes, one behind the other. */
static int list_tree(listing *l, const git_oid *id, const char *prefix, sw_error *err)
{
    sw_buf tree, path;
    sw_buf_init(&tree);
    sw_buf_init(&path);
    int rc = sw_git_objects_read(&tree, l->objects, id, GIT_OBJECT_TREE, err);
    const char *at = sw_buf_text(&tree), *end = at + tree.len;
    while (rc == 0 && at < end) {
        unsigned mode = 0;
        for (; at < end && *at >= '0' && *at <= '7'; at++)
            mode = mode << 3 | (unsigned)(*at - '0');
        const char *stop = at < end ? memchr(at, '\0', (size_t)(end - at)) : NULL;
        if (!stop || *at != ' ' || end - stop < 21) {
            rc = sw_fail(err, SW_E_CORRUPT, "git.broken", "the folder '%s' is damaged", prefix);
            break;
        }
        rc = list_entry(l, &path, mode, at + 1, prefix, stop + 1, err);
        at = stop + 21;
    }
    sw_buf_release(&tree);
    sw_buf_release(&path);
    return rc;
}

int sw_git_list(sw_git_paths *out, sw_git *git, const char *rev, const char *path, bool recursive, const char *name,
                sw_error *err)
{
    git_tree *tree = NULL;
    git_oid id;
    unsigned mode = 0;
    char prefix[4096];
    int rc = sw_git_tree(&tree, git, rev, err);
    if (rc < 0)
        return rc;
    snprintf(prefix, sizeof prefix, "%s", path ? path : "");
    size_t len = strlen(prefix);
    while (len && prefix[len - 1] == '/')
        prefix[--len] = '\0';
    rc = sw_git_path_find(&id, &mode, git, git_tree_id(tree), prefix, err);
    git_tree_free(tree);
    if (rc <= 0 || kind_of(mode) != SW_GIT_FOLDER)
        return rc < 0 ? rc : 0;
    listing l = { .out = out, .name = name, .recursive = recursive };
    rc = sw_git_objects_open(&l.objects, git, err);
    if (rc == 0)
        rc = list_tree(&l, &id, prefix, err);
    sw_git_objects_close(l.objects);
    return rc;
}

/* ---- between two commits ---- */

int sw_git_changes(sw_git_paths *out, sw_git *git, const char *from, const char *to, sw_error *err)
{
    git_tree *old = NULL, *fresh = NULL;
    git_diff *diff = NULL;
    git_diff_options options;
    git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
    options.flags = GIT_DIFF_INCLUDE_TYPECHANGE | GIT_DIFF_SKIP_BINARY_CHECK;
    int rc = from ? sw_git_tree(&old, git, from, err) : 0;
    if (rc == 0 && to)
        rc = sw_git_tree(&fresh, git, to, err);
    if (rc == 0 && (rc = git_diff_tree_to_tree(&diff, git->repo, old, fresh, &options)) < 0)
        rc = sw_git_fail(git, err, rc, "git.broken", "cannot compare %s with %s",
                         from ? from : "nothing",
                         to ? to : "nothing");
    for (size_t i = 0; rc == 0 && i < git_diff_num_deltas(diff); i++) {
        const git_diff_delta *delta = git_diff_get_delta(diff, i);
        bool removed = delta->status == GIT_DELTA_DELETED;
        const git_diff_file *file = removed ? &delta->old_file : &delta->new_file;
        sw_git_path *item = sw_git_paths_add(out, file->path, strlen(file->path));
        if (!item) {
            rc = sw_fail_nomem(err);
            break;
        }
        item->what = removed ? SW_GIT_REMOVED : SW_GIT_CHANGED;
        if (delta->status == GIT_DELTA_ADDED)
            item->what = SW_GIT_ADDED;
        item->mode = file->mode;
        sw_git_oid_text(item->oid, &file->id);
    }
    git_diff_free(diff);
    git_tree_free(fresh);
    git_tree_free(old);
    return rc;
}

static int ask_program(sw_git_result *result, sw_git *git, const char *const *args,
                       const sw_buf *input,
                       sw_error *err)
{
    sw_git_call call;
    sw_git_call_begin(&call, git);
    for (; *args; args++)
        sw_git_call_arg(&call, *args);
    if (input) {
        call.input = sw_buf_text(input);
        call.input_len = input->len;
    }
    int rc = sw_git_call_run(result, &call, err);
    sw_git_call_release(&call);
    return rc;
}

/* libgit2 1.5 does not know where a shallow clone ends: there the program answers. */
static int merge_base_by_program(sw_oid_text out, sw_git *git, const char *a, const char *b,
                                 sw_error *err)
{
    const char *const args[] = { "merge-base", a, b, NULL };
    sw_git_result result;
    sw_git_result_init(&result);
    int rc = ask_program(&result, git, args, NULL, err);
    if (rc == 0 && result.code == 0 && result.out.len >= SW_OID_HEX) {
        memcpy(out, result.out.data, SW_OID_HEX);
        out[SW_OID_HEX] = '\0';
        rc = 1;
    } else if (rc == 0 && result.code > 1) {
        rc = sw_fail(err, SW_E_REFUSED, "git.failed", "git cannot compare %s with %s", a, b);
        sw_git_result_cause(&result, err);
    }
    sw_git_result_release(&result);
    return rc;
}

int sw_git_merge_base(sw_oid_text out, sw_git *git, const char *a, const char *b, sw_error *err)
{
    sw_oid_text one, two;
    git_oid id, id_one, id_two;
    int rc = sw_git_resolve(one, git, a, err);
    if (rc == 0)
        rc = sw_git_resolve(two, git, b, err);
    if (rc < 0)
        return rc;
    if (git->shallow)
        return merge_base_by_program(out, git, one, two, err);
    git_oid_fromstr(&id_one, one);
    git_oid_fromstr(&id_two, two);
    rc = sw_git_meeting(&id, git, &id_one, &id_two, err);
    if (rc <= 1) {
        if (rc == 1)
            sw_git_oid_text(out, &id);
        return rc;
    }
    rc = git_merge_base(&id, git->repo, &id_one, &id_two);
    if (rc == GIT_ENOTFOUND && !git->missing.code[0])
        return 0;
    if (rc < 0)
        return sw_git_fail(git, err, rc, "git.broken", "cannot compare %s with %s", a, b);
    sw_git_oid_text(out, &id);
    return 1;
}

int sw_git_is_ancestor(sw_git *git, const char *ancestor, const char *descendant, sw_error *err)
{
    sw_oid_text base, one;
    int rc = sw_git_resolve(one, git, ancestor, err);
    if (rc == 0)
        rc = sw_git_merge_base(base, git, one, descendant, err);
    return rc <= 0 ? rc : strcmp(base, one) == 0;
}

int sw_git_patch_id(sw_oid_text out, sw_git *git, const char *rev, sw_error *err)
{
    sw_oid_text oid;
    sw_git_result patch, answer;
    const char *const show[] = { "diff-tree", "--root", "--no-ext-diff", "--no-textconv", "-p", oid,
                                 NULL };
    const char *const id[] = { "patch-id", "--stable", NULL };
    int rc = sw_git_resolve(oid, git, rev, err);
    if (rc < 0)
        return rc;
    sw_git_result_init(&patch);
    sw_git_result_init(&answer);
    rc = ask_program(&patch, git, show, NULL, err);
    if (rc == 0 && patch.code == 0)
        rc = ask_program(&answer, git, id, &patch.out, err);
    if (rc == 0 && (patch.code != 0 || answer.code != 0)) {
        rc = sw_fail(err, SW_E_REFUSED, "git.failed", "git cannot show the change of %s", rev);
        sw_git_result_cause(patch.code ? &patch : &answer, err);
    } else if (rc == 0 && answer.out.len >= SW_OID_HEX) {
        memcpy(out, answer.out.data, SW_OID_HEX);
        out[SW_OID_HEX] = '\0';
        rc = 1;
    }
    sw_git_result_release(&patch);
    sw_git_result_release(&answer);
    return rc;
}
