/* What leaves a page: work that was taken back within the release, the reverts that did it, and
 * fixups of commits that are told. A revert of a revert brings the work back. */
#include <stdlib.h>

#include "core/page_private.h"

typedef struct known { /* a record under one of its names */
    uint64_t key;
    uint32_t record;
} known;

typedef struct names {
    known *by_oid, *by_subject, *by_description;
    uint32_t count;
} names;

static int by_key(const void *a, const void *b)
{
    const known *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->record < y->record ? -1 : x->record > y->record;
}

enum { SHORT = 7 }; /* git's shortest hash in texts */

static uint64_t short_key(const char *hex)
{
    uint64_t key = 1; /* never 0, which stands for nothing */
    for (int i = 0; i < SHORT; i++)
        key = key << 8 | (unsigned char)hex[i];
    return key;
}

static void fill(known *list, uint32_t record, uint64_t key)
{
    list[record] = (known){ key, record };
}

static int make_index(names *out, const sw_page *page)
{
    out->count = page->count;
    out->by_oid = calloc(page->count, sizeof(known));
    out->by_subject = calloc(page->count, sizeof(known));
    out->by_description = calloc(page->count, sizeof(known));
    if (!out->by_oid || !out->by_subject || !out->by_description)
        return SW_E_NOMEM;
    for (uint32_t i = 0; i < page->count; i++) {
        const sw_record *record = &page->records[i];
        fill(out->by_oid, i, record->oid[0] ? short_key(record->oid) : 0);
        fill(out->by_subject, i, record->subject);
        fill(out->by_description, i, record->description);
    }
    qsort(out->by_oid, out->count, sizeof(known), by_key);
    qsort(out->by_subject, out->count, sizeof(known), by_key);
    qsort(out->by_description, out->count, sizeof(known), by_key);
    return 0;
}

static const known *first_of(const known *list, uint32_t count, uint64_t key)
{
    uint32_t from = 0, to = count;
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        if (list[middle].key < key)
            from = middle + 1;
        else
            to = middle;
    }
    return list + from;
}

enum { NONE = UINT32_MAX };

/* Takes back by hash; whether any was found. */
static bool take_by_hash(uint32_t *taken, const sw_page *page, const names *all, uint32_t at)
{
    const sw_record *revert = &page->records[at];
    bool found = false;
    for (uint32_t r = revert->reverts; r < revert->reverts_end; r++) {
        const sw_revert *hash = &page->reverts[r];
        uint64_t key = short_key(hash->hex);
        for (const known *k = first_of(all->by_oid, all->count, key); k < all->by_oid + all->count && k->key == key; k++) {
            if (memcmp(page->records[k->record].oid, hash->hex, hash->len) != 0)
                continue;
            taken[k->record] = at;
            found = true;
        }
    }
    return found;
}

/* By subject, else by description: the nearest that no other revert has taken. */
static bool take_by_text(uint32_t *taken, const sw_page *page, const known *list, uint32_t count, uint32_t at)
{
    uint64_t key = page->records[at].fixes;
    for (const known *k = first_of(list, count, key); key && k < list + count && k->key == key; k++) {
        if (k->record == at || taken[k->record] != NONE)
            continue;
        taken[k->record] = at;
        return true;
    }
    return false;
}

static bool take(uint32_t *taken, const sw_page *page, const names *all, uint32_t at)
{
    const sw_record *revert = &page->records[at];
    bool hashes = revert->reverts < revert->reverts_end;
    if (take_by_hash(taken, page, all, at))
        return true;
    if (hashes && revert->oid[0])
        return false;
    return take_by_text(taken, page, all->by_subject, all->count, at)
           || take_by_text(taken, page, all->by_description, all->count, at);
}

/* A revert stands unless one that stands takes it back. */
static bool stands(const uint32_t *taken, uint32_t count, uint32_t at)
{
    bool standing = true;
    for (uint32_t steps = 0; taken[at] != NONE && steps < count; steps++) {
        standing = !standing;
        at = taken[at];
    }
    return standing;
}

static int silence_reverted(sw_page *page)
{
    names all = { 0 };
    uint32_t *taken = malloc(page->count * sizeof *taken);
    int rc = taken ? make_index(&all, page) : SW_E_NOMEM;
    for (uint32_t i = 0; rc == 0 && i < page->count; i++)
        taken[i] = NONE;
    for (uint32_t i = 0; rc == 0 && i < page->count; i++)
        if (page->records[i].kind == SW_CHANGE_REVERT && take(taken, page, &all, i))
            page->records[i].silent = true;
    for (uint32_t i = 0; rc == 0 && i < page->count; i++)
        if (taken[i] != NONE && stands(taken, page->count, taken[i]))
            page->records[i].silent = true;
    free(taken);
    free(all.by_oid);
    free(all.by_subject);
    free(all.by_description);
    return rc;
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* A fixup says nothing where the commit it belongs to is on the same page. */
static int silence_fixups(sw_page *page)
{
    uint32_t fixups = 0, count = 0;
    for (uint32_t i = 0; i < page->count; i++)
        fixups += page->records[i].kind == SW_CHANGE_FIXUP;
    if (!fixups)
        return 0;
    uint64_t *subjects = malloc(page->count * sizeof *subjects);
    if (!subjects)
        return SW_E_NOMEM;
    for (uint32_t i = 0; i < page->count; i++)
        if (page->records[i].kind != SW_CHANGE_FIXUP)
            subjects[count++] = page->records[i].subject;
    qsort(subjects, count, sizeof *subjects, by_number);
    for (uint32_t i = 0; i < page->count; i++) {
        sw_record *record = &page->records[i];
        if (record->kind == SW_CHANGE_FIXUP && bsearch(&record->fixes, subjects, count, sizeof *subjects, by_number))
            record->silent = true;
    }
    free(subjects);
    return 0;
}

int sw_page_silence(sw_page *page)
{
    int rc = page->any_revert ? silence_reverted(page) : 0;
    return rc < 0 ? rc : silence_fixups(page);
}
