#include "core/git_lines.h"

#include <stdlib.h>
#include <string.h>

#include "core/change.h"
#include "core/git_history.h"
#include "core/git_message.h"
#include "core/git_walk.h"

/* ---- ends: every commit carries the first of those that reach it ---- */

enum { SLOP = 64 }; /* commits looked at beyond the end, for clocks that go wrong */

typedef struct labels {
    sw_history history;
    uint32_t *first; /* by node: place of the first that reaches it, + 1; 0: none */
    uint32_t cap;
    sw_node *nodes; /* of those asked about */
    size_t count;
    int64_t oldest;
} labels;

static int know(labels *l, sw_node node, sw_error *err)
{
    if (node < l->cap)
        return 0;
    uint32_t cap = l->cap ? l->cap * 2 : 1024;
    while (cap <= node)
        cap *= 2;
    uint32_t *first = realloc(l->first, cap * sizeof *first);
    if (!first)
        return sw_fail_nomem(err);
    memset(first + l->cap, 0, (cap - l->cap) * sizeof *first);
    l->first = first;
    l->cap = cap;
    return 0;
}

/* An earlier one reaches a commit: it is walked, again if it was. */
static int reach(labels *l, sw_node node, uint32_t first, sw_error *err)
{
    int rc = know(l, node, err);
    if (rc < 0 || (l->first[node] && l->first[node] <= first))
        return rc;
    l->first[node] = first;
    uint32_t *flags = &l->history.commits[node].flags;
    if (*flags & SW_QUEUED)
        return 0;
    *flags &= ~(uint32_t)SW_SEEN;
    return sw_history_push(&l->history, node, err);
}

static int begin(labels *l, const char *const *among, sw_error *err)
{
    int rc = 0;
    l->oldest = INT64_MAX;
    for (size_t i = 0; i < l->count && rc == 0; i++) {
        git_oid id;
        rc = sw_git_oid(&id, among[i], err);
        if (rc == 0)
            rc = sw_history_node(&l->nodes[i], &l->history, &id, err);
        if (rc == 0)
            rc = reach(l, l->nodes[i], (uint32_t)i + 1, err);
        if (rc == 0 && l->history.commits[l->nodes[i]].time < l->oldest)
            l->oldest = l->history.commits[l->nodes[i]].time;
    }
    return rc;
}

static int walk(labels *l, sw_error *err)
{
    sw_history *h = &l->history;
    sw_history_entry entry;
    int slop = SLOP, rc = 0;
    while (rc == 0 && slop > 0 && sw_history_pop(&entry, h)) {
        sw_history_commit commit = h->commits[entry.node];
        slop = commit.time < l->oldest ? slop - 1 : SLOP;
        for (uint32_t i = 0; i < commit.parent_count && rc == 0; i++)
            rc = reach(l, h->links[commit.links + i], l->first[entry.node], err);
    }
    return rc;
}

int sw_git_line_ends(bool *ends, sw_git *git, const char *const *among, sw_error *err)
{
    labels l = { 0 };
    while (among[l.count])
        l.count++;
    int rc = sw_history_init(&l.history, git, SW_KEEP_TEXTS, err);
    l.nodes = calloc(l.count + 1, sizeof *l.nodes);
    if (rc == 0 && !l.nodes)
        rc = sw_fail_nomem(err);
    if (rc == 0)
        rc = begin(&l, among, err);
    if (rc == 0)
        rc = walk(&l, err);
    for (size_t i = 0; i < l.count && rc == 0; i++)
        ends[i] = l.first[l.nodes[i]] == i + 1;
    free(l.nodes);
    free(l.first);
    sw_history_release(&l.history);
    return rc;
}

/* ---- how long a line is ---- */

/* Does the first paragraph hold a number with a point in it? */
static bool names_version(const char *at, size_t len)
{
    for (size_t i = 0; i + 2 < len && !(at[i] == '\n' && at[i + 1] == '\n'); i++)
        if (sw_is_digit(at[i]) && at[i + 1] == '.' && sw_is_digit(at[i + 2]))
            return true;
    return false;
}

/* Counts one commit: what it adds, and what it may take away. */
static int weigh(int64_t *sum, sw_buf *room, const sw_git_raw *raw, sw_error *err)
{
    enum { AT_MOST = 2 }; /* commits that a short hash can mean */
    const char *message;
    size_t len;
    sw_change change;
    int rc = sw_git_message_utf8(&message, &len, room, raw, err);
    if (rc == 0)
        rc = sw_git_message_lf(&message, &len, room, err);
    if (rc == 0)
        rc = sw_change_read(&change, message, len, raw->parent_count, err);
    if (rc < 0)
        return rc;
    if (change.kind == SW_CHANGE_REVERT)
        *sum -= (int64_t)change.revert_count * AT_MOST + 1;
    else if (raw->parent_count == 1 && !names_version(message, len))
        ++*sum;
    rc = change.revert_count >= SW_CHANGE_REVERTS; /* there may be more */
    sw_change_release(&change);
    return rc;
}

int sw_git_line_is_long(sw_git *git, const sw_line_wish *wish, sw_error *err)
{
    const char *const hide[] = { wish->hide, NULL };
    sw_git_log_wish range = { .from = wish->from, .hide = hide, .limit = wish->limit };
    sw_git_log *log = NULL;
    const char *oid;
    const sw_git_raw *raw;
    sw_buf room;
    int64_t sum = 0;
    int unsure = 0;
    sw_buf_init(&room);
    int rc = sw_git_log_open(&log, git, &range, err);
    while (rc == 0 && !unsure && (rc = sw_git_log_next(log, &oid, &raw, err)) > 0) {
        unsure = weigh(&sum, &room, raw, err);
        rc = unsure < 0 ? unsure : 0;
    }
    sw_git_log_close(log);
    sw_buf_release(&room);
    return rc < 0 ? rc : !unsure && sum > wish->most;
}
