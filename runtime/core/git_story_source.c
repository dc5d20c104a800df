#include "core/git_story_source.h"

#include <stdlib.h>
#include <string.h>

#include "core/git_history.h"
#include "core/git_pack_ahead.h"
#include "core/git_spool.h"
#include "core/git_story_graph.h"
#include "core/git_story_queue.h"

typedef struct loose { /* a commit outside of the packs */
    unsigned char id[20];
    uint32_t label; /* + 1; 0: free */
} loose;

struct sw_story_source {
    sw_git *git; /* retained */
    sw_story_tag_of *tag_of;
    const void *context;
    /* by date */
    sw_packs *packs;
    sw_pack_ahead *ahead;
    sw_story_queue queue;
    loose *loose; /* hash table; a commit's place in it may move, so it is looked up again */
    uint32_t loose_count, loose_cap;
    /* exact: all by date once, into the graph and the spool; then the graph by descent; then the spool */
    bool exact;
    bool telling; /* the labels are known */
    sw_story_graph graph;
    sw_spool *spool;     /* by date: what has passed, in case that dates mislead; NULL: that became too much */
    uint32_t *passed;    /* turned exact: number and former label of all that had passed, in their order */
    uint32_t passed_count, passed_cap, passed_at;
    sw_history shallow; /* only for where a shallow clone ends */
    sw_ahead_text read;
};

/* ---- by date ---- */

static uint32_t loose_slot(const loose *table, uint32_t cap, const unsigned char *id)
{
    uint32_t start;
    memcpy(&start, id, sizeof start);
    uint32_t slot = start & (cap - 1);
    while (table[slot].label && memcmp(table[slot].id, id, 20) != 0)
        slot = (slot + 1) & (cap - 1);
    return slot;
}

/* The label of a loose commit, made with 0 when it is new. */
static uint32_t *loose_label(sw_story_source *source, const unsigned char *id)
{
    if (source->loose_count * 2 >= source->loose_cap) {
        uint32_t cap = source->loose_cap ? source->loose_cap * 2 : 256;
        loose *table = calloc(cap, sizeof *table);
        if (!table)
            return NULL;
        for (uint32_t i = 0; i < source->loose_cap; i++)
            if (source->loose[i].label)
                table[loose_slot(table, cap, source->loose[i].id)] = source->loose[i];
        free(source->loose);
        source->loose = table;
        source->loose_cap = cap;
    }
    loose *found = &source->loose[loose_slot(source->loose, source->loose_cap, id)];
    if (!found->label) {
        memcpy(found->id, id, 20);
        source->loose_count++;
    }
    return &found->label;
}

static int fail_missing(sw_story_source *source, const unsigned char *id, int rc, sw_error *err)
{
    git_oid oid;
    sw_oid_text hex;
    memcpy(oid.id, id, 20);
    sw_git_oid_text(hex, &oid);
    rc = sw_git_fail(source->git, err, rc, "git.broken", "commit %s is missing", hex);
    sw_error_hint(err, "%s", source->git->shallow ? "this clone is shallow; bring the rest: git fetch --unshallow"
                                                  : "git fsck names what is damaged");
    return rc;
}

static int read_loose(sw_buf *text, sw_story_source *source, const unsigned char *id, sw_error *err)
{
    git_odb_object *object = NULL;
    git_oid oid;
    memcpy(oid.id, id, 20);
    int rc = git_odb_read(&object, source->git->odb, &oid);
    if (rc == 0 && git_odb_object_type(object) != GIT_OBJECT_COMMIT)
        rc = GIT_ENOTFOUND;
    if (rc == 0) {
        text->len = 0;
        rc = sw_buf_add(text, git_odb_object_data(object), git_odb_object_size(object));
        rc = rc < 0 ? sw_fail_nomem(err) : 0;
    } else {
        rc = fail_missing(source, id, rc, err);
    }
    git_odb_object_free(object);
    return rc;
}

