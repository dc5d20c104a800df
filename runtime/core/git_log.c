/* git log: commits of a range, newest first, in git's order, without holding the history. */
#include <stdlib.h>
#include <string.h>

#include "core/git_history.h"
#include "core/git_paths.h"
#include "core/git_walk.h"

enum { SLOP = 5 }; /* how many commits beyond the end are looked at, for clocks that were wrong (git's number) */

enum { UNTOUCHED = SW_MARKS }; /* changes none of the wished paths */

#define NONE UINT32_MAX

struct sw_git_log {
    sw_history history;
    sw_texts paths;
    bool first_parent;
    int64_t left; /* commits still to give; negative: all */
    bool listed;  /* with hidden commits the whole range is listed before the first is given */
    sw_node *list;
    size_t list_count, list_cap, list_at;
    sw_node current; /* was given last; NONE */
    sw_oid_text oid;
    sw_git_raw raw;
    bool over; /* what was read is left to the next walk */
};

/* ---- hiding: what is reachable from a hidden commit, as far as it has been read ---- */

static int hide_parents(sw_git_log *log, sw_node node, sw_error *err)
{
    sw_history *h = &log->history;
    size_t depth = 0, cap = 64;
    sw_node *stack = malloc(cap * sizeof *stack);
    if (!stack)
        return sw_fail_nomem(err);
    stack[depth++] = node;
    while (depth) {
        const sw_history_commit *commit = &h->commits[stack[--depth]];
        for (uint32_t i = 0; i < commit->parent_count; i++) {
            sw_node parent = h->links[commit->links + i];
            if (h->commits[parent].flags & SW_HIDDEN)
                continue;
            sw_history_hide(h, parent);
            if (!(h->commits[parent].flags & SW_PARSED))
                continue;
            if (depth == cap) {
                sw_node *more = realloc(stack, cap * 2 * sizeof *stack);
                if (!more) {
                    free(stack);
                    return sw_fail_nomem(err);
                }
                stack = more;
                cap *= 2;
            }
            stack[depth++] = parent;
        }
    }
    free(stack);
    return 0;
}

/* ---- parents, with git log's history simplification when paths are given ---- */

/* 1: only parent `*only` is followed; 0: all. Marks the commit when it changes none of the paths. */
static int simplify(sw_node *only, sw_git_log *log, sw_node node, sw_error *err)
{
    sw_history *h = &log->history;
    const char *const *paths = (const char *const *)log->paths.items;
    uint32_t count = h->commits[node].parent_count, links = h->commits[node].links;
    if (count == 0) {
        int same = sw_git_paths_same(h->git, &h->trees[node], NULL, paths, err);
        if (same > 0)
            h->commits[node].flags |= UNTOUCHED;
        return same < 0 ? same : 0;
    }
    if (log->first_parent)
        count = 1;
    for (uint32_t i = 0; i < count; i++) {
        sw_node parent = h->links[links + i];
        int rc = sw_history_parse(h, parent, err);
        if (rc == 0)
            rc = sw_git_paths_same(h->git, &h->trees[node], &h->trees[parent], paths, err);
        if (rc < 0)
            return rc;
        if (rc > 0) {
            h->commits[node].flags |= UNTOUCHED;
            *only = parent;
            return 1;
        }
    }
    return 0;
}

static int follow(sw_git_log *log, sw_node node, sw_error *err)
{
    sw_history *h = &log->history;
    bool hidden = h->commits[node].flags & SW_HIDDEN;
    sw_node only = 0;
    int rc = log->paths.count && !hidden ? simplify(&only, log, node, err) : 0;
    if (rc != 0)
        return rc < 0 ? rc : sw_history_push(h, only, err);
    uint32_t count = h->commits[node].parent_count;
    if (log->first_parent && !hidden && count > 1)
        count = 1;
    if (hidden)
        rc = hide_parents(log, node, err);
    for (uint32_t i = 0; i < count && rc == 0; i++)
        rc = sw_history_push(h, h->links[h->commits[node].links + i], err);
    return rc;
}

/* ---- with hidden commits: the range first (git's limit_list) ---- */

static int add_to_list(sw_git_log *log, sw_node node, sw_error *err)
{
    if (log->list_count == log->list_cap) {
        size_t cap = log->list_cap ? log->list_cap * 2 : 256;
        sw_node *list = realloc(log->list, cap * sizeof *list);
        if (!list)
            return sw_fail_nomem(err);
        log->list = list;
        log->list_cap = cap;
    }
    log->list[log->list_count++] = node;
    return 0;
}

