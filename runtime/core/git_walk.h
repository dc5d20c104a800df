/* Walking history in git log's own order (newest commit date first, as it is met), reading every
 * commit once. Also what git describe does, which is the same walk with marks on the way. */
#ifndef SW_CORE_GIT_WALK_H
#define SW_CORE_GIT_WALK_H

#include "core/error.h"
#include "core/git_object.h"
#include "core/git_repo.h"

typedef struct sw_git_log_wish {
    const char *from;
    const char *const *hide;  /* NULL or NULL-ended */
    const char *const *paths; /* files and folders, no wildcards; NULL or NULL-ended */
    bool first_parent;
    int64_t limit; /* 0: all */
} sw_git_log_wish;

typedef struct sw_git_log sw_git_log;

/* The walk holds the repository open until it is closed. */
int sw_git_log_open(sw_git_log **out, sw_git *git, const sw_git_log_wish *wish, sw_error *err);
/* 1 and the next commit (`oid` and `raw` stand until the next call), 0 at the end, negative
 * failure. */
int sw_git_log_next(sw_git_log *log, const char **oid, const sw_git_raw **raw, sw_error *err);
void sw_git_log_close(sw_git_log *log);

/* ---- the nearest tag ---- */

typedef struct sw_git_nearest sw_git_nearest;

int sw_git_nearest_open(sw_git_nearest **out, sw_git *git, const char *from, sw_error *err);
/* 1: a commit with tags was met, `names` (borrowed, sorted: annotated first, newest first) wait for
 * sw_git_nearest_answer; 0: the search is over; negative: failure. */
int sw_git_nearest_next(sw_git_nearest *search, const sw_texts **names, sw_error *err);
/* Which of them count: `accepted[i]` for names->items[i]. */
int sw_git_nearest_answer(sw_git_nearest *search, const bool *accepted);

typedef struct sw_git_nearest_tag {
    const sw_texts *names; /* the accepted tags of that commit, best first; borrowed from the search */
    sw_oid_text commit;
    int64_t distance;
} sw_git_nearest_tag;

/* 1 and the nearest, 0 when no tag was accepted. */
int sw_git_nearest_found(sw_git_nearest_tag *out, const sw_git_nearest *search);
void sw_git_nearest_close(sw_git_nearest *search);

#endif
