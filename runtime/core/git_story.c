#include "core/git_story.h"

#include <stdlib.h>
#include <string.h>

#include "core/git_story_source.h"

#define HIDDEN SW_STORY_HIDDEN
#define NONE UINT32_MAX
enum { SLOP = 5 }; /* how many hidden commits beyond the end are looked at, for clocks that were wrong (git's number) */

typedef struct tagged {
    unsigned char id[20];
    int tag;
} tagged;

typedef struct release {
    uint32_t waiting; /* how many of those that wait to be met or told belong to it, as far as is known */
    uint32_t left;    /* exact: how many commits it has */
    uint32_t previous;
    bool meets_hidden; /* what is not told lies behind it */
    int tag;
    int64_t time;
} release;

struct sw_story {
    sw_story_source *source;
    tagged *tags; /* sorted by id */
    size_t tag_count;
    release *releases;
    uint32_t count, cap, over; /* known, room, how many have ended */
    uint64_t unmet, hidden_waiting; /* by date, of those that have not been taken: how many are to be told, and are not */
    int slop;
    sw_story_commit current;
    sw_oid_text oid;
    bool skewed;
    bool told_again; /* exact: the labels are found */
    unsigned char (*tips)[20]; /* where it began; first those that are hidden */
    size_t tip_count, hidden_tips;
    uint32_t begun; /* releases that were told before dates misled */
};

/* ---- releases ---- */

static int add_release(sw_story *story, int tag, int64_t time, sw_error *err)
{
    if (story->count == story->cap) {
        uint32_t cap = story->cap ? story->cap * 2 : 64;
        release *more = realloc(story->releases, cap * sizeof *more);
        if (!more)
            return sw_fail_nomem(err);
        story->releases = more;
        story->cap = cap;
    }
    story->releases[story->count++] = (release){ .previous = NONE, .tag = tag, .time = time };
    return 0;
}

/* One more, or one less, waits to be taken; what is to be told also for that. */
static void wait_for(sw_story *story, uint32_t label, int by)
{
    if (label == HIDDEN) {
        story->hidden_waiting += (uint64_t)(int64_t)by;
    } else {
        story->releases[label].waiting += (uint32_t)by;
        story->unmet += (uint64_t)(int64_t)by;
    }
}

/* `newer` reaches what belongs to `older`. */
static void note_previous(sw_story *story, uint32_t newer, uint32_t older)
{
    if (newer < HIDDEN && older == HIDDEN)
        story->releases[newer].meets_hidden = true;
    else if (newer < HIDDEN && older > newer && older < story->releases[newer].previous)
        story->releases[newer].previous = older;
}

/* ---- handing on ---- */

static int hand_on(sw_story *story, uint32_t to, uint32_t label, sw_error *err)
{
    uint32_t known;
    int state = sw_story_meet(&known, story->source, to, label, err);
    if (state < 0)
        return state;
    if (state == SW_MET_NEW) {
        wait_for(story, label, 1);
        return 0;
    }
    uint32_t older = known > label ? known : label, newer = known > label ? label : known;
    note_previous(story, newer, older);
    if (known >= label)
        return 0;
    if (state == SW_MET_PASSED) { /* it was taken as part of a newer release */
        story->skewed = true;
        return 0;
    }
    wait_for(story, known, -1);
    wait_for(story, label, 1);
    sw_story_relabel(story->source, to, label);
    return 0;
}

