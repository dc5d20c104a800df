#include "core/git_story_source.h"

#include <stdlib.h>
#include <string.h>

#include "core/git_history.h"
#include "core/git_pack_ahead.h"
#include "core/git_spool.h"
#include "core/git_story_graph.h"

typedef struct waiting {
    int64_t time;
    uint64_t order; /* equal dates keep the order in which they came */
    unsigned char id[20];
    uint32_t label;
    uint32_t *kept; /* where the label stays when the commit has passed */
    sw_ahead_text read;
} waiting;

typedef struct loose { /* a commit outside of the packs */
    unsigned char id[20];
    uint32_t label; /* + 1; 0: free */
} loose;

struct sw_story_source {
    sw_git *git; /* retained */
    sw_story_tag_of *tag_of;
    const void *context;
    /* by date: what waits in a heap */
    sw_packs *packs;
    sw_pack_ahead *ahead;
    waiting **queue;
    size_t count, cap;
    waiting *free_ones[64]; /* memory of those that have passed */
    size_t free_count;
    uint64_t order;
    loose *loose; /* hash table; a commit's place in it may move, so it is looked up again */
    uint32_t loose_count, loose_cap;
    waiting *taken;
    /* exact: all by date once, into the graph and the spool; then the graph by descent; then the spool */
    bool exact;
    bool telling; /* the labels are known */
    sw_story_graph graph;
    sw_spool *spool;
    sw_history shallow; /* only for where a shallow clone ends */
    sw_ahead_text read;
};

/* ---- by date ---- */

static bool before(const waiting *a, const waiting *b)
{
    return a->time != b->time ? a->time > b->time : a->order < b->order;
}

static void sift_up(waiting **queue, size_t at)
{
    waiting *entry = queue[at];
    while (at > 0 && before(entry, queue[(at - 1) / 2])) {
        queue[at] = queue[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    queue[at] = entry;
}

static void sift_down(waiting **queue, size_t len)
{
    waiting *entry = queue[0];
    size_t at = 0;
    for (size_t child; (child = at * 2 + 1) < len; at = child) {
        if (child + 1 < len && before(queue[child + 1], queue[child]))
            child++;
        if (!before(queue[child], entry))
            break;
        queue[at] = queue[child];
    }
    queue[at] = entry;
}

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

static waiting *new_waiting(sw_story_source *source)
{
    if (source->free_count)
        return source->free_ones[--source->free_count];
    return calloc(1, sizeof(waiting));
}

static void free_waiting(waiting *entry)
{
    if (entry)
        sw_buf_release(&entry->read.text);
    free(entry);
}

static void put_back(sw_story_source *source, waiting *entry)
{
    enum { USUAL = 64 << 10 };
    if (source->free_count < sizeof source->free_ones / sizeof *source->free_ones && entry->read.text.cap <= USUAL)
        source->free_ones[source->free_count++] = entry;
    else
        free_waiting(entry);
}

static int damaged(const unsigned char *id, sw_error *err)
{
    git_oid oid;
    sw_oid_text hex;
    memcpy(oid.id, id, 20);
    sw_git_oid_text(hex, &oid);
    return sw_fail(err, SW_E_CORRUPT, "git.broken", "commit %s is damaged", hex);
}

static int enqueue(sw_story_source *source, waiting *entry, sw_error *err)
{
    sw_git_raw raw;
    if (sw_git_raw_links(&raw, sw_buf_text(&entry->read.text), entry->read.text.len) < 0)
        return damaged(entry->id, err);
    entry->time = raw.committer.time;
    entry->order = source->order++;
    if (source->count == source->cap) {
        size_t cap = source->cap ? source->cap * 2 : 256;
        waiting **queue = realloc(source->queue, cap * sizeof *queue);
        if (!queue)
            return sw_fail_nomem(err);
        source->queue = queue;
        source->cap = cap;
    }
    source->queue[source->count] = entry;
    sift_up(source->queue, source->count++);
    return 0;
}

static waiting *find_waiting(sw_story_source *source, const unsigned char *id)
{
    for (size_t i = 0; i < source->count; i++)
        if (memcmp(source->queue[i]->id, id, 20) == 0)
            return source->queue[i];
    return NULL;
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
    waiting *entry = new_waiting(source);
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
        free_waiting(entry);
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
        return find_waiting(source, to->id) ? SW_MET_WAITING : SW_MET_PASSED;
    }
    int rc = begin_to_wait(source, to->id, label, packed ? &where : NULL, kept, err);
    return rc < 0 ? rc : SW_MET_NEW;
}

static void keep_label(sw_story_source *source, waiting *entry, uint32_t label)
{
    entry->label = label;
    uint32_t *kept = entry->kept ? entry->kept : loose_label(source, entry->id);
    if (kept)
        *kept = label + 1;
}

/* Takes the newest that waits; NULL: none does. It stands until the next. */
static waiting *take_waiting(sw_story_source *source)
{
    if (source->taken)
        put_back(source, source->taken);
    source->taken = NULL;
    if (!source->count)
        return NULL;
    waiting *entry = source->taken = source->queue[0];
    source->queue[0] = source->queue[--source->count];
    if (source->count)
        sift_down(source->queue, source->count);
    return entry;
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
static int load_one(sw_story_source *source, const waiting *entry, sw_error *err)
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
    waiting *entry;
    int rc = sw_history_init(&source->shallow, source->git, err);
    if (rc == 0)
        rc = sw_spool_open(&source->spool, err);
    for (const char *const *rev = wish->hide; rc == 0 && rev && *rev; rev++)
        rc = tip_of(&node, source, *rev, err);
    if (rc == 0)
        rc = tip_of(&node, source, wish->from, err);
    while (rc == 0 && (entry = take_waiting(source)))
        rc = load_one(source, entry, err);
    return rc;
}

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
    for (size_t i = 0; i < source->count; i++)
        free_waiting(source->queue[i]);
    for (size_t i = 0; i < source->free_count; i++)
        free_waiting(source->free_ones[i]);
    free_waiting(source->taken);
    free(source->queue);
    free(source->loose);
    sw_buf_release(&source->read.text);
    sw_story_graph_release(&source->graph);
    sw_spool_close(source->spool);
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
    waiting *entry = find_waiting(source, to->id);
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
    waiting *entry = take_waiting(source);
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

void sw_story_passed(sw_story_source *source, const sw_story_commit *commit, uint32_t label)
{
    if (label == commit->label)
        return;
    if (source->exact)
        source->graph.knots[commit->node].label = label + 1;
    else
        keep_label(source, source->taken, label);
}
