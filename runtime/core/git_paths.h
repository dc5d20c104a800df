/* Looking up paths in trees without building them, to see whether two commits agree on some paths. */
#ifndef SW_CORE_GIT_PATHS_H
#define SW_CORE_GIT_PATHS_H

#include "core/git_handle.h"

/* The entry at `path` below `tree`: 1 found, 0 none, negative failure. `mode` as stored. */
int sw_git_path_find(git_oid *out, unsigned *mode, sw_git *git, const git_oid *tree,
                     const char *path,
                     sw_error *err);
/* Do two trees (NULL: the empty one) agree on all of `paths`? 1, 0 or negative. */
int sw_git_paths_same(sw_git *git, const git_oid *a, const git_oid *b, const char *const *paths,
                      sw_error *err);

#endif
