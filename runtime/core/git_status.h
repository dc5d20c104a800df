/* git status, by the program: it knows sparse checkouts, filters, submodules and the user's settings. */
#ifndef SW_CORE_GIT_STATUS_H
#define SW_CORE_GIT_STATUS_H

#include "core/git_read.h"

/* What differs from HEAD, sorted by path, then what is not tracked, sorted too. */
int sw_git_status(sw_git_paths *out, sw_git *git, sw_error *err);
/* Starts what the next sw_git_status will answer, so that it runs beside other work. */
int sw_git_status_begin(sw_git *git, sw_error *err);
/* Ends what was begun. */
void sw_git_status_drop(sw_git *git);

#endif
