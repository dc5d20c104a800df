#include "core/git_story_walk.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "core/git_handle.h"
#include "core/git_pack_ahead.h"

enum {
    BATCHES = 8,
    BEGIN = 3,    /* so many are filled while the walk is short: fresh memory costs more than waiting */
    COMMITS = 64, /* in a batch, at most */
    FEW = 4,      /* in the first; then twice as many each time */
    WARM_UP = 48, /* commits before a thread is started at all */
    ALONE = 32,   /* commits that need no help before the thread is let go on */
    NEAR = 16 << 10, /* bytes between two reads in order */
    LONG = 4096,  /* commits that make a long walk */
    LONGER = 1 << 15, /* that are worth reading a whole index */
    ASK = 2       /* what is next is in no pack: only the teller may ask libgit2 for it */
};

typedef struct loose { /* a commit outside of the packs */
    unsigned char id[20];
    uint32_t node; /* + 1; 0: free */
} loose;

typedef struct batch {
    sw_story_waiting *commits[COMMITS]; /* in place of those that were given others to be used again, or NULL */
    uint32_t count;
} batch;

struct sw_story_walk {
    sw_git *git; /* borrowed */
    sw_packs *packs;
    const sw_history *shallow;
    /* the walk itself: the thread's while it runs, else the teller's */
    sw_pack_reader *reader;
    sw_pack_ahead *_Atomic ahead; /* NULL: whoever has the walk reads by itself */
    sw_story_queue queue;
    loose *loose; /* hash table */
    uint32_t loose_count, loose_cap;
    uint32_t nodes, steps;
    uint64_t expected; /* where a read in order would be next */
    _Atomic uint32_t reads, in_order;
    sw_story_waiting *current; /* has been taken; its parents from `at` on have not been met */
    uint32_t at;
    /* the teller's */
    uint32_t unhelped; /* commits in a row that came from packs */
    batch *lent;
    uint32_t given;
    bool alone;   /* every step is the teller's: there is no thread yet, or it has asked for help */
    bool started;
    pthread_t thread;
    pthread_mutex_t lock; /* guards everything below */
    pthread_cond_t changed;
    bool stop, running; /* running: the walk is the thread's */
    uint32_t filled, emptied; /* batches so far; filled - emptied are waiting or lent */
    int rc; /* of the thread's last step */
    sw_error failure;
    batch batches[BATCHES];
};

/* ---- numbers ---- */

static uint32_t loose_slot(const loose *table, uint32_t cap, const unsigned char *id)
{
    uint32_t start;
    memcpy(&start, id, sizeof start);
    uint32_t slot = start & (cap - 1);
    while (table[slot].node && memcmp(table[slot].id, id, 20) != 0)
        slot = (slot + 1) & (cap - 1);
    return slot;
}

/* The place of a loose commit's number, which is 0 when it is new; NULL: no memory for one. */
static uint32_t *loose_node(sw_story_walk *walk, const unsigned char *id)
{
    if (walk->loose_count * 2 >= walk->loose_cap) {
        uint32_t cap = walk->loose_cap ? walk->loose_cap * 2 : 256;
        loose *table = calloc(cap, sizeof *table);
        if (!table)
            return NULL;
        for (uint32_t i = 0; i < walk->loose_cap; i++)
            if (walk->loose[i].node)
                table[loose_slot(table, cap, walk->loose[i].id)] = walk->loose[i];
        free(walk->loose);
        walk->loose = table;
        walk->loose_cap = cap;
    }
    loose *found = &walk->loose[loose_slot(walk->loose, walk->loose_cap, id)];
    memcpy(found->id, id, 20);
    return &found->node;
}

/* ---- reading ---- */

