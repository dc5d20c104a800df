#include "core/git_story_queue.h"

#include <stdlib.h>
#include <string.h>

static bool before(const sw_story_waiting *a, const sw_story_waiting *b)
{
    return a->time != b->time ? a->time > b->time : a->order < b->order;
}

static void sift_up(sw_story_waiting **items, size_t at)
{
    sw_story_waiting *entry = items[at];
    while (at > 0 && before(entry, items[(at - 1) / 2])) {
        items[at] = items[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    items[at] = entry;
}

static void sift_down(sw_story_waiting **items, size_t len)
{
    sw_story_waiting *entry = items[0];
    size_t at = 0;
    for (size_t child; (child = at * 2 + 1) < len; at = child) {
        if (child + 1 < len && before(items[child + 1], items[child]))
            child++;
        if (!before(items[child], entry))
            break;
        items[at] = items[child];
    }
    items[at] = entry;
}

sw_story_waiting *sw_story_queue_new(sw_story_queue *queue)
{
    if (queue->free_count)
        return queue->free_ones[--queue->free_count];
    return calloc(1, sizeof(sw_story_waiting));
}

void sw_story_waiting_free(sw_story_waiting *entry)
{
    if (!entry)
        return;
    sw_buf_release(&entry->text);
    free(entry->parents);
    free(entry);
}

void sw_story_queue_release(sw_story_queue *queue)
{
    for (size_t i = 0; i < queue->count; i++)
        sw_story_waiting_free(queue->items[i]);
    for (size_t i = 0; i < queue->free_count; i++)
        sw_story_waiting_free(queue->free_ones[i]);
    free(queue->items);
}

void sw_story_queue_reuse(sw_story_queue *queue, sw_story_waiting *entry)
{
    enum { USUAL = 64 << 10 };
    if (queue->free_count < sizeof queue->free_ones / sizeof *queue->free_ones && entry->text.cap <= USUAL)
        queue->free_ones[queue->free_count++] = entry;
    else
        sw_story_waiting_free(entry);
}

int sw_story_queue_add(sw_story_queue *queue, sw_story_waiting *entry, sw_error *err)
{
    entry->order = queue->order++;
    if (queue->count == queue->cap) {
        size_t cap = queue->cap ? queue->cap * 2 : 256;
        sw_story_waiting **items = realloc(queue->items, cap * sizeof *items);
        if (!items)
            return sw_fail_nomem(err);
        queue->items = items;
        queue->cap = cap;
    }
    queue->items[queue->count] = entry;
    sift_up(queue->items, queue->count++);
    return 0;
}

sw_story_waiting *sw_story_queue_take(sw_story_queue *queue)
{
    if (!queue->count)
        return NULL;
    sw_story_waiting *entry = queue->items[0];
    queue->items[0] = queue->items[--queue->count];
    if (queue->count)
        sift_down(queue->items, queue->count);
    return entry;
}
