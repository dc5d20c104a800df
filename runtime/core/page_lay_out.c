/* A page arranged and written: groups in the order of the style, within a group by scope, within a
 * scope as the commits came. */
#include <stdlib.h>

#include "core/page_private.h"

/* ---- arranging ---- */

static sw_span scope_of(const sw_page *page, uint32_t record)
{
    const sw_record *r = &page->records[record];
    return (sw_span){ sw_buf_text(&page->text) + r->scope, r->type - r->scope };
}

static int compare(sw_span a, sw_span b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len ? memcmp(a.at, b.at, len) : 0;
    return order ? order : a.len < b.len ? -1 : a.len > b.len;
}

/* Stable, by group, then by scope: a merge sort, because qsort knows no page. */
static bool precedes(const sw_page *page, uint32_t a, uint32_t b, bool with_group)
{
    const sw_record *x = &page->records[a], *y = &page->records[b];
    if (with_group && x->group != y->group)
        return x->group < y->group;
    int order = compare(scope_of(page, a), scope_of(page, b));
    return order ? order < 0 : a < b;
}

static void sort(uint32_t *list, uint32_t *room, uint32_t count, const sw_page *page)
{
    if (count < 2)
        return;
    uint32_t half = count / 2, a = 0, b = half, to = 0;
    sort(list, room, half, page);
    sort(list + half, room, count - half, page);
    if (!precedes(page, list[half], list[half - 1], true))
        return;
    memcpy(room, list, half * sizeof *list);
    while (a < half && b < count)
        list[to++] = precedes(page, list[b], room[a], true) ? list[b++] : room[a++];
    while (a < half)
        list[to++] = room[a++];
}

static int note_order(const void *a, const void *b, void *page)
{
    const sw_note *x = a, *y = b;
    if (x->record != y->record)
        return precedes(page, x->record, y->record, false) ? -1 : 1;
    return x->text < y->text ? -1 : 1;
}

/* Only of what is told, by scope, each text once. */
static void arrange_notes(sw_page *page)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < page->note_count; i++)
        if (!page->records[page->notes[i].record].silent)
            page->notes[kept++] = page->notes[i];
    page->note_count = kept;
    qsort_r(page->notes, kept, sizeof *page->notes, note_order, page);
    kept = 0;
    for (uint32_t i = 0; i < page->note_count; i++) {
        bool seen = false;
        for (uint32_t j = 0; j < kept && !seen; j++)
            seen = page->notes[j].hash == page->notes[i].hash && page->notes[j].len == page->notes[i].len;
        if (!seen)
            page->notes[kept++] = page->notes[i];
    }
    page->note_count = kept;
}

int sw_page_arrange(sw_page *page, sw_error *err)
{
    if (sw_page_silence(page) < 0)
        return sw_fail_nomem(err);
    uint32_t *room = malloc((page->count / 2 + 1) * sizeof *room), told = 0;
    page->order = malloc((page->count + 1) * sizeof *page->order);
    page->groups = calloc(page->style->group_count + 1, sizeof *page->groups);
    if (!room || !page->order || !page->groups) {
        free(room);
        return sw_fail_nomem(err);
    }
    for (uint32_t i = 0; i < page->count; i++)
        if (!page->records[i].silent)
            page->order[told++] = i;
    sort(page->order, room, told, page);
    free(room);
    for (uint32_t i = 0; i < told; i++) {
        uint32_t group = page->records[page->order[i]].group;
        if (i == 0 || page->groups[page->group_count - 1].group != group)
            page->groups[page->group_count++] = (sw_arranged){ group, i, i };
        page->groups[page->group_count - 1].to = i + 1;
    }
    if (page->note_count)
        arrange_notes(page);
    return 0;
}

/* ---- parts ---- */

const char *sw_page_text(const sw_page *page)
{
    return sw_buf_text(&page->text);
}

bool sw_page_group_at(sw_span *title, const uint32_t **entries, size_t *count, const sw_page *page, size_t index)
{
    if (index >= page->group_count)
        return false;
    const sw_arranged *group = &page->groups[index];
    *title = group->group < page->style->group_count ? page->style->groups[group->group].title
                                                     : (sw_span){ "Other", 5 };
    *entries = page->order + group->from;
    *count = group->to - group->from;
    return true;
}

void sw_page_entry_at(sw_page_entry *out, const sw_page *page, uint32_t entry)
{
    const sw_record *r = &page->records[entry];
    *out = (sw_page_entry){ .scope = r->scope, .scope_len = r->type - r->scope, .shown = r->shown,
                            .shown_len = r->tail - r->shown, .tail = r->tail, .tail_len = r->end - r->tail,
                            .type = r->type, .type_len = r->mark - r->type, .breaking = r->breaking };
    memcpy(out->oid, r->oid, sizeof r->oid);
}

