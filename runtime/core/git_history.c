#include "core/git_history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- shallow clones: the boundary's parents are named in the commit but not here ---- */

static int by_id(const void *a, const void *b)
{
    return git_oid_cmp(a, b);
}

static int read_shallow(sw_history *h, sw_error *err)
{
    char path[4096], line[128];
    snprintf(path, sizeof path, "%s/shallow", h->git->common_dir);
    FILE *file = fopen(path, "re");
    if (!file)
        return 0;
    int rc = 0;
    size_t cap = 0;
    while (rc == 0 && fgets(line, sizeof line, file)) {
        if (h->shallow_count == cap) {
            cap = cap ? cap * 2 : 16;
            git_oid *more = realloc(h->shallow, cap * sizeof *more);
            if (!more) {
                rc = sw_fail_nomem(err);
                break;
            }
            h->shallow = more;
        }
        if (strlen(line) >= SW_OID_HEX && git_oid_fromstrn(&h->shallow[h->shallow_count], line,
                                                           SW_OID_HEX) == 0)
            h->shallow_count++;
    }
    fclose(file);
    if (h->shallow_count)
        qsort(h->shallow, h->shallow_count, sizeof *h->shallow, by_id);
    return rc;
}

bool sw_history_is_cut(const sw_history *h, const git_oid *id)
{
    return h->shallow_count && bsearch(id, h->shallow, h->shallow_count, sizeof *id, by_id);
}

int sw_history_init(sw_history *h, sw_git *git, unsigned keep, sw_error *err)
{
    memset(h, 0, sizeof *h);
    h->git = sw_git_retain(git);
    h->keep = keep;
    int rc = read_shallow(h, err);
    if (rc == 0 && !(keep & SW_KEEP_TREES))
        sw_history_take_spare(h);
    return rc;
}

void sw_history_release(sw_history *h)
{
    sw_git *git = h->git;
    free(h->queue);
    h->queue = NULL;
    if (!git || !sw_history_leave_spare(h))
        sw_history_free(h);
    if (git)
        sw_git_close(git);
    memset(h, 0, sizeof *h);
}

/* ---- numbers ---- */

/* An id is a hash already: its first bytes will do. */
static uint32_t slot_of(const sw_history *h, const git_oid *id)
{
    uint32_t start;
    memcpy(&start, id->id, sizeof start);
    uint32_t slot = start & (h->slot_count - 1);
    while (h->slots[slot] && git_oid_cmp(&h->commits[h->slots[slot] - 1].id, id) != 0)
        slot = (slot + 1) & (h->slot_count - 1);
    return slot;
}

static int grow_slots(sw_history *h)
{
    uint32_t count = h->slot_count ? h->slot_count * 2 : 1024;
    uint32_t *slots = calloc(count, sizeof *slots);
    if (!slots)
        return SW_E_NOMEM;
    free(h->slots);
    h->slots = slots;
    h->slot_count = count;
    for (uint32_t i = 0; i < h->count; i++)
        h->slots[slot_of(h, &h->commits[i].id)] = i + 1;
    return 0;
}

static int grow_commits(sw_history *h)
{
    uint32_t cap = h->cap ? h->cap + h->cap / 2 : 512;
    sw_history_commit *commits = realloc(h->commits, cap * sizeof *commits);
    if (!commits)
        return SW_E_NOMEM;
    h->commits = commits;
    if (h->keep & SW_KEEP_TREES) {
        git_oid *trees = realloc(h->trees, cap * sizeof *trees);
        if (!trees)
            return SW_E_NOMEM;
        h->trees = trees;
    }
    h->cap = cap;
    return 0;
}

int sw_history_node(sw_node *out, sw_history *h, const git_oid *id, sw_error *err)
{
    if (((uint64_t)h->count + 1) * 4 > (uint64_t)h->slot_count * 3 && grow_slots(h) < 0)
        return sw_fail_nomem(err);
    uint32_t slot = slot_of(h, id);
    if (h->slots[slot]) {
        *out = h->slots[slot] - 1;
        return 0;
    }
    if (h->count == h->cap && grow_commits(h) < 0)
        return sw_fail_nomem(err);
    *out = h->count++;
    sw_history_commit *commit = &h->commits[*out];
    memset(commit, 0, sizeof *commit);
    git_oid_cpy(&commit->id, id);
    h->slots[slot] = *out + 1;
    return 0;
}

/* ---- reading ---- */

static int add_link(sw_history *h, sw_node parent, sw_error *err)
{
    if (h->link_count == h->link_cap) {
        uint32_t cap = h->link_cap ? h->link_cap + h->link_cap / 2 : 512;
        sw_node *links = realloc(h->links, cap * sizeof *links);
        if (!links)
            return sw_fail_nomem(err);
        h->links = links;
        h->link_cap = cap;
    }
    h->links[h->link_count++] = parent;
    return 0;
}

static int note(sw_history *h, sw_node node, const sw_git_raw *raw, sw_error *err)
{
    const git_oid id = h->commits[node].id;
    size_t parents = sw_history_is_cut(h, &id) ? 0 : raw->parent_count;
    uint32_t links = h->link_count;
    for (size_t i = 0; i < parents; i++) {
        git_oid parent;
        sw_node number;
        if (!sw_git_hex(parent.id, raw->parents + i * 48 + 7))
            return sw_fail(err, SW_E_CORRUPT, "git.broken",
                           "a commit names a parent that is no object id");
        int rc = sw_history_node(&number, h, &parent, err);
        if (rc == 0)
            rc = add_link(h, number, err);
        if (rc < 0)
            return rc;
    }
    sw_history_commit *commit = &h->commits[node];
    commit->time = raw->committer.time;
    commit->links = links;
    commit->parent_count = (uint32_t)parents;
    commit->flags |= SW_PARSED;
    if ((h->keep & SW_KEEP_TREES) && !sw_git_hex(h->trees[node].id, raw->tree))
        return sw_fail(err, SW_E_CORRUPT, "git.broken",
                       "a commit names a tree that is no object id");
    return 0;
}

