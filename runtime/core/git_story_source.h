/* Where a story's commits come from: the queue by date, and who has been met; for git_story.c only. */
#ifndef SW_CORE_GIT_STORY_SOURCE_H
#define SW_CORE_GIT_STORY_SOURCE_H

#include "core/git_handle.h"
#include "core/git_pack.h"
#include "core/git_story.h"

typedef struct sw_story_source sw_story_source;

/* The number of a commit's release, -1: it is none. */
typedef int sw_story_tag_of(const void *context, const unsigned char *id);

typedef struct sw_story_commit { /* stands until the next one is taken, or told */
    unsigned char id[20]; /* unless labels are being found */
    uint32_t label;
    uint32_t node; /* its number */
    int tag;
    int64_t time;
    const sw_git_raw *raw; /* complete, of what is told; NULL for what is known not to be told again */
    const uint32_t *parents; /* their numbers; none where a shallow clone ends */
    size_t parent_count;
} sw_story_commit;

/* Larger than every label of a release. */
#define SW_STORY_HIDDEN (UINT32_MAX / 2 - 1)

enum { SW_MET_NEW, SW_MET_WAITING, SW_MET_PASSED };

/* `tips`: where the walk begins, first those that are hidden. */
int sw_story_source_open(sw_story_source **out, sw_git *git, bool exact, const unsigned char (*tips)[20], size_t tip_count,
                         sw_story_tag_of *tag_of, const void *context, sw_error *err);
void sw_story_source_close(sw_story_source *source);
const uint32_t *sw_story_tips(const sw_story_source *source); /* their numbers */
/* Somebody leads to the commit of this number: it waits from now on, unless it did or has passed; then `*known` is its
 * label. */
int sw_story_meet(uint32_t *known, sw_story_source *source, uint32_t node, uint32_t label, sw_error *err);
/* A commit that waits gets another label. */
void sw_story_relabel(sw_story_source *source, uint32_t node, uint32_t label);
/* The newest of those that wait and to which, as far as is known, nothing leads that waits: 1, or 0 when none does. By
 * date that is known of the next hundred commits, which is more than clocks nearly ever are wrong by. */
int sw_story_take(sw_story_commit *out, sw_story_source *source, sw_error *err);
/* By date, the next that has been taken: 1, or 0 when that is not the turn of any. `all`: those that have not been taken
 * are left out. When labels were found, simply the next. */
int sw_story_tell(sw_story_commit *out, sw_story_source *source, bool all, sw_error *err);
/* exact: labels are found first, without texts, by taking everything once; then all is taken again, by date, with the
 * labels that were found. True when that has to be done. */
bool sw_story_again(sw_story_source *source);
int sw_story_rewind(sw_story_source *source, sw_error *err);
/* By date, when dates have misled: what has been read so far is put into the graph, the rest is read, and from here on
 * the source is exact. What gets a label below `begun` is not told again. 1; 0: what was read is no longer at hand. */
int sw_story_turn_exact(sw_story_source *source, uint32_t begun, sw_error *err);
/* What had passed by then: with which label, and which it has now. False behind the last. */
bool sw_story_turned(uint32_t *was, uint32_t *is, const sw_story_source *source, uint32_t index);
/* The label of a commit that has been taken. */
void sw_story_passed(sw_story_source *source, const sw_story_commit *commit, uint32_t label);

#endif