static bool read_packed(sw_buf *text, sw_story_walk *walk, const sw_packed *where)
{
    uint64_t next = 0;
    sw_pack_ahead *ahead = walk->ahead;
    if (!ahead) {
        walk->reads++;
        walk->in_order += where->offset >= walk->expected && where->offset - walk->expected < NEAR;
        bool found = sw_pack_read(text, &next, walk->reader, where->pack, where->offset) == 1;
        walk->expected = next;
        return found;
    }
    sw_ahead_text read = { .text = *text };
    bool found = sw_pack_ahead_read(&read, ahead, where->pack, where->offset);
    *text = read.text;
    return found;
}

/* Into the queue, with its number kept. */
static int enqueue(sw_story_walk *walk, sw_story_waiting *entry, uint32_t *kept, sw_error *err)
{
    if (sw_git_raw_links(&entry->raw, sw_buf_text(&entry->text), entry->text.len) < 0)
        return sw_git_commit_damaged(entry->id, err);
    entry->time = entry->raw.committer.time;
    int rc = sw_story_queue_add(&walk->queue, entry, err);
    if (rc < 0)
        return rc;
    entry->node = walk->nodes++;
    *kept = entry->node + 1;
    return 0;
}

/* The number of a commit; one that nobody has met begins to wait. ASK without `alone`: it is in no pack. */
static int meet(uint32_t *node, sw_story_walk *walk, const unsigned char *id, bool alone, sw_error *err)
{
    sw_packed where;
    bool packed = sw_packs_find(&where, walk->packs, id);
    uint32_t *kept = packed ? sw_packs_label(walk->packs, &where) : loose_node(walk, id);
    if (!kept)
        return sw_fail_nomem(err);
    if (*kept) {
        *node = *kept - 1;
        return 0;
    }
    sw_story_waiting *entry = sw_story_queue_new(&walk->queue);
    if (!entry)
        return sw_fail_nomem(err);
    memcpy(entry->id, id, 20);
    int rc = 0;
    if (!packed || !read_packed(&entry->text, walk, &where)) {
        walk->unhelped = 0;
        rc = alone ? sw_git_commit_elsewhere(&entry->text, walk->git, id, err) : ASK;
    }
    if (rc == 0)
        rc = enqueue(walk, entry, kept, err);
    if (rc != 0) {
        sw_story_waiting_free(entry);
        return rc;
    }
    walk->loose_count += !packed;
    *node = entry->node;
    return 0;
}

/* ---- a step ---- */

static bool is_cut(const sw_story_walk *walk, const unsigned char *id)
{
    git_oid oid;
    memcpy(oid.id, id, 20);
    return walk->shallow && sw_history_is_cut(walk->shallow, &oid);
}

/* Takes the newest. */
static int begin_step(sw_story_walk *walk, sw_error *err)
{
    sw_story_waiting *entry = sw_story_queue_take(&walk->queue);
    if (!entry)
        return 0;
    size_t count = is_cut(walk, entry->id) ? 0 : entry->raw.parent_count;
    if (count > entry->parent_cap) {
        uint32_t *parents = realloc(entry->parents, count * sizeof *parents);
        if (!parents) {
            sw_story_waiting_free(entry);
            return sw_fail_nomem(err);
        }
        entry->parents = parents;
        entry->parent_cap = (uint32_t)count;
    }
    entry->parent_count = (uint32_t)count;
    walk->current = entry;
    walk->at = 0;
    return 1;
}

/* One commit: its parents are met, then it is given out. Goes on where it asked for help. */
static int step(sw_story_waiting **out, sw_story_walk *walk, bool alone, sw_error *err)
{
    int rc = walk->current ? 1 : begin_step(walk, err);
    if (rc <= 0)
        return rc;
    sw_story_waiting *entry = walk->current;
    for (; walk->at < entry->parent_count; walk->at++) {
        unsigned char id[20];
        if (!sw_git_hex(id, entry->raw.parents + walk->at * 48 + 7))
            return sw_fail(err, SW_E_CORRUPT, "git.broken", "a commit names a parent that is no object id");
        rc = meet(&entry->parents[walk->at], walk, id, alone, err);
        if (rc != 0)
            return rc;
    }
    if (++walk->steps == LONG)
        sw_packs_guide(walk->packs);
    else if (walk->steps == LONGER)
        sw_packs_front(walk->packs);
    walk->unhelped++;
    walk->current = NULL;
    *out = entry;
    return 1;
}

