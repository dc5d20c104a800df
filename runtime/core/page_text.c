#include "core/page_text.h"

#include "core/error.h"
#include "core/utf8.h"

typedef struct pen { /* writes until memory ends, then does nothing more */
    sw_buf *out;
    const sw_page_links *links;
    bool linked;
    int rc;
} pen;

static void put(pen *p, const char *at, size_t len)
{
    if (p->rc == 0)
        p->rc = sw_buf_add(p->out, at, len);
}

static void put_char(pen *p, char c)
{
    put(p, &c, 1);
}

static void put_text(pen *p, const char *text)
{
    put(p, text, strlen(text));
}

static bool is_word(char c)
{
    return sw_is_letter(c) || sw_is_digit(c);
}

/* ---- addresses ---- */

bool sw_page_address_read(sw_page_address *out, const char *text, size_t len)
{
    const char *at = text, *end = text + len;
    memset(out, 0, sizeof *out);
    for (;;) {
        const char *open = memmem(at, (size_t)(end - at), "{{", 2);
        out->text[out->holes] = (sw_span){ at, (size_t)((open ? open : end) - at) };
        if (!open)
            break;
        const char *name = open + 2, *close = memmem(name, (size_t)(end - name), "}}", 2);
        if (!close || out->holes == SW_LINK_PARTS)
            return false;
        at = close + 2;
        while (name < close && *name == ' ')
            name++;
        while (close > name && close[-1] == ' ')
            close--;
        for (const char *c = name; c < close; c++)
            if (!is_word(*c) && *c != '_')
                return false;
        out->hole[out->holes++] = (sw_span){ name, (size_t)(close - name) };
    }
    out->known = true;
    return true;
}

static void put_percent(pen *p, sw_span text)
{
    static const char hex[] = "0123456789ABCDEF";
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (is_word(c) || (c && strchr("-._~/+!@:", c))) {
            put_char(p, c);
        } else {
            char code[3] = { '%', hex[(unsigned char)c >> 4], hex[(unsigned char)c & 15] };
            put(p, code, sizeof code);
        }
    }
}

static void put_address(pen *p, const sw_page_address *address, const sw_page_value *values, size_t count)
{
    for (size_t i = 0; i <= address->holes; i++) {
        put(p, address->text[i].at, address->text[i].len);
        for (size_t v = 0; i < address->holes && v < count; v++)
            if (sw_span_is(address->hole[i], values[v].name))
                put_percent(p, values[v].value);
    }
}

int sw_page_address_fill(sw_buf *out, const sw_page_address *address, const sw_page_value *values, size_t count)
{
    pen p = { .out = out };
    put_address(&p, address, values, count);
    return p.rc;
}

static void put_reference(pen *p, sw_span project, sw_span number)
{
    const sw_page_value values[] = { { "project", project }, { "number", number } };
    enum sw_page_link kind = project.len ? SW_LINK_OTHER_ISSUE : SW_LINK_ISSUE;
    bool known = p->links && p->links->to[kind].known;
    if (known)
        put_char(p, '[');
    put(p, project.at, project.len);
    put_char(p, '#');
    put(p, number.at, number.len);
    if (!known)
        return;
    put_text(p, "](");
    put_address(p, &p->links->to[kind], values, 2);
    put_char(p, ')');
}

int sw_page_reference(sw_buf *out, const sw_page_links *links, sw_span project, sw_span number)
{
    pen p = { .out = out, .links = links };
    put_reference(&p, project, number);
    return p.rc;
}

/* ---- issues and people ---- */

static bool is_name_char(char c) /* of an owner or a repository */
{
    return is_word(c) || c == '_' || c == '.' || c == '-';
}

bool sw_page_is_project(const char *at, const char *end)
{
    const char *slash = memchr(at, '/', (size_t)(end - at));
    return slash && slash > at && slash + 1 < end && !memchr(slash + 1, '/', (size_t)(end - slash) - 1);
}

/* "#12" behind a space, a parenthesis or such, perhaps with a project in front. */
static void link_issues(pen *p, const char *at, const char *end)
{
    const char *done = at;
    if (!memchr(at, '#', (size_t)(end - at))) {
        put(p, at, (size_t)(end - at));
        return;
    }
    for (const char *s = at; s < end;) {
        bool begins = s == at || strchr("(,;:[", s[-1]) || sw_is_space(s[-1]);
        const char *name = s, *hash = s;
        while (begins && hash < end && (is_name_char(*hash) || *hash == '/'))
            hash++;
        if (!begins || end - hash < 2 || *hash != '#' || !sw_is_digit(hash[1])) {
            s++;
            continue;
        }
        const char *stop = hash + 2;
        while (stop < end && is_word(*stop))
            stop++;
        if (hash == name || sw_page_is_project(name, hash)) {
            put(p, done, (size_t)(name - done));
            put_reference(p, (sw_span){ name, (size_t)(hash - name) },
                          (sw_span){ hash + 1, (size_t)(stop - hash) - 1 });
            done = stop;
        }
        s = stop;
    }
    put(p, done, (size_t)(end - done));
}

