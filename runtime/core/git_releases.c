#include "core/git_releases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char tags[] = "refs/tags/";

/* The version in a tag's name; absent when it has another shape. */
static sw_span version_in(const char *tag, const char *before, const char *after)
{
    size_t len = strlen(tag), front = strlen(before), back = strlen(after);
    if (len < front + back || memcmp(tag, before, front) != 0 || memcmp(tag + len - back, after, back) != 0)
        return (sw_span){ 0 };
    return (sw_span){ tag + front, len - front - back };
}

int sw_git_releases_list(sw_git_releases *out, sw_git *git, const char *before, const char *after, sw_error *err)
{
    sw_buf prefix;
    memset(out, 0, sizeof *out);
    sw_buf_init(&prefix);
    int rc = sw_buf_addf(&prefix, "%s%s", tags, before);
    rc = rc < 0 ? sw_fail_nomem(err) : sw_git_refs_quick(&out->refs, git, sw_buf_text(&prefix), err);
    sw_buf_release(&prefix);
    if (rc < 0)
        return rc;
    out->items = calloc(out->refs.count + 1, sizeof *out->items);
    if (!out->items)
        return sw_fail_nomem(err);
    for (size_t i = 0; i < out->refs.count; i++) {
        const sw_git_ref *ref = &out->refs.items[i];
        sw_git_release release = { .tag = ref->name + sizeof tags - 1, .commit = &ref->commit };
        sw_error no_version;
        release.version = version_in(release.tag, before, after);
        if (release.version.at && !git_oid_is_zero(release.commit)
            && sw_semver_parse(&release.numbers, release.version.at, release.version.len, SW_SEMVER_STRICT, &no_version) == 0)
            out->items[out->count++] = release;
    }
    return 0;
}

int sw_git_releases_by_commit(sw_git_releases *releases, sw_error *err)
{
    size_t cap = 16, kept = 0;
    while (cap < releases->count * 2)
        cap *= 2;
    size_t *slots = calloc(cap, sizeof *slots); /* hash table: place + 1, 0 = free */
    if (!slots)
        return sw_fail_nomem(err);
    for (size_t i = 0; i < releases->count; i++) {
        const sw_git_release *one = &releases->items[i];
        size_t slot;
        memcpy(&slot, one->commit->id, sizeof slot); /* an id is a hash already */
        for (slot &= cap - 1; slots[slot]; slot = (slot + 1) & (cap - 1))
            if (git_oid_equal(releases->items[slots[slot] - 1].commit, one->commit))
                break;
        if (!slots[slot]) {
            releases->items[kept++] = *one;
            slots[slot] = kept;
        } else if (sw_semver_compare_build(&releases->items[slots[slot] - 1].numbers, &one->numbers) < 0) {
            releases->items[slots[slot] - 1] = *one;
        }
    }
    releases->count = kept;
    free(slots);
    return 0;
}

static int highest_first(const void *a, const void *b)
{
    const sw_git_release *x = a, *y = b;
    int order = sw_semver_compare_build(&y->numbers, &x->numbers);
    return order ? order : strcmp(x->tag, y->tag);
}

void sw_git_releases_fixes(sw_git_releases *releases, size_t limit)
{
    size_t kept = 0;
    for (size_t i = 0; i < releases->count; i++) {
        const sw_git_release *one = &releases->items[i];
        if (!(one->numbers.patch.len == 1 && *one->numbers.patch.at == '0'))
            releases->items[kept++] = *one;
    }
    releases->count = kept;
    if (!limit || kept <= limit)
        return;
    qsort(releases->items, kept, sizeof *releases->items, highest_first);
    releases->count = limit;
}

void sw_git_releases_release(sw_git_releases *releases)
{
    sw_git_refs_release(&releases->refs);
    free(releases->items);
    memset(releases, 0, sizeof *releases);
}
