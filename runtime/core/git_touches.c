/* Every commit carries the set of folders whose last release contains it; sets go from children to
 * parents, as marks do in git's own search for common ancestors. Few sets differ, so each is kept
 * once and known by number. A commit met again with a larger set (clocks go wrong) is walked
 * again. */
#include "core/git_touches.h"

#include <stdlib.h>
#include <string.h>

#include "core/git_history.h"

enum {
    REACHED = SW_MARKS,     /* reachable from `from` */
    LISTED = SW_MARKS << 1, /* in `order` */
    SLOP = 64,              /* commits looked at beyond the end, for clocks that go wrong */
    MEMO = 256
};

typedef struct set {
    uint64_t *words;
    bool full;
} set;

struct sw_git_touches {
    sw_history history;
    sw_git_folders *folders;
    size_t folder_count, word_count;
    set *sets; /* number 0 is the empty one */
    uint32_t set_count, set_cap;
    uint32_t *buckets; /* hash table of sets: number + 1 */
    uint32_t bucket_count;
    struct {
        uint32_t a, b, sum;
    } memo[MEMO];
    uint32_t *released; /* by node: the number of its set */
    uint32_t released_cap;
    size_t open; /* entries of the queue that are reached and not released for all */
    sw_node *order;
    uint32_t order_count, order_cap, at;
    bool all;
    size_t one;
    bool *touched;
    sw_node current; /* the one given last + 1; 0: none */
    sw_git_raw raw;
    sw_oid_text oid;
};

/* ---- sets ---- */

static uint32_t hash_of(const uint64_t *words, size_t count)
{
    uint64_t hash = 1469598103934665603u;
    for (size_t i = 0; i < count; i++)
        hash = (hash ^ words[i]) * 1099511628211u;
    return (uint32_t)(hash ^ (hash >> 32));
}

static int grow_buckets(sw_git_touches *t)
{
    uint32_t count = t->bucket_count ? t->bucket_count * 2 : 64;
    uint32_t *buckets = calloc(count, sizeof *buckets);
    if (!buckets)
        return SW_E_NOMEM;
    for (uint32_t i = 0; i < t->set_count; i++) {
        uint32_t at = hash_of(t->sets[i].words, t->word_count) & (count - 1);
        while (buckets[at])
            at = (at + 1) & (count - 1);
        buckets[at] = i + 1;
    }
    free(t->buckets);
    t->buckets = buckets;
    t->bucket_count = count;
    return 0;
}

static bool is_full(const sw_git_touches *t, const uint64_t *words)
{
    size_t bits = 0;
    for (size_t i = 0; i < t->word_count; i++)
        bits += (size_t)__builtin_popcountll(words[i]);
    return bits == t->folder_count && t->folder_count > 0;
}

/* The number of a set; `words` are copied when it is new. */
static int set_number(uint32_t *out, sw_git_touches *t, const uint64_t *words, sw_error *err)
{
    if ((t->set_count + 1) * 2 > t->bucket_count && grow_buckets(t) < 0)
        return sw_fail_nomem(err);
    uint32_t at = hash_of(words, t->word_count) & (t->bucket_count - 1);
    size_t size = t->word_count * sizeof *words;
    for (; t->buckets[at]; at = (at + 1) & (t->bucket_count - 1)) {
        *out = t->buckets[at] - 1;
        if (memcmp(t->sets[*out].words, words, size) == 0)
            return 0;
    }
    if (t->set_count == t->set_cap) {
        uint32_t cap = t->set_cap ? t->set_cap * 2 : 32;
        set *sets = realloc(t->sets, cap * sizeof *sets);
        if (!sets)
            return sw_fail_nomem(err);
        t->sets = sets;
        t->set_cap = cap;
    }
    uint64_t *copy = malloc(size);
    if (!copy)
        return sw_fail_nomem(err);
    memcpy(copy, words, size);
    *out = t->set_count++;
    t->sets[*out] = (set){ copy, is_full(t, copy) };
    t->buckets[at] = *out + 1;
    return 0;
}

