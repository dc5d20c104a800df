#include "core/json_scan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"

typedef struct json_key {
    const char *raw; /* opening quote, in the text */
    size_t at, len;  /* of the value: in `values` when it had escapes, else in the text */
    bool escaped;
} json_key;

typedef struct scanner {
    const char *text, *end, *at;
    const sw_json_limits *limits;
    sw_json_where *where;
    sw_error *err;
    size_t depth;
    json_key *keys; /* of all objects that are open, innermost last */
    size_t key_count, key_cap;
    sw_buf values;
} scanner;

/* ---- refusing ---- */

static void locate(const scanner *s, const char *at)
{
    size_t line = 1, column = 1;
    for (const char *c = s->text; c < at; c++) {
        if (*c == '\n') {
            line++;
            column = 1;
        } else if (((unsigned char)*c & 0xC0) != 0x80) {
            column++;
        }
    }
    s->where->line = line;
    s->where->column = column;
}

static int refuse_at(scanner *s, const char *at, int rc, const char *code, const char *what)
{
    locate(s, at);
    return sw_fail(s->err, rc, code, "%s at line %zu, column %zu", what, s->where->line, s->where->column);
}

static int malformed(scanner *s, const char *what)
{
    return refuse_at(s, s->at, SW_E_PARSE, "json.malformed", s->at >= s->end ? "the text ends too early" : what);
}

/* ---- texts ---- */

static int hex4(const char *at, const char *end, uint32_t *out)
{
    if (end - at < 4)
        return -1;
    uint32_t value = 0;
    for (int i = 0; i < 4; i++) {
        char c = at[i];
        uint32_t digit;
        if (c >= '0' && c <= '9')
            digit = (uint32_t)(c - '0');
        else if ((c | 32) >= 'a' && (c | 32) <= 'f')
            digit = (uint32_t)((c | 32) - 'a' + 10);
        else
            return -1;
        value = value << 4 | digit;
    }
    *out = value;
    return 0;
}

static int scan_unicode_escape(scanner *s) /* s->at is behind "\u" */
{
    uint32_t high, low;
    const char *start = s->at - 2;
    if (hex4(s->at, s->end, &high) < 0)
        return malformed(s, "four hexadecimal digits expected");
    s->at += 4;
    if (high < 0xD800 || high > 0xDFFF)
        return 0;
    bool pair = high < 0xDC00 && s->end - s->at >= 6 && s->at[0] == '\\' && s->at[1] == 'u'
                && hex4(s->at + 2, s->end, &low) == 0 && low >= 0xDC00 && low <= 0xDFFF;
    if (!pair)
        return refuse_at(s, start, SW_E_PARSE, "json.bad_utf8", "half a surrogate pair");
    s->at += 6;
    return 0;
}

static int scan_text(scanner *s, bool *escaped)
{
    *escaped = false;
    s->at++;
    for (;;) {
        if (s->at >= s->end)
            return malformed(s, "");
        unsigned char c = (unsigned char)*s->at;
        if (c == '"') {
            s->at++;
            return 0;
        }
        if (c < 0x20)
            return malformed(s, "a control character inside a string");
        if (c == '\\') {
            *escaped = true;
            s->at++;
            if (s->at >= s->end)
                return malformed(s, "");
            char kind = *s->at;
            if (kind == '\0' || !strchr("\"\\/bfnrtu", kind))
                return malformed(s, "an unknown escape");
            s->at++;
            int rc = kind == 'u' ? scan_unicode_escape(s) : 0;
            if (rc < 0)
                return rc;
        } else if (c < 0x80) {
            s->at++;
        } else {
            size_t step = sw_utf8_step(s->at, (size_t)(s->end - s->at), NULL);
            if (step == 0)
                return refuse_at(s, s->at, SW_E_PARSE, "json.bad_utf8", "a byte that is not UTF-8");
            s->at += step;
        }
    }
}

/* ---- numbers and words ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int scan_digits(scanner *s)
{
    if (s->at >= s->end || !is_digit(*s->at))
        return malformed(s, "a digit expected");
    while (s->at < s->end && is_digit(*s->at))
        s->at++;
    return 0;
}

static int scan_number(scanner *s)
{
    const char *start = s->at;
    if (*s->at == '-')
        s->at++;
    int rc = 0;
    if (s->at < s->end && *s->at == '0') {
        s->at++;
        if (s->at < s->end && is_digit(*s->at))
            return malformed(s, "a number with a leading zero");
    } else {
        rc = scan_digits(s);
    }
    if (rc == 0 && s->at < s->end && *s->at == '.') {
        s->at++;
        rc = scan_digits(s);
    }
    if (rc == 0 && s->at < s->end && (*s->at | 32) == 'e') {
        s->at++;
        if (s->at < s->end && (*s->at == '+' || *s->at == '-'))
            s->at++;
        rc = scan_digits(s);
    }
    if (rc == 0 && !s->limits->big_allowed && sw_json_number_read(start).kind == SW_JSON_BIG)
        rc = refuse_at(s, start, SW_E_LIMIT, "json.number_range", "a number too large to be kept exactly");
    return rc;
}

static int scan_word(scanner *s, const char *word)
{
    size_t len = strlen(word);
    if ((size_t)(s->end - s->at) < len || memcmp(s->at, word, len) != 0)
        return malformed(s, "a value expected");
    s->at += len;
    return 0;
}

/* ---- keys ---- */

