#include "core/conventional.h"

typedef struct scanner {
    const char *text;
    const char *at;
    const char *end;
    unsigned flags;
    const char *const *notes;
    sw_error *err;
} scanner;

/* ---- lines ---- */

static const char *line_end(const char *at, const char *end)
{
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    return newline ? newline : end;
}

static const char *next_line(const char *at, const char *end)
{
    at = line_end(at, end);
    return at < end ? at + 1 : end;
}

static bool is_blank(const char *at, const char *end)
{
    for (; at < end && *at != '\n'; at++)
        if (!sw_is_space(*at))
            return false;
    return true;
}

static sw_span trimmed(const char *at, const char *end)
{
    while (end > at && sw_is_space(end[-1]))
        end--;
    while (at < end && sw_is_space(*at))
        at++;
    return (sw_span){ at, (size_t)(end - at) };
}

static sw_span trimmed_right(const char *at, const char *end)
{
    while (end > at && sw_is_space(end[-1]))
        end--;
    return (sw_span){ at, (size_t)(end - at) };
}

/* ---- the first line ---- */

static int refuse(scanner *s, const char *at, const char *what)
{
    const char *stop = line_end(s->text, s->end);
    size_t len = (size_t)(stop - s->text), shown = len > 72 ? 72 : len;
    while (shown < len && shown > 0 && ((unsigned char)s->text[shown] & 0xC0) == 0x80)
        shown--; /* not in the middle of a character */
    return sw_fail(s->err, SW_E_PARSE, "commit.not_conventional", "'%.*s' is not conventional: %s, at byte %zu",
                   (int)shown, s->text, what, (size_t)(at - s->text) + 1);
}

static bool is_type_char(char c)
{
    return (unsigned char)c > ' ' && c != '(' && c != ')' && c != ':' && c != '!' && c != 127;
}

static int scan_scope(scanner *s, sw_conventional *out)
{
    const char *start = ++s->at;
    int depth = 1;
    for (; s->at < s->end && *s->at != '\n'; s->at++) {
        if (*s->at == '(')
            depth++;
        else if (*s->at == ')' && --depth == 0)
            break;
    }
    if (depth > 0)
        return refuse(s, start - 1, "the scope's parenthesis is never closed");
    sw_span scope = trimmed(start, s->at);
    s->at++;
    if (scope.len > 0)
        out->scope = scope;
    else if (s->flags & SW_CONVENTIONAL_STRICT_SCOPE)
        return refuse(s, start, "the scope is empty");
    return 0;
}

static int scan_header(scanner *s, sw_conventional *out)
{
    const char *start = s->at;
    while (s->at < s->end && is_type_char(*s->at))
        s->at++;
    out->type = (sw_span){ start, (size_t)(s->at - start) };
    if (out->type.len == 0)
        return refuse(s, start, "it does not begin with a type");
    if (s->at < s->end && *s->at == '(') {
        int rc = scan_scope(s, out);
        if (rc < 0)
            return rc;
    }
    if (s->at < s->end && *s->at == '!') {
        out->marked = true;
        s->at++;
    }
    if (s->at == s->end || *s->at != ':')
        return refuse(s, s->at, "a colon is missing behind the type");
    s->at++;
    if (!(s->flags & SW_CONVENTIONAL_NO_SPACE) && (s->at == s->end || (*s->at != ' ' && *s->at != '\n')))
        return refuse(s, s->at, "a space is missing behind the colon");
    const char *stop = line_end(s->at, s->end);
    out->description = trimmed(s->at, stop);
    if (out->description.len == 0)
        return refuse(s, s->at, "the description is missing");
    s->at = stop;
    return 0;
}

/* ---- footers ---- */

static bool is_word_char(char c)
{
    return sw_is_letter(c) || sw_is_digit(c) || c == '-' || c == '_';
}

static size_t match_note(const scanner *s, const char *at, const char *stop)
{
    static const char *const standard[] = { "BREAKING CHANGE", "BREAKING-CHANGE", NULL };
    const char *const *lists[] = { standard, s->notes };
    for (size_t l = 0; l < 2; l++) {
        for (const char *const *note = lists[l]; note && *note; note++) {
            if (at == stop || **note != *at) /* asked for every line */
                continue;
            size_t len = strlen(*note);
            if ((size_t)(stop - at) > len && memcmp(at, *note, len) == 0 && at[len] == ':')
                return len;
        }
    }
    return 0;
}

/*
 * Reads "Token: " or "Token #" at the beginning of a line; value is left at where it begins. A note may
 * be an item of a list: "* BREAKING CHANGE: …", as squashed pull requests write it.
 */
