#include "core/git_similar.h"

#include <stdlib.h>
#include <string.h>

#include "core/git_changed.h"
#include "core/id_table.h"
#include "core/likeness.h"

enum { LONGEST = 4 << 20 }; /* bytes of a file before and after together: longer ones count by nothing */
#define CLOSE 1e-9          /* less than two scores can differ by */

typedef struct part { /* of another change: two blobs compared */
    git_oid old, fresh;
    sw_text_change change;
    bool counts;
} part;

struct sw_git_similar {
    sw_git_changed *changed;
    sw_id_table parts;
    sw_buf left, right;
    sw_error *err;
};

int sw_git_similar_open(sw_git_similar **out, sw_git *git, sw_error *err)
{
    *out = NULL;
    sw_git_similar *s = calloc(1, sizeof *s);
    if (!s)
        return sw_fail_nomem(err);
    int rc = sw_git_changed_open(&s->changed, git, err);
    if (rc < 0)
        sw_git_similar_close(s);
    else
        *out = s;
    return rc;
}

static void release_part(void *thing)
{
    sw_text_change_release(&((part *)thing)->change);
}

void sw_git_similar_close(sw_git_similar *s)
{
    if (!s)
        return;
    sw_id_table_release(&s->parts, release_part);
    sw_buf_release(&s->left);
    sw_buf_release(&s->right);
    sw_git_changed_close(s->changed);
    free(s);
}

/* ---- a change ---- */

/* The lines of a file that differ; `counts` is false where they say nothing. */
static int make_change(sw_text_change *out, bool *counts, sw_git_similar *s, const sw_git_place *old, const sw_git_place *fresh)
{
    int rc = sw_git_changed_text(&s->left, s->changed, old, s->err);
    if (rc == 0)
        rc = sw_git_changed_text(&s->right, s->changed, fresh, s->err);
    if (rc < 0)
        return rc;
    const char *before = sw_buf_text(&s->left), *after = sw_buf_text(&s->right);
    *counts = s->left.len + s->right.len < LONGEST && !memchr(before, '\0', s->left.len)
              && !memchr(after, '\0', s->right.len);
    if (*counts && sw_text_change_make(out, before, s->left.len, after, s->right.len) < 0)
        return sw_fail_nomem(s->err);
    return 0;
}

/* The change of a file in another commit; NULL where it counts by nothing. */
static int part_of(sw_text_change **out, sw_git_similar *s, const sw_git_place *old, const sw_git_place *fresh)
{
    unsigned char key[2 * GIT_OID_RAWSZ] = { 0 };
    *out = NULL;
    if (old->mode && (old->mode & 0170000) != 0160000)
        memcpy(key, old->id.id, GIT_OID_RAWSZ);
    if (fresh->mode && (fresh->mode & 0170000) != 0160000)
        memcpy(key + GIT_OID_RAWSZ, fresh->id.id, GIT_OID_RAWSZ);
    part *found = sw_id_table_find(&s->parts, key, sizeof key);
    if (!found) {
        sw_text_change change = { 0 };
        bool counts = false;
        int rc = make_change(&change, &counts, s, old, fresh);
        if (rc < 0)
            return rc;
        found = sw_id_table_add(&s->parts, key, sizeof key, sizeof *found);
        if (!found) {
            sw_text_change_release(&change);
            return sw_fail_nomem(s->err);
        }
        found->change = change;
        found->counts = counts;
    }
    *out = found->counts ? &found->change : NULL;
    return 0;
}

/* ---- the search ---- */

int sw_git_similar_covering(bool *out, sw_git_similar *s, const char *hex, const char *const *among, sw_error *err)
{
    const sw_changed_commit *fix, *other;
    sw_changed_paths paths = { .count = 0 };
    s->err = err;
    int rc = sw_git_changed_commit(&fix, s->changed, hex, err);
    if (rc == 0 && fix->plain)
        rc = sw_git_changed_paths(&paths, s->changed, fix, err);
    for (size_t i = 0; rc >= 0 && among[i]; i++) {
        rc = sw_git_changed_commit(&other, s->changed, among[i], s->err);
        out[i] = rc == 0 && other->plain && paths.count;
        for (size_t k = 0; rc >= 0 && k < paths.count && out[i]; k++) {
            sw_git_place old, fresh;
            rc = sw_git_changed_path(&old, &fresh, s->changed, other, paths.items[k].name, err);
            out[i] = rc > 0;
        }
        sw_git_changed_rest(s->changed);
    }
    sw_changed_paths_release(&paths);
    return rc < 0 ? rc : 0;
}

