#include "core/git_pack_ahead.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/git_handle.h"
#include "core/git_object.h"

enum {
    BATCHES = 24,
    OWNED = 21,          /* how many of them the caller looks into; the others are being filled */
    COMMITS = 64,        /* in a batch, at most */
    FEW = 4,             /* in the first behind a jump; then twice as many each time, while they are wanted */
    BYTES = 128 << 10,   /* or fewer, when they are long */
    NEAR = 64 << 10,     /* how far ahead of the thread it is worth waiting for it */
    STRIDE = 16 << 10,   /* reads that are no farther apart go through the pack in order */
    WARM_UP = 48,        /* reads before a thread is started at all */
    PATIENCE = 2         /* reads in vain before the thread is sent elsewhere */
};

typedef struct batch {
    struct batch *next;
    uint32_t pack, count, wished, taken;
    uint64_t offsets[COMMITS];
    sw_ahead_text texts[COMMITS]; /* those that were taken are replaced by what the caller had */
} batch;

struct sw_pack_ahead {
    sw_packs *packs;
    sw_pack_reader *own; /* the caller's */
    uint64_t expected;   /* where a read in order would be next */
    uint32_t reads, in_order, misses;
    uint32_t seen, wanted;   /* how many were read ahead lately, and how many of them were asked for */
    uint32_t pause, pausing; /* reads without the thread: how many are left, and how many it was the last time */
    batch *owned[OWNED]; /* oldest first */
    int owned_count;
    bool started;
    pthread_t thread;
    sw_pack_reader *theirs; /* the thread's */
    pthread_mutex_t lock;   /* guards everything below */
    pthread_cond_t to_fill, filled;
    bool stop, active;   /* active: `at` is where it goes on */
    uint32_t generation; /* counts how often it was sent elsewhere */
    uint32_t pack, wish; /* how many the next batch is to hold */
    uint64_t at;
    batch *free_ones, *ready, **ready_end;
    uint32_t ready_count;
    batch all[BATCHES];
};

/* ---- the thread ---- */

/* Where the first parent is, which the walk asks for next. In an index that is not mapped looking up takes a third of
 * the time of reading; else it is left to the caller, who has less to do. */
static void look_up(sw_ahead_text *out, sw_packs *packs, uint32_t pack)
{
    enum { TREE = 46, PARENT = TREE + 7 }; /* "tree <40>\n", "parent " */
    git_oid id;
    const char *at = sw_buf_text(&out->text);
    out->looked = !sw_packs_is_mapped(packs, pack) && out->text.len > PARENT + SW_OID_HEX && memcmp(at + TREE, "parent ", 7) == 0
                  && sw_git_hex(id.id, at + PARENT) && sw_packs_find(&out->parent, packs, id.id);
}

/* Reads on from `at`; returns where the next batch begins, 0 when there is none. */
static uint64_t fill(sw_pack_ahead *ahead, batch *b, uint64_t at)
{
    size_t bytes = 0;
    b->count = b->taken = 0;
    while (b->count < b->wished && bytes < BYTES) {
        uint64_t next;
        sw_ahead_text *text = &b->texts[b->count];
        if (sw_pack_read(&text->text, &next, ahead->theirs, b->pack, at) != 1)
            return 0;
        look_up(text, ahead->packs, b->pack);
        b->offsets[b->count++] = at;
        bytes += text->text.len;
        at = next;
    }
    return at;
}