static bool scan_token(const scanner *s, const char *at, sw_footer *out)
{
    const char *stop = line_end(at, s->end);
    *out = (sw_footer){ 0 };
    if (stop - at > 2 && at[0] == '*' && at[1] == ' ' && match_note(s, at + 2, stop) > 0)
        at += 2;
    size_t note = match_note(s, at, stop);
    if (note > 0) {
        *out = (sw_footer){ .token = { at, note }, .value = { at + note + 1, 0 }, .breaking = true };
        return note + 1 == (size_t)(stop - at) || sw_is_space(at[note + 1]);
    }
    const char *p = at;
    while (p < stop && is_word_char(*p))
        p++;
    if (p == at || !sw_is_letter(*at) || stop - p < 2)
        return false;
    out->token = (sw_span){ at, (size_t)(p - at) };
    out->value.at = p + 2;
    out->hash = p[0] == ' ' && p[1] == '#';
    return out->hash || (p[0] == ':' && p[1] == ' ');
}

/* "* fix: …" and "- feat(x): …": a commit of a squash, which ends the footer before it. */
static bool is_squashed(const scanner *s, const char *at)
{
    const char *stop = line_end(at, s->end);
    if (stop - at < 5 || (*at != '*' && *at != '-') || at[1] != ' ')
        return false;
    const char *p = at + 2;
    while (p < stop && is_type_char(*p))
        p++;
    if (p == at + 2)
        return false;
    if (p < stop && *p == '(')
        p = memchr(p, ')', (size_t)(stop - p));
    if (p && p < stop && *p == ')')
        p++;
    if (p && p < stop && *p == '!')
        p++;
    return *at == '*' && p && stop - p >= 2 && p[0] == ':' && p[1] == ' ';
}

/* From the first footer to the end. */
static int scan_footers(scanner *s, sw_conventional *out)
{
    sw_footer current;
    while (s->at < s->end && scan_token(s, s->at, &current)) {
        const char *line = s->at;
        bool after_blank = false, next = false;
        for (line = next_line(line, s->end); line < s->end; line = next_line(line, s->end)) {
            sw_footer other;
            next = scan_token(s, line, &other);
            if (next || (after_blank && is_squashed(s, line)))
                break;
            if (s->flags & SW_CONVENTIONAL_STRICT_FOOTERS && !is_blank(line, s->end) && !sw_is_space(*line))
                return refuse(s, line, "a line among the footers is none");
            after_blank = is_blank(line, s->end);
        }
        current.value = trimmed(current.value.at, line);
        out->breaking = out->breaking || current.breaking;
        if (out->footer_count < out->footer_room)
            out->footers[out->footer_count] = current;
        out->footer_count++;
        /* behind a squashed commit further footers may come; what stands between is nobody's */
        while (!next && line < s->end) {
            line = next_line(line, s->end);
            sw_footer other;
            next = line < s->end && scan_token(s, line, &other);
        }
        s->at = line;
    }
    return 0;
}

static int scan_rest(scanner *s, sw_conventional *out)
{
    const char *body = s->at;
    bool after_blank = true;
    for (; s->at < s->end; s->at = next_line(s->at, s->end)) {
        sw_footer footer;
        bool anywhere = s->flags & SW_CONVENTIONAL_LOOSE_FOOTERS;
        if (scan_token(s, s->at, &footer) && (after_blank || footer.breaking || anywhere))
            break;
        after_blank = is_blank(s->at, s->end);
    }
    sw_span text = trimmed_right(body, s->at);
    if (text.len > 0)
        out->body = text;
    return scan_footers(s, out);
}

int sw_conventional_parse(sw_conventional *out, const char *text, size_t len, unsigned flags,
                          const char *const *notes, sw_error *err)
{
    sw_conventional fresh = { .footers = out->footers, .footer_room = out->footer_room };
    scanner s = { text, text, text + len, flags, notes, err };
    *out = fresh;
    while (s.at < s.end && *s.at == '\n')
        s.at++;
    if (is_blank(s.at, s.end) && line_end(s.at, s.end) == s.end)
        return refuse(&s, s.text, "it is empty");
    s.text = s.at;
    int rc = scan_header(&s, out);
    if (rc < 0)
        return rc;
    out->breaking = out->marked || sw_span_is(out->type, "BREAKING-CHANGE");
    s.at = next_line(s.at, s.end);
    if (s.at < s.end && !is_blank(s.at, s.end) && !(flags & SW_CONVENTIONAL_TIGHT))
        return refuse(&s, s.at, "a blank line is missing between the description and the body");
    while (s.at < s.end && is_blank(s.at, s.end))
        s.at = next_line(s.at, s.end);
    return s.at < s.end ? scan_rest(&s, out) : 0;
}