/* A name after "@" notifies that person when the page is published: it becomes a link or code. */
static void link_people(pen *p, const char *at, const char *end)
{
    const char *done = at, *s = at;
    while (s < end && (s = memchr(s, '@', (size_t)(end - s)))) {
        const char *name = ++s, *stop = name;
        bool begins = name - 1 == at || !(is_word(name[-2]) || strchr("/@.`", name[-2]));
        if (!begins || name == end || !sw_is_letter(*name))
            continue;
        while (stop < end && (is_word(*stop) || *stop == '-'))
            stop++;
        s = stop;
        if (stop < end && *stop == '/') { /* "@scope/package" */
            s = stop + 1;
            continue;
        }
        put(p, done, (size_t)(name - 1 - done));
        bool known = p->links && p->links->to[SW_LINK_USER].known;
        const sw_page_value value = { "name", { name, (size_t)(stop - name) } };
        put_text(p, known ? "[@" : "`@");
        put(p, name, (size_t)(stop - name));
        put_text(p, known ? "](" : "`");
        if (known) {
            put_address(p, &p->links->to[SW_LINK_USER], &value, 1);
            put_char(p, ')');
        }
        done = stop;
    }
    put(p, done, (size_t)(end - done));
}

static void link_both(pen *p, const char *at, const char *end)
{
    if (!memchr(at, '@', (size_t)(end - at))) {
        link_issues(p, at, end);
        return;
    }
    sw_buf first = { 0 };
    pen inner = { .out = &first, .links = p->links };
    link_issues(&inner, at, end);
    if (inner.rc < 0)
        p->rc = inner.rc;
    else if (first.len)
        link_people(p, first.data, first.data + first.len);
    sw_buf_release(&first);
}

/* "[text](address)" that begins at or behind `at`. */
static const char *find_link(const char **stop, const char *at, const char *end)
{
    for (const char *open = at; (open = memchr(open, '[', (size_t)(end - open))); open++) {
        const char *s = open + 1;
        while (s < end && *s != '[' && *s != ']')
            s++;
        if (end - s < 2 || s[0] != ']' || s[1] != '(')
            continue;
        for (s += 2; s < end && !sw_is_space(*s) && *s != '(' && *s != ')'; s++)
            ;
        if (s < end && *s == ')') {
            *stop = s + 1;
            return open;
        }
    }
    return NULL;
}

/* "https://…" that begins at or behind `at`. */
static const char *find_bare(const char **stop, const char *at, const char *end)
{
    for (const char *s = at; (s = memmem(s, (size_t)(end - s), "://", 3)); s += 3) {
        const char *first = s, *last = s + 3;
        while (first > at && sw_is_letter(first[-1]))
            first--;
        while (last < end && !sw_is_space(*last) && *last != ')' && *last != ']')
            last++;
        if (first == s || last == s + 3)
            continue;
        *stop = last;
        return first;
    }
    return NULL;
}

static void outside_links(pen *p, const char *at, const char *end)
{
    for (;;) {
        const char *stop = NULL, *bare_stop = NULL;
        const char *link = find_link(&stop, at, end), *bare = find_bare(&bare_stop, at, end);
        if (bare && (!link || bare < link)) {
            link = bare;
            stop = bare_stop;
        }
        if (!link)
            break;
        link_both(p, at, link);
        put(p, link, (size_t)(stop - link));
        at = stop;
    }
    link_both(p, at, end);
}

/* ---- escaping ---- */

static void escape(sw_buf *out, const char *at, const char *end, int *rc)
{
    pen p = { .out = out };
    char before = 0;
    for (const char *s = at; s < end; before = *s++) {
        size_t left = (size_t)(end - s);
        if (*s == '|') {
            put_text(&p, "\\|");
        } else if (*s == '!' && left > 1 && s[1] == '[') {
            put_text(&p, "!\\[");
            s++;
        } else if (*s == '<' && before != '\\' && left > 1) {
            bool address = (left > 7 && memcmp(s + 1, "http://", 7) == 0) || (left > 8 && memcmp(s + 1, "https://", 8) == 0);
            bool tag = sw_is_letter(s[1]) || s[1] == '/' || s[1] == '!' || s[1] == '?';
            put_text(&p, tag && !address ? "\\<" : "<"); /* an autolink stays */
        } else {
            put_char(&p, *s);
        }
    }
    *rc = p.rc;
}