static int tag_of(const void *context, const unsigned char *id)
{
    const sw_story *story = context;
    size_t from = 0, to = story->tag_count;
    while (from < to) {
        size_t middle = (from + to) / 2;
        int order = memcmp(id, story->tags[middle].id, 20);
        if (order == 0)
            return story->tags[middle].tag;
        if (order < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return -1;
}

/* Takes the newest of those that wait: which release it belongs to, and its parents. */
static int step(uint32_t *label, sw_story *story, sw_error *err)
{
    int rc = sw_story_take(&story->current, story->source, err);
    if (rc <= 0)
        return rc;
    sw_story_commit *commit = &story->current;
    uint32_t was = *label = commit->label;
    wait_for(story, was, -1);
    int tag = was == HIDDEN ? -1 : commit->tag;
    if (tag >= 0) {
        if (add_release(story, tag, commit->time, err) < 0)
            return SW_E_NOMEM;
        *label = story->count - 1;
        note_previous(story, was, *label);
    }
    if (*label != HIDDEN)
        story->releases[*label].waiting++; /* to be told */
    sw_story_passed(story->source, commit, *label);
    for (size_t i = 0; i < commit->parent_count && rc >= 0; i++)
        rc = hand_on(story, commit->parents[i], *label, err);
    return rc < 0 ? rc : 1;
}

/* ---- opening ---- */

static int by_id(const void *a, const void *b)
{
    return memcmp(((const tagged *)a)->id, ((const tagged *)b)->id, 20);
}

static int read_tags(sw_story *story, const char *const *list, sw_error *err)
{
    size_t count = 0;
    while (list && list[count])
        count++;
    story->tags = calloc(count + 1, sizeof *story->tags);
    if (!story->tags)
        return sw_fail_nomem(err);
    for (size_t i = 0; i < count; i++) {
        git_oid id;
        int rc = sw_git_oid(&id, list[i], err);
        if (rc < 0)
            return rc;
        memcpy(story->tags[i].id, id.id, 20);
        story->tags[i].tag = (int)i;
    }
    story->tag_count = count;
    qsort(story->tags, count, sizeof *story->tags, by_id);
    return 0;
}

static int find_tips(sw_story *story, sw_git *git, const sw_story_wish *wish, sw_error *err)
{
    size_t count = 0;
    while (wish->hide && wish->hide[count])
        count++;
    story->hidden_tips = count;
    story->tips = calloc(count + 1, sizeof *story->tips);
    if (!story->tips)
        return sw_fail_nomem(err);
    for (size_t i = 0; i <= count; i++) {
        git_commit *commit = NULL;
        int rc = sw_git_commit(&commit, git, i < count ? wish->hide[i] : wish->from, err);
        if (rc < 0)
            return rc;
        memcpy(story->tips[story->tip_count++], git_commit_id(commit)->id, 20);
        git_commit_free(commit);
    }
    return 0;
}

static int begin(sw_story *story, sw_error *err)
{
    int rc = add_release(story, -1, 0, err);
    for (size_t i = 0; rc >= 0 && i < story->tip_count; i++)
        rc = hand_on(story, sw_story_tips(story->source)[i], i < story->hidden_tips ? HIDDEN : 0, err);
    return rc;
}

/* Goes through everything once without telling it, and counts what each release is to tell. */
static int find_labels(sw_story *story, sw_error *err)
{
    uint32_t label = 0;
    int rc;
    while ((rc = step(&label, story, err)) > 0)
        if (label != HIDDEN)
            story->releases[label].left++;
    for (uint32_t i = 0; i < story->count; i++)
        story->releases[i].waiting = story->releases[i].left;
    story->hidden_waiting = story->unmet = 0;
    story->told_again = true;
    return rc < 0 ? rc : sw_story_rewind(story->source, err);
}

int sw_story_open(sw_story **out, sw_git *git, const sw_story_wish *wish, sw_error *err)
{
    *out = NULL;
    sw_story *story = calloc(1, sizeof *story);
    if (!story)
        return sw_fail_nomem(err);
    int rc = read_tags(story, wish->tagged, err);
    if (rc == 0)
        rc = find_tips(story, git, wish, err);
    if (rc == 0)
        rc = sw_story_source_open(&story->source, git, wish->exact, (const unsigned char(*)[20])story->tips, story->tip_count,
                                  tag_of, story, err);
    if (rc == 0)
        rc = begin(story, err);
    if (rc == 0 && sw_story_again(story->source))
        rc = find_labels(story, err);
    if (rc < 0)
        sw_story_close(story);
    else
        *out = story;
    return rc;
}

void sw_story_close(sw_story *story)
{
    if (!story)
        return;
    sw_story_source_close(story->source);
    free(story->tags);
    free(story->releases);
    free(story->tips);
    free(story);
}

/* ---- when dates have misled ---- */

/* Whether all that was told of releases that are over is still true. */
static bool stands(const sw_story *story, const release *told)
{
    uint64_t before = 0, now = 0;
    if (story->begun > story->count)
        return false;
    for (uint32_t i = 0; i < story->begun; i++) {
        const release *a = &told[i], *b = &story->releases[i];
        if (a->tag != b->tag || a->previous != b->previous || a->meets_hidden != b->meets_hidden)
            return false;
        now += b->left;
    }
    uint32_t was, is;
    for (uint32_t i = 0; sw_story_turned(&was, &is, story->source, i); i++) {
        if ((was < story->begun || is < story->begun) && was != is)
            return false;
        before += was < story->begun;
    }
    return before == now;
}

/* Goes on by descent, from the first release that is not over. Nearly always that leaves what was told before as it is,
 * because dates mislead only where lines meet. */
static int turn_exact(sw_story *story, sw_error *err)
{
    release *told = story->releases;
    int rc = sw_story_turn_exact(story->source, story->over, err);
    if (rc <= 0)
        return rc < 0 ? rc : SW_STORY_SKEWED;
    story->begun = story->over;
    story->releases = NULL;
    story->count = story->cap = 0;
    story->hidden_waiting = story->unmet = 0;
    rc = begin(story, err);
    if (rc == 0)
        rc = find_labels(story, err);
    if (rc == 0)
        rc = stands(story, told) ? SW_STORY_AGAIN : SW_STORY_SKEWED;
    story->skewed = rc == SW_STORY_SKEWED;
    free(told);
    return rc;
}

/* ---- telling ---- */

static int tell_release(sw_story_told *told, sw_story *story)
{
    const release *r = &story->releases[story->over];
    *told = (sw_story_told){ .release = story->over++, .tag = r->tag, .previous = -1, .time = r->time };
    if (r->previous != NONE)
        told->previous = story->releases[r->previous].tag;
    told->meets_hidden = r->meets_hidden;
    return SW_STORY_RELEASE;
}

static void describe(sw_story_told *told, sw_story *story)
{
    git_oid id;
    uint32_t label = story->current.label;
    memcpy(id.id, story->current.id, 20);
    sw_git_oid_text(story->oid, &id);
    *told = (sw_story_told){ .release = label, .tag = story->releases[label].tag, .previous = -1,
                             .oid = story->oid, .raw = story->current.raw };
}

/* The next to be told, with its label: 1, or 0 when there is none. By date, takes as many as are needed for that. */
static int find_next(sw_story *story, sw_error *err)
{
    for (;;) {
        bool ended = !story->told_again && !story->unmet; /* what still waits is hidden, or nothing does */
        bool whole = ended && (!story->hidden_waiting || story->slop == SLOP);
        int rc = sw_story_tell(&story->current, story->source, whole, err);
        if (rc != 0 || whole || story->told_again)
            return rc;
        uint32_t label;
        story->slop += ended;
        rc = step(&label, story, err);
        if (rc < 0 || story->skewed)
            return rc < 0 ? rc : 1;
        if (rc == 0)
            return sw_fail(err, SW_E_CORRUPT, "git.broken", "the history ends before it is told");
    }
}

int sw_story_next(sw_story_told *told, sw_story *story, sw_error *err)
{
    for (;;) {
        if (story->over < story->count && story->releases[story->over].waiting == 0)
            return tell_release(told, story);
        if (story->told_again && story->over == story->count)
            return SW_STORY_END;
        int rc = find_next(story, err);
        if (rc < 0)
            return rc;
        if (story->skewed)
            return story->told_again ? SW_STORY_SKEWED : turn_exact(story, err);
        if (rc == 0 && story->over == story->count)
            return SW_STORY_END;
        if (rc == 0)
            return sw_fail(err, SW_E_CORRUPT, "git.broken", "the history ends before it is told");
        uint32_t label = story->current.label;
        if (label == HIDDEN)
            continue;
        story->releases[label].waiting--;
        if (label < story->begun)
            continue;
        describe(told, story);
        return SW_STORY_COMMIT;
    }
}