static int damaged(const unsigned char *id, sw_error *err)
{
    git_oid oid;
    sw_oid_text hex;
    memcpy(oid.id, id, 20);
    sw_git_oid_text(hex, &oid);
    return sw_fail(err, SW_E_CORRUPT, "git.broken", "commit %s is damaged", hex);
}

static int enqueue(sw_story_source *source, sw_story_waiting *entry, sw_error *err)
{
    sw_git_raw raw;
    if (sw_git_raw_links(&raw, sw_buf_text(&entry->read.text), entry->read.text.len) < 0)
        return damaged(entry->id, err);
    entry->time = raw.committer.time;
    return sw_story_queue_add(&source->queue, entry, err);
}

/* The label that is kept for a commit; NULL: no memory for one. */
static uint32_t *find_kept(sw_packed *where, bool *packed, sw_story_source *source, const sw_story_link *to)
{
    const unsigned char *id = to->id;
    if (to->where)
        *where = *to->where;
    *packed = to->where || sw_packs_find(where, source->packs, id);
    return *packed ? sw_packs_label(source->packs, where) : loose_label(source, id);
}

/* A commit that nobody has met begins to wait. */
static int begin_to_wait(sw_story_source *source, const unsigned char *id, uint32_t label, const sw_packed *where,
                         uint32_t *kept, sw_error *err)
{
    *kept = label + 1;
    sw_story_waiting *entry = sw_story_queue_new(&source->queue);
    if (!entry)
        return sw_fail_nomem(err);
    memcpy(entry->id, id, 20);
    entry->label = label;
    entry->kept = where ? kept : NULL;
    int rc = 0;
    entry->read.looked = false;
    if (!where || !sw_pack_ahead_read(&entry->read, source->ahead, where->pack, where->offset))
        rc = read_loose(&entry->read.text, source, id, err);
    if (rc == 0)
        rc = enqueue(source, entry, err);
    if (rc < 0)
        sw_story_waiting_free(entry);
    return rc;
}

static int meet_by_date(uint32_t *known, sw_story_source *source, const sw_story_link *to, uint32_t label, sw_error *err)
{
    sw_packed where;
    bool packed;
    uint32_t *kept = find_kept(&where, &packed, source, to);
    if (!kept)
        return sw_fail_nomem(err);
    if (*kept) {
        *known = *kept - 1;
        if (*known >= label)
            return SW_MET_WAITING; /* or passed: nobody asks */
        return sw_story_queue_find(&source->queue, to->id) ? SW_MET_WAITING : SW_MET_PASSED;
    }
    int rc = begin_to_wait(source, to->id, label, packed ? &where : NULL, kept, err);
    return rc < 0 ? rc : SW_MET_NEW;
}

static void keep_label(sw_story_source *source, sw_story_waiting *entry, uint32_t label)
{
    entry->label = label;
    uint32_t *kept = entry->kept ? entry->kept : loose_label(source, entry->id);
    if (kept)
        *kept = label + 1;
}

/* ---- exact ---- */

/* A commit's number in the graph; one that nobody has met begins to wait. */
static int node_of(uint32_t *node, sw_story_source *source, const sw_story_link *to, sw_error *err)
{
    sw_packed where;
    bool packed;
    uint32_t *kept = find_kept(&where, &packed, source, to);
    if (!kept)
        return sw_fail_nomem(err);
    if (*kept) {
        *node = *kept - 1;
        return 0;
    }
    *node = source->graph.count;
    int rc = sw_story_graph_add(&source->graph, err);
    return rc < 0 ? rc : begin_to_wait(source, to->id, *node, packed ? &where : NULL, kept, err);
}

static int tip_of(uint32_t *node, sw_story_source *source, const char *rev, sw_error *err)
{
    git_commit *commit = NULL;
    int rc = sw_git_commit(&commit, source->git, rev, err);
    if (rc == 0)
        rc = node_of(node, source, &(sw_story_link){ .id = git_commit_id(commit)->id }, err);
    git_commit_free(commit);
    if (rc == 0)
        source->graph.knots[*node].missing++; /* as if one led to it */
    return rc;
}

