#include "core/git_story_graph.h"

#include <stdlib.h>

void sw_story_graph_release(sw_story_graph *graph)
{
    free(graph->knots);
    free(graph->links);
    free(graph->ripe);
}

/* Room for one more. */
static int grow(void **items, uint32_t *cap, uint32_t count, size_t size, sw_error *err)
{
    if (count < *cap)
        return 0;
    uint32_t more = *cap ? *cap + *cap / 2 : 1024;
    void *bigger = realloc(*items, more * size);
    if (!bigger)
        return sw_fail_nomem(err);
    *items = bigger;
    *cap = more;
    return 0;
}

int sw_story_graph_add(sw_story_graph *graph, sw_error *err)
{
    int rc = grow((void **)&graph->knots, &graph->cap, graph->count, sizeof *graph->knots, err);
    if (rc == 0)
        graph->knots[graph->count++] = (sw_story_knot){ .tag = -1 };
    return rc;
}

static int put_link(sw_story_graph *graph, uint32_t value, sw_error *err)
{
    int rc = grow((void **)&graph->links, &graph->link_cap, graph->link_count, sizeof *graph->links, err);
    if (rc == 0)
        graph->links[graph->link_count++] = value;
    return rc;
}

int sw_story_graph_begin(sw_story_graph *graph, uint32_t node, sw_error *err)
{
    int rc = graph->link_count ? 0 : put_link(graph, 0, err); /* what stands first means none */
    graph->knots[node].links = graph->link_count;
    return rc < 0 ? rc : put_link(graph, 0, err);
}

int sw_story_graph_link(sw_story_graph *graph, uint32_t node, uint32_t parent, sw_error *err)
{
    int rc = put_link(graph, parent, err);
    if (rc < 0)
        return rc;
    graph->links[graph->knots[node].links]++;
    graph->knots[parent].missing++;
    return 0;
}

/* ---- by descent ---- */

static bool before(const sw_story_ripe *a, const sw_story_ripe *b)
{
    return a->time != b->time ? a->time > b->time : a->order < b->order;
}

int sw_story_graph_meet(sw_story_graph *graph, uint32_t node, sw_error *err)
{
    if (--graph->knots[node].missing)
        return 0;
    int rc = grow((void **)&graph->ripe, &graph->ripe_cap, graph->ripe_count, sizeof *graph->ripe, err);
    if (rc < 0)
        return rc;
    sw_story_ripe *heap = graph->ripe, entry = { graph->knots[node].time, graph->order++, node };
    uint32_t at = graph->ripe_count++;
    for (; at > 0 && before(&entry, &heap[(at - 1) / 2]); at = (at - 1) / 2)
        heap[at] = heap[(at - 1) / 2];
    heap[at] = entry;
    return 0;
}

bool sw_story_graph_next(uint32_t *node, sw_story_graph *graph)
{
    sw_story_ripe *heap = graph->ripe;
    if (!graph->ripe_count)
        return false;
    *node = heap[0].node;
    uint32_t count = --graph->ripe_count, at = 0;
    sw_story_ripe entry = heap[count];
    for (uint32_t child; (child = at * 2 + 1) < count; at = child) {
        if (child + 1 < count && before(&heap[child + 1], &heap[child]))
            child++;
        if (!before(&heap[child], &entry))
            break;
        heap[at] = heap[child];
    }
    heap[at] = entry;
    return true;
}
