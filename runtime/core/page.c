#include "core/page.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/page_issues.h"
#include "core/page_private.h"

/* ---- opening ---- */

int sw_page_open(sw_page **out, const sw_page_style *style, const char *version, sw_error *err)
{
    *out = calloc(1, sizeof **out);
    if (!*out)
        return sw_fail_nomem(err);
    (*out)->style = style;
    if (version && !((*out)->version = strdup(version))) {
        free(*out);
        *out = NULL;
        return sw_fail_nomem(err);
    }
    return 0;
}

void sw_page_close(sw_page *page)
{
    if (!page)
        return;
    free(page->version);
    free(page->records);
    free(page->reverts);
    free(page->notes);
    free(page->order);
    free(page->groups);
    sw_buf_release(&page->text);
    free(page);
}

size_t sw_page_count(const sw_page *page)
{
    return page->count;
}

/* Room for one more in a growing array. */
static int grow(void **items, uint32_t *cap, uint32_t count, size_t size)
{
    if (count < *cap)
        return 0;
    uint32_t more = *cap ? *cap * 2 : 4; /* hundreds of pages can be open, most of them short */
    void *bigger = realloc(*items, more * size);
    if (!bigger)
        return SW_E_NOMEM;
    *items = bigger;
    *cap = more;
    return 0;
}

/* ---- which commits make a release ---- */

static bool is_version_char(char c)
{
    return sw_is_digit(c) || sw_is_letter(c) || c == '.' || c == '+' || c == '-';
}

/* "1.2.0-rc.1" at the end, behind a "v" or a space. */
static sw_span version_at_end(sw_span text)
{
    const char *space = text.len ? memrchr(text.at, ' ', text.len) : NULL; /* no version has one in it */
    for (size_t i = space ? (size_t)(space - text.at) + 1 : 1; i < text.len; i++) {
        char before = text.at[i - 1];
        if ((before != 'v' && before != 'V' && before != ' ') || !sw_is_digit(text.at[i]))
            continue;
        size_t at = i;
        int parts = 0;
        for (; parts < 3; parts++) {
            size_t start = at;
            while (at < text.len && sw_is_digit(text.at[at]))
                at++;
            if (at == start)
                break;
            if (parts < 2 && (at == text.len || text.at[at++] != '.'))
                break;
        }
        while (parts == 3 && at < text.len && is_version_char(text.at[at]))
            at++;
        if (parts == 3 && at == text.len)
            return (sw_span){ text.at + i, text.len - i };
    }
    return (sw_span){ 0 };
}

static void drop_end(sw_span *text, const char *end)
{
    size_t len = strlen(end);
    if (text->len >= len && memcmp(text->at + text->len - len, end, len) == 0)
        text->len -= len;
}

static void drop_spaces(sw_span *text)
{
    while (text->len && sw_is_space(text->at[text->len - 1]))
        text->len--;
}

/* Without " [skip ci]" at the end. */
static sw_span without_skip(sw_span text)
{
    sw_span rest = text;
    drop_spaces(&rest);
    drop_end(&rest, ")");
    drop_end(&rest, "]");
    size_t before = rest.len;
    drop_end(&rest, "skip ci");
    if (rest.len == before)
        return text;
    drop_end(&rest, "[");
    drop_end(&rest, "(");
    drop_spaces(&rest);
    return rest;
}

static bool is_filler(const char *at, size_t len)
{
    static const char *const words[] = { "release", "version", "bump", "prepare", "to",
                                         "publish", "tag", "chore", "build", NULL };
    for (const char *const *w = words; *w; w++) {
        size_t i = 0;
        while (i < len && sw_lower(at[i]) == (*w)[i])
            i++;
        if (i == len && !(*w)[i])
            return true;
    }
    return false;
}

/* "core 1.2.0": a word and a version. */
static bool is_package_release(sw_span text)
{
    size_t at = 0;
    while (at < text.len && !sw_is_space(text.at[at]))
        at++;
    sw_span rest = { text.at + at, text.len - at };
    if (!at || !rest.len)
        return false;
    sw_span said = version_at_end(rest);
    return said.at && rest.len - said.len <= 2 && said.at + said.len == rest.at + rest.len;
}

