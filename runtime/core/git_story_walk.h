/* Everything that a story begins with and what leads to it, newest commit date first: read by a thread of its own, ahead
 * of the one that tells it; for git_story_source.c only. */
#ifndef SW_CORE_GIT_STORY_WALK_H
#define SW_CORE_GIT_STORY_WALK_H

#include "core/git_history.h"
#include "core/git_pack.h"
#include "core/git_story_queue.h"

typedef struct sw_story_walk sw_story_walk;

/* `tips` get their numbers in `nodes`. `shallow`: where a shallow clone ends; borrowed. */
int sw_story_walk_open(sw_story_walk **out, uint32_t *nodes, sw_git *git, sw_packs *packs, const sw_history *shallow,
                       const unsigned char (*tips)[20], size_t tip_count, sw_error *err);
/* Nobody does anything but wait for the walk: another thread reads packs ahead of it. */
int sw_story_walk_hurry(sw_story_walk *walk, sw_error *err);
void sw_story_walk_close(sw_story_walk *walk); /* NULL is fine */
/* The next commit: 1, 0 at the end, or negative. `*entry` becomes the caller's for one that is no longer needed, or NULL;
 * nothing is had when there is no next one. */
int sw_story_walk_next(sw_story_waiting **entry, sw_story_walk *walk, sw_error *err);

#endif
