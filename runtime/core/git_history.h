/* The part that every walk shares: commits known by number, their parents, and a queue by date. For
 * git_log.c, git_nearest.c, git_merge_base.c and git_touches.c only. What one walk has read the next one in the same
 * repository finds (git_history_spare.c). */
#ifndef SW_CORE_GIT_HISTORY_H
#define SW_CORE_GIT_HISTORY_H

#include "core/git_commits.h"
#include "core/git_handle.h"
#include "core/git_object.h"

typedef uint32_t sw_node; /* a commit's number in this walk */

enum {
    SW_SEEN = 1,    /* has been in the queue */
    SW_PARSED = 2,  /* parents and time are known */
    SW_QUEUED = 4,
    SW_HIDDEN = 8,  /* reachable from what the caller does not want */
    SW_MARKS = 16   /* from here on: marks of the walk's own */
};

typedef struct sw_history_commit {
    git_oid id;
    uint32_t flags;
    int64_t time;
    uint32_t links; /* index of the first parent in `links` */
    uint32_t parent_count;
    uint32_t text_len;
    char *text; /* owned: as read, without a signature's lines; NULL: not kept */
} sw_history_commit;

typedef struct sw_history_entry {
    int64_t time;
    uint64_t order; /* equal dates keep the order in which they came */
    sw_node node;
} sw_history_entry;

typedef struct sw_history {
    sw_git *git; /* retained */
    sw_history_commit *commits;
    uint32_t count, cap;
    uint32_t *slots; /* hash table: number + 1, 0 = free */
    uint32_t slot_count;
    sw_node *links;
    uint32_t link_count, link_cap;
    git_oid *trees; /* by number; only with SW_KEEP_TREES */
    unsigned keep;
    size_t kept;    /* bytes of the texts that are kept, so that nothing is read twice */
    sw_history_entry *queue;
    size_t queue_len, queue_cap;
    size_t interesting; /* how many of the queue are not hidden */
    uint64_t order;
    git_oid *shallow; /* sorted: commits whose parents are not here */
    size_t shallow_count;
    sw_git_commits reader;
} sw_history;

/* What is kept of commits beside their parents and times: which tree each has; their texts. */
enum { SW_KEEP_TREES = 1, SW_KEEP_TEXTS = 2 };

int sw_history_init(sw_history *h, sw_git *git, unsigned keep, sw_error *err);
void sw_history_release(sw_history *h);
/* True where a shallow clone ends: the parents that this commit names are not here. */
bool sw_history_is_cut(const sw_history *h, const git_oid *id);
/* The number of a commit, given one when it is new. */
int sw_history_node(sw_node *out, sw_history *h, const git_oid *id, sw_error *err);
/* Reads parents and time once. */
int sw_history_parse(sw_history *h, sw_node node, sw_error *err);
/* Puts it into the queue unless it has been there. */
int sw_history_push(sw_history *h, sw_node node, sw_error *err);
/* Newest first. 1, or 0 when the queue is empty. */
int sw_history_pop(sw_history_entry *out, sw_history *h);
void sw_history_hide(sw_history *h, sw_node node);
/* A commit as read: what is kept of it, which stands until it is dropped, or read again, which stands until the next
 * one is read. */
int sw_history_text(const char **text, size_t *len, sw_history *h, sw_node node, sw_error *err);
void sw_history_drop_text(sw_history *h, sw_node node);

/* ---- git_history_spare.c ---- */

/* What an earlier walk has read, if there is any, without its marks. `h` has read where a shallow clone ends. */
void sw_history_take_spare(sw_history *h);
/* Leaves what was read to the next walk. False: it is to be freed. */
bool sw_history_leave_spare(sw_history *h);
/* Frees what was read. */
void sw_history_free(sw_history *h);

#endif