/* One commit, with its parents, into the graph; and set aside. */
static int load_one(sw_story_source *source, const sw_story_waiting *entry, sw_error *err)
{
    sw_story_graph *graph = &source->graph;
    sw_spooled spooled = { .node = entry->label };
    sw_git_raw raw;
    git_oid id, parent;
    memcpy(id.id, entry->id, 20);
    memcpy(spooled.id, entry->id, 20);
    graph->knots[spooled.node].time = entry->time;
    graph->knots[spooled.node].tag = source->tag_of(source->context, entry->id);
    if (sw_git_raw_links(&raw, sw_buf_text(&entry->read.text), entry->read.text.len) < 0)
        return damaged(entry->id, err);
    int rc = sw_spool_add(source->spool, &spooled, sw_buf_text(&entry->read.text), entry->read.text.len, err);
    size_t parents = sw_history_is_cut(&source->shallow, &id) ? 0 : raw.parent_count;
    if (rc == 0 && parents)
        rc = sw_story_graph_begin(graph, spooled.node, err);
    for (size_t i = 0; i < parents && rc == 0; i++) {
        uint32_t node = 0;
        if (git_oid_fromstrn(&parent, raw.parents + i * 48 + 7, SW_OID_HEX) < 0)
            return sw_fail(err, SW_E_CORRUPT, "git.broken", "a commit names a parent that is no object id");
        const sw_packed *where = i == 0 && entry->read.looked ? &entry->read.parent : NULL;
        rc = node_of(&node, source, &(sw_story_link){ .id = parent.id, .where = where }, err);
        if (rc == 0)
            rc = sw_story_graph_link(graph, spooled.node, node, err);
    }
    return rc;
}

/* Everything that is reachable, read by date, which is how packs keep it. */
static int load(sw_story_source *source, const sw_story_wish *wish, sw_error *err)
{
    uint32_t node = 0;
    sw_story_waiting *entry;
    int rc = sw_history_init(&source->shallow, source->git, 0, err);
    for (const char *const *rev = wish->hide; rc == 0 && rev && *rev; rev++)
        rc = tip_of(&node, source, *rev, err);
    if (rc == 0)
        rc = tip_of(&node, source, wish->from, err);
    while (rc == 0 && (entry = sw_story_queue_take(&source->queue)))
        rc = load_one(source, entry, err);
    return rc;
}

/* ---- from by date to exact ---- */

/* A commit's number in the graph; it does not begin to wait. */
static int number_of(uint32_t *node, sw_story_source *source, const unsigned char *id, sw_error *err)
{
    sw_packed where;
    bool packed;
    uint32_t *kept = find_kept(&where, &packed, source, &(sw_story_link){ .id = id });
    if (!kept)
        return sw_fail_nomem(err);
    *node = *kept ? *kept - 1 : source->graph.count;
    if (*kept)
        return 0;
    *kept = *node + 1;
    return sw_story_graph_add(&source->graph, err);
}

static int note_passed(sw_story_source *source, uint32_t node, uint32_t label, sw_error *err)
{
    if (source->passed_count == source->passed_cap) {
        uint32_t cap = source->passed_cap ? source->passed_cap * 2 : 1024;
        uint32_t *passed = realloc(source->passed, cap * 2 * sizeof *passed);
        if (!passed)
            return sw_fail_nomem(err);
        source->passed = passed;
        source->passed_cap = cap;
    }
    source->passed[source->passed_count * 2] = node;
    source->passed[source->passed_count++ * 2 + 1] = label;
    return 0;
}

