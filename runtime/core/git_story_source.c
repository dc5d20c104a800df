#include "core/git_story_source.h"

#include <stdlib.h>
#include <string.h>

#include "core/git_history.h"
#include "core/git_pack_ahead.h"

typedef struct waiting {
    int64_t time;
    uint64_t order; /* equal dates keep the order in which they came */
    unsigned char id[20];
    uint32_t label;
    uint32_t *kept; /* where the label stays when the commit has passed */
    sw_buf text;
} waiting;

typedef struct loose { /* a commit outside of the packs */
    unsigned char id[20];
    uint32_t label; /* + 1; 0: free */
} loose;

struct sw_story_source {
    sw_git *git; /* retained */
    /* by date: what waits in a heap */
    sw_packs *packs;
    sw_pack_ahead *ahead;
    sw_pack_reader *heads;
    waiting **queue;
    size_t count, cap;
    waiting *free_ones[64]; /* memory of those that have passed */
    size_t free_count;
    uint64_t order;
    loose *loose; /* hash table; a commit's place in it may move, so it is looked up again */
    uint32_t loose_count, loose_cap;
    waiting *taken;
    /* exact: by descent, then by date */
    bool exact;
    sw_history history;
    uint32_t *missing; /* how many children of a commit have not passed */
    uint32_t *labels;  /* + 1; 0: not met */
    bool telling;      /* the labels are known, now all is taken by date */
    sw_buf text;
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
        sw_buf_release(&entry->text);
    free(entry);
}