static const char *key_value(const scanner *s, const json_key *key)
{
    return key->escaped ? sw_buf_text(&s->values) + key->at : s->text + key->at;
}

static int scan_key(scanner *s)
{
    if (s->key_count == s->key_cap) {
        size_t cap = s->key_cap ? s->key_cap * 2 : 64;
        json_key *keys = realloc(s->keys, cap * sizeof *keys);
        if (!keys)
            return sw_fail_nomem(s->err);
        s->keys = keys;
        s->key_cap = cap;
    }
    json_key *key = &s->keys[s->key_count];
    key->raw = s->at;
    int rc = scan_text(s, &key->escaped);
    if (rc < 0)
        return rc;
    key->at = (size_t)(key->raw + 1 - s->text);
    key->len = (size_t)(s->at - key->raw) - 2;
    if (key->escaped) {
        key->at = s->values.len;
        if (sw_json_text_read(&s->values, key->raw) < 0)
            return sw_fail_nomem(s->err);
        key->len = s->values.len - key->at;
    }
    s->key_count++;
    return 0;
}

static int compare_keys(const void *a, const void *b, void *context)
{
    const json_key *one = a, *two = b;
    if (one->len != two->len)
        return one->len < two->len ? -1 : 1;
    int order = memcmp(key_value(context, one), key_value(context, two), one->len);
    return order != 0 ? order : one->raw < two->raw ? -1 : one->raw > two->raw;
}

static bool same_key(const scanner *s, const json_key *a, const json_key *b)
{
    return a->len == b->len && memcmp(key_value(s, a), key_value(s, b), a->len) == 0;
}

/* Keys from `first` on belong to one object. Few are compared pair by pair, many are sorted. */
static int check_keys(scanner *s, size_t first)
{
    json_key *keys = s->keys + first;
    size_t count = s->key_count - first;
    const json_key *twice = NULL;
    if (count <= 12) {
        for (size_t i = 1; i < count && !twice; i++)
            for (size_t k = 0; k < i && !twice; k++)
                if (same_key(s, &keys[i], &keys[k]))
                    twice = &keys[i];
    } else {
        qsort_r(keys, count, sizeof *keys, compare_keys, s);
        for (size_t i = 1; i < count; i++)
            if (same_key(s, &keys[i], &keys[i - 1]) && (!twice || keys[i].raw < twice->raw))
                twice = &keys[i];
    }
    s->key_count = first;
    return twice ? refuse_at(s, twice->raw, SW_E_PARSE, "json.duplicate_key", "a key that the object has already") : 0;
}

/* ---- values ---- */

static void skip_space(scanner *s)
{
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\n' || *s->at == '\r' || *s->at == '\t'))
        s->at++;
}

static int scan_value(scanner *s);

static int scan_member(scanner *s)
{
    skip_space(s);
    if (s->at >= s->end || *s->at != '"')
        return malformed(s, "a key in double quotes expected");
    int rc = scan_key(s);
    if (rc < 0)
        return rc;
    skip_space(s);
    if (s->at >= s->end || *s->at != ':')
        return malformed(s, "a colon expected");
    s->at++;
    return scan_value(s);
}

static int scan_container(scanner *s, char close)
{
    size_t first_key = s->key_count, first_value = s->values.len;
    if (++s->depth > s->limits->max_depth)
        return refuse_at(s, s->at, SW_E_LIMIT, "json.too_deep", "nested too deeply");
    s->at++;
    skip_space(s);
    if (s->at < s->end && *s->at == close) {
        s->at++;
        s->depth--;
        return 0;
    }
    for (;;) {
        int rc = close == '}' ? scan_member(s) : scan_value(s);
        if (rc < 0)
            return rc;
        skip_space(s);
        if (s->at < s->end && *s->at == close)
            break;
        if (s->at >= s->end || *s->at != ',')
            return malformed(s, close == '}' ? "a comma or } expected" : "a comma or ] expected");
        s->at++;
    }
    s->at++;
    s->depth--;
    int rc = check_keys(s, first_key);
    if (s->values.data)
        s->values.len = first_value;
    return rc;
}

static int scan_value(scanner *s)
{
    skip_space(s);
    bool escaped;
    if (s->at >= s->end)
        return malformed(s, "");
    switch (*s->at) {
    case '{':
        return scan_container(s, '}');
    case '[':
        return scan_container(s, ']');
    case '"':
        return scan_text(s, &escaped);
    case 't':
        return scan_word(s, "true");
    case 'f':
        return scan_word(s, "false");
    case 'n':
        return scan_word(s, "null");
    default:
        if (*s->at == '-' || is_digit(*s->at))
            return scan_number(s);
        return malformed(s, "a value expected");
    }
}

int sw_json_scan(const char *text, size_t len, const sw_json_limits *limits, sw_json_where *where, sw_error *err)
{
    *where = (sw_json_where){ 1, 1 };
    if (len > limits->max_size)
        return sw_fail(err, SW_E_LIMIT, "json.too_large", "a text of %zu bytes is longer than the %zu allowed", len,
                       limits->max_size);
    scanner s = { .text = text, .end = text + len, .at = text, .limits = limits, .where = where, .err = err };
    int rc = scan_value(&s);
    if (rc == 0) {
        skip_space(&s);
        if (s.at < s.end)
            rc = malformed(&s, "more text behind the value");
    }
    free(s.keys);
    sw_buf_release(&s.values);
    return rc;
}