/* ---- the thread ---- */

/* What has been told of a batch, and what came in its place, is to be used again. */
static void clear(sw_story_walk *walk, batch *b)
{
    while (b->count) {
        sw_story_waiting *used = b->commits[--b->count];
        if (used)
            sw_story_queue_reuse(&walk->queue, used);
    }
}

/* Fills a batch; returns what its last step said. */
static int fill(sw_story_walk *walk, batch *b, uint32_t wish, sw_error *err)
{
    int rc = 1;
    for (b->count = 0; b->count < wish && (rc = step(&b->commits[b->count], walk, false, err)) == 1;)
        b->count++;
    return rc;
}

static void *work(void *argument)
{
    sw_story_walk *walk = argument;
    uint32_t wish = FEW;
    pthread_mutex_lock(&walk->lock);
    while (!walk->stop) {
        if (!walk->running || walk->filled - walk->emptied >= (walk->steps < LONG ? BEGIN : BATCHES)) {
            pthread_cond_wait(&walk->changed, &walk->lock);
            continue;
        }
        batch *b = &walk->batches[walk->filled % BATCHES];
        uint32_t told = walk->emptied + BATCHES;
        pthread_mutex_unlock(&walk->lock);
        for (uint32_t i = walk->filled; i < told; i++)
            clear(walk, &walk->batches[i % BATCHES]);
        sw_error failure;
        int rc = fill(walk, b, wish, &failure);
        wish = wish < COMMITS ? wish * 2 : COMMITS;
        pthread_mutex_lock(&walk->lock);
        walk->filled += b->count > 0;
        if (rc != 1) {
            walk->running = false;
            walk->rc = rc;
            if (rc < 0)
                walk->failure = failure;
        }
        pthread_cond_signal(&walk->changed);
    }
    pthread_mutex_unlock(&walk->lock);
    return NULL;
}

/* ---- the teller ---- */

int sw_story_walk_open(sw_story_walk **out, uint32_t *nodes, sw_git *git, sw_packs *packs, const sw_history *shallow,
                       const unsigned char (*tips)[20], size_t tip_count, sw_error *err)
{
    sw_story_walk *walk = *out = calloc(1, sizeof *walk);
    if (!walk)
        return sw_fail_nomem(err);
    walk->git = git;
    walk->packs = packs;
    walk->shallow = shallow;
    walk->alone = true;
    pthread_mutex_init(&walk->lock, NULL);
    pthread_cond_init(&walk->changed, NULL);
    int rc = sw_pack_reader_open(&walk->reader, packs, err);
    for (size_t i = 0; i < tip_count && rc == 0; i++)
        rc = meet(&nodes[i], walk, tips[i], true, err);
    if (rc < 0) {
        sw_story_walk_close(walk);
        *out = NULL;
    }
    return rc;
}

int sw_story_walk_hurry(sw_story_walk *walk, sw_error *err)
{
    sw_pack_ahead *ahead = NULL;
    bool ordered = walk->reads < WARM_UP || walk->in_order * 2 >= walk->reads; /* else most of what is read ahead is not asked for */
    int rc = walk->ahead || !ordered ? 0 : sw_pack_ahead_open(&ahead, walk->packs, err);
    if (ahead)
        walk->ahead = ahead;
    return rc;
}

