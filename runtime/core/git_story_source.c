#include "core/git_story_source.h"

#include <stdlib.h>
#include <string.h>

#include "core/git_history.h"
#include "core/git_pack_ahead.h"
#include "core/git_spool.h"
#include "core/git_story_graph.h"
#include "core/git_story_walk.h"

#define PASSED (UINT32_C(1) << 31)

enum { HELD = 128 }; /* commits by date that are looked at together */

typedef struct mark {
    uint32_t label;   /* + 1, PASSED; 0: not met */
    uint32_t missing; /* how many of those that are held lead to it and have not been taken */
} mark;

typedef struct passed { /* by date: what is set aside of a commit, with the numbers of its parents behind it */
    int64_t time;
    uint32_t label, parent_count;
} passed;

struct sw_story_source {
    sw_git *git; /* retained */
    sw_story_tag_of *tag_of;
    const void *context;
    sw_packs *packs;
    sw_story_walk *walk;
    uint32_t *tips;
    size_t tip_count;
    /* by date */
    mark *marks; /* by number */
    uint32_t mark_cap;
    sw_story_waiting *held[HELD]; /* a ring, as the walk has them; they leave it when they are told */
    uint32_t held_from, held_count;
    uint32_t rises; /* how many of them are newer than the one in front of them */
    bool ended; /* the walk is at its end */
    sw_story_waiting *used; /* was told last */
    sw_buf record;
    /* exact: all by date once, into the graph and the spool; then the graph by descent; then the spool */
    bool exact;
    sw_pack_ahead *ahead;
    sw_story_graph graph;
    sw_spool *spool;     /* by date: what has passed, in case that dates mislead; NULL: that became too much */
    uint32_t *passed;    /* turned exact: number and former label of all that had passed, in their order */
    uint32_t passed_count, passed_cap, passed_at;
    uint32_t begun;
    sw_history shallow; /* only for where a shallow clone ends */
    sw_ahead_text read;
    sw_git_raw raw;
};

/* ---- by date ---- */

static int reach(sw_story_source *source, uint32_t node, sw_error *err)
{
    if (node < source->mark_cap)
        return 0;
    uint32_t cap = source->mark_cap ? source->mark_cap + source->mark_cap / 2 : 1024;
    cap = cap > node ? cap : node + 1;
    mark *marks = realloc(source->marks, cap * sizeof *marks);
    if (!marks)
        return sw_fail_nomem(err);
    memset(marks + source->mark_cap, 0, (cap - source->mark_cap) * sizeof *marks);
    source->marks = marks;
    source->mark_cap = cap;
    return 0;
}

static int meet_by_date(uint32_t *known, sw_story_source *source, uint32_t node, uint32_t label, sw_error *err)
{
    int rc = reach(source, node, err);
    if (rc < 0)
        return rc;
    mark *m = &source->marks[node];
    if (m->label) {
        *known = (m->label & ~PASSED) - 1;
        return m->label & PASSED ? SW_MET_PASSED : SW_MET_WAITING;
    }
    m->label = label + 1;
    return SW_MET_NEW;
}

static sw_story_waiting *held_at(const sw_story_source *source, uint32_t index)
{
    return source->held[(source->held_from + index) % HELD];
}

static bool rises(const sw_story_source *source, uint32_t index)
{
    return index > 0 && index < source->held_count && held_at(source, index)->time > held_at(source, index - 1)->time;
}

/* Looks as far ahead as there is room. */
static int hold(sw_story_source *source, sw_error *err)
{
    int rc = 1;
    while (rc == 1 && !source->ended && source->held_count < HELD) {
        sw_story_waiting *entry = source->used;
        source->used = NULL;
        rc = sw_story_walk_next(&entry, source->walk, err);
        source->ended = rc == 0;
        if (rc != 1)
            break;
        source->held[(source->held_from + source->held_count++) % HELD] = entry;
        source->rises += rises(source, source->held_count - 1);
        rc = reach(source, entry->node, err);
        for (uint32_t i = 0; i < entry->parent_count && rc == 0; i++) {
            rc = reach(source, entry->parents[i], err);
            if (rc == 0)
                source->marks[entry->parents[i]].missing++;
        }
        rc = rc < 0 ? rc : 1;
    }
    return rc < 0 ? rc : 0;
}

static void describe(sw_story_commit *out, const sw_story_source *source, const sw_story_waiting *entry)
{
    memcpy(out->id, entry->id, 20);
    out->node = entry->node;
    out->label = (source->marks[entry->node].label & ~PASSED) - 1;
    out->time = entry->time;
    out->tag = -1;
    out->raw = NULL;
    out->parents = entry->parents;
    out->parent_count = entry->parent_count;
}

