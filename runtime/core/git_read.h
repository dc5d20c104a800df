/* Reading a repository: tags, files, trees, what lies between two commits, what the user has
 * changed. */
#ifndef SW_CORE_GIT_READ_H
#define SW_CORE_GIT_READ_H

#include <stddef.h>

#include "core/git_object.h"
#include "core/git_repo.h"

/* git.no_such_revision */
int sw_git_resolve(sw_oid_text out, sw_git *git, const char *rev, sw_error *err);

typedef struct sw_git_tag_text {
    sw_oid_text oid;    /* the tag object, or the commit of a lightweight tag */
    sw_oid_text commit; /* "" when it leads to no commit */
    bool annotated;
    sw_buf text;    /* the tag object's own bytes; `raw` points into it */
    sw_git_raw raw;
} sw_git_tag_text;

void sw_git_tag_release(sw_git_tag_text *tag);
/* 1 found, 0 no such tag, negative failure. `name` without refs/tags/. */
int sw_git_tag_read(sw_git_tag_text *out, sw_git *git, const char *name, sw_error *err);

/* A file's bytes as stored: 1, 0 when the commit does not have it, negative. A link gives its
 * target. */
int sw_git_file_read(sw_buf *out, sw_git *git, const char *rev, const char *path, sw_error *err);

enum sw_git_kind { SW_GIT_FILE, SW_GIT_FOLDER, SW_GIT_LINK, SW_GIT_SUBMODULE };
enum sw_git_change { SW_GIT_ADDED, SW_GIT_REMOVED, SW_GIT_CHANGED };

typedef struct sw_git_path {
    char *path; /* owned by the list */
    int what;   /* enum sw_git_kind, or enum sw_git_change */
    unsigned mode;
    sw_oid_text oid;
    char state[3]; /* status only: the two letters of git status --porcelain */
} sw_git_path;

typedef struct sw_git_paths {
    sw_git_path *items;
    size_t count, cap;
} sw_git_paths;

void sw_git_paths_release(sw_git_paths *paths);
/* Adds an empty item and returns it; NULL without memory. */
sw_git_path *sw_git_paths_add(sw_git_paths *paths, const char *path, size_t len);

/* `path` NULL: the root. A path that is not there gives an empty list. `name`: only what is called so; NULL: all. */
int sw_git_list(sw_git_paths *out, sw_git *git, const char *rev, const char *path, bool recursive, const char *name,
                sw_error *err);
/* Either may be NULL: the empty tree. Sorted by path, renames shown as removed and added. */
int sw_git_changes(sw_git_paths *out, sw_git *git, const char *from, const char *to, sw_error *err);

/* 1, or 0: unrelated. */
int sw_git_merge_base(sw_oid_text out, sw_git *git, const char *a, const char *b, sw_error *err);
/* 1 or 0; a commit is its own ancestor. */
int sw_git_is_ancestor(sw_git *git, const char *ancestor, const char *descendant, sw_error *err);
/* git patch-id --stable: 1, or 0 for merges and commits without a change. */
int sw_git_patch_id(sw_oid_text out, sw_git *git, const char *rev, sw_error *err);
/* The same of many commits at once (full ids): lines "<patch id> <commit>", none for commits without
 * a change. Merges are not to be among them. */
int sw_git_patch_ids(sw_buf *out, sw_git *git, const char *const *oids, size_t count, sw_error *err);

#endif
