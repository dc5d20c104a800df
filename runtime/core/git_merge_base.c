/* Where two lines went apart, as git merge-base finds it: marks of both sides go from children to
 * parents, newest commit date first, until all that waits is behind what both have. */
#include "core/git_history.h"

enum {
    ONE = SW_MARKS,
    TWO = SW_MARKS << 1,
    STALE = SW_MARKS << 2, /* behind a commit that both have */
    FOUND = SW_MARKS << 3
};

/* Marks that are new to a commit put it into the queue, again if it has been there. */
static int mark(size_t *fresh, sw_history *h, sw_node node, uint32_t marks, sw_error *err)
{
    uint32_t flags = h->commits[node].flags;
    if ((flags & marks) == marks)
        return 0;
    bool queued = flags & SW_QUEUED;
    if (queued && !(flags & STALE))
        --*fresh;
    h->commits[node].flags |= marks;
    int rc = 0;
    if (!queued) {
        h->commits[node].flags &= ~(uint32_t)SW_SEEN;
        rc = sw_history_push(h, node, err);
    }
    if (rc == 0 && !(h->commits[node].flags & STALE))
        ++*fresh;
    return rc;
}

static int begin(size_t *fresh, sw_history *h, const git_oid *id, uint32_t side, sw_error *err)
{
    sw_node node;
    int rc = sw_history_node(&node, h, id, err);
    return rc < 0 ? rc : mark(fresh, h, node, side, err);
}

/* Pops until everything that waits is stale; the last that both sides reached is `*found`, and how many there were. */
static int paint(size_t *count, sw_node *found, sw_history *h, size_t fresh, sw_error *err)
{
    sw_history_entry entry;
    int rc = 0;
    *count = 0;
    while (rc == 0 && fresh && sw_history_pop(&entry, h)) {
        sw_history_commit *commit = &h->commits[entry.node];
        uint32_t marks = commit->flags & (ONE | TWO | STALE);
        if (!(marks & STALE))
            fresh--;
        if (marks == (ONE | TWO)) {
            if (!(commit->flags & FOUND)) {
                *found = entry.node;
                ++*count;
            }
            commit->flags |= FOUND;
            marks |= STALE;
        }
        uint32_t links = commit->links, parents = commit->parent_count;
        for (uint32_t i = 0; i < parents && rc == 0; i++)
            rc = mark(&fresh, h, h->links[links + i], marks, err);
    }
    return rc;
}

int sw_git_meeting(git_oid *out, sw_git *git, const git_oid *one, const git_oid *two, sw_error *err)
{
    sw_history history;
    size_t fresh = 0, count = 0;
    sw_node found = 0;
    if (git_oid_equal(one, two)) {
        git_oid_cpy(out, one);
        return 1;
    }
    int rc = sw_history_init(&history, git, 0, err);
    if (rc == 0)
        rc = begin(&fresh, &history, one, ONE, err);
    if (rc == 0)
        rc = begin(&fresh, &history, two, TWO, err);
    if (rc == 0)
        rc = paint(&count, &found, &history, fresh, err);
    if (rc == 0 && count == 1)
        git_oid_cpy(out, &history.commits[found].id);
    sw_history_release(&history);
    return rc < 0 ? rc : count > 1 ? 2 : (int)count;
}