static int take_by_date(sw_story_commit *out, sw_story_source *source, sw_error *err)
{
    int rc = hold(source, err);
    if (rc < 0)
        return rc;
    const sw_story_waiting *newest = NULL;
    for (uint32_t i = 0; i < source->held_count && (!newest || source->rises); i++) {
        const sw_story_waiting *entry = held_at(source, i);
        const mark *m = &source->marks[entry->node];
        bool waits = m->label && !(m->label & PASSED);
        if (waits && !m->missing && (!newest || entry->time > newest->time))
            newest = entry;
    }
    if (!newest)
        return 0;
    describe(out, source, newest);
    out->tag = source->tag_of(source->context, newest->id);
    return 1;
}

/* Sets the commit aside: not its text, which is nearly never needed again. */
static int keep_passed(sw_story_source *source, const sw_story_commit *commit, uint32_t label, sw_error *err)
{
    sw_spooled spooled = { .node = commit->node };
    passed p = { .time = commit->time, .label = label, .parent_count = (uint32_t)commit->parent_count };
    if (!source->spool)
        return 0;
    memcpy(spooled.id, commit->id, 20);
    sw_buf *record = &source->record;
    record->len = 0;
    if (sw_buf_add(record, &p, sizeof p) < 0
        || (p.parent_count && sw_buf_add(record, commit->parents, p.parent_count * sizeof *commit->parents) < 0))
        return sw_fail_nomem(err);
    int rc = sw_spool_add(source->spool, &spooled, record->data, record->len, err);
    if (rc == 0 && sw_spool_is_full(source->spool)) {
        sw_spool_close(source->spool);
        source->spool = NULL;
    }
    return rc;
}

/* The first that is held leaves. */
static int release(sw_story_commit *out, sw_story_source *source, sw_error *err)
{
    sw_story_waiting *entry = held_at(source, 0);
    source->rises -= rises(source, 1);
    source->held_from = (source->held_from + 1) % HELD;
    source->held_count--;
    sw_story_waiting_free(source->used);
    source->used = entry;
    describe(out, source, entry);
    return keep_passed(source, out, out->label, err);
}

static int tell_by_date(sw_story_commit *out, sw_story_source *source, bool all, sw_error *err)
{
    while (source->held_count) {
        sw_story_waiting *entry = held_at(source, 0);
        bool taken = source->marks[entry->node].label & PASSED;
        if (!taken && !all)
            return 0;
        int rc = release(out, source, err);
        if (rc < 0)
            return rc;
        if (!taken)
            continue;
        sw_git_raw_complete(&entry->raw, sw_buf_text(&entry->text), entry->text.len);
        out->raw = &entry->raw;
        return 1;
    }
    return 0;
}

/* ---- exact ---- */

/* A commit, with its parents, into the graph. */
static int put_in_graph(sw_story_source *source, const unsigned char *id, uint32_t node, int64_t time,
                        const uint32_t *parents, size_t parent_count, sw_error *err)
{
    sw_story_graph *graph = &source->graph;
    uint32_t highest = node;
    for (size_t i = 0; i < parent_count; i++)
        highest = parents[i] > highest ? parents[i] : highest;
    int rc = 0;
    while (rc == 0 && graph->count <= highest)
        rc = sw_story_graph_add(graph, err);
    if (rc == 0 && parent_count)
        rc = sw_story_graph_begin(graph, node, err);
    for (size_t i = 0; i < parent_count && rc == 0; i++)
        rc = sw_story_graph_link(graph, node, parents[i], err);
    if (rc == 0) {
        graph->knots[node].time = time;
        graph->knots[node].tag = source->tag_of(source->context, id);
    }
    return rc;
}

/* Each tip as if one led to it. */
static int put_tips(sw_story_source *source, sw_error *err)
{
    int rc = 0;
    for (size_t i = 0; i < source->tip_count && rc == 0; i++) {
        while (rc == 0 && source->graph.count <= source->tips[i])
            rc = sw_story_graph_add(&source->graph, err);
        if (rc == 0)
            source->graph.knots[source->tips[i]].missing++;
    }
    return rc;
}