static int set_sum(uint32_t *out, sw_git_touches *t, uint32_t a, uint32_t b, sw_error *err)
{
    *out = a;
    if (a == b || b == 0)
        return 0;
    if (a == 0) {
        *out = b;
        return 0;
    }
    size_t slot = (a * 31u + b) % MEMO;
    if (t->memo[slot].sum && t->memo[slot].a == a && t->memo[slot].b == b) {
        *out = t->memo[slot].sum;
        return 0;
    }
    uint64_t *words = malloc(t->word_count * sizeof *words);
    if (!words)
        return sw_fail_nomem(err);
    for (size_t i = 0; i < t->word_count; i++)
        words[i] = t->sets[a].words[i] | t->sets[b].words[i];
    int rc = set_number(out, t, words, err);
    free(words);
    t->memo[slot].a = a;
    t->memo[slot].b = b;
    t->memo[slot].sum = *out;
    return rc;
}

/* ---- marks ---- */

static int know(sw_git_touches *t, sw_node node, sw_error *err)
{
    if (node < t->released_cap)
        return 0;
    uint32_t cap = t->released_cap ? t->released_cap * 2 : 1024;
    while (cap <= node)
        cap *= 2;
    uint32_t *released = realloc(t->released, cap * sizeof *released);
    if (!released)
        return sw_fail_nomem(err);
    memset(released + t->released_cap, 0, (cap - t->released_cap) * sizeof *released);
    t->released = released;
    t->released_cap = cap;
    return 0;
}

static bool is_open(const sw_git_touches *t, sw_node node)
{
    return (t->history.commits[node].flags & REACHED) && !t->sets[t->released[node]].full;
}

/* Adds a set and the mark to a commit and puts it into the queue when that is news. */
static int mark(sw_git_touches *t, sw_node node, uint32_t more, uint32_t reached, sw_error *err)
{
    sw_history *h = &t->history;
    uint32_t sum;
    int rc = know(t, node, err);
    if (rc == 0)
        rc = set_sum(&sum, t, t->released[node], more, err);
    if (rc < 0)
        return rc;
    uint32_t flags = h->commits[node].flags;
    bool news = sum != t->released[node] || (reached & ~flags), queued = flags & SW_QUEUED;
    if ((flags & SW_SEEN) && !news)
        return 0;
    if (queued && is_open(t, node))
        t->open--;
    t->released[node] = sum;
    h->commits[node].flags |= reached;
    if (!queued) {
        h->commits[node].flags &= ~(uint32_t)SW_SEEN;
        rc = sw_history_push(h, node, err);
    }
    if (rc == 0 && is_open(t, node))
        t->open++;
    return rc;
}

static int list(sw_git_touches *t, sw_node node, sw_error *err)
{
    uint32_t *flags = &t->history.commits[node].flags;
    if (!(*flags & REACHED) || (*flags & LISTED))
        return 0;
    if (t->order_count == t->order_cap) {
        uint32_t cap = t->order_cap ? t->order_cap * 2 : 512;
        sw_node *order = realloc(t->order, cap * sizeof *order);
        if (!order)
            return sw_fail_nomem(err);
        t->order = order;
        t->order_cap = cap;
    }
    t->order[t->order_count++] = node;
    *flags |= LISTED;
    return 0;
}

static int walk(sw_git_touches *t, sw_error *err)
{
    sw_history *h = &t->history;
    sw_history_entry entry;
    int slop = SLOP, rc = 0;
    while (rc == 0 && (t->open || slop-- > 0) && sw_history_pop(&entry, h)) {
        if (is_open(t, entry.node)) {
            t->open--;
            slop = SLOP;
        }
        rc = list(t, entry.node, err);
        sw_history_commit commit = h->commits[entry.node];
        for (uint32_t i = 0; i < commit.parent_count && rc == 0; i++)
            rc = mark(t, h->links[commit.links + i], t->released[entry.node], commit.flags & REACHED,
                      err);
    }
    return rc;
}

static int begin(sw_git_touches *t, const char *rev, uint32_t released, uint32_t reached, sw_error *err)
{
    git_commit *commit = NULL;
    sw_node node;
    int rc = sw_git_commit(&commit, t->history.git, rev, err);
    if (rc < 0)
        return rc;
    rc = sw_history_node(&node, &t->history, git_commit_id(commit), err);
    git_commit_free(commit);
    return rc < 0 ? rc : mark(t, node, released, reached, err);
}