static void *work(void *argument)
{
    enum { MANY = 64 };
    sw_pack_ahead *ahead = argument;
    uint32_t filled = 0;
    pthread_mutex_lock(&ahead->lock);
    while (!ahead->stop) {
        if (!ahead->active || !ahead->free_ones || ahead->ready_count > 1) {
            pthread_cond_wait(&ahead->to_fill, &ahead->lock);
            continue;
        }
        batch *b = ahead->free_ones;
        uint32_t generation = ahead->generation;
        uint64_t at = ahead->at;
        ahead->free_ones = b->next;
        b->pack = ahead->pack;
        b->wished = ahead->wish;
        if (ahead->wish < COMMITS)
            ahead->wish *= 2;
        pthread_mutex_unlock(&ahead->lock);
        if (++filled == MANY) /* a long walk, then */
            sw_packs_guide(ahead->packs);
        uint64_t next = fill(ahead, b, at);
        pthread_mutex_lock(&ahead->lock);
        b->next = NULL;
        if (generation != ahead->generation || b->count == 0) {
            b->next = ahead->free_ones;
            ahead->free_ones = b;
        } else {
            *ahead->ready_end = b;
            ahead->ready_end = &b->next;
            ahead->ready_count++;
        }
        if (generation == ahead->generation) {
            ahead->at = next;
            ahead->active = next != 0;
        }
        pthread_cond_signal(&ahead->filled);
    }
    pthread_mutex_unlock(&ahead->lock);
    return NULL;
}

/* Without a thread everything is read when it is asked for. */
static void start(sw_pack_ahead *ahead)
{
    ahead->started = pthread_create(&ahead->thread, NULL, work, ahead) == 0;
}

/* ---- the caller ---- */

int sw_pack_ahead_open(sw_pack_ahead **out, sw_packs *packs, sw_error *err)
{
    sw_pack_ahead *ahead = *out = calloc(1, sizeof *ahead);
    if (!ahead)
        return sw_fail_nomem(err);
    pthread_mutex_init(&ahead->lock, NULL);
    pthread_cond_init(&ahead->to_fill, NULL);
    pthread_cond_init(&ahead->filled, NULL);
    ahead->ready_end = &ahead->ready;
    for (int i = 0; i < BATCHES; i++) {
        ahead->all[i].next = ahead->free_ones;
        ahead->free_ones = &ahead->all[i];
    }
    ahead->packs = packs;
    int rc = sw_pack_reader_open(&ahead->own, packs, err);
    if (rc == 0)
        rc = sw_pack_reader_open(&ahead->theirs, packs, err);
    if (rc < 0) {
        sw_pack_ahead_close(ahead);
        *out = NULL;
    }
    return rc;
}

void sw_pack_ahead_close(sw_pack_ahead *ahead)
{
    if (!ahead)
        return;
    if (ahead->started) {
        pthread_mutex_lock(&ahead->lock);
        ahead->stop = true;
        pthread_cond_signal(&ahead->to_fill);
        pthread_mutex_unlock(&ahead->lock);
        pthread_join(ahead->thread, NULL);
    }
    for (int i = 0; i < BATCHES; i++)
        for (int j = 0; j < COMMITS; j++)
            sw_buf_release(&ahead->all[i].texts[j].text);
    pthread_mutex_destroy(&ahead->lock);
    pthread_cond_destroy(&ahead->to_fill);
    pthread_cond_destroy(&ahead->filled);
    sw_pack_reader_close(ahead->own);
    sw_pack_reader_close(ahead->theirs);
    free(ahead);
}

/* Takes a text out of a batch, giving it the caller's old memory to fill again. */
static bool take(sw_ahead_text *text, batch *b, uint32_t pack, uint64_t offset)
{
    if (b->pack != pack || !b->count || offset < b->offsets[0] || offset > b->offsets[b->count - 1])
        return false;
    uint32_t from = 0, to = b->count;
    while (from < to) {
        uint32_t middle = (from + to) / 2;
        if (b->offsets[middle] == offset) {
            sw_ahead_text swap = *text;
            *text = b->texts[middle];
            b->texts[middle] = swap;
            b->taken++;
            return true;
        }
        if (b->offsets[middle] < offset)
            from = middle + 1;
        else
            to = middle;
    }
    return false;
}

/* With the lock held: a batch goes back to the thread. */
static void give_back(sw_pack_ahead *ahead, int at)
{
    batch *b = ahead->owned[at];
    memmove(ahead->owned + at, ahead->owned + at + 1, (size_t)(--ahead->owned_count - at) * sizeof *ahead->owned);
    b->next = ahead->free_ones;
    ahead->free_ones = b;
    ahead->seen += b->count;
    ahead->wanted += b->taken;
    pthread_cond_signal(&ahead->to_fill);
}