static void outside_code_part(pen *p, const char *at, const char *end)
{
    if (at == end || p->rc < 0)
        return;
    sw_buf escaped = { 0 };
    escape(&escaped, at, end, &p->rc);
    if (p->rc == 0 && p->linked)
        outside_links(p, escaped.data, escaped.data + escaped.len);
    else
        put(p, sw_buf_text(&escaped), escaped.len);
    sw_buf_release(&escaped);
}

static const char *ticks_end(const char *at, const char *end)
{
    while (at < end && *at == '`')
        at++;
    return at;
}

static const char *find_ticks(const char *at, const char *end)
{
    return at < end ? memchr(at, '`', (size_t)(end - at)) : NULL;
}

/* Code spans stay as they are; backticks that open no span are escaped. */
static void outside_code(pen *p, const char *at, const char *end)
{
    for (const char *open; (open = find_ticks(at, end));) {
        const char *inside = ticks_end(open, end), *close = inside, *stop = NULL;
        while ((close = find_ticks(close, end)) && (stop = ticks_end(close, end)) - close != inside - open)
            close = stop;
        outside_code_part(p, at, open);
        if (close) {
            put(p, open, (size_t)(stop - open));
            at = stop;
        } else {
            for (const char *tick = open; tick < inside; tick++)
                put_text(p, "\\`");
            at = inside;
        }
    }
    outside_code_part(p, at, end);
}

/* How many bytes of `text` stand in front of what has to be escaped for not beginning a heading,
 * quote, list, rule, table or fence of its own; -1: nothing has to. */
static long start_of_block(sw_span text)
{
    const char *at = text.at, *end = at + text.len, *s = at;
    if (at == end)
        return -1;
    while (s < end && *s == *at)
        s++;
    size_t run = (size_t)(s - at);
    const char *blank = s;
    while (blank < end && sw_is_space(*blank))
        blank++;
    bool spaced = s < end && sw_is_space(*s);
    bool one = text.len > 1 && sw_is_space(at[1]);
    switch (*at) {
    case '#': return s == end || spaced ? 0 : -1;
    case '>': return 0;
    case '~': return run >= 3 ? 0 : -1;
    case '-': return one || (run >= 3 && blank == end) ? 0 : -1;
    case '+':
    case '*': return one ? 0 : -1;
    case '=': return run >= 3 && blank == end ? 0 : -1;
    default: break;
    }
    for (s = at; s < end && sw_is_digit(*s); s++)
        ;
    return s > at && end - s > 1 && (*s == '.' || *s == ')') && sw_is_space(s[1]) ? (long)(s - at) : -1;
}

static bool is_unseen(uint32_t c) /* control characters and direction overrides */
{
    return (c < 32 && c != '\n' && c != '\t') || c == 127 || (c >= 0x202A && c <= 0x202E)
           || (c >= 0x2066 && c <= 0x2069);
}

/* Valid UTF-8 without what is not seen; line ends become LF. */
static void put_clean(pen *p, sw_span text)
{
    for (size_t i = 0; i < text.len;) {
        uint32_t code = 0;
        size_t step = sw_utf8_step(text.at + i, text.len - i, &code);
        if (!step) {
            put_text(p, "\xEF\xBF\xBD");
            step = 1;
        } else if (code == '\r') {
            put_char(p, '\n');
            if (i + 1 < text.len && text.at[i + 1] == '\n')
                step = 2;
        } else if (!is_unseen(code)) {
            put(p, text.at + i, step);
        }
        i += step;
    }
}

/* Lines become one: a line end with the white space around it is one space. */
static void join_lines(sw_buf *text)
{
    size_t to = 0, from = 0;
    while (from < text->len && sw_is_space(text->data[from]))
        from++;
    while (from < text->len) {
        size_t stop = from;
        bool broken = false;
        for (; stop < text->len && sw_is_space(text->data[stop]); stop++)
            broken = broken || text->data[stop] == '\n';
        if (stop == text->len)
            break;
        if (broken) {
            text->data[to++] = ' ';
            from = stop;
        }
        if (stop == from || broken)
            stop = from + 1;
        while (from < stop)
            text->data[to++] = text->data[from++];
    }
    text->len = to;
}

/* Whether a line holds nothing that any rule here is about, as most do. */
static bool is_plain(sw_span text)
{
    if (!text.len || !sw_is_letter(text.at[0]) || text.at[text.len - 1] == ' ')
        return false;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c < 32 || c > 126 || c == '|' || c == '<' || c == '!' || c == '`' || c == '@')
            return false;
        if (c == ':' && text.len - i > 2 && text.at[i + 1] == '/' && text.at[i + 2] == '/')
            return false;
    }
    return true;
}

