/* Which of some commits another one reaches: one walk, which can be begun before it is asked for. */
#ifndef SW_CORE_GIT_REACHED_H
#define SW_CORE_GIT_REACHED_H

#include "core/git_repo.h"

/* Of some commits (40 digits each, NULL-ended), which are reachable from `from`: `reached[i]`. */
int sw_git_reached(bool *reached, sw_git *git, const char *from, const char *const *among, sw_error *err);
/* Begins to read what that will read, in a thread of its own; whatever it cannot read is left to the question. */
int sw_git_reached_soon(sw_git *git, const char *from, const char *const *among, sw_error *err);

#endif