static int begin_releases(sw_git_touches *t, const char *const *since, sw_error *err)
{
    uint64_t *words = calloc(t->word_count, sizeof *words);
    if (!words)
        return sw_fail_nomem(err);
    uint32_t number;
    int rc = set_number(&number, t, words, err); /* the empty set is number 0 */
    for (size_t i = 0; rc == 0 && since && since[i] && i < t->folder_count; i++) {
        if (!*since[i])
            continue;
        words[i / 64] = 1ull << (i % 64);
        rc = set_number(&number, t, words, err);
        words[i / 64] = 0;
        if (rc == 0)
            rc = begin(t, since[i], number, 0, err);
    }
    free(words);
    return rc;
}

/* ---- the door ---- */

int sw_git_touches_open(sw_git_touches **out, sw_git *git, const sw_git_touches_wish *wish,
                        sw_error *err)
{
    *out = NULL;
    sw_git_touches *t = calloc(1, sizeof *t);
    if (!t)
        return sw_fail_nomem(err);
    t->all = wish->all;
    t->one = wish->one;
    int rc = sw_history_init(&t->history, git, SW_KEEP_TREES | SW_KEEP_TEXTS, err);
    if (rc == 0)
        rc = sw_git_folders_open(&t->folders, git, wish->folders, wish->rules, err);
    if (rc == 0) {
        t->folder_count = sw_git_folders_count(t->folders);
        t->word_count = t->folder_count / 64 + 1;
        t->touched = calloc(t->folder_count + 1, sizeof *t->touched);
        rc = t->touched ? 0 : sw_fail_nomem(err);
    }
    if (rc == 0)
        rc = begin_releases(t, wish->since, err);
    if (rc == 0)
        rc = begin(t, wish->from, 0, REACHED, err);
    if (rc == 0)
        rc = walk(t, err);
    if (rc < 0)
        sw_git_touches_close(t);
    else
        *out = t;
    return rc;
}

void sw_git_touches_close(sw_git_touches *t)
{
    if (!t)
        return;
    for (uint32_t i = 0; i < t->set_count; i++)
        free(t->sets[i].words);
    free(t->sets);
    free(t->buckets);
    free(t->released);
    free(t->order);
    free(t->touched);
    sw_git_folders_close(t->folders);
    sw_history_release(&t->history);
    free(t);
}

/* What the commit touches and has not been released. 1 something, 0 nothing, negative. */
static int weigh(sw_git_touches *t, sw_node node, sw_error *err)
{
    sw_history *h = &t->history;
    const git_oid *before = NULL;
    int rc = 0;
    memset(t->touched, 0, t->folder_count * sizeof *t->touched);
    if (h->commits[node].parent_count) {
        sw_node parent = h->links[h->commits[node].links];
        rc = sw_history_parse(h, parent, err);
        before = &h->trees[parent];
    }
    if (rc == 0)
        rc = sw_git_folders_compare(t->touched, t->folders, before, &h->trees[node], err);
    if (rc < 0)
        return rc;
    const uint64_t *words = t->sets[t->released[node]].words;
    bool any = false;
    for (size_t i = 0; i < t->folder_count; i++) {
        t->touched[i] = t->touched[i] && !(words[i / 64] >> (i % 64) & 1);
        any |= t->touched[i];
    }
    return any;
}

static int give(sw_git_touches *t, sw_node node, sw_error *err)
{
    const char *text;
    size_t len;
    sw_git_oid_text(t->oid, &t->history.commits[node].id);
    int rc = sw_history_text(&text, &len, &t->history, node, err);
    if (rc < 0)
        return rc;
    t->current = node + 1;
    if (sw_git_raw_commit(&t->raw, text, len) < 0)
        return sw_git_commit_damaged(t->history.commits[node].id.id, err);
    return 0;
}

int sw_git_touches_next(sw_git_touches *t, const char **oid, const sw_git_raw **raw,
                        const bool **touched, sw_error *err)
{
    if (t->current)
        sw_history_drop_text(&t->history, t->current - 1);
    t->current = 0;
    while (t->at < t->order_count) {
        sw_node node = t->order[t->at++];
        if (!t->all && t->sets[t->released[node]].full)
            continue;
        int rc = weigh(t, node, err);
        if (rc >= 0 && t->one && !t->touched[t->one - 1])
            continue;
        if (rc == 0 && !t->all)
            continue;
        if (rc >= 0)
            rc = give(t, node, err);
        if (rc < 0)
            return rc;
        *oid = t->oid;
        *raw = &t->raw;
        *touched = t->touched;
        return 1;
    }
    return 0;
}
