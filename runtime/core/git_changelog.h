/* A changelog of a history, one release after the other, newest first: a story whose commits become
 * pages. Only the releases that are open at the time are in memory. */
#ifndef SW_CORE_GIT_CHANGELOG_H
#define SW_CORE_GIT_CHANGELOG_H

#include "core/git_people.h"
#include "core/git_story.h"
#include "core/page.h"

enum sw_changelog_event {
    SW_CHANGELOG_END,
    SW_CHANGELOG_SECTION, /* a release is complete: `page` and `about` */
    SW_CHANGELOG_ODD,     /* a message that the caller reads: `oid`, `message`, `parents`; to be added to `page` */
    SW_CHANGELOG_SKEWED   /* begin again with `exact` */
};

enum sw_changelog_reading { /* which messages the caller reads itself */
    SW_READ_MARKED, /* only those that carry other commits between BEGIN_… and END_… */
    SW_READ_LISTED, /* and those with a list of commits in their body */
    SW_READ_ALL
};

typedef struct sw_changelog_wish {
    sw_story_wish story;
    const char *const *versions; /* of the releases, like story.tagged */
    const char *const *tags;
    const sw_page_style *style; /* borrowed until the end */
    enum sw_changelog_reading reading;
    bool people; /* collect who wrote each release */
    const char *const *only; /* the commits that are told; NULL: all of them, else NULL-ended */
} sw_changelog_wish;

enum { SW_CHANGELOG_DATE = 48 };

typedef struct sw_changelog_told {
    sw_page *page; /* borrowed; arranged when a section is told */
    int tag, previous; /* indexes, -1: none */
    bool meets_hidden; /* what is not told lies behind it */
    const sw_people *people; /* who wrote it; NULL unless wished */
    char date[SW_CHANGELOG_DATE];
    const char *oid, *message; /* of an odd one */
    const sw_git_raw *raw;     /* and the commit, for sw_people_add when it counts */
    sw_people *writers;        /* NULL unless wished */
    size_t len, parents;
    int64_t time;
} sw_changelog_told;

typedef struct sw_changelog sw_changelog;

int sw_changelog_open(sw_changelog **out, sw_git *git, const sw_changelog_wish *wish, sw_error *err);
/* An event, or negative. Releases without a commit are told too, but for the unreleased one. */
int sw_changelog_next(sw_changelog_told *told, sw_changelog *changelog, sw_error *err);
void sw_changelog_close(sw_changelog *changelog);

#endif