static void put_back(sw_story_source *source, waiting *entry)
{
    enum { USUAL = 64 << 10 };
    if (source->free_count < sizeof source->free_ones / sizeof *source->free_ones && entry->text.cap <= USUAL)
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
    if (sw_git_raw_links(&raw, sw_buf_text(&entry->text), entry->text.len) < 0)
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

static int meet_by_date(uint32_t *known, sw_story_source *source, const unsigned char *id, uint32_t label, sw_error *err)
{
    sw_packed where;
    bool packed = sw_packs_find(&where, source->packs, id);
    uint32_t *kept = packed ? sw_packs_label(source->packs, &where) : loose_label(source, id);
    if (!kept)
        return sw_fail_nomem(err);
    if (*kept) {
        *known = *kept - 1;
        if (*known >= label)
            return SW_MET_WAITING; /* or passed: nobody asks */
        return find_waiting(source, id) ? SW_MET_WAITING : SW_MET_PASSED;
    }
    *kept = label + 1;
    waiting *entry = new_waiting(source);
    if (!entry)
        return sw_fail_nomem(err);
    memcpy(entry->id, id, 20);
    entry->label = label;
    entry->kept = packed ? kept : NULL;
    int rc = 0;
    if (!packed || !sw_pack_ahead_read(&entry->text, source->ahead, where.pack, where.offset))
        rc = read_loose(&entry->text, source, id, err);
    if (rc == 0)
        rc = enqueue(source, entry, err);
    if (rc < 0)
        free_waiting(entry);
    return rc < 0 ? rc : SW_MET_NEW;
}

static void keep_label(sw_story_source *source, waiting *entry, uint32_t label)
{
    entry->label = label;
    uint32_t *kept = entry->kept ? entry->kept : loose_label(source, entry->id);
    if (kept)
        *kept = label + 1;
}

/* ---- exact ---- */

static int read_packed(sw_buf *text, void *context, const git_oid *id, sw_error *err)
{
    sw_story_source *source = context;
    sw_packed where;
    (void)err;
    if (!sw_packs_find(&where, source->packs, id->id))
        return 0;
    return source->telling ? sw_pack_ahead_read(text, source->ahead, where.pack, where.offset)
                           : sw_pack_read_head(text, source->heads, &where);
}

static int find_tip(sw_node *out, sw_story_source *source, const char *rev, sw_error *err)
{
    git_commit *commit = NULL;
    int rc = sw_git_commit(&commit, source->git, rev, err);
    if (rc == 0)
        rc = sw_history_node(out, &source->history, git_commit_id(commit), err);
    git_commit_free(commit);
    return rc;
}

/* Calls `use` for every tip of the walk. */
static int each_tip(sw_story_source *source, const sw_story_wish *wish,
                    int (*use)(sw_story_source *, sw_node, sw_error *), sw_error *err)
{
    sw_node node;
    int rc = 0;
    for (const char *const *rev = wish->hide; rc == 0 && rev && *rev; rev++) {
        rc = find_tip(&node, source, *rev, err);
        if (rc == 0)
            rc = use(source, node, err);
    }
    if (rc == 0)
        rc = find_tip(&node, source, wish->from, err);
    return rc == 0 ? use(source, node, err) : rc;
}

static int push_tip(sw_story_source *source, sw_node node, sw_error *err)
{
    return sw_history_push(&source->history, node, err);
}

static int count_tip(sw_story_source *source, sw_node node, sw_error *err)
{
    (void)err;
    source->missing[node]++;
    return 0;
}

/* Parents and times of everything that is reachable, read by date, which is how packs keep it. */
static int load(sw_story_source *source, const sw_story_wish *wish, sw_error *err)
{
    sw_history *h = &source->history;
    sw_history_entry entry;
    int rc = sw_history_init(h, source->git, err);
    h->read = read_packed;
    h->context = source;
    if (rc == 0)
        rc = each_tip(source, wish, push_tip, err);
    while (rc == 0 && sw_history_pop(&entry, h)) {
        uint32_t links = h->commits[entry.node].links, count = h->commits[entry.node].parent_count;
        for (uint32_t i = 0; i < count && rc == 0; i++)
            rc = sw_history_push(h, h->links[links + i], err);
    }
    if (rc < 0)
        return rc;
    source->missing = calloc(h->count + 1, sizeof *source->missing);
    source->labels = calloc(h->count + 1, sizeof *source->labels);
    if (!source->missing || !source->labels)
        return sw_fail_nomem(err);
    for (uint32_t i = 0; i < h->link_count; i++)
        source->missing[h->links[i]]++;
    for (uint32_t i = 0; i < h->count; i++)
        h->commits[i].flags &= ~(uint32_t)SW_SEEN;
    return each_tip(source, wish, count_tip, err);
}

static int node_of(sw_node *node, sw_story_source *source, const unsigned char *id, sw_error *err)
{
    git_oid oid;
    memcpy(oid.id, id, 20);
    return sw_history_node(node, &source->history, &oid, err);
}

static int meet_exact(uint32_t *known, sw_story_source *source, const unsigned char *id, uint32_t label, sw_error *err)
{
    sw_node node;
    int rc = node_of(&node, source, id, err);
    if (rc < 0)
        return rc;
    bool met = source->labels[node] != 0;
    if (met)
        *known = source->labels[node] - 1;
    else
        source->labels[node] = label + 1;
    if (--source->missing[node] == 0)
        rc = sw_history_push(&source->history, node, err);
    return rc < 0 ? rc : met ? SW_MET_WAITING : SW_MET_NEW;
}

/* The first time: only what the labels are found by. */
static int take_node(sw_story_commit *out, sw_story_source *source)
{
    sw_history_entry entry;
    sw_history *h = &source->history;
    if (!sw_history_pop(&entry, h))
        return 0;
    const sw_history_commit *commit = &h->commits[entry.node];
    memcpy(out->id, commit->id.id, 20);
    out->label = source->labels[entry.node] - 1;
    out->time = entry.time;
    out->nodes = h->links + commit->links;
    out->parent_count = commit->parent_count; /* 0 where a shallow clone ends */
    return 1;
}

static int take_told(sw_story_commit *out, sw_story_source *source, sw_error *err)
{
    sw_history *h = &source->history;
    int rc = take_node(out, source);
    const uint32_t *parents = out->nodes;
    for (size_t i = 0; rc > 0 && i < out->parent_count; i++) {
        int pushed = sw_history_push(h, parents[i], err);
        rc = pushed < 0 ? pushed : rc;
    }
    if (rc <= 0)
        return rc;
    git_oid id;
    memcpy(id.id, out->id, 20);
    int read = read_packed(&source->text, source, &id, err);
    if (read == 0)
        read = read_loose(&source->text, source, out->id, err);
    if (read < 0)
        return read;
    out->text = sw_buf_text(&source->text);
    out->len = source->text.len;
    return 1;
}

bool sw_story_again(sw_story_source *source)
{
    return source->exact;
}

int sw_story_rewind(sw_story_source *source, const sw_story_wish *wish, sw_error *err)
{
    sw_history *h = &source->history;
    source->telling = true;
    for (uint32_t i = 0; i < h->count; i++)
        h->commits[i].flags &= ~(uint32_t)SW_SEEN;
    return each_tip(source, wish, push_tip, err);
}

const unsigned char *sw_story_node(sw_story_source *source, uint32_t node)
{
    return source->history.commits[node].id.id;
}

/* ---- both ---- */

int sw_story_source_open(sw_story_source **out, sw_git *git, const sw_story_wish *wish, sw_error *err)
{
    *out = NULL;
    sw_story_source *source = calloc(1, sizeof *source);
    if (!source)
        return sw_fail_nomem(err);
    source->git = sw_git_retain(git);
    source->exact = wish->exact || git->shallow;
    int rc = sw_packs_open(&source->packs, git->objects, err);
    if (rc == 0)
        rc = sw_pack_ahead_open(&source->ahead, source->packs, err);
    if (rc == 0 && source->exact)
        rc = sw_pack_reader_open(&source->heads, source->packs, err);
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
    sw_pack_reader_close(source->heads);
    sw_packs_close(source->packs);
    for (size_t i = 0; i < source->count; i++)
        free_waiting(source->queue[i]);
    for (size_t i = 0; i < source->free_count; i++)
        free_waiting(source->free_ones[i]);
    free_waiting(source->taken);
    free(source->queue);
    free(source->loose);
    sw_buf_release(&source->text);
    sw_history_release(&source->history);
    free(source->missing);
    free(source->labels);
    sw_git_close(source->git);
    free(source);
}

int sw_story_meet(uint32_t *known, sw_story_source *source, const unsigned char *id, uint32_t label, sw_error *err)
{
    return source->exact ? meet_exact(known, source, id, label, err) : meet_by_date(known, source, id, label, err);
}

int sw_story_relabel(sw_story_source *source, const unsigned char *id, uint32_t label, sw_error *err)
{
    if (source->exact) {
        sw_node node;
        int rc = node_of(&node, source, id, err);
        if (rc == 0)
            source->labels[node] = label + 1;
        return rc;
    }
    waiting *entry = find_waiting(source, id);
    if (entry)
        keep_label(source, entry, label);
    return 0;
}

int sw_story_take(sw_story_commit *out, sw_story_source *source, sw_error *err)
{
    sw_git_raw raw;
    if (source->exact)
        return source->telling ? take_told(out, source, err) : take_node(out, source);
    out->nodes = NULL;
    if (source->taken)
        put_back(source, source->taken);
    source->taken = NULL;
    if (!source->count)
        return 0;
    waiting *entry = source->taken = source->queue[0];
    source->queue[0] = source->queue[--source->count];
    if (source->count)
        sift_down(source->queue, source->count);
    memcpy(out->id, entry->id, 20);
    out->label = entry->label;
    out->time = entry->time;
    out->text = sw_buf_text(&entry->text);
    out->len = entry->text.len;
    if (sw_git_raw_links(&raw, out->text, out->len) < 0)
        return damaged(out->id, err);
    out->parents = raw.parents;
    out->parent_count = raw.parent_count;
    return 1;
}

void sw_story_passed(sw_story_source *source, const sw_story_commit *commit, uint32_t label)
{
    sw_node node;
    if (label == commit->label)
        return;
    if (!source->exact)
        keep_label(source, source->taken, label);
    else if (node_of(&node, source, commit->id, NULL) == 0)
        source->labels[node] = label + 1;
}