void sw_story_walk_close(sw_story_walk *walk)
{
    if (!walk)
        return;
    if (walk->started) {
        pthread_mutex_lock(&walk->lock);
        walk->stop = true;
        pthread_cond_signal(&walk->changed);
        pthread_mutex_unlock(&walk->lock);
        pthread_join(walk->thread, NULL);
    }
    for (int i = 0; i < BATCHES; i++)
        for (uint32_t j = 0; j < walk->batches[i].count; j++)
            sw_story_waiting_free(walk->batches[i].commits[j]);
    pthread_mutex_destroy(&walk->lock);
    pthread_cond_destroy(&walk->changed);
    sw_pack_reader_close(walk->reader);
    sw_pack_ahead_close(walk->ahead);
    sw_story_waiting_free(walk->current);
    sw_story_queue_release(&walk->queue);
    free(walk->loose);
    free(walk);
}

/* What the teller was given goes back. */
static void give_back(sw_story_walk *walk)
{
    if (!walk->lent || walk->given < walk->lent->count)
        return;
    pthread_mutex_lock(&walk->lock);
    walk->emptied++;
    walk->lent = NULL;
    pthread_cond_signal(&walk->changed);
    pthread_mutex_unlock(&walk->lock);
}

/* The next batch of the thread, lent; without one, what its last step said. */
static int borrow(sw_story_walk *walk, sw_error *err)
{
    int rc = 1;
    pthread_mutex_lock(&walk->lock);
    while (walk->running && walk->filled == walk->emptied)
        pthread_cond_wait(&walk->changed, &walk->lock);
    if (walk->filled == walk->emptied) {
        rc = walk->rc;
        if (rc < 0)
            *err = walk->failure;
    } else {
        walk->lent = &walk->batches[walk->emptied % BATCHES];
        walk->given = 0;
    }
    pthread_mutex_unlock(&walk->lock);
    return rc;
}

/* A step of the teller's own, while the thread rests. */
static int step_alone(sw_story_walk *walk, sw_error *err)
{
    batch *b = &walk->batches[walk->filled % BATCHES];
    clear(walk, b);
    int rc = step(&b->commits[0], walk, true, err);
    b->count = rc == 1;
    return rc;
}

/* The walk becomes the thread's. What was given by the last step alone is lent. */
static void let_go_on(sw_story_walk *walk)
{
    pthread_mutex_lock(&walk->lock);
    walk->lent = &walk->batches[walk->filled++ % BATCHES];
    walk->given = 1;
    walk->running = true;
    walk->alone = false;
    pthread_cond_signal(&walk->changed);
    pthread_mutex_unlock(&walk->lock);
}

/* Without a thread everything is read when it is asked for. */
static void start(sw_story_walk *walk)
{
    sigset_t all, before; /* signals stay with the thread that expects them */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    walk->started = pthread_create(&walk->thread, NULL, work, walk) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (walk->started)
        let_go_on(walk);
}

static sw_story_waiting *swap(sw_story_waiting **place, sw_story_waiting *used)
{
    sw_story_waiting *found = *place;
    *place = used;
    return found;
}

/* Nothing to give for what is no longer needed. */
static int fail(sw_story_waiting **entry, int rc)
{
    sw_story_waiting_free(*entry);
    *entry = NULL;
    return rc;
}

int sw_story_walk_next(sw_story_waiting **entry, sw_story_walk *walk, sw_error *err)
{
    if (!walk->alone) {
        give_back(walk);
        int rc = walk->lent ? 1 : borrow(walk, err);
        if (rc == 1)
            *entry = swap(&walk->lent->commits[walk->given++], *entry);
        if (rc != ASK)
            return rc == 1 ? 1 : fail(entry, rc);
        walk->alone = true;
    }
    int rc = step_alone(walk, err);
    if (rc != 1)
        return fail(entry, rc);
    *entry = swap(&walk->batches[walk->filled % BATCHES].commits[0], *entry);
    if (!walk->started && walk->steps == WARM_UP)
        start(walk);
    else if (walk->started && walk->unhelped >= ALONE)
        let_go_on(walk);
    return 1;
}
