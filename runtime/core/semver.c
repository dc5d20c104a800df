#include "core/semver.h"

typedef struct scanner {
    const char *text;
    const char *at;
    const char *end;
    unsigned flags;
    sw_error *err;
} scanner;

static bool is_identifier_char(char c)
{
    return sw_is_digit(c) || sw_is_letter(c) || c == '-';
}

static int refuse(scanner *s, const char *what)
{
    int shown = (int)(s->end - s->text > 64 ? 64 : s->end - s->text);
    return sw_fail(s->err, SW_E_PARSE, "version.invalid", "'%.*s' is not a semantic version: %s at byte %zu",
                   shown, s->text, what, (size_t)(s->at - s->text) + 1);
}

static bool loose(const scanner *s)
{
    return (s->flags & SW_SEMVER_LOOSE) == SW_SEMVER_LOOSE;
}

static sw_span without_zeros(sw_span digits)
{
    while (digits.len > 1 && *digits.at == '0') {
        digits.at++;
        digits.len--;
    }
    return digits;
}

static bool all_digits(sw_span span)
{
    for (size_t i = 0; i < span.len; i++)
        if (!sw_is_digit(span.at[i]))
            return false;
    return span.len > 0;
}

static int scan_number(scanner *s, sw_span *out, const char *missing)
{
    const char *start = s->at;
    while (s->at < s->end && sw_is_digit(*s->at))
        s->at++;
    sw_span digits = { start, (size_t)(s->at - start) };
    if (digits.len == 0)
        return refuse(s, missing);
    if (digits.len > 1 && *start == '0' && !loose(s)) {
        s->at = start;
        return refuse(s, "a number with a leading zero");
    }
    *out = without_zeros(digits);
    return 0;
}

/* Dot-separated identifiers; numeric ones without leading zeros when they are a pre-release. */
static int scan_identifiers(scanner *s, sw_span *out, bool pre)
{
    const char *start = s->at;
    for (;;) {
        const char *piece = s->at;
        while (s->at < s->end && is_identifier_char(*s->at))
            s->at++;
        sw_span span = { piece, (size_t)(s->at - piece) };
        if (span.len == 0)
            return refuse(s, pre ? "an empty pre-release identifier" : "an empty build identifier");
        if (pre && !loose(s) && span.len > 1 && *piece == '0' && all_digits(span)) {
            s->at = piece;
            return refuse(s, "a pre-release number with a leading zero");
        }
        if (s->at == s->end || *s->at != '.')
            break;
        s->at++;
    }
    *out = (sw_span){ start, (size_t)(s->at - start) };
    return 0;
}

static int scan_prefix(scanner *s)
{
    if (s->flags & SW_SEMVER_GO) {
        if (s->at == s->end || *s->at != 'v')
            return refuse(s, "a Go version begins with 'v', missing");
        s->at++;
        return 0;
    }
    if (!(s->flags & SW_SEMVER_PREFIX))
        return 0;
    while (s->end > s->at && sw_is_space(s->end[-1]))
        s->end--;
    while (s->at < s->end && (sw_is_space(*s->at) || *s->at == '=' || *s->at == 'v'))
        s->at++;
    return 0;
}

/* "." and a number; Go's short forms may end before it. */
static int scan_next_number(scanner *s, sw_span *out, const char *missing)
{
    if (s->at < s->end && *s->at == '.') {
        s->at++;
        return scan_number(s, out, missing);
    }
    if (s->flags & SW_SEMVER_GO && s->at == s->end)
        return 0;
    return refuse(s, missing);
}

static int scan_tail(scanner *s, sw_semver *version)
{
    int rc = 0;
    if (s->at < s->end && (*s->at == '-' || (loose(s) && is_identifier_char(*s->at)))) {
        s->at += *s->at == '-';
        rc = scan_identifiers(s, &version->pre, true);
        if (rc < 0)
            return rc;
    }
    if (s->at < s->end && *s->at == '+') {
        s->at++;
        rc = scan_identifiers(s, &version->build, false);
        if (rc < 0)
            return rc;
    }
    return s->at == s->end ? 0 : refuse(s, "an unexpected character");
}

int sw_semver_parse(sw_semver *out, const char *text, size_t len, unsigned flags, sw_error *err)
{
    sw_semver version = { 0 };
    scanner s = { text, text, text + len, flags, err };
    int rc = scan_prefix(&s);
    if (rc == 0)
        rc = scan_number(&s, &version.major, "a major number is missing");
    if (rc == 0)
        rc = scan_next_number(&s, &version.minor, "a minor number is missing");
    if (rc == 0)
        rc = scan_next_number(&s, &version.patch, "a patch number is missing");
    if (rc == 0)
        rc = scan_tail(&s, &version);
    if (rc == 0)
        *out = version;
    return rc;
}