/* "Release core 1.2.0, cli 2.0.0 and 3 more", "Release 12 packages". */
static bool releases_packages(sw_span subject)
{
    static const char begin[] = "Release ", many[] = " packages", more[] = " more", and[] = " and ";
    if (subject.len < sizeof begin || memcmp(subject.at, begin, sizeof begin - 1) != 0)
        return false;
    sw_span rest = { subject.at + sizeof begin - 1, subject.len - (sizeof begin - 1) };
    size_t before = rest.len;
    drop_end(&rest, many);
    drop_end(&rest, more);
    bool counted = rest.len < before;
    while (counted && rest.len && sw_is_digit(rest.at[rest.len - 1]))
        rest.len--;
    if (counted && !rest.len)
        return true;
    drop_end(&rest, and);
    while (rest.len) {
        const char *comma = memchr(rest.at, ',', rest.len);
        sw_span piece = { rest.at, comma ? (size_t)(comma - rest.at) : rest.len };
        if (!is_package_release(piece))
            return false;
        size_t taken = comma ? piece.len + 1 : piece.len;
        while (taken < rest.len && rest.at[taken] == ' ')
            taken++;
        rest = (sw_span){ rest.at + taken, rest.len - taken };
    }
    return true;
}

/* "Release 1.2.0", "chore(release): v1.2.0", "bump: version 1.1.0 → 1.2.0"; those of pre-releases too,
 * because a final release tells everything since the last final one. */
static bool makes_release(sw_span subject, const char *version)
{
    static const char arrow[] = "\xE2\x86\x92";
    if (releases_packages(subject))
        return true;
    sw_span rest = without_skip(subject), said = version_at_end(rest);
    if (!said.at && version)
        said = (sw_span){ version, strlen(version) };
    if (!said.at || rest.len < said.len
        || memcmp(rest.at + rest.len - said.len, said.at, said.len) != 0)
        return false;
    rest.len -= said.len;
    sw_span from = rest;
    drop_spaces(&from);
    size_t before = from.len;
    drop_end(&from, arrow);
    if (from.len < before) {
        drop_spaces(&from);
        size_t word = from.len;
        while (from.len && !sw_is_space(from.at[from.len - 1]))
            from.len--;
        if (from.len < word)
            rest = from;
    }
    if (rest.len && (rest.at[rest.len - 1] == 'v' || rest.at[rest.len - 1] == 'V'))
        rest.len--;
    for (size_t i = 0; i < rest.len;) {
        size_t start = i;
        while (i < rest.len && sw_is_letter(rest.at[i]))
            i++;
        if (i > start && !is_filler(rest.at + start, i - start))
            return false;
        i += i == start;
    }
    return true;
}

/* ---- adding ---- */

/* FNV-1a; 0 stands for "no text". */
static uint64_t hash_of(sw_span text)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    if (!text.at)
        return 0;
    for (size_t i = 0; i < text.len; i++)
        hash = (hash ^ (unsigned char)text.at[i]) * UINT64_C(1099511628211);
    return hash ? hash : 1;
}

static uint32_t group_of(const sw_page_style *style, const sw_change *change)
{
    sw_span type = change->kind == SW_CHANGE_REVERT ? (sw_span){ "revert", 6 } : change->type;
    for (size_t i = 0; type.at && i < style->type_count; i++)
        if (style->types[i].name.len == type.len
            && memcmp(style->types[i].name.at, type.at, type.len) == 0)
            return style->types[i].group;
    return (uint32_t)style->group_count;
}

static bool says_scope(sw_span scope) /* "*" says nothing */
{
    return scope.len > 0 && !(scope.len == 1 && *scope.at == '*');
}

static int put_scope(sw_buf *out, sw_span scope)
{
    if (!says_scope(scope))
        return 0;
    int rc = sw_buf_add_text(out, "**");
    if (rc == 0)
        rc = sw_page_line(out, scope, false, NULL);
    return rc < 0 ? rc : sw_buf_add_text(out, ":** ");
}

static int put_tail(sw_page *page, const sw_change *change, const sw_record *record)
{
    const sw_page_links *links = page->style->links;
    sw_buf *out = &page->text;
    int rc = 0;
    if (links && links->to[SW_LINK_COMMIT].known && change->oid.at) {
        const sw_page_value value = { "oid", change->oid };
        rc = sw_buf_addf(out, " ([%.7s](", change->oid.at);
        if (rc == 0)
            rc = sw_page_address_fill(out, &links->to[SW_LINK_COMMIT], &value, 1);
        if (rc == 0)
            rc = sw_buf_add_text(out, "))");
    }
    /* The subject is at the beginning of the message, give or take white space. */
    if (rc < 0 || change->message.len <= change->subject.len
        || !memchr(change->message.at + change->subject.len, '#', change->message.len - change->subject.len))
        return rc;
    sw_span shown = { page->text.data + record->shown, record->tail - record->shown };
    return sw_page_issues(out, change, shown, links);
}