static int list_range(sw_git_log *log, sw_error *err)
{
    sw_history *h = &log->history;
    sw_history_entry entry;
    int64_t date = INT64_MAX;
    int slop = SLOP, rc = 0;
    while (rc == 0 && sw_history_pop(&entry, h)) {
        rc = follow(log, entry.node, err);
        bool hidden = h->commits[entry.node].flags & SW_HIDDEN;
        if (rc == 0 && !hidden) {
            date = entry.time;
            rc = add_to_list(log, entry.node, err);
        }
        if (rc < 0 || !hidden)
            continue;
        if (!h->queue_len)
            break;
        if (date <= h->queue[0].time || h->interesting)
            slop = SLOP;
        else if (--slop <= 0)
            break;
    }
    return rc;
}

/* ---- opening ---- */

static int begin(sw_git_log *log, const char *rev, bool hidden, sw_error *err)
{
    git_commit *commit = NULL;
    sw_node node;
    int rc = sw_git_commit(&commit, log->history.git, rev, err);
    if (rc < 0)
        return rc;
    rc = sw_history_node(&node, &log->history, git_commit_id(commit), err);
    git_commit_free(commit);
    if (rc == 0 && hidden)
        sw_history_hide(&log->history, node);
    return rc == 0 ? sw_history_push(&log->history, node, err) : rc;
}

int sw_git_log_open(sw_git_log **out, sw_git *git, const sw_git_log_wish *wish, sw_error *err)
{
    *out = NULL;
    sw_git_log *log = calloc(1, sizeof *log);
    if (!log)
        return sw_fail_nomem(err);
    log->first_parent = wish->first_parent;
    log->left = wish->limit > 0 ? wish->limit : -1;
    log->listed = wish->hide && *wish->hide;
    for (const char *const *path = wish->paths; path && *path; path++)
        sw_texts_add(&log->paths, *path);
    log->current = NONE;
    int rc = sw_history_init(&log->history, git, log->paths.count > 0 ? SW_KEEP_TREES : SW_KEEP_TEXTS, err);
    if (rc == 0 && log->paths.failed)
        rc = sw_fail_nomem(err);
    if (rc == 0)
        rc = begin(log, wish->from, false, err);
    for (const char *const *rev = wish->hide; rc == 0 && rev && *rev; rev++)
        rc = begin(log, *rev, true, err);
    if (rc == 0 && log->listed)
        rc = list_range(log, err);
    if (rc < 0)
        sw_git_log_close(log);
    else
        *out = log;
    return rc;
}

void sw_git_log_close(sw_git_log *log)
{
    if (!log)
        return;
    if (!log->over)
        sw_history_release(&log->history);
    sw_texts_release(&log->paths);
    free(log->list);
    free(log);
}

/* ---- giving ---- */

/* The next commit of the walk, wanted or not. 1, 0 at the end, negative. */
static int step(sw_node *node, sw_git_log *log, sw_error *err)
{
    sw_history_entry entry;
    if (log->listed) {
        if (log->list_at == log->list_count)
            return 0;
        *node = log->list[log->list_at++];
        return 1;
    }
    if (!sw_history_pop(&entry, &log->history))
        return 0;
    *node = entry.node;
    int rc = follow(log, entry.node, err);
    return rc < 0 ? rc : 1;
}

static int end(sw_git_log *log)
{
    sw_history_release(&log->history);
    log->over = true;
    return 0;
}

int sw_git_log_next(sw_git_log *log, const char **oid, const sw_git_raw **raw, sw_error *err)
{
    sw_history *h = &log->history;
    sw_node node = 0;
    const char *text;
    size_t len;
    int rc;
    if (log->over)
        return 0;
    if (log->current != NONE)
        sw_history_drop_text(h, log->current);
    log->current = NONE;
    if (log->left == 0)
        return end(log);
    while ((rc = step(&node, log, err)) > 0 && (h->commits[node].flags & (SW_HIDDEN | UNTOUCHED)))
        if (!log->listed)
            sw_history_drop_text(h, node);
    if (rc <= 0)
        return rc < 0 ? rc : end(log);
    sw_git_oid_text(log->oid, &h->commits[node].id);
    rc = sw_history_text(&text, &len, h, node, err);
    if (rc < 0)
        return rc;
    log->current = node;
    if (sw_git_raw_commit(&log->raw, text, len) < 0)
        return sw_git_commit_damaged(h->commits[node].id.id, err);
    if (log->left > 0)
        log->left--;
    *oid = log->oid;
    *raw = &log->raw;
    return 1;
}