/* Where a pack holds much that the walk does not come to, reading ahead costs more than it saves. */
static void judge(sw_pack_ahead *ahead)
{
    enum { ENOUGH = 1024, SHORT_PAUSE = 4096, LONG_PAUSE = 1 << 20 };
    if (ahead->seen < ENOUGH)
        return;
    if (ahead->wanted * 3 < ahead->seen * 2) {
        ahead->pausing = ahead->pausing ? ahead->pausing * 4 : SHORT_PAUSE;
        if (ahead->pausing > LONG_PAUSE)
            ahead->pausing = LONG_PAUSE;
        ahead->pause = ahead->pausing;
        pthread_mutex_lock(&ahead->lock);
        ahead->generation++;
        ahead->active = false;
        pthread_mutex_unlock(&ahead->lock);
    }
    ahead->seen = ahead->wanted = 0;
}

/* With the lock held: the next batch that is ready becomes the caller's. */
static batch *accept(sw_pack_ahead *ahead)
{
    batch *b = ahead->ready;
    ahead->ready = b->next;
    ahead->ready_count--;
    if (!ahead->ready)
        ahead->ready_end = &ahead->ready;
    pthread_cond_signal(&ahead->to_fill);
    for (int i = ahead->owned_count; i-- > 0;) /* what is taken whole is filled again before fresh memory is */
        if (ahead->owned[i]->taken == ahead->owned[i]->count)
            give_back(ahead, i);
    if (ahead->owned_count == OWNED)
        give_back(ahead, 0);
    ahead->owned[ahead->owned_count++] = b;
    return b;
}

/* Looks into what the thread has and is about to have. A text is taken once: a batch that was
 * searched before is not asked again for it. */
static bool wait_for(sw_ahead_text *text, sw_pack_ahead *ahead, uint32_t pack, uint64_t offset)
{
    bool found = false;
    pthread_mutex_lock(&ahead->lock);
    while (!found) {
        if (ahead->ready) {
            found = take(text, accept(ahead), pack, offset);
        } else if (!ahead->active || ahead->pack != pack || offset < ahead->at || offset - ahead->at > NEAR) {
            break;
        } else {
            if (!ahead->free_ones && ahead->owned_count)
                give_back(ahead, 0);
            pthread_cond_wait(&ahead->filled, &ahead->lock);
        }
    }
    pthread_mutex_unlock(&ahead->lock);
    return found;
}

static void send(sw_pack_ahead *ahead, uint32_t pack, uint64_t at)
{
    pthread_mutex_lock(&ahead->lock);
    ahead->generation++;
    ahead->pack = pack;
    ahead->at = at;
    ahead->active = true;
    while (ahead->ready) {
        batch *b = ahead->ready;
        ahead->ready = b->next;
        b->next = ahead->free_ones;
        ahead->free_ones = b;
    }
    ahead->ready_end = &ahead->ready;
    ahead->ready_count = 0;
    ahead->wish = FEW;
    pthread_cond_signal(&ahead->to_fill);
    pthread_mutex_unlock(&ahead->lock);
    ahead->misses = 0;
}

bool sw_pack_ahead_read(sw_ahead_text *text, sw_pack_ahead *ahead, uint32_t pack, uint64_t offset)
{
    uint64_t next;
    for (int i = ahead->owned_count; ahead->started && i-- > 0;)
        if (take(text, ahead->owned[i], pack, offset))
            return true;
    if (ahead->started && !ahead->pause && wait_for(text, ahead, pack, offset)) {
        ahead->misses = 0;
        return true;
    }
    text->looked = false;
    if (sw_pack_read(&text->text, &next, ahead->own, pack, offset) != 1)
        return false;
    ahead->in_order = offset >= ahead->expected && offset - ahead->expected < STRIDE ? ahead->in_order + 1 : 0;
    ahead->expected = next;
    ahead->misses++;
    if (!ahead->started && ++ahead->reads == WARM_UP)
        start(ahead);
    if (ahead->pause)
        ahead->pause--;
    else if (ahead->started)
        judge(ahead);
    if (ahead->started && !ahead->pause && ahead->in_order >= 2 && ahead->misses >= PATIENCE)
        send(ahead, pack, next);
    return true;
}