int sw_page_line(sw_buf *out, sw_span text, bool linked, const sw_page_links *links)
{
    pen p = { .out = out, .links = links, .linked = linked };
    if (is_plain(text)) {
        if (linked)
            link_issues(&p, text.at, text.at + text.len);
        else
            put(&p, text.at, text.len);
        return p.rc;
    }
    sw_buf one = { 0 }, shown = { 0 };
    pen cleaner = { .out = &one }, writer = { .out = &shown, .links = links, .linked = linked };
    put_clean(&cleaner, text);
    if (one.len)
        join_lines(&one);
    if (one.len)
        outside_code(&writer, one.data, one.data + one.len);
    long at = start_of_block((sw_span){ sw_buf_text(&shown), shown.len });
    if (at >= 0) {
        put(&p, shown.data, (size_t)at);
        put_char(&p, '\\');
    }
    put(&p, sw_buf_text(&shown) + (at > 0 ? at : 0), shown.len - (size_t)(at > 0 ? at : 0));
    sw_buf_release(&one);
    sw_buf_release(&shown);
    return cleaner.rc < 0 ? cleaner.rc : writer.rc < 0 ? writer.rc : p.rc;
}

/* ---- several lines ---- */

/* The run of fence marks that begins a line, behind white space; len 0 when there is none. */
static sw_span fence_of(sw_span line)
{
    const char *at = line.at, *end = at + line.len;
    while (at < end && sw_is_space(*at))
        at++;
    const char *stop = at;
    while (stop < end && *stop == *at && (*at == '`' || *at == '~'))
        stop++;
    return (sw_span){ at, stop - at >= 3 ? (size_t)(stop - at) : 0 };
}

/* Nothing but a fence, at least as long as the one that opened. */
static bool closes(sw_span line, sw_span open)
{
    sw_span mark = fence_of(line);
    return mark.len >= open.len && *mark.at == *open.at && mark.at + mark.len == line.at + line.len;
}

static bool next_line(sw_span *line, const char **at, const char *end)
{
    if (*at > end)
        return false;
    const char *stop = *at < end ? memchr(*at, '\n', (size_t)(end - *at)) : NULL;
    const char *last = stop ? stop : end;
    *line = (sw_span){ *at, (size_t)(last - *at) };
    *at = last + 1;
    while (line->len && sw_is_space(line->at[line->len - 1]))
        line->len--;
    return true;
}

static bool fences_balanced(const char *at, const char *end)
{
    sw_span line, open = { 0 };
    while (next_line(&line, &at, end)) {
        sw_span mark = fence_of(line);
        if (mark.len && !open.len)
            open = mark;
        else if (open.len && closes(line, open))
            open.len = 0;
    }
    return open.len == 0;
}

/* "- " or "12. " at the beginning, with the white space behind it. */
static size_t list_mark(sw_span text)
{
    const char *at = text.at, *end = at + text.len, *s = at;
    if (s < end && (*s == '-' || *s == '*' || *s == '+')) {
        s++;
    } else {
        while (s < end && sw_is_digit(*s))
            s++;
        if (s == at || s == end || (*s != '.' && *s != ')'))
            return 0;
        s++;
    }
    const char *stop = s;
    while (stop < end && sw_is_space(*stop))
        stop++;
    return stop > s ? (size_t)(stop - at) : 0;
}

static int put_block_line(sw_buf *out, sw_span line, const sw_page_links *links)
{
    size_t indent = 0;
    while (indent < line.len && sw_is_space(line.at[indent]))
        indent++;
    sw_span rest = { line.at + indent, line.len - indent };
    size_t mark = list_mark(rest);
    int rc = sw_buf_add(out, line.at, indent > 3 ? 3 : indent);
    if (rc == 0)
        rc = sw_buf_add(out, rest.at, mark);
    return rc < 0 ? rc : sw_page_line(out, (sw_span){ rest.at + mark, rest.len - mark }, true, links);
}

int sw_page_block(sw_buf *out, sw_span text, const char *indent, const sw_page_links *links)
{
    sw_buf cleaned = { 0 };
    pen cleaner = { .out = &cleaned };
    put_clean(&cleaner, text);
    while (cleaned.len && sw_is_space(cleaned.data[cleaned.len - 1]))
        cleaned.len--;
    const char *at = sw_buf_text(&cleaned), *end = at + cleaned.len;
    bool keep = fences_balanced(at, end), first = true;
    sw_span line, fence = { 0 };
    int rc = cleaner.rc;
    while (rc == 0 && next_line(&line, &at, end)) {
        sw_span mark = keep ? fence_of(line) : (sw_span){ 0 };
        if (!first)
            rc = sw_buf_add_char(out, '\n');
        if (rc == 0 && !first && line.len)
            rc = sw_buf_add_text(out, indent);
        first = false;
        if (rc == 0)
            rc = fence.len || mark.len ? sw_buf_add(out, line.at, line.len) : put_block_line(out, line, links);
        if (fence.len && closes(line, fence))
            fence.len = 0;
        else if (!fence.len)
            fence = mark;
    }
    sw_buf_release(&cleaned);
    return rc;
}