/* One that had passed. */
static int replay(sw_story_source *source, const sw_spooled *spooled, sw_error *err)
{
    sw_story_graph *graph = &source->graph;
    const sw_buf *text = &source->read.text;
    sw_git_raw raw;
    git_oid parent;
    uint32_t node = 0, other = 0;
    if (sw_git_raw_links(&raw, sw_buf_text(text), text->len) < 0)
        return damaged(spooled->id, err);
    int rc = number_of(&node, source, spooled->id, err);
    if (rc == 0)
        rc = note_passed(source, node, spooled->node, err);
    if (rc < 0)
        return rc;
    graph->knots[node].time = raw.committer.time;
    graph->knots[node].tag = source->tag_of(source->context, spooled->id);
    if (raw.parent_count)
        rc = sw_story_graph_begin(graph, node, err);
    for (size_t i = 0; i < raw.parent_count && rc == 0; i++) {
        if (git_oid_fromstrn(&parent, raw.parents + i * 48 + 7, SW_OID_HEX) < 0)
            return damaged(spooled->id, err);
        rc = number_of(&other, source, parent.id, err);
        if (rc == 0)
            rc = sw_story_graph_link(graph, node, other, err);
    }
    return rc;
}

int sw_story_turn_exact(sw_story_source *source, const unsigned char (*tips)[20], size_t tip_count, sw_error *err)
{
    sw_spooled spooled;
    sw_story_waiting *entry;
    uint32_t node = 0;
    if (!source->spool)
        return 0;
    sw_packs_forget_labels(source->packs);
    free(source->loose);
    source->loose = NULL;
    source->loose_count = source->loose_cap = 0;
    int rc = sw_history_init(&source->shallow, source->git, 0, err);
    for (size_t i = 0; i < tip_count && rc == 0; i++) {
        rc = number_of(&node, source, tips[i], err);
        if (rc == 0)
            source->graph.knots[node].missing++;
    }
    if (rc == 0)
        rc = sw_spool_rewind(source->spool, err);
    while (rc == 0 && (rc = sw_spool_next(&spooled, &source->read.text, source->spool, err)) > 0)
        rc = replay(source, &spooled, err);
    for (size_t i = 0; i < source->queue.count && rc == 0; i++)
        rc = number_of(&source->queue.items[i]->label, source, source->queue.items[i]->id, err);
    source->exact = true;
    while (rc == 0 && (entry = sw_story_queue_take(&source->queue)))
        rc = load_one(source, entry, err);
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
    out->nodes = graph->links + knot->links + 1;
    out->parent_count = knot->links ? graph->links[knot->links] : 0;
    return 1;
}

static int take_told(sw_story_commit *out, sw_story_source *source, sw_error *err)
{
    sw_spooled spooled;
    sw_packed where;
    int rc = sw_spool_next(&spooled, &source->read.text, source->spool, err);
    if (rc <= 0)
        return rc;
    if (source->passed_at < source->passed_count)
        spooled.node = source->passed[source->passed_at++ * 2];
    memcpy(out->id, spooled.id, 20);
    out->label = source->graph.knots[spooled.node].label - 1;
    out->time = source->graph.knots[spooled.node].time;
    if (!spooled.len && (!sw_packs_find(&where, source->packs, out->id)
                         || !sw_pack_ahead_read(&source->read, source->ahead, where.pack, where.offset)))
        rc = read_loose(&source->read.text, source, out->id, err);
    out->text = sw_buf_text(&source->read.text);
    out->len = source->read.text.len;
    return rc < 0 ? rc : 1;
}

bool sw_story_again(sw_story_source *source)
{
    return source->exact;
}

int sw_story_rewind(sw_story_source *source, sw_error *err)
{
    source->telling = true;
    sw_pack_ahead_close(source->ahead); /* it gives each text once */
    int rc = sw_pack_ahead_open(&source->ahead, source->packs, err);
    return rc < 0 ? rc : sw_spool_rewind(source->spool, err);
}

/* ---- both ---- */