typedef struct touch { /* one path in another commit */
    size_t path;
    sw_git_place old, fresh;
} touch;

typedef struct candidate {
    const sw_changed_commit *commit;
    size_t at; /* which of the others */
    size_t first, count; /* its touches */
    double limit; /* the most that it can score */
} candidate;

typedef struct search {
    sw_changed_paths paths;  /* those that count */
    sw_text_change *changes; /* of each */
    uint32_t gone, come; /* lines of the change */
    touch *touches;
    size_t touch_count, touch_cap;
    candidate *candidates;
    size_t count;
    sw_text_change **theirs; /* by path, for one commit */
} search;

static int add_touch(search *f, size_t which, const sw_git_place *old, const sw_git_place *fresh, sw_error *err)
{
    if (f->touch_count == f->touch_cap) {
        size_t cap = f->touch_cap ? f->touch_cap * 2 : 64;
        touch *touches = realloc(f->touches, cap * sizeof *touches);
        if (!touches)
            return sw_fail_nomem(err);
        f->touches = touches;
        f->touch_cap = cap;
    }
    f->touches[f->touch_count++] = (touch){ which, *old, *fresh };
    return 0;
}

/* What another commit did to the paths, and what it could score if all lines were found in them. */
static int read_other(search *f, sw_git_similar *s, const sw_changed_commit *c, size_t at)
{
    candidate *one = &f->candidates[f->count];
    sw_tally tally = sw_tally_begin(f->gone, f->come);
    uint32_t gone = 0, come = 0;
    *one = (candidate){ .commit = c, .at = at, .first = f->touch_count };
    for (size_t i = 0; i < f->paths.count; i++) {
        sw_git_place old, fresh;
        int rc = sw_git_changed_path(&old, &fresh, s->changed, c, f->paths.items[i].name, s->err);
        if (rc > 0)
            rc = add_touch(f, i, &old, &fresh, s->err);
        else if (rc == 0)
            continue;
        if (rc < 0)
            return rc;
        gone += f->changes[i].gone.count;
        come += f->changes[i].come.count;
    }
    one->count = f->touch_count - one->first;
    tally.open = gone + come;
    tally.open_brought = come;
    one->limit = sw_tally_limit(&tally);
    f->count += one->count > 0;
    return 0;
}

