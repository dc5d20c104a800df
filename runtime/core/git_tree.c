/* A tree with some files replaced. Only the folders on the way to a changed file are read and
 * written, so the cost does not grow with the repository. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/git_handle.h"
#include "core/git_write.h"

static int bad_path(const char *path, const char *why, sw_error *err)
{
    return sw_fail(err, SW_E_ARGUMENT, "git.bad_path", "'%s' cannot be a path in a commit: %s",
                   path, why);
}

/* libgit2 refuses names like ".git" when it writes the tree; what it would not see is looked at
 * here. */
static int check_path(const char *path, sw_error *err)
{
    if (!*path || *path == '/' || path[strlen(path) - 1] == '/')
        return bad_path(path, "a relative file name is needed", err);
    for (const char *at = path; *at;) {
        size_t len = strcspn(at, "/");
        if (len == 0 || (len == 1 && at[0] == '.') || (len == 2 && at[0] == '.' && at[1] == '.'))
            return bad_path(path, "it has an empty part, '.' or '..'", err);
        at += len + (at[len] == '/');
    }
    return 0;
}

/* Byte order, but "/" before everything: the files of a folder stand together behind a file of the
 * folder's own name. */
static int by_path(const void *a, const void *b)
{
    const unsigned char *x = (const unsigned char *)((const sw_git_edit *)a)->path;
    const unsigned char *y = (const unsigned char *)((const sw_git_edit *)b)->path;
    while (*x && *x == *y) {
        x++;
        y++;
    }
    int left = *x == '/' ? 1 : *x ? *x + 1 : 0, right = *y == '/' ? 1 : *y ? *y + 1 : 0;
    return left - right;
}

static int edit_file(git_treebuilder *builder, sw_git *git, const sw_git_edit *edit,
                     const char *name,
                     sw_error *err)
{
    const git_tree_entry *old = git_treebuilder_get(builder, name);
    git_oid blob;
    unsigned mode = edit->mode;
    if (edit->remove) {
        int rc = old ? git_treebuilder_remove(builder, name) : 0;
        return rc < 0 ? sw_git_fail(git, err, rc, "git.broken", "cannot remove %s", edit->path) : 0;
    }
    bool was_file = old && git_tree_entry_type(old) == GIT_OBJECT_BLOB;
    if (!edit->content && !was_file)
        return bad_path(edit->path, "it has no content", err);
    if (!mode)
        mode = was_file ? (unsigned)git_tree_entry_filemode(old) : GIT_FILEMODE_BLOB;
    int rc = 0;
    if (edit->content)
        rc = git_blob_create_from_buffer(&blob, git->repo, edit->content, edit->len);
    else
        git_oid_cpy(&blob, git_tree_entry_id(old));
    if (rc < 0)
        return sw_git_fail(git, err, rc, "git.not_written", "the content of %s cannot be stored",
                           edit->path);
    rc = git_treebuilder_insert(NULL, builder, name, &blob, (git_filemode_t)mode);
    if (rc < 0)
        return sw_git_fail(git, err, rc, "git.bad_path", "'%s' cannot be a path in a commit",
                           edit->path);
    return 0;
}

static int edit_folder(git_oid *out, bool *empty, sw_git *git, const git_oid *base,
                       const sw_git_edit *edits,
                       size_t count, size_t depth, sw_error *err);

/* The edits of one subfolder, which begins at `edits[0]`. Returns how many they are, or negative. */
static int edit_subfolder(git_treebuilder *builder, sw_git *git, const sw_git_edit *edits,
                          size_t count,
                          size_t depth, sw_error *err)
{
    const char *rest = edits[0].path + depth;
    size_t len = strcspn(rest, "/"), n = 1;
    char name[1024];
    git_oid id;
    bool empty = false;
    if (len >= sizeof name)
        return bad_path(edits[0].path, "a part of it is too long", err);
    memcpy(name, rest, len);
    name[len] = '\0';
    while (n < count && strncmp(edits[n].path + depth, rest, len + 1) == 0)
        n++;
    const git_tree_entry *old = git_treebuilder_get(builder, name);
    bool was_folder = old && git_tree_entry_type(old) == GIT_OBJECT_TREE;
    git_oid old_id;
    if (was_folder)
        git_oid_cpy(&old_id, git_tree_entry_id(old));
    int rc = edit_folder(&id, &empty, git, was_folder ? &old_id : NULL, edits, n, depth + len + 1,
                         err);
    if (rc < 0)
        return rc;
    if (!empty)
        rc = git_treebuilder_insert(NULL, builder, name, &id, GIT_FILEMODE_TREE);
    else if (was_folder)
        rc = git_treebuilder_remove(builder, name);
    if (rc < 0)
        return sw_git_fail(git, err, rc, "git.bad_path", "'%s' cannot be a path in a commit",
                           edits[0].path);
    return (int)n;
}

static int edit_folder(git_oid *out, bool *empty, sw_git *git, const git_oid *base,
                       const sw_git_edit *edits,
                       size_t count, size_t depth, sw_error *err)
{
    git_tree *tree = NULL;
    git_treebuilder *builder = NULL;
    int rc = base ? git_tree_lookup(&tree, git->repo, base) : 0;
    if (rc == 0)
        rc = git_treebuilder_new(&builder, git->repo, tree);
    if (rc < 0)
        rc = sw_git_fail(git, err, rc, "git.broken", "a folder of the commit cannot be read");
    for (size_t i = 0; rc == 0 && i < count;) {
        const char *rest = edits[i].path + depth;
        if (strchr(rest, '/')) {
            int n = edit_subfolder(builder, git, edits + i, count - i, depth, err);
            rc = n < 0 ? n : 0;
            i += n > 0 ? (size_t)n : 0;
        } else {
            rc = edit_file(builder, git, &edits[i++], rest, err);
        }
    }
    if (rc == 0) {
        *empty = git_treebuilder_entrycount(builder) == 0;
        if ((rc = git_treebuilder_write(out, builder)) < 0)
            rc = sw_git_fail(git, err, rc, "git.not_written",
                             "the commit's files cannot be stored");
    }
    git_treebuilder_free(builder);
    git_tree_free(tree);
    return rc;
}

int sw_git_tree_edit(sw_oid_text out, sw_git *git, const char *base, sw_git_edit *edits,
                     size_t count,
                     sw_error *err)
{
    git_tree *tree = NULL;
    git_oid id;
    bool empty;
    int rc = 0;
    for (size_t i = 0; i < count && rc == 0; i++)
        rc = check_path(edits[i].path, err);
    if (rc < 0)
        return rc;
    if (count > 1)
        qsort(edits, count, sizeof *edits, by_path);
    for (size_t i = 1; i < count; i++)
        if (strcmp(edits[i - 1].path, edits[i].path) == 0)
            return bad_path(edits[i].path, "it is given twice", err);
    rc = base ? sw_git_tree(&tree, git, base, err) : 0;
    if (rc == 0)
        rc = edit_folder(&id, &empty, git, tree ? git_tree_id(tree) : NULL, edits, count, 0, err);
    git_tree_free(tree);
    if (rc == 0)
        sw_git_oid_text(out, &id);
    return rc;
}
