/* Which of some folders a change of trees concerns: the packages of a repository, say. Trees are
 * opened only as far as the answer needs, unless rules about single paths have to be asked. */
#ifndef SW_CORE_GIT_FOLDERS_H
#define SW_CORE_GIT_FOLDERS_H

#include "core/git_handle.h"

typedef struct sw_git_folders sw_git_folders;

/* `folders`: paths, "." is the root; NULL-ended, copied. A path belongs to the deepest folder
 * around it. `rules`, each "<kind> <number> <glob>", numbers counted from 1, 0 = every folder:
 *   ignore n glob   changes of such paths do not count (for folder n)
 *   add n glob      such paths belong to folder n too
 * A glob's * and ? stay in one name, ** does not; it also matches what lies below what it names. */
int sw_git_folders_open(sw_git_folders **out, sw_git *git, const char *const *folders,
                        const char *const *rules, sw_error *err);
void sw_git_folders_close(sw_git_folders *folders);

size_t sw_git_folders_count(const sw_git_folders *folders);

/* Sets `touched[i]` for every folder with a difference between the trees; either may be NULL. The
 * caller has cleared it. */
int sw_git_folders_compare(bool *touched, sw_git_folders *folders, const git_oid *from,
                           const git_oid *to, sw_error *err);

/* Does the glob match the path, or a folder that it lies in? */
bool sw_git_glob(const char *glob, const char *path);

#endif