static int best_first(const void *a, const void *b)
{
    const candidate *x = a, *y = b;
    if (x->limit != y->limit)
        return x->limit > y->limit ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

/* The score against one commit; 0 when it cannot be more than `least`. */
static int score_one(double *out, search *f, const candidate *one, double least, sw_git_similar *s)
{
    sw_tally tally = sw_tally_begin(f->gone, f->come);
    *out = 0;
    memset(f->theirs, 0, f->paths.count * sizeof *f->theirs);
    for (size_t i = 0; i < one->count; i++) {
        const touch *t = &f->touches[one->first + i];
        int rc = part_of(&f->theirs[t->path], s, &t->old, &t->fresh);
        if (rc < 0)
            return rc;
    }
    for (size_t i = 0; i < f->paths.count; i++) {
        sw_text_change *const theirs[] = { f->theirs[i], NULL };
        int rc = sw_tally_add(&tally, &f->changes[i], theirs, least);
        if (rc < 0)
            return sw_fail_nomem(s->err);
        if (rc == 0)
            return 0;
    }
    *out = sw_tally_score(&tally);
    return 0;
}

/* Against all of them together; 0 when that is not enough. */
static int score_all(double *out, search *f, sw_git_similar *s)
{
    sw_tally tally = sw_tally_begin(f->gone, f->come);
    sw_text_change **all = calloc(f->count + 1, sizeof *all);
    int rc = all ? 1 : sw_fail_nomem(s->err);
    *out = 0;
    for (size_t i = 0; i < f->paths.count && rc > 0; i++) {
        size_t count = 0;
        for (size_t k = 0; k < f->touch_count && rc > 0; k++) {
            const touch *t = &f->touches[k];
            if (t->path == i && (rc = part_of(&all[count], s, &t->old, &t->fresh)) == 0)
                rc = 1;
            count += rc > 0 && t->path == i && all[count];
        }
        all[count] = NULL;
        if (rc > 0 && (rc = sw_tally_add(&tally, &f->changes[i], all, SW_LIKENESS_ENOUGH - CLOSE)) < 0)
            sw_fail_nomem(s->err);
    }
    if (rc > 0)
        *out = sw_tally_score(&tally);
    free(all);
    return rc < 0 ? rc : 0;
}

/* The commit's paths that count, with what was done to them. */
static int change_of(search *f, sw_git_similar *s, const sw_changed_commit *c)
{
    sw_changed_paths *paths = &f->paths;
    int rc = sw_git_changed_paths(paths, s->changed, c, s->err);
    f->changes = calloc(paths->count + 1, sizeof *f->changes);
    if (rc == 0 && !f->changes)
        rc = sw_fail_nomem(s->err);
    size_t kept = 0;
    for (size_t i = 0; i < paths->count; i++) {
        bool counts = false;
        if (rc == 0)
            rc = make_change(&f->changes[kept], &counts, s, &paths->items[i].old, &paths->items[i].fresh);
        if (counts && rc == 0)
            paths->items[kept++] = paths->items[i];
        else
            free(paths->items[i].name);
    }
    paths->count = kept;
    return rc;
}

static int begin(search *f, sw_git_similar *s, const sw_changed_commit *c, const char *const *among)
{
    size_t others = 0;
    int rc = change_of(f, s, c);
    while (among[others])
        others++;
    f->candidates = calloc(others + 1, sizeof *f->candidates);
    f->theirs = calloc(f->paths.count + 1, sizeof *f->theirs);
    if (rc == 0 && (!f->candidates || !f->theirs))
        rc = sw_fail_nomem(s->err);
    for (size_t i = 0; i < f->paths.count; i++) {
        f->gone += f->changes[i].gone.count;
        f->come += f->changes[i].come.count;
    }
    for (size_t i = 0; i < others && rc == 0 && f->gone + f->come; i++) {
        const sw_changed_commit *other;
        rc = sw_git_changed_commit(&other, s->changed, among[i], s->err);
        if (rc == 0 && other->plain)
            rc = read_other(f, s, other, i);
        sw_git_changed_rest(s->changed);
    }
    if (f->count)
        qsort(f->candidates, f->count, sizeof *f->candidates, best_first);
    return rc;
}

static void end(search *f)
{
    free(f->touches);
    free(f->candidates);
    free(f->theirs);
    for (size_t i = 0; f->changes && i < f->paths.count; i++)
        sw_text_change_release(&f->changes[i]);
    free(f->changes);
    sw_changed_paths_release(&f->paths);
}

/* The one that scores highest, of several the first: those that can score most are looked at before the others. */
static int find_best(const candidate **best, double *most, search *f, sw_git_similar *s)
{
    for (size_t i = 0; i < f->count && f->candidates[i].limit > 0 && f->candidates[i].limit >= *most; i++) {
        const candidate *one = &f->candidates[i];
        bool first = *best && one->at < (*best)->at;
        double own;
        int rc = score_one(&own, f, one, first ? *most - CLOSE : *most, s);
        if (rc < 0)
            return rc;
        if (own > *most || (first && own == *most)) {
            *most = own;
            *best = one;
        }
    }
    return 0;
}

int sw_git_similar_find(sw_oid_text out, sw_git_similar *s, const char *hex, const char *const *among, sw_error *err)
{
    search f = { .count = 0 };
    const sw_changed_commit *fix;
    const candidate *best = NULL;
    double most = 0;
    s->err = err;
    int rc = sw_git_changed_commit(&fix, s->changed, hex, err);
    if (rc < 0 || !fix->plain)
        return rc;
    rc = begin(&f, s, fix, among);
    if (rc == 0)
        rc = find_best(&best, &most, &f, s);
    if (rc == 0 && best && most < SW_LIKENESS_ENOUGH)
        rc = score_all(&most, &f, s);
    if (rc == 0 && best && most >= SW_LIKENESS_ENOUGH) {
        sw_git_oid_text(out, &best->commit->id);
        rc = 1;
    }
    end(&f);
    return rc;
}
