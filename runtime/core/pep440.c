#include "core/pep440.h"

#include "core/semver.h"

typedef struct scanner {
    const char *text;
    const char *at;
    const char *end;
    sw_error *err;
} scanner;

static int refuse(scanner *s, const char *what)
{
    int shown = (int)(s->end - s->text > 64 ? 64 : s->end - s->text);
    return sw_fail(s->err, SW_E_PARSE, "version.invalid", "'%.*s' is not a PEP 440 version: %s at byte %zu",
                   shown, s->text, what, (size_t)(s->at - s->text) + 1);
}

static bool is_separator(char c)
{
    return c == '.' || c == '-' || c == '_';
}

static sw_span without_zeros(sw_span digits)
{
    while (digits.len > 1 && *digits.at == '0') {
        digits.at++;
        digits.len--;
    }
    return digits;
}

static sw_span scan_digits(scanner *s)
{
    const char *start = s->at;
    while (s->at < s->end && sw_is_digit(*s->at))
        s->at++;
    return (sw_span){ s->at > start ? start : NULL, (size_t)(s->at - start) };
}

static bool accept_word(scanner *s, const char *word)
{
    size_t len = strlen(word);
    if ((size_t)(s->end - s->at) < len)
        return false;
    for (size_t i = 0; i < len; i++)
        if (sw_lower(s->at[i]) != word[i])
            return false;
    s->at += len;
    return true;
}

/* The first of the words that stands here, behind an optional separator; otherwise nothing moves. */
static int accept_segment(scanner *s, const char *const *words)
{
    const char *start = s->at;
    if (s->at < s->end && is_separator(*s->at))
        s->at++;
    for (int i = 0; words[i]; i++)
        if (accept_word(s, words[i]))
            return i;
    s->at = start;
    return -1;
}

/* "[._-]?[0-9]*" behind a word. A separator without a digit is taken too: the next segment needs
 * none of its own. */
static void scan_segment_number(scanner *s, sw_pep440_number *out)
{
    out->present = true;
    if (s->at < s->end && is_separator(*s->at))
        s->at++;
    sw_span digits = scan_digits(s);
    if (digits.at)
        out->digits = without_zeros(digits);
}

static int scan_release(scanner *s, sw_pep440 *version)
{
    sw_span first = scan_digits(s);
    if (!first.at)
        return refuse(s, "a number is missing");
    if (s->at < s->end && *s->at == '!') {
        version->epoch = without_zeros(first);
        s->at++;
        first = scan_digits(s);
        if (!first.at)
            return refuse(s, "a number is missing");
    }
    while (s->end - s->at >= 2 && *s->at == '.' && sw_is_digit(s->at[1])) {
        s->at++;
        scan_digits(s);
    }
    version->release = (sw_span){ first.at, (size_t)(s->at - first.at) };
    return 0;
}

static void scan_segments(scanner *s, sw_pep440 *version)
{
    static const char *const pre_words[] = { "alpha", "a", "beta", "b", "preview", "pre", "c", "rc", NULL };
    static const char *const pre_kinds[] = { "a", "a", "b", "b", "rc", "rc", "rc", "rc" };
    static const char *const post_words[] = { "post", "rev", "r", NULL };
    static const char *const dev_words[] = { "dev", NULL };
    int found = accept_segment(s, pre_words);
    if (found >= 0) {
        version->pre_kind = pre_kinds[found];
        scan_segment_number(s, &version->pre);
    }
    if (s->end - s->at >= 2 && *s->at == '-' && sw_is_digit(s->at[1])) {
        s->at++;
        version->post = (sw_pep440_number){ true, without_zeros(scan_digits(s)) };
    } else if (accept_segment(s, post_words) >= 0) {
        scan_segment_number(s, &version->post);
    }
    if (accept_segment(s, dev_words) >= 0)
        scan_segment_number(s, &version->dev);
}

static int scan_local(scanner *s, sw_pep440 *version)
{
    if (s->at == s->end || *s->at != '+')
        return 0;
    const char *start = ++s->at;
    bool wanted = true; /* a letter or digit is */
    while (s->at < s->end) {
        char c = *s->at;
        if (sw_is_digit(c) || sw_is_letter(c))
            wanted = false;
        else if (is_separator(c) && !wanted)
            wanted = true;
        else
            break;
        s->at++;
    }
    if (wanted)
        return refuse(s, "a letter or digit of the local version is missing");
    version->local = (sw_span){ start, (size_t)(s->at - start) };
    return 0;
}

int sw_pep440_parse(sw_pep440 *out, const char *text, size_t len, sw_error *err)
{
    sw_pep440 version = { 0 };
    scanner s = { text, text, text + len, err };
    while (s.end > s.at && sw_is_space(s.end[-1]))
        s.end--;
    while (s.at < s.end && sw_is_space(*s.at))
        s.at++;
    if (s.at < s.end && (*s.at == 'v' || *s.at == 'V'))
        s.at++;
    int rc = scan_release(&s, &version);
    if (rc == 0) {
        scan_segments(&s, &version);
        rc = scan_local(&s, &version);
    }
    if (rc == 0 && s.at != s.end)
        rc = refuse(&s, "an unexpected character");
    if (rc == 0)
        *out = version;
    return rc;
}

/* ---- order ---- */