bool sw_page_breaking_at(sw_span *text, sw_span *scope, const sw_page *page, size_t index)
{
    if (index >= page->note_count)
        return false;
    const sw_note *note = &page->notes[index];
    *text = (sw_span){ sw_buf_text(&page->text) + note->text, note->len };
    *scope = scope_of(page, note->record);
    return true;
}

/* ---- writing ---- */

static int add(sw_buf *out, sw_span text)
{
    return sw_buf_add(out, text.at, text.at ? text.len : 0);
}

int sw_page_heading_address(sw_buf *out, const sw_page *page, const sw_page_about *about)
{
    const sw_page_links *links = page->style->links;
    sw_span here = about->tag.at ? about->tag : about->version.at ? about->version : (sw_span){ "HEAD", 4 };
    const sw_page_value compare_values[] = { { "from", about->previous }, { "to", here } };
    const sw_page_value tag_value = { "tag", about->tag };
    if (links && about->previous.at && links->to[SW_LINK_COMPARE].known)
        return sw_page_address_fill(out, &links->to[SW_LINK_COMPARE], compare_values, 2);
    if (links && !about->previous.at && about->tag.at && links->to[SW_LINK_TAG].known)
        return sw_page_address_fill(out, &links->to[SW_LINK_TAG], &tag_value, 1);
    return 0;
}

static int put_heading(sw_buf *out, const sw_page *page, const sw_page_about *about)
{
    sw_buf address = { 0 };
    sw_span name = about->version.at ? about->version : (sw_span){ "Unreleased", 10 };
    int rc = sw_page_heading_address(&address, page, about);
    bool brackets = address.len || !page->style->conventional;
    rc |= sw_buf_add_text(out, brackets ? "## [" : "## ");
    rc |= add(out, name);
    if (brackets)
        rc |= sw_buf_add_char(out, ']');
    if (address.len)
        rc |= sw_buf_addf(out, "(%s)", address.data);
    if (about->version.at && about->date.at) {
        rc |= sw_buf_add_text(out, page->style->conventional ? " (" : " - ");
        rc |= add(out, about->date);
        if (page->style->conventional)
            rc |= sw_buf_add_char(out, ')');
    }
    sw_buf_release(&address);
    return rc | sw_buf_add_char(out, '\n');
}

static int put_title(sw_buf *out, sw_span title)
{
    return sw_buf_add_text(out, "\n### ") | add(out, title) | sw_buf_add_text(out, "\n\n");
}

static int put_breaking(sw_buf *out, const sw_page *page, const char *bullet)
{
    const char *title = page->style->conventional ? "\xE2\x9A\xA0 BREAKING CHANGES" : "Breaking changes";
    int rc = page->note_count ? put_title(out, (sw_span){ title, strlen(title) }) : 0;
    for (uint32_t i = 0; i < page->note_count; i++) {
        rc |= sw_buf_add_text(out, bullet);
        rc |= sw_buf_add(out, page->text.data + page->notes[i].text, page->notes[i].len);
        rc |= sw_buf_add_char(out, '\n');
    }
    return rc;
}

static int put_groups(sw_buf *out, const sw_page *page, const char *bullet)
{
    int rc = 0;
    for (uint32_t g = 0; g < page->group_count; g++) {
        const sw_arranged *group = &page->groups[g];
        sw_span title;
        const uint32_t *entries;
        size_t count;
        sw_page_group_at(&title, &entries, &count, page, g);
        rc |= put_title(out, title);
        for (uint32_t i = group->from; i < group->to; i++) {
            const sw_record *r = &page->records[page->order[i]];
            rc |= sw_buf_add(out, bullet, 2);
            rc |= sw_buf_add(out, page->text.data + r->mark, r->end - r->mark);
            rc |= sw_buf_add_char(out, '\n');
        }
    }
    return rc;
}

static int put_people(sw_buf *out, const sw_page_about *about, const char *bullet)
{
    static const char title[] = "Contributors";
    int rc = about->people_count ? put_title(out, (sw_span){ title, sizeof title - 1 }) : 0;
    for (size_t i = 0; i < about->people_count; i++) {
        rc |= sw_buf_add_text(out, bullet);
        rc |= add(out, about->people[i].name);
        rc |= sw_buf_add_text(out, about->people[i].first ? " made their first contribution\n" : "\n");
    }
    return rc;
}

int sw_page_lay_out(sw_buf *out, sw_page *page, const sw_page_about *about, sw_error *err)
{
    const char *bullet = page->style->conventional ? "* " : "- ";
    int rc = put_heading(out, page, about);
    if (about->notes.at)
        rc |= sw_buf_add_char(out, '\n') | add(out, about->notes) | sw_buf_add_char(out, '\n');
    rc |= put_breaking(out, page, bullet);
    rc |= put_groups(out, page, bullet);
    if (!page->group_count && !about->notes.at)
        rc |= sw_buf_add_text(out, "\nNo notable changes.\n");
    rc |= put_people(out, about, bullet);
    return rc < 0 ? sw_fail_nomem(err) : 0;
}
