/* Who descends from whom, in numbers: what a story keeps of a history whose dates cannot be trusted, for
 * git_story_source.c only. Commits come by descent: no commit before all that lead to it, and of those that could come the newest. */
#ifndef SW_CORE_GIT_STORY_GRAPH_H
#define SW_CORE_GIT_STORY_GRAPH_H

#include "core/error.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct sw_story_knot {
    int64_t time;
    uint32_t links; /* where its parents are listed, behind how many they are; 0: none */
    uint32_t label; /* + 1; 0: not met */
    uint32_t missing; /* how many of those that lead to it have not come */
    int32_t tag;
} sw_story_knot;

typedef struct sw_story_ripe { /* all that lead to it have come */
    int64_t time;
    uint64_t order; /* equal dates keep the order in which they came */
    uint32_t node;
} sw_story_ripe;

typedef struct sw_story_graph {
    sw_story_knot *knots;
    uint32_t count, cap;
    uint32_t *links;
    uint32_t link_count, link_cap;
    sw_story_ripe *ripe; /* a heap */
    uint32_t ripe_count, ripe_cap;
    uint64_t order;
} sw_story_graph;

void sw_story_graph_release(sw_story_graph *graph);
/* A commit more; its number is `count` before the call. */
int sw_story_graph_add(sw_story_graph *graph, sw_error *err);
/* Begins the list of a commit's parents; each is then linked. */
int sw_story_graph_begin(sw_story_graph *graph, uint32_t node, sw_error *err);
int sw_story_graph_link(sw_story_graph *graph, uint32_t node, uint32_t parent, sw_error *err);
/* One that leads to it has come. */
int sw_story_graph_meet(sw_story_graph *graph, uint32_t node, sw_error *err);
bool sw_story_graph_next(uint32_t *node, sw_story_graph *graph);

#endif
