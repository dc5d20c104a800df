/* A history told by releases: every commit belongs to the oldest release that contains it. One walk,
 * newest commit date first, in which each commit hands the number of its release on to its parents;
 * tags do not multiply. A release is over when nothing that waits could still belong to it, so only
 * a few are open at any time. */
#ifndef SW_CORE_GIT_STORY_H
#define SW_CORE_GIT_STORY_H

#include "core/git_object.h"

typedef struct sw_story_wish {
    const char *from;
    const char *const *hide;   /* what these reach is not told; NULL or NULL-ended */
    const char *const *tagged; /* commits of releases, 40 digits each, NULL-ended */
    bool exact; /* order by descent and not by date alone: slower, for clocks that were wrong */
} sw_story_wish;

enum sw_story_event {
    SW_STORY_END,
    SW_STORY_COMMIT,
    SW_STORY_RELEASE, /* no further commit of it comes; releases end in their order */
    SW_STORY_AGAIN,   /* dates misled the walk: commits of releases that are not over yet are told once more */
    SW_STORY_SKEWED   /* dates misled the walk across a release: begin again with `exact` */
};

typedef struct sw_story_told {
    uint32_t release; /* 0: not released yet; then 1, 2 … as their tags are met */
    int tag;          /* index in `tagged`, -1 for release 0 */
    int previous;     /* of a release: index of the nearest release behind it, -1: none */
    bool meets_hidden; /* of a release: what is not told lies behind it */
    int64_t time;     /* of a release: the committer's time of its commit */
    const char *oid;  /* of a commit, and what it says */
    const sw_git_raw *raw;
} sw_story_told;

typedef struct sw_story sw_story;

int sw_story_open(sw_story **out, sw_git *git, const sw_story_wish *wish, sw_error *err);
/* An event, or negative. What `told` borrows stands until the next call. */
int sw_story_next(sw_story_told *told, sw_story *story, sw_error *err);
void sw_story_close(sw_story *story);

#endif
