/* Where a story's commits come from: the queue by date, and who has been met; for git_story.c only. */
#ifndef SW_CORE_GIT_STORY_SOURCE_H
#define SW_CORE_GIT_STORY_SOURCE_H

#include "core/git_handle.h"
#include "core/git_pack.h"
#include "core/git_story.h"

typedef struct sw_story_source sw_story_source;

/* The number of a commit's release, -1: it is none. */
typedef int sw_story_tag_of(const void *context, const unsigned char *id);

typedef struct sw_story_commit { /* stands until the next one is taken */
    unsigned char id[20]; /* unless labels are being found */
    uint32_t label;
    uint32_t node; /* exact: its number */
    int tag;
    int64_t time;
    const char *text;
    size_t len;
    const char *parents; /* as sw_git_raw has them */
    const uint32_t *nodes; /* or, exact: their numbers; none where a shallow clone ends */
    size_t parent_count;
    const sw_packed *first; /* where the first of them is, when that is known */
} sw_story_commit;

typedef struct sw_story_link { /* to a commit: its id or, exact, its number */
    const unsigned char *id; /* NULL: the number */
    const sw_packed *where;  /* in which pack; NULL: not known */
    uint32_t node;
} sw_story_link;

enum { SW_MET_NEW, SW_MET_WAITING, SW_MET_PASSED };

int sw_story_source_open(sw_story_source **out, sw_git *git, const sw_story_wish *wish, sw_story_tag_of *tag_of,
                         const void *context, sw_error *err);
void sw_story_source_close(sw_story_source *source);
/* Somebody leads to this commit: it waits from now on, unless it did or has passed; then `*known` is
 * its label. Negative: it cannot be read. */
int sw_story_meet(uint32_t *known, sw_story_source *source, const sw_story_link *to, uint32_t label, sw_error *err);
/* A commit that waits gets another label. */
int sw_story_relabel(sw_story_source *source, const sw_story_link *to, uint32_t label, sw_error *err);
/* The newest of those that wait: 1, or 0 when none does. */
int sw_story_take(sw_story_commit *out, sw_story_source *source, sw_error *err);
/* exact: labels are found first, without texts, by taking everything once; then all is taken again, by date, with the
 * labels that were found. True when that has to be done. */
bool sw_story_again(sw_story_source *source);
int sw_story_rewind(sw_story_source *source, sw_error *err);
/* By date, when dates have misled: what has been read so far is put into the graph, the rest is read, and from here on
 * the source is exact. `tips` are where the walk began. 1; 0: what was read is no longer at hand. */
int sw_story_turn_exact(sw_story_source *source, const unsigned char (*tips)[20], size_t tip_count, sw_error *err);
/* What had passed by then: with which label, and which it has now. False behind the last. */
bool sw_story_turned(uint32_t *was, uint32_t *is, const sw_story_source *source, uint32_t index);
/* The label with which it has passed. */
int sw_story_passed(sw_story_source *source, const sw_story_commit *commit, uint32_t label, sw_error *err);

#endif
