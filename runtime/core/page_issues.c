/* The issues that the text behind a subject names: "closes #1 #2", "see other/project#3". */
#include "core/page_issues.h"

#include "core/error.h"

enum { MOST = 64 }; /* of one commit; further ones are not told */

typedef struct issue {
    sw_span project, number; /* project.len 0: this one */
    bool closes;
} issue;

typedef struct issues {
    issue list[MOST];
    size_t count;
    sw_span shown; /* what the entry says already */
} issues;

static bool is_word(char c)
{
    return sw_is_letter(c) || sw_is_digit(c);
}

static bool closes(sw_span word)
{
    static const char *const words[] = { "close", "closes", "closed", "fix", "fixes", "fixed",
                                         "resolve", "resolves", "resolved", NULL };
    for (const char *const *w = words; *w; w++) {
        size_t i = 0;
        while (i < word.len && sw_lower(word.at[i]) == (*w)[i])
            i++;
        if (i == word.len && !(*w)[i])
            return true;
    }
    return false;
}

/* The last word between `at` and `end`. */
static sw_span last_word(const char *at, const char *end)
{
    while (end > at && !sw_is_letter(end[-1]))
        end--;
    const char *start = end;
    while (start > at && sw_is_letter(start[-1]))
        start--;
    return (sw_span){ start, (size_t)(end - start) };
}

static bool is_and(sw_span word)
{
    return word.len == 3 && sw_lower(word.at[0]) == 'a' && sw_lower(word.at[1]) == 'n'
           && sw_lower(word.at[2]) == 'd';
}

static bool same(sw_span a, sw_span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

/* Does the entry's own text name it? */
static bool is_shown(sw_span shown, sw_span project, sw_span number)
{
    const char *at = shown.at, *end = at + shown.len;
    while (at && at < end && (at = memchr(at, '#', (size_t)(end - at)))) {
        const char *hash = at++;
        if ((size_t)(end - at) < number.len || memcmp(at, number.at, number.len) != 0)
            continue;
        if (at + number.len < end && is_word(at[number.len]))
            continue;
        if ((size_t)(hash - shown.at) >= project.len
            && (!project.len || memcmp(hash - project.len, project.at, project.len) == 0))
            return true;
    }
    return false;
}

static void add(issues *all, sw_span project, sw_span number, bool closing)
{
    for (size_t i = 0; i < all->count; i++)
        if (same(all->list[i].project, project) && same(all->list[i].number, number))
            return;
    if (all->count < MOST && !is_shown(all->shown, project, number))
        all->list[all->count++] = (issue){ project, number, closing };
}

static bool is_project_char(char c)
{
    return is_word(c) || c == '_' || c == '.' || c == '-' || c == '/';
}

/* A line without code. */
static void read_plain(issues *all, const char *at, const char *end)
{
    bool closing = false;
    const char *from = at;
    for (const char *hash = at; hash < end && (hash = memchr(hash, '#', (size_t)(end - hash)));) {
        const char *stop = hash + 1, *name = hash;
        if (stop == end || !sw_is_digit(*stop)) {
            from = ++hash;
            continue;
        }
        while (stop < end && is_word(*stop))
            stop++;
        while (name > from && is_project_char(name[-1]))
            name--;
        sw_span verb = last_word(from, name);
        if (verb.len && !is_and(verb))
            closing = closes(verb);
        sw_span project = { name, sw_page_is_project(name, hash) ? (size_t)(hash - name) : 0 };
        if (project.len)
            closing = false;
        add(all, project, (sw_span){ hash + 1, (size_t)(stop - hash) - 1 }, closing);
        from = hash = stop;
    }
}

/* Code spans are cut out first; `room` keeps what is left for as long as the issues are. */
static int read_line(issues *all, sw_buf *room, const char *at, const char *end)
{
    if (!memchr(at, '#', (size_t)(end - at)))
        return 0;
    if (!memchr(at, '`', (size_t)(end - at))) {
        read_plain(all, at, end);
        return 0;
    }
    size_t start = room->len;
    while (at < end) {
        const char *open = memchr(at, '`', (size_t)(end - at));
        const char *close = open ? memchr(open + 1, '`', (size_t)(end - open) - 1) : NULL;
        const char *stop = close ? open : end;
        if (room->cap - room->len <= (size_t)(stop - at))
            return SW_E_NOMEM; /* reserved by the caller: cannot be */
        sw_buf_add(room, at, (size_t)(stop - at));
        at = close ? close + 1 : end;
    }
    read_plain(all, room->data + start, room->data + room->len);
    return 0;
}

static int read_text(issues *all, sw_buf *room, const char *at, const char *end)
{
    int rc = 0;
    while (rc == 0 && at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        rc = read_line(all, room, at, stop ? stop : end);
        at = stop ? stop + 1 : end;
    }
    return rc;
}

static int put_kind(sw_buf *out, const issues *all, bool closing, const char *word, const sw_page_links *links)
{
    bool first = true;
    int rc = 0;
    for (size_t i = 0; i < all->count && rc == 0; i++) {
        if (all->list[i].closes != closing)
            continue;
        rc = sw_buf_add_text(out, first ? word : " ");
        if (rc == 0)
            rc = sw_page_reference(out, links, all->list[i].project, all->list[i].number);
        first = false;
    }
    return rc;
}

int sw_page_issues(sw_buf *out, const sw_change *change, sw_span shown, const sw_page_links *links)
{
    issues all;
    sw_buf text = { 0 }, room = { 0 };
    all.count = 0;
    all.shown = shown;
    int rc = sw_buf_add(&text, change->body.at, change->body.at ? change->body.len : 0);
    for (size_t i = 0; i < change->footer_count && rc == 0; i++) {
        const sw_footer *footer = &change->footers[i];
        if (footer->breaking)
            continue;
        rc |= sw_buf_add_char(&text, '\n');
        rc |= sw_buf_add(&text, footer->token.at, footer->token.len);
        rc |= sw_buf_add_text(&text, footer->hash ? " #" : " ");
        rc |= sw_buf_add(&text, footer->value.at, footer->value.len);
    }
    if (rc == 0)
        rc = sw_buf_reserve(&room, text.len + 1);
    if (rc == 0)
        rc = read_text(&all, &room, sw_buf_text(&text), sw_buf_text(&text) + text.len);
    if (rc == 0)
        rc = put_kind(out, &all, true, ", closes ", links);
    if (rc == 0)
        rc = put_kind(out, &all, false, ", references ", links);
    sw_buf_release(&text);
    sw_buf_release(&room);
    return rc < 0 ? SW_E_NOMEM : 0;
}