int sw_story_source_open(sw_story_source **out, sw_git *git, const sw_story_wish *wish, sw_story_tag_of *tag_of,
                         const void *context, sw_error *err)
{
    *out = NULL;
    sw_story_source *source = calloc(1, sizeof *source);
    if (!source)
        return sw_fail_nomem(err);
    source->git = sw_git_retain(git);
    source->tag_of = tag_of;
    source->context = context;
    source->exact = wish->exact || git->shallow;
    int rc = sw_packs_open(&source->packs, git->objects, err);
    if (rc == 0)
        rc = sw_pack_ahead_open(&source->ahead, source->packs, err);
    if (rc == 0)
        rc = sw_spool_open(&source->spool, err);
    if (rc == 0 && source->exact)
        rc = load(source, wish, err);
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
    sw_pack_ahead_close(source->ahead);
    sw_packs_close(source->packs);
    sw_story_queue_release(&source->queue);
    free(source->loose);
    sw_buf_release(&source->read.text);
    sw_story_graph_release(&source->graph);
    sw_spool_close(source->spool);
    free(source->passed);
    if (source->shallow.git)
        sw_history_release(&source->shallow);
    sw_git_close(source->git);
    free(source);
}

int sw_story_meet(uint32_t *known, sw_story_source *source, const sw_story_link *to, uint32_t label, sw_error *err)
{
    uint32_t node = to->node;
    if (!source->exact)
        return meet_by_date(known, source, to, label, err);
    int rc = to->id ? node_of(&node, source, to, err) : 0;
    return rc < 0 ? rc : meet_exact(known, source, node, label, err);
}

int sw_story_relabel(sw_story_source *source, const sw_story_link *to, uint32_t label, sw_error *err)
{
    uint32_t node = to->node;
    if (source->exact) {
        int rc = to->id ? node_of(&node, source, to, err) : 0;
        if (rc == 0)
            source->graph.knots[node].label = label + 1;
        return rc;
    }
    sw_story_waiting *entry = sw_story_queue_find(&source->queue, to->id);
    if (entry)
        keep_label(source, entry, label);
    return 0;
}

int sw_story_take(sw_story_commit *out, sw_story_source *source, sw_error *err)
{
    sw_git_raw raw;
    if (source->exact)
        return source->telling ? take_told(out, source, err) : take_knot(out, source);
    out->nodes = NULL;
    sw_story_waiting *entry = sw_story_queue_take(&source->queue);
    if (!entry)
        return 0;
    memcpy(out->id, entry->id, 20);
    out->label = entry->label;
    out->time = entry->time;
    out->tag = source->tag_of(source->context, entry->id);
    out->text = sw_buf_text(&entry->read.text);
    out->len = entry->read.text.len;
    if (sw_git_raw_links(&raw, out->text, out->len) < 0)
        return damaged(out->id, err);
    out->parents = raw.parents;
    out->parent_count = raw.parent_count;
    out->first = entry->read.looked ? &entry->read.parent : NULL;
    return 1;
}

/* By date: sets the commit aside. */
static int keep_passed(sw_story_source *source, uint32_t label, sw_error *err)
{
    const sw_story_waiting *entry = source->queue.taken;
    sw_spooled spooled = { .node = label };
    if (!source->spool)
        return 0;
    memcpy(spooled.id, entry->id, 20);
    int rc = sw_spool_add(source->spool, &spooled, sw_buf_text(&entry->read.text), entry->read.text.len, err);
    if (rc == 0 && sw_spool_is_full(source->spool)) {
        sw_spool_close(source->spool);
        source->spool = NULL;
    }
    return rc;
}

int sw_story_passed(sw_story_source *source, const sw_story_commit *commit, uint32_t label, sw_error *err)
{
    if (source->exact)
        source->graph.knots[commit->node].label = label + 1;
    else if (label != commit->label)
        keep_label(source, source->queue.taken, label);
    return source->exact ? 0 : keep_passed(source, label, err);
}