bool sw_pep440_next(sw_span *rest, sw_span *piece)
{
    if (!rest->at)
        return false;
    size_t len = 0;
    while (len < rest->len && !is_separator(rest->at[len]))
        len++;
    *piece = without_zeros((sw_span){ rest->at, len });
    if (len == rest->len) {
        *rest = (sw_span){ NULL, 0 };
    } else {
        rest->at += len + 1;
        rest->len -= len + 1;
    }
    return true;
}

static int compare_release(sw_span a, sw_span b)
{
    for (;;) {
        sw_span left = { 0 }, right = { 0 };
        bool more_left = sw_pep440_next(&a, &left), more_right = sw_pep440_next(&b, &right);
        if (!more_left && !more_right)
            return 0;
        int order = sw_digits_compare(left, right); /* a missing number is zero */
        if (order != 0)
            return order;
    }
}

/* Where a version stands among those of its release: dev 0, a 1, b 2, rc 3, final and post 4. */
static int phase(const sw_pep440 *version)
{
    if (version->pre_kind)
        return version->pre_kind[0] == 'a' ? 1 : version->pre_kind[0] == 'b' ? 2 : 3;
    return !version->post.present && version->dev.present ? 0 : 4;
}

static int compare_number(sw_pep440_number a, sw_pep440_number b, int absent)
{
    if (!a.present || !b.present)
        return a.present == b.present ? 0 : a.present ? -absent : absent;
    return sw_digits_compare(a.digits, b.digits);
}

static bool is_number(sw_span piece)
{
    for (size_t i = 0; i < piece.len; i++)
        if (!sw_is_digit(piece.at[i]))
            return false;
    return true;
}

static int compare_text(sw_span a, sw_span b)
{
    for (size_t i = 0; i < a.len && i < b.len; i++) {
        char left = sw_lower(a.at[i]), right = sw_lower(b.at[i]);
        if (left != right)
            return left < right ? -1 : 1;
    }
    return (a.len > b.len) - (a.len < b.len);
}

/* A piece of a local version: zeros in front of letters stay, those of a number go. */
static bool next_local(sw_span *rest, sw_span *piece)
{
    const char *start = rest->at;
    if (!sw_pep440_next(rest, piece))
        return false;
    sw_span whole = { start, (size_t)(piece->at + piece->len - start) };
    if (!is_number(whole))
        *piece = whole;
    return true;
}

static int compare_local(sw_span a, sw_span b)
{
    for (;;) {
        sw_span left, right;
        bool more_left = next_local(&a, &left), more_right = next_local(&b, &right);
        if (!more_left || !more_right)
            return (int)more_left - (int)more_right;
        bool left_number = is_number(left), right_number = is_number(right);
        int order = left_number != right_number ? (left_number ? 1 : -1)
                    : left_number               ? sw_digits_compare(left, right)
                                                : compare_text(left, right);
        if (order != 0)
            return order;
    }
}

int sw_pep440_compare(const sw_pep440 *a, const sw_pep440 *b)
{
    int order = sw_digits_compare(a->epoch, b->epoch);
    if (order == 0)
        order = compare_release(a->release, b->release);
    if (order == 0)
        order = (phase(a) > phase(b)) - (phase(a) < phase(b));
    if (order == 0 && a->pre_kind)
        order = sw_digits_compare(a->pre.digits, b->pre.digits);
    if (order == 0)
        order = compare_number(a->post, b->post, -1);
    if (order == 0)
        order = compare_number(a->dev, b->dev, 1);
    return order != 0 ? order : compare_local(a->local, b->local);
}

/* ---- text ---- */

static int write_number(sw_buf *out, const char *before, sw_span digits)
{
    int rc = sw_buf_add_text(out, before);
    if (rc < 0)
        return rc;
    return digits.at ? sw_buf_add(out, digits.at, digits.len) : sw_buf_add_char(out, '0');
}

static int write_release(sw_buf *out, sw_span release)
{
    const char *before = "";
    sw_span piece;
    int rc = 0;
    while (rc == 0 && sw_pep440_next(&release, &piece)) {
        rc = write_number(out, before, piece);
        before = ".";
    }
    return rc;
}

static int write_local(sw_buf *out, sw_span local)
{
    char before = '+';
    sw_span piece;
    int rc = 0;
    while (rc == 0 && next_local(&local, &piece)) {
        rc = sw_buf_add_char(out, before);
        for (size_t i = 0; rc == 0 && i < piece.len; i++)
            rc = sw_buf_add_char(out, sw_lower(piece.at[i]));
        before = '.';
    }
    return rc;
}

int sw_pep440_write(sw_buf *out, const sw_pep440 *version)
{
    int rc = 0;
    if (version->epoch.at && !sw_span_is(version->epoch, "0")) {
        rc = write_number(out, "", version->epoch);
        if (rc == 0)
            rc = sw_buf_add_char(out, '!');
    }
    if (rc == 0)
        rc = write_release(out, version->release);
    if (rc == 0 && version->pre_kind)
        rc = write_number(out, version->pre_kind, version->pre.digits);
    if (rc == 0 && version->post.present)
        rc = write_number(out, ".post", version->post.digits);
    if (rc == 0 && version->dev.present)
        rc = write_number(out, ".dev", version->dev.digits);
    return rc < 0 ? rc : write_local(out, version->local);
}
