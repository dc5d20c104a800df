/* Has a change come to another branch in other words: edited on the way, or squashed together with others? What was
 * found out about a branch's commits is kept for the next question. */
#ifndef SW_CORE_GIT_SIMILAR_H
#define SW_CORE_GIT_SIMILAR_H

#include "core/git_repo.h"

typedef struct sw_git_similar sw_git_similar;

/* Holds the repository open until closed. */
int sw_git_similar_open(sw_git_similar **out, sw_git *git, sw_error *err);
void sw_git_similar_close(sw_git_similar *search);
/* The first of the commits `among` (NULL-ended ids; merges and roots are passed over) that holds most of the lines which
 * `commit` took away and brought, by itself or together with the others: 1, or 0 when none does. */
int sw_git_similar_find(sw_oid_text out, sw_git_similar *search, const char *commit, const char *const *among,
                        sw_error *err);
/* Which of the commits change every file that `commit` changes: no other can be the same patch. */
int sw_git_similar_covering(bool *out, sw_git_similar *search, const char *commit, const char *const *among,
                            sw_error *err);

#endif