/* Scope, description and what stands behind it, rendered to the page's text at once. */
static int render(sw_page *page, sw_record *record, const sw_change *change)
{
    sw_buf *out = &page->text;
    sw_span what = change->description.at ? change->description : change->subject;
    record->scope = (uint32_t)out->len;
    int rc = says_scope(change->scope) ? sw_buf_add(out, change->scope.at, change->scope.len) : 0;
    record->type = (uint32_t)out->len;
    if (rc == 0 && change->type.at)
        rc = sw_buf_add(out, change->type.at, change->type.len);
    record->mark = (uint32_t)out->len;
    if (rc == 0)
        rc = put_scope(out, change->scope);
    record->shown = (uint32_t)out->len;
    if (rc == 0)
        rc = sw_page_line(out, what, true, page->style->links);
    if (rc == 0 && out->len == record->shown)
        rc = sw_buf_add_text(out, "(no description)");
    record->tail = (uint32_t)out->len;
    if (rc == 0)
        rc = put_tail(page, change, record);
    record->end = (uint32_t)out->len;
    return rc;
}

/* Texts about a breaking change: its footers, or the description where only "!" stands. */
static int add_note(sw_page *page, sw_span scope, sw_span text)
{
    if (grow((void **)&page->notes, &page->note_cap, page->note_count, sizeof *page->notes) < 0)
        return SW_E_NOMEM;
    sw_note *note = &page->notes[page->note_count++];
    *note = (sw_note){ .record = page->count, .text = (uint32_t)page->text.len };
    int rc = put_scope(&page->text, scope);
    if (rc == 0)
        rc = sw_page_block(&page->text, text, "  ", page->style->links);
    note->len = (uint32_t)page->text.len - note->text;
    if (rc == 0)
        note->hash = hash_of((sw_span){ sw_buf_text(&page->text) + note->text, note->len });
    return rc;
}

static int add_notes(sw_page *page, const sw_change *change)
{
    bool any = false;
    int rc = 0;
    for (size_t i = 0; i < change->footer_count && rc == 0; i++) {
        if (!change->footers[i].breaking)
            continue;
        any = true;
        rc = add_note(page, change->scope, change->footers[i].value);
    }
    if (rc == 0 && !any && change->description.at)
        rc = add_note(page, change->scope, change->description);
    return rc;
}

static int add_reverts(sw_page *page, const sw_change *change)
{
    for (size_t i = 0; i < change->revert_count; i++) {
        if (grow((void **)&page->reverts, &page->revert_cap, page->revert_count, sizeof *page->reverts) < 0)
            return SW_E_NOMEM;
        sw_revert *revert = &page->reverts[page->revert_count++];
        size_t len = change->reverts[i].len > 40 ? 40 : change->reverts[i].len;
        revert->len = (unsigned char)len;
        for (size_t j = 0; j < len; j++)
            revert->hex[j] = sw_lower(change->reverts[i].at[j]);
    }
    return 0;
}

/* What the other changes of a page are told by: names, and what it takes back. The caller counts it in. */
static sw_record *new_record(sw_page *page, const sw_change *change)
{
    if (grow((void **)&page->records, &page->cap, page->count, sizeof *page->records) < 0)
        return NULL;
    sw_record *record = &page->records[page->count];
    *record = (sw_record){ .kind = (unsigned char)change->kind,
                           .breaking = change->breaking,
                           .subject = hash_of(change->subject),
                           .description = hash_of(change->description),
                           .fixes = hash_of(change->kind == SW_CHANGE_REVERT ? change->reverts_subject : change->fixes),
                           .reverts = page->revert_count };
    if (change->oid.at && change->oid.len == 40)
        memcpy(record->oid, change->oid.at, 40);
    if (add_reverts(page, change) < 0)
        return NULL;
    record->reverts_end = page->revert_count;
    page->any_revert = page->any_revert || change->kind == SW_CHANGE_REVERT;
    return record;
}

int sw_page_note(sw_page *page, const sw_change *change, sw_error *err)
{
    if (!new_record(page, change))
        return sw_fail_nomem(err);
    page->count++;
    return 0;
}

int sw_page_settle(sw_page *page, sw_error *err)
{
    return sw_page_silence(page) < 0 ? sw_fail_nomem(err) : 0;
}

bool sw_page_stands(const sw_page *page, size_t change)
{
    return !page->records[change].silent;
}

int sw_page_add(sw_page *page, const sw_change *change, sw_error *err)
{
    if (page->text.len > UINT32_MAX / 2)
        return sw_fail(err, SW_E_LIMIT, "changelog.too_long", "one release has more text than a page can hold");
    sw_record *record = new_record(page, change);
    if (!record)
        return sw_fail_nomem(err);
    record->group = group_of(page->style, change);
    record->silent = change->kind == SW_CHANGE_MERGE || makes_release(change->subject, page->version);
    bool hidden = record->group < page->style->group_count && page->style->groups[record->group].hidden
                  && !change->breaking;
    record->silent = record->silent || hidden;
    int rc = 0;
    if (!record->silent)
        rc = render(page, record, change);
    if (rc == 0 && !record->silent && change->breaking)
        rc = add_notes(page, change);
    page->count++;
    return rc < 0 ? sw_fail_nomem(err) : 0;
}