/* Where a commit's signature stands: the line "gpgsig …" and those behind it that begin with a space. Half of the text
 * is such where people sign, and no walk asks for it. */
static bool find_signature(const char **from, const char **to, const char *text, size_t len)
{
    const char *at = text, *end = text + len;
    while (at < end && *at != '\n') {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop ? stop : end;
        if (stop - at > 7 && memcmp(at, "gpgsig ", 7) == 0) {
            *from = at + 7; /* that there was one can still be told */
            while (stop + 1 < end && stop[1] == ' ') {
                stop = memchr(stop + 1, '\n', (size_t)(end - stop - 1));
                stop = stop ? stop : end;
            }
            *to = stop;
            return true;
        }
        at = stop < end ? stop + 1 : end;
    }
    return false;
}

static void keep_text(sw_history *h, sw_node node, const char *text, size_t len)
{
    enum { BUDGET = 16 << 20 }; /* what does not fit is read again */
    const char *from = text + len, *to = from;
    find_signature(&from, &to, text, len);
    size_t before = (size_t)(from - text), after = (size_t)(text + len - to);
    char *copy = h->kept + before + after <= BUDGET ? malloc(before + after + 1) : NULL;
    if (!copy)
        return;
    memcpy(copy, text, before);
    memcpy(copy + before, to, after);
    copy[before + after] = '\0';
    h->commits[node].text = copy;
    h->commits[node].text_len = (uint32_t)(before + after);
    h->kept += before + after;
}

int sw_history_parse(sw_history *h, sw_node node, sw_error *err)
{
    const char *text;
    size_t len;
    sw_git_raw raw;
    if (h->commits[node].flags & SW_PARSED)
        return 0;
    const git_oid id = h->commits[node].id;
    bool whole = (h->keep & SW_KEEP_TEXTS) && !(h->commits[node].flags & SW_HIDDEN);
    int rc = (whole ? sw_git_commits_read : sw_git_commits_read_head)(&text, &len, &h->reader, h->git, &id, err);
    if (rc == 0 && sw_git_raw_links(&raw, text, len) < 0)
        rc = sw_git_commit_damaged(id.id, err);
    if (rc == 0)
        rc = note(h, node, &raw, err);
    if (rc == 0 && whole)
        keep_text(h, node, text, len);
    return rc;
}

int sw_history_text(const char **text, size_t *len, sw_history *h, sw_node node, sw_error *err)
{
    sw_history_commit *commit = &h->commits[node];
    *text = commit->text;
    *len = commit->text_len;
    return commit->text ? 0 : sw_git_commits_read(text, len, &h->reader, h->git, &commit->id, err);
}

void sw_history_drop_text(sw_history *h, sw_node node)
{
    sw_history_commit *commit = &h->commits[node];
    h->kept -= commit->text ? commit->text_len : 0;
    free(commit->text);
    commit->text = NULL;
}

/* ---- the queue: a heap ---- */

static bool before(const sw_history_entry *a, const sw_history_entry *b)
{
    return a->time != b->time ? a->time > b->time : a->order < b->order;
}

static void sift_up(sw_history_entry *queue, size_t at)
{
    sw_history_entry entry = queue[at];
    while (at > 0 && before(&entry, &queue[(at - 1) / 2])) {
        queue[at] = queue[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    queue[at] = entry;
}

static void sift_down(sw_history_entry *queue, size_t len)
{
    sw_history_entry entry = queue[0];
    size_t at = 0;
    for (size_t child; (child = at * 2 + 1) < len; at = child) {
        if (child + 1 < len && before(&queue[child + 1], &queue[child]))
            child++;
        if (!before(&queue[child], &entry))
            break;
        queue[at] = queue[child];
    }
    queue[at] = entry;
}

int sw_history_push(sw_history *h, sw_node node, sw_error *err)
{
    if (h->commits[node].flags & SW_SEEN)
        return 0;
    if (h->queue_len == h->queue_cap) {
        size_t cap = h->queue_cap ? h->queue_cap * 2 : 64;
        sw_history_entry *queue = realloc(h->queue, cap * sizeof *queue);
        if (!queue)
            return sw_fail_nomem(err);
        h->queue = queue;
        h->queue_cap = cap;
    }
    int rc = sw_history_parse(h, node, err);
    if (rc < 0)
        return rc;
    sw_history_commit *commit = &h->commits[node];
    commit->flags |= SW_SEEN | SW_QUEUED;
    if (!(commit->flags & SW_HIDDEN))
        h->interesting++;
    h->queue[h->queue_len] = (sw_history_entry){ commit->time, h->order++, node };
    sift_up(h->queue, h->queue_len++);
    return 0;
}

int sw_history_pop(sw_history_entry *out, sw_history *h)
{
    if (!h->queue_len)
        return 0;
    *out = h->queue[0];
    h->queue[0] = h->queue[--h->queue_len];
    if (h->queue_len)
        sift_down(h->queue, h->queue_len);
    sw_history_commit *commit = &h->commits[out->node];
    commit->flags &= ~(uint32_t)SW_QUEUED;
    if (!(commit->flags & SW_HIDDEN))
        h->interesting--;
    return 1;
}

void sw_history_hide(sw_history *h, sw_node node)
{
    sw_history_commit *commit = &h->commits[node];
    if (commit->flags & SW_HIDDEN)
        return;
    commit->flags |= SW_HIDDEN;
    if (commit->flags & SW_QUEUED)
        h->interesting--;
}