/* ---- order ---- */

static int sign(int value)
{
    return (value > 0) - (value < 0);
}

int sw_digits_compare(sw_span a, sw_span b)
{
    size_t a_len = a.at ? a.len : 0, b_len = b.at ? b.len : 0;
    bool a_zero = a_len == 0 || (a_len == 1 && *a.at == '0');
    bool b_zero = b_len == 0 || (b_len == 1 && *b.at == '0');
    if (a_zero || b_zero)
        return (int)b_zero - (int)a_zero;
    if (a_len != b_len)
        return a_len < b_len ? -1 : 1;
    return sign(memcmp(a.at, b.at, a_len));
}

static sw_span next_identifier(sw_span *rest)
{
    const char *dot = memchr(rest->at, '.', rest->len);
    size_t len = dot ? (size_t)(dot - rest->at) : rest->len;
    sw_span piece = { rest->at, len };
    size_t used = dot ? len + 1 : len;
    rest->at = dot ? rest->at + used : NULL;
    rest->len -= used;
    return piece;
}

static int compare_identifier(sw_span a, sw_span b)
{
    bool a_number = all_digits(a), b_number = all_digits(b);
    if (a_number && b_number)
        return sw_digits_compare(without_zeros(a), without_zeros(b));
    if (a_number != b_number)
        return a_number ? -1 : 1;
    int order = memcmp(a.at, b.at, a.len < b.len ? a.len : b.len);
    if (order != 0)
        return sign(order);
    return (a.len > b.len) - (a.len < b.len);
}

static int compare_identifiers(sw_span a, sw_span b)
{
    while (a.at && b.at) {
        int order = compare_identifier(next_identifier(&a), next_identifier(&b));
        if (order != 0)
            return order;
    }
    return (int)(a.at != NULL) - (int)(b.at != NULL);
}

int sw_semver_compare(const sw_semver *a, const sw_semver *b)
{
    int order = sw_digits_compare(a->major, b->major);
    if (order == 0)
        order = sw_digits_compare(a->minor, b->minor);
    if (order == 0)
        order = sw_digits_compare(a->patch, b->patch);
    if (order != 0)
        return order;
    if (!a->pre.at || !b->pre.at)
        return (int)(b->pre.at != NULL) - (int)(a->pre.at != NULL);
    return compare_identifiers(a->pre, b->pre);
}

int sw_semver_compare_build(const sw_semver *a, const sw_semver *b)
{
    int order = sw_semver_compare(a, b);
    return order != 0 ? order : compare_identifiers(a->build, b->build);
}

/* ---- text ---- */

static int write_number(sw_buf *out, sw_span digits, const char *after)
{
    int rc = digits.at ? sw_buf_add(out, digits.at, digits.len) : sw_buf_add_char(out, '0');
    return rc < 0 ? rc : sw_buf_add_text(out, after);
}

static int write_pre(sw_buf *out, sw_span pre)
{
    char before = '-';
    while (pre.at) {
        sw_span piece = next_identifier(&pre);
        if (all_digits(piece))
            piece = without_zeros(piece);
        int rc = sw_buf_add_char(out, before);
        if (rc == 0)
            rc = sw_buf_add(out, piece.at, piece.len);
        if (rc < 0)
            return rc;
        before = '.';
    }
    return 0;
}

int sw_semver_write(sw_buf *out, const sw_semver *version)
{
    int rc = write_number(out, version->major, ".");
    if (rc == 0)
        rc = write_number(out, version->minor, ".");
    if (rc == 0)
        rc = write_number(out, version->patch, "");
    if (rc == 0)
        rc = write_pre(out, version->pre);
    if (rc == 0 && version->build.at) {
        rc = sw_buf_add_char(out, '+');
        if (rc == 0)
            rc = sw_buf_add(out, version->build.at, version->build.len);
    }
    return rc;
}

int sw_digits_increment(sw_buf *out, sw_span digits)
{
    size_t nines = 0;
    while (nines < digits.len && digits.at[digits.len - 1 - nines] == '9')
        nines++;
    size_t kept = digits.len - nines;
    int rc = sw_buf_reserve(out, digits.len + 1);
    if (rc < 0)
        return rc;
    if (kept > 0) {
        rc = sw_buf_add(out, digits.at, kept - 1);
        if (rc == 0)
            rc = sw_buf_add_char(out, (char)(digits.at[kept - 1] + 1));
    } else {
        rc = sw_buf_add_char(out, '1');
    }
    for (size_t i = 0; rc == 0 && i < nines; i++)
        rc = sw_buf_add_char(out, '0');
    return rc;
}
