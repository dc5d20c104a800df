/* The nearest tag, found as git describe finds it: one walk by date in which every candidate's
 * commit leaves a mark on what is behind it; the candidate with the fewest commits in front of it
 * wins. The caller judges the names between two steps, never inside one. */
#include <stdlib.h>
#include <string.h>

#include "core/git_history.h"
#include "core/git_refs.h"
#include "core/git_walk.h"

enum { CANDIDATES = 10 }; /* git describe's default */

typedef struct candidate {
    sw_node node;
    int64_t depth;
    uint32_t mark;
    sw_texts names; /* accepted, best first */
} candidate;

struct sw_git_nearest {
    sw_history history;
    sw_git_refs tags; /* sorted by commit */
    candidate candidates[CANDIDATES];
    int count;
    int64_t seen;
    sw_node current; /* waits for an answer */
    sw_texts names;  /* of the current commit */
    bool over;
    bool exact; /* every commit in front of the tag was counted */
};

static int by_commit(const void *a, const void *b)
{
    return git_oid_cmp(&((const sw_git_ref *)a)->commit, &((const sw_git_ref *)b)->commit);
}

int sw_git_nearest_open(sw_git_nearest **out, sw_git *git, const char *from, sw_error *err)
{
    *out = NULL;
    sw_git_nearest *search = calloc(1, sizeof *search);
    git_commit *start = NULL;
    sw_node node;
    if (!search)
        return sw_fail_nomem(err);
    int rc = sw_history_init(&search->history, git, SW_KEEP_TEXTS, err);
    if (rc == 0)
        rc = sw_git_refs_quick(&search->tags, git, "refs/tags/", err);
    if (rc == 0 && search->tags.count)
        qsort(search->tags.items, search->tags.count, sizeof *search->tags.items, by_commit);
    if (rc == 0)
        rc = sw_git_commit(&start, git, from, err);
    if (rc == 0)
        rc = sw_history_node(&node, &search->history, git_commit_id(start), err);
    if (rc == 0)
        rc = sw_history_push(&search->history, node, err);
    git_commit_free(start);
    search->over = search->tags.count == 0;
    search->exact = true;
    if (rc < 0)
        sw_git_nearest_close(search);
    else
        *out = search;
    return rc;
}

void sw_git_nearest_close(sw_git_nearest *search)
{
    if (!search)
        return;
    for (int i = 0; i < search->count; i++)
        sw_texts_release(&search->candidates[i].names);
    sw_texts_release(&search->names);
    sw_git_refs_release(&search->tags);
    sw_history_release(&search->history);
    free(search);
}

/* ---- names of one commit ---- */

typedef struct named {
    const sw_git_ref *ref;
    int64_t time; /* when tagged; 0 for a lightweight tag */
} named;

static int best_first(const void *a, const void *b)
{
    const named *x = a, *y = b;
    if (x->ref->annotated != y->ref->annotated)
        return x->ref->annotated ? -1 : 1;
    if (x->time != y->time)
        return x->time > y->time ? -1 : 1;
    return strcmp(x->ref->name, y->ref->name);
}

static int64_t tag_time(sw_git *git, const sw_git_ref *ref)
{
    git_odb_object *object = NULL;
    sw_git_raw raw;
    int64_t time = 0;
    if (ref->annotated && git_odb_read(&object, git->odb, &ref->id) == 0
        && sw_git_raw_tag(&raw, git_odb_object_data(object), git_odb_object_size(object)) == 0)
        time = raw.committer.time;
    git_odb_object_free(object);
    return time;
}

