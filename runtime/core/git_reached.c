#include "core/git_reached.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "core/git_history.h"

enum {
    WANTED = SW_MARKS, /* looked for */
    SLOP = 64          /* commits looked at beyond the end, for clocks that go wrong */
};

typedef struct question {
    git_oid from;
    git_oid *among;
    size_t count;
    const atomic_bool *stop; /* NULL: goes on to its end */
} question;

struct sw_git_soon {
    pthread_t thread;
    sw_history history;
    question question;
    atomic_bool stop;
};

/* ---- the walk ---- */

static int look_for(size_t *left, int64_t *oldest, sw_node *nodes, sw_history *h, const question *q, sw_error *err)
{
    for (size_t i = 0; i < q->count; i++) {
        int rc = sw_history_node(&nodes[i], h, &q->among[i], err);
        if (rc == 0)
            rc = sw_history_parse(h, nodes[i], err);
        if (rc < 0)
            return rc;
        sw_history_commit *commit = &h->commits[nodes[i]];
        *left += !(commit->flags & WANTED);
        commit->flags |= WANTED;
        if (commit->time < *oldest)
            *oldest = commit->time;
    }
    return 0;
}

static int walk(sw_node *nodes, sw_history *h, const question *q, sw_error *err)
{
    sw_history_entry entry;
    sw_node node;
    size_t left = 0;
    int64_t oldest = INT64_MAX;
    int slop = SLOP;
    int rc = look_for(&left, &oldest, nodes, h, q, err);
    if (rc == 0)
        rc = sw_history_node(&node, h, &q->from, err);
    if (rc == 0)
        rc = sw_history_push(h, node, err);
    while (rc == 0 && left && slop > 0 && !(q->stop && atomic_load(q->stop)) && sw_history_pop(&entry, h)) {
        sw_history_commit commit = h->commits[entry.node];
        left -= (commit.flags & WANTED) != 0;
        slop = commit.time < oldest ? slop - 1 : SLOP;
        for (uint32_t i = 0; i < commit.parent_count && rc == 0; i++)
            rc = sw_history_push(h, h->links[commit.links + i], err);
    }
    return rc;
}

static int read_question(question *out, sw_git *git, const char *from, const char *const *among, sw_error *err)
{
    git_commit *first = NULL;
    *out = (question){ 0 };
    while (among[out->count])
        out->count++;
    out->among = calloc(out->count + 1, sizeof *out->among);
    int rc = out->among ? 0 : sw_fail_nomem(err);
    for (size_t i = 0; i < out->count && rc == 0; i++)
        rc = sw_git_oid(&out->among[i], among[i], err);
    if (rc == 0)
        rc = sw_git_commit(&first, git, from, err);
    if (rc == 0)
        git_oid_cpy(&out->from, git_commit_id(first));
    git_commit_free(first);
    return rc;
}

/* ---- ahead of the question ---- */

static void *work(void *argument)
{
    struct sw_git_soon *soon = argument;
    sw_error unimportant;
    sw_node *nodes = calloc(soon->question.count + 1, sizeof *nodes);
    if (nodes)
        walk(nodes, &soon->history, &soon->question, &unimportant);
    free(nodes);
    return NULL;
}

static void drop(struct sw_git_soon *soon)
{
    free(soon->question.among);
    if (soon->history.git)
        sw_history_release(&soon->history);
    free(soon);
}

int sw_git_reached_soon(sw_git *git, const char *from, const char *const *among, sw_error *err)
{
    if (git->soon)
        return 0;
    struct sw_git_soon *soon = calloc(1, sizeof *soon);
    if (!soon)
        return sw_fail_nomem(err);
    int rc = read_question(&soon->question, git, from, among, err);
    if (rc == 0)
        rc = sw_history_init(&soon->history, git, 0, err);
    if (rc == 0) /* opened here: the thread asks for nothing that others may ask for meanwhile */
        rc = sw_git_packs(&soon->history.reader.packs, git, err);
    soon->question.stop = &soon->stop;
    soon->history.reader.packs_only = true; /* libgit2 is the other thread's */
    if (rc < 0 || pthread_create(&soon->thread, NULL, work, soon) != 0) {
        soon->history.reader.packs_only = false;
        drop(soon);
        return rc; /* without a thread it is read when it is asked for */
    }
    git->soon = soon;
    return 0;
}

/* What the thread has read is there for the next walk, instead of the little that others have left. */
static void end_soon(sw_git *git, bool stop)
{
    struct sw_git_soon *soon = git->soon;
    if (!soon)
        return;
    atomic_store(&soon->stop, stop);
    pthread_join(soon->thread, NULL);
    git->soon = NULL;
    soon->history.reader.packs_only = false;
    if (git->spare && git->spare->count < soon->history.count)
        sw_git_drop_spare(git);
    drop(soon);
}

void sw_git_drop_soon(sw_git *git)
{
    end_soon(git, true);
}

/* ---- the question ---- */

int sw_git_reached(bool *reached, sw_git *git, const char *from, const char *const *among, sw_error *err)
{
    question q;
    sw_history history;
    end_soon(git, false);
    int rc = read_question(&q, git, from, among, err);
    sw_node *nodes = calloc(q.count + 1, sizeof *nodes);
    if (rc == 0 && !nodes)
        rc = sw_fail_nomem(err);
    if (rc == 0) {
        rc = sw_history_init(&history, git, 0, err);
        if (rc == 0)
            rc = walk(nodes, &history, &q, err);
        for (size_t i = 0; rc == 0 && i < q.count; i++) /* has been in the queue */
            reached[i] = (history.commits[nodes[i]].flags & SW_SEEN) != 0;
        sw_history_release(&history);
    }
    free(nodes);
    free(q.among);
    return rc;
}