/* Everything that is reachable, or the rest of it, read by date, which is how packs keep it; and set aside. */
static int load(sw_story_source *source, sw_error *err)
{
    sw_story_waiting *entry = NULL;
    int rc = sw_story_walk_hurry(source->walk, err);
    while (rc == 0 && (rc = sw_story_walk_next(&entry, source->walk, err)) == 1) {
        sw_spooled spooled = { .node = entry->node };
        memcpy(spooled.id, entry->id, 20);
        rc = put_in_graph(source, entry->id, entry->node, entry->time, entry->parents, entry->parent_count, err);
        if (rc == 0)
            rc = sw_spool_add(source->spool, &spooled, sw_buf_text(&entry->text), entry->text.len, err);
    }
    sw_story_waiting_free(entry);
    return rc;
}

/* ---- from by date to exact ---- */

static int note_passed(sw_story_source *source, uint32_t node, uint32_t label, sw_error *err)
{
    if (source->passed_count == source->passed_cap) {
        uint32_t cap = source->passed_cap ? source->passed_cap * 2 : 1024;
        uint32_t *more = realloc(source->passed, cap * 2 * sizeof *more);
        if (!more)
            return sw_fail_nomem(err);
        source->passed = more;
        source->passed_cap = cap;
    }
    source->passed[source->passed_count * 2] = node;
    source->passed[source->passed_count++ * 2 + 1] = label;
    return 0;
}

/* One that had passed. */
static int replay(sw_story_source *source, const sw_spooled *spooled, sw_error *err)
{
    passed p;
    const sw_buf *record = &source->read.text;
    memcpy(&p, record->data, sizeof p);
    const uint32_t *parents = (const uint32_t *)(const void *)(record->data + sizeof p); /* memory begins aligned */
    int rc = put_in_graph(source, spooled->id, spooled->node, p.time, parents, p.parent_count, err);
    return rc < 0 ? rc : note_passed(source, spooled->node, p.label, err);
}

int sw_story_turn_exact(sw_story_source *source, uint32_t begun, sw_error *err)
{
    sw_spooled spooled;
    sw_story_commit commit;
    int rc;
    for (rc = 0; rc == 0 && source->held_count;) /* they are told again with all that is not over */
        rc = release(&commit, source, err);
    if (rc < 0 || !source->spool)
        return rc;
    free(source->marks);
    source->marks = NULL;
    source->begun = begun;
    rc = put_tips(source, err);
    if (rc == 0)
        rc = sw_spool_rewind(source->spool, err);
    while (rc == 0 && (rc = sw_spool_next(&spooled, &source->read.text, source->spool, err)) > 0)
        rc = replay(source, &spooled, err);
    source->exact = true;
    if (rc == 0)
        rc = load(source, err);
    return rc < 0 ? rc : 1;
}

bool sw_story_turned(uint32_t *was, uint32_t *is, const sw_story_source *source, uint32_t index)
{
    if (index >= source->passed_count)
        return false;
    *was = source->passed[index * 2 + 1];
    *is = source->graph.knots[source->passed[index * 2]].label - 1;
    return true;
}

/* ---- exact: taking ---- */

static int meet_exact(uint32_t *known, sw_story_source *source, uint32_t node, uint32_t label, sw_error *err)
{
    sw_story_knot *knot = &source->graph.knots[node];
    bool met = knot->label != 0;
    if (met)
        *known = knot->label - 1;
    else
        knot->label = label + 1;
    int rc = sw_story_graph_meet(&source->graph, node, err);
    return rc < 0 ? rc : met ? SW_MET_WAITING : SW_MET_NEW;
}

/* The first time: only what the labels are found by. */
static int take_knot(sw_story_commit *out, sw_story_source *source)
{
    sw_story_graph *graph = &source->graph;
    if (!sw_story_graph_next(&out->node, graph))
        return 0;
    const sw_story_knot *knot = &graph->knots[out->node];
    out->label = knot->label - 1;
    out->time = knot->time;
    out->tag = knot->tag;
    out->raw = NULL;
    out->parents = graph->links + knot->links + 1;
    out->parent_count = knot->links ? graph->links[knot->links] : 0;
    return 1;
}

static int read_again(sw_story_source *source, const unsigned char *id, sw_error *err)
{
    sw_packed where;
    if (sw_packs_find(&where, source->packs, id) && sw_pack_ahead_read(&source->read, source->ahead, where.pack, where.offset))
        return 0;
    return sw_git_commit_elsewhere(&source->read.text, source->git, id, err);
}