/* How many tags the commit has; their names go to `search->names`. */
static int find_names(sw_git_nearest *search, sw_node node, sw_error *err)
{
    sw_git_ref key = { .commit = search->history.commits[node].id };
    const sw_git_refs *tags = &search->tags;
    const sw_git_ref *hit = bsearch(&key, tags->items, tags->count, sizeof key, by_commit);
    if (!hit)
        return 0;
    size_t first = (size_t)(hit - tags->items), last = first + 1;
    while (first && by_commit(&tags->items[first - 1], &key) == 0)
        first--;
    while (last < tags->count && by_commit(&tags->items[last], &key) == 0)
        last++;
    named *list = calloc(last - first, sizeof *list);
    if (!list)
        return sw_fail_nomem(err);
    for (size_t i = first; i < last; i++)
        list[i - first] = (named){ &tags->items[i],
                                   last - first > 1 ? tag_time(search->history.git,
                                                               &tags->items[i]) : 0 };
    qsort(list, last - first, sizeof *list, best_first);
    sw_texts_release(&search->names);
    for (size_t i = 0; i < last - first; i++)
        sw_texts_add(&search->names, list[i].ref->name + strlen("refs/tags/"));
    free(list);
    return search->names.failed ? sw_fail_nomem(err) : (int)search->names.count;
}

/* ---- the walk ---- */

/* Is everything that is still to come behind the best candidates already? */
static bool covered(const sw_git_nearest *search, uint32_t flags)
{
    int64_t best = INT64_MAX;
    uint32_t marks = 0;
    for (int i = 0; i < search->count; i++) {
        const candidate *c = &search->candidates[i];
        if (c->depth < best) {
            best = c->depth;
            marks = c->mark;
        } else if (c->depth == best) {
            marks |= c->mark;
        }
    }
    return (flags & marks) == marks;
}

/* Counts a commit and goes on to its parents. */
static int pass(sw_git_nearest *search, sw_node node, sw_error *err)
{
    sw_history *h = &search->history;
    uint32_t marks = h->commits[node].flags & ~(uint32_t)(SW_MARKS - 1);
    for (int i = 0; i < search->count; i++)
        if (!(marks & search->candidates[i].mark))
            search->candidates[i].depth++;
    if (search->count && !h->queue_len && covered(search, marks)) {
        search->over = true;
        return 0;
    }
    int rc = 0;
    for (uint32_t i = 0; i < h->commits[node].parent_count && rc == 0; i++) {
        sw_node parent = h->links[h->commits[node].links + i];
        rc = sw_history_push(h, parent, err);
        h->commits[parent].flags |= marks;
    }
    return rc;
}

int sw_git_nearest_next(sw_git_nearest *search, const sw_texts **names, sw_error *err)
{
    sw_history_entry entry;
    if (search->names.count) { /* the answer was given: the commit that waited goes on */
        sw_texts_release(&search->names);
        int rc = search->over ? 0 : pass(search, search->current, err);
        if (rc < 0)
            return rc;
    }
    while (!search->over && sw_history_pop(&entry, &search->history)) {
        search->seen++;
        int rc = find_names(search, entry.node, err);
        if (rc > 0) {
            search->current = entry.node;
            *names = &search->names;
            return 1;
        }
        if (rc == 0)
            rc = pass(search, entry.node, err);
        if (rc < 0)
            return rc;
    }
    return 0;
}

int sw_git_nearest_answer(sw_git_nearest *search, const bool *accepted)
{
    bool any = false;
    for (size_t i = 0; i < search->names.count; i++)
        any = any || accepted[i];
    if (!any)
        return 0;
    if (search->count == CANDIDATES) { /* enough seen to choose; as git describe, no further */
        search->over = true;
        search->exact = false;
        return 0;
    }
    candidate *found = &search->candidates[search->count];
    sw_texts_init(&found->names);
    for (size_t i = 0; i < search->names.count; i++)
        if (accepted[i])
            sw_texts_add(&found->names, search->names.items[i]);
    found->node = search->current;
    found->depth = search->seen - 1;
    found->mark = (uint32_t)SW_MARKS << search->count;
    search->history.commits[found->node].flags |= found->mark;
    search->count++;
    return found->names.failed ? SW_E_NOMEM : 0;
}

int sw_git_nearest_found(sw_git_nearest_tag *out, const sw_git_nearest *search)
{
    const candidate *best = NULL;
    for (int i = 0; i < search->count; i++)
        if (!best || search->candidates[i].depth < best->depth)
            best = &search->candidates[i];
    if (!best)
        return 0;
    out->names = &best->names;
    sw_git_oid_text(out->commit, &search->history.commits[best->node].id);
    out->distance = search->exact ? best->depth : -1;
    return 1;
}
