/* Which files commits change, for those who ask about many commits and few files: trees are kept while they are of use,
 * and opened only on the way to a file. */
#ifndef SW_CORE_GIT_CHANGED_H
#define SW_CORE_GIT_CHANGED_H

#include "core/git_handle.h"

typedef struct sw_git_changed sw_git_changed;

typedef struct sw_changed_commit {
    git_oid id, own, before; /* trees; `before`: the only parent's */
    bool plain;              /* one parent */
} sw_changed_commit;

typedef struct sw_git_place { /* what a commit has at a path; mode 0: nothing */
    git_oid id;
    unsigned mode;
} sw_git_place;

typedef struct sw_changed_path {
    char *name; /* owned */
    sw_git_place old, fresh;
} sw_changed_path;

typedef struct sw_changed_paths {
    sw_changed_path *items;
    size_t count, cap;
} sw_changed_paths;

/* Holds the repository open until closed. */
int sw_git_changed_open(sw_git_changed **out, sw_git *git, sw_error *err);
void sw_git_changed_close(sw_git_changed *changed);
/* Forgets trees when they have become many. Between two commits, not within. */
void sw_git_changed_rest(sw_git_changed *changed);

/* Stands until `changed` is closed. */
int sw_git_changed_commit(const sw_changed_commit **out, sw_git_changed *changed, const char *oid, sw_error *err);
/* What a path has before and after a plain commit, folders not told: 1 when it differs, 0, negative. */
int sw_git_changed_path(sw_git_place *old, sw_git_place *fresh, sw_git_changed *changed, const sw_changed_commit *commit,
                        const char *path, sw_error *err);
/* Every file that a plain commit changes. Release `out` also after a failure. */
int sw_git_changed_paths(sw_changed_paths *out, sw_git_changed *changed, const sw_changed_commit *commit, sw_error *err);
void sw_changed_paths_release(sw_changed_paths *paths);
/* The bytes of a file, replacing what `text` holds; none of what is no file. */
int sw_git_changed_text(sw_buf *text, sw_git_changed *changed, const sw_git_place *place, sw_error *err);

#endif
