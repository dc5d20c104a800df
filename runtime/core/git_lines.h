/* Lines that have left a trunk: which of several commits end one, and whether so much was done on one
 * that it goes its own way. */
#ifndef SW_CORE_GIT_LINES_H
#define SW_CORE_GIT_LINES_H

#include <stdint.h>

#include "core/git_repo.h"

/* `ends[i]`: no commit that stands before it in `among` (40 digits each, NULL-ended) reaches among[i]. One walk. */
int sw_git_line_ends(bool *ends, sw_git *git, const char *const *among, sw_error *err);

typedef struct sw_line_wish {
    const char *from, *hide;
    int64_t limit; /* so many of its commits are looked at */
    int64_t most;
} sw_line_wish;

/* Whether more than `most` commits of a line certainly stand: merges, reverts and what they may have taken back, and
 * those that speak of a version, as the commits that make releases do, are left out. 1, 0: perhaps not; negative. */
int sw_git_line_is_long(sw_git *git, const sw_line_wish *wish, sw_error *err);

#endif
