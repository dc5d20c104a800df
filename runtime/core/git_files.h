/* The user's index and files: do they agree with a commit, and moving them from one to another.
 * What the user has edited is never touched. Compared through the index and the filters (line
 * ends, LFS), never byte by byte. */
#ifndef SW_CORE_GIT_FILES_H
#define SW_CORE_GIT_FILES_H

#include "core/git_repo.h"

enum sw_git_files { SW_FILES_SAME, SW_FILES_FROM, SW_FILES_MIXED };

/* On the paths that differ between the commits `from` and `at` (`from` NULL: the empty tree).
 * git.no_work_tree */
int sw_git_files_state(enum sw_git_files *out, sw_git *git, const char *from, const char *at,
                       sw_error *err);
/* Safe to repeat after it was killed in the middle. git.would_overwrite, then `paths` names the
 * files. */
int sw_git_files_move(sw_texts *paths, sw_git *git, const char *from, const char *to,
                      sw_error *err);

/* Points HEAD at a branch, or at a commit (`branch` NULL), and moves the files there: git_switch.c.
 * git.would_overwrite, git.checked_out, git.no_such_revision */
int sw_git_switch(sw_texts *paths, sw_git *git, const char *branch, const char *commit,
                  sw_error *err);

/* A clean checkout in a new folder of its own, sharing this repository's objects: git_checkout.c.
 * git.folder_exists, git.no_lfs */
int sw_git_checkout(sw_git *git, const char *commit, const char *to, sw_error *err);

#endif
