/* The commits that a walk by date has read and not yet come to, newest first; for git_story_source.c only. */
#ifndef SW_CORE_GIT_STORY_QUEUE_H
#define SW_CORE_GIT_STORY_QUEUE_H

#include "core/git_object.h"

typedef struct sw_story_waiting {
    int64_t time;
    uint64_t order; /* equal dates keep the order in which they came */
    unsigned char id[20];
    uint32_t node; /* its number */
    uint32_t *parents; /* their numbers, when it has been taken and they were met; owned */
    uint32_t parent_count, parent_cap;
    sw_buf text;
    sw_git_raw raw; /* links */
} sw_story_waiting;

typedef struct sw_story_queue {
    sw_story_waiting **items; /* a heap */
    size_t count, cap;
    sw_story_waiting *free_ones[128]; /* memory of those that have passed */
    size_t free_count;
    uint64_t order;
} sw_story_queue;

void sw_story_queue_release(sw_story_queue *queue);
/* An entry to be filled and added; NULL: no memory. */
sw_story_waiting *sw_story_queue_new(sw_story_queue *queue);
void sw_story_waiting_free(sw_story_waiting *entry); /* one that is not in the queue */
/* `entry->time` is set; its order is set here. */
int sw_story_queue_add(sw_story_queue *queue, sw_story_waiting *entry, sw_error *err);
/* The newest, which is the caller's; NULL: nothing waits. */
sw_story_waiting *sw_story_queue_take(sw_story_queue *queue);
void sw_story_queue_reuse(sw_story_queue *queue, sw_story_waiting *entry); /* one that is no longer needed */

#endif