static int take_told(sw_story_commit *out, sw_story_source *source, sw_error *err)
{
    sw_spooled spooled;
    int rc = sw_spool_next(&spooled, &source->read.text, source->spool, err);
    if (rc <= 0)
        return rc;
    bool had_passed = source->passed_at < source->passed_count;
    source->passed_at += had_passed;
    memcpy(out->id, spooled.id, 20);
    out->node = spooled.node;
    out->label = source->graph.knots[spooled.node].label - 1;
    out->time = source->graph.knots[spooled.node].time;
    out->raw = NULL;
    if (out->label < source->begun || out->label == SW_STORY_HIDDEN)
        return 1;
    if (!spooled.len || had_passed)
        rc = read_again(source, out->id, err);
    if (rc < 0)
        return rc;
    if (sw_git_raw_commit(&source->raw, sw_buf_text(&source->read.text), source->read.text.len) < 0)
        return sw_git_commit_damaged(out->id, err);
    out->raw = &source->raw;
    return 1;
}

bool sw_story_again(sw_story_source *source)
{
    return source->exact;
}

int sw_story_rewind(sw_story_source *source, sw_error *err)
{
    sw_story_walk_close(source->walk); /* it is at its end */
    source->walk = NULL;
    int rc = sw_pack_ahead_open(&source->ahead, source->packs, err);
    return rc < 0 ? rc : sw_spool_rewind(source->spool, err);
}

/* ---- both ---- */

int sw_story_source_open(sw_story_source **out, sw_git *git, bool exact, const unsigned char (*tips)[20], size_t tip_count,
                         sw_story_tag_of *tag_of, const void *context, sw_error *err)
{
    *out = NULL;
    sw_story_source *source = calloc(1, sizeof *source);
    if (!source)
        return sw_fail_nomem(err);
    source->git = sw_git_retain(git);
    source->tag_of = tag_of;
    source->context = context;
    source->exact = exact || git->shallow;
    source->tip_count = tip_count;
    source->tips = calloc(tip_count + 1, sizeof *source->tips);
    int rc = source->tips ? 0 : sw_fail_nomem(err);
    if (rc == 0 && git->shallow)
        rc = sw_history_init(&source->shallow, git, 0, err);
    if (rc == 0)
        rc = sw_packs_open(&source->packs, git->objects, err);
    if (rc == 0)
        rc = sw_spool_open(&source->spool, err);
    if (rc == 0)
        rc = sw_story_walk_open(&source->walk, source->tips, git, source->packs, git->shallow ? &source->shallow : NULL, tips,
                                tip_count, err);
    if (rc == 0 && source->exact)
        rc = put_tips(source, err);
    if (rc == 0 && source->exact)
        rc = load(source, err);
    if (rc < 0)
        sw_story_source_close(source);
    else
        *out = source;
    return rc;
}

void sw_story_source_close(sw_story_source *source)
{
    if (!source)
        return;
    sw_story_walk_close(source->walk);
    sw_pack_ahead_close(source->ahead);
    sw_packs_close(source->packs);
    free(source->tips);
    free(source->marks);
    for (uint32_t i = 0; i < source->held_count; i++)
        sw_story_waiting_free(held_at(source, i));
    sw_story_waiting_free(source->used);
    sw_buf_release(&source->record);
    sw_buf_release(&source->read.text);
    sw_story_graph_release(&source->graph);
    sw_spool_close(source->spool);
    free(source->passed);
    if (source->shallow.git)
        sw_history_release(&source->shallow);
    sw_git_close(source->git);
    free(source);
}

const uint32_t *sw_story_tips(const sw_story_source *source)
{
    return source->tips;
}

int sw_story_meet(uint32_t *known, sw_story_source *source, uint32_t node, uint32_t label, sw_error *err)
{
    return (source->exact ? meet_exact : meet_by_date)(known, source, node, label, err);
}

void sw_story_relabel(sw_story_source *source, uint32_t node, uint32_t label)
{
    if (source->exact)
        source->graph.knots[node].label = label + 1;
    else
        source->marks[node].label = label + 1;
}

int sw_story_take(sw_story_commit *out, sw_story_source *source, sw_error *err)
{
    return source->exact ? take_knot(out, source) : take_by_date(out, source, err);
}

int sw_story_tell(sw_story_commit *out, sw_story_source *source, bool all, sw_error *err)
{
    return source->exact ? take_told(out, source, err) : tell_by_date(out, source, all, err);
}

void sw_story_passed(sw_story_source *source, const sw_story_commit *commit, uint32_t label)
{
    if (source->exact) {
        source->graph.knots[commit->node].label = label + 1;
        return;
    }
    source->marks[commit->node].label = (label + 1) | PASSED;
    for (size_t i = 0; i < commit->parent_count; i++)
        source->marks[commit->parents[i]].missing--;
}
