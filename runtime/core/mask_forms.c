/* The forms in which a secret may show up in text, written once into its locked memory. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/locked.h"
#include "core/secret_private.h"

/* Where the forms are written: one block, large enough from the start, because a block that grew would
 * leave a copy behind. */
typedef struct writer {
    sw_secret *secret;
    char *at;
    size_t room; /* forms that fit into secret->forms */
} writer;

static bool known(const sw_secret *secret, const char *text, size_t len)
{
    for (size_t i = 0; i < secret->form_count; i++)
        if (secret->forms[i].len == len && memcmp(secret->forms[i].text, text, len) == 0)
            return true;
    return false;
}

/* Short texts are left alone: masking them would eat ordinary words. */
static void list(writer *w, const char *text, size_t len)
{
    if (len < SW_SECRET_SHORTEST || w->secret->form_count == w->room || known(w->secret, text, len))
        return;
    w->secret->forms[w->secret->form_count++] = (sw_form){ text, len };
}

/* ---- base64 ---- */

static const char *const alphabets[] = {
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
};

static unsigned byte_at(const sw_secret *secret, size_t index, size_t shift)
{
    return index < shift || index - shift >= secret->len ? 0 : (unsigned char)secret->value[index - shift];
}

/* The value behind `shift` unknown bytes ("user:value"): only characters made of nothing but its own
 * bits are compared. Without a shift the padded end counts too. */
static void add_base64(writer *w, const char *alphabet, size_t shift)
{
    size_t total = shift + w->secret->len;
    char *start = w->at;
    for (size_t i = 0; i < total; i += 3) {
        unsigned bits = byte_at(w->secret, i, shift) << 16 | byte_at(w->secret, i + 1, shift) << 8
            | byte_at(w->secret, i + 2, shift);
        for (int part = 18; part >= 0; part -= 6)
            *w->at++ = alphabet[bits >> part & 63];
    }
    size_t pad = (3 - total % 3) % 3;
    memset(w->at - pad, '=', pad);
    size_t length = (size_t)(w->at - start);
    size_t first = (8 * shift + 5) / 6, last = 8 * total / 6;
    list(w, start + first, last - first);
    if (shift > 0)
        return;
    list(w, start, length - pad);
    list(w, start, length);
    static const size_t columns[] = { 76, 64 }; /* base64(1) and MIME; PEM and openssl */
    for (size_t c = 0; c < 2; c++)
        for (size_t at = 0; length > columns[c] && at < length; at += columns[c])
            list(w, start + at, length - at < columns[c] ? length - at : columns[c]);
}

/* ---- hex, URL ---- */

static void put_hex(writer *w, unsigned char byte, const char *digits)
{
    *w->at++ = digits[byte >> 4];
    *w->at++ = digits[byte & 15];
}

static void add_hex(writer *w, const char *digits)
{
    char *start = w->at;
    for (size_t i = 0; i < w->secret->len; i++)
        put_hex(w, (unsigned char)w->secret->value[i], digits);
    list(w, start, (size_t)(w->at - start));
}

/* Writers differ in what they leave alone (RFC 3986, encodeURIComponent, a path) and in the blank. */
static void add_url(writer *w, const char *alone, const char *digits, bool plus)
{
    char *start = w->at;
    for (size_t i = 0; i < w->secret->len; i++) {
        unsigned char c = (unsigned char)w->secret->value[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
            || (c != 0 && strchr(alone, c));
        if (plain) {
            *w->at++ = (char)c;
        } else if (plus && c == ' ') {
            *w->at++ = '+';
        } else {
            *w->at++ = '%';
            put_hex(w, c, digits);
        }
    }
    list(w, start, (size_t)(w->at - start));
}

/* ---- JSON ---- */

static void put_unicode(writer *w, unsigned unit)
{
    *w->at++ = '\\';
    *w->at++ = 'u';
    put_hex(w, (unsigned char)(unit >> 8), "0123456789abcdef");
    put_hex(w, (unsigned char)unit, "0123456789abcdef");
}

/* One character of UTF-8; a byte that is none stands for itself. */
static size_t decode(const char *text, size_t left, unsigned *point)
{
    unsigned char lead = (unsigned char)text[0];
    size_t count = lead >= 0xf0 && lead < 0xf8 ? 4 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xc2 && lead < 0xe0 ? 2 : 1;
    *point = count == 1 ? lead : lead & (0x7fu >> count);
    if (count > left)
        return 1;
    for (size_t i = 1; i < count; i++) {
        if (((unsigned char)text[i] & 0xc0) != 0x80) {
            *point = lead;
            return 1;
        }
        *point = *point << 6 | ((unsigned char)text[i] & 0x3f);
    }
    return count;
}

typedef struct json_manner {
    bool slash; /* "/" as "\/" */
    bool html;  /* < > & as \u003c ... */
    bool ascii; /* everything beyond ASCII as \uXXXX */
} json_manner;

static void put_json(writer *w, const char *text, size_t count, unsigned point, json_manner manner)
{
    static const char named[] = "\b\f\n\r\t\"\\", letters[] = "bfnrt\"\\";
    const char *name = point && point < 128 ? strchr(named, (int)point) : NULL;
    if (name || (manner.slash && point == '/')) {
        *w->at++ = '\\';
        *w->at++ = name ? letters[name - named] : '/';
    } else if (point < 0x20 || (manner.html && (point == '<' || point == '>' || point == '&'))) {
        put_unicode(w, point);
    } else if (manner.ascii && count > 1) {
        if (point > 0xffff) {
            put_unicode(w, 0xd7c0 + (point >> 10));
            put_unicode(w, 0xdc00 | (point & 0x3ff));
        } else {
            put_unicode(w, point);
        }
    } else {
        memcpy(w->at, text, count);
        w->at += count;
    }
}

static void add_json(writer *w, json_manner manner)
{
    char *start = w->at;
    for (size_t i = 0; i < w->secret->len;) {
        unsigned point;
        size_t count = decode(w->secret->value + i, w->secret->len - i, &point);
        put_json(w, w->secret->value + i, count, point, manner);
        i += count;
    }
    list(w, start, (size_t)(w->at - start));
}

static void add_lines(writer *w)
{
    const char *line = w->secret->value, *end = line + w->secret->len;
    while (line < end) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        stop = stop ? stop : end;
        size_t len = (size_t)(stop - line);
        list(w, line, len > 0 && line[len - 1] == '\r' ? len - 1 : len);
        line = stop + 1;
    }
}

/* At most: value 1, base64 2 x 3 x (4/3 n + 8), hex 2 x 2 n, URL 5 x 3 n, JSON 6 x 6 n. */
enum { GROWTH = 1 + 8 + 4 + 15 + 36, SLACK = 128, FIXED_FORMS = 32 };

int sw_mask_prepare(sw_secret *secret, const char *value)
{
    size_t lines = 1;
    for (size_t i = 0; i < secret->len; i++)
        lines += value[i] == '\n';
    writer w = { secret, NULL, FIXED_FORMS + lines + 2 * (secret->len * 4 / 3 / 64 + 2) * 2 };
    secret->value = sw_locked_new(secret->len * GROWTH + SLACK);
    secret->forms = calloc(w.room, sizeof *secret->forms);
    if (!secret->value || !secret->forms)
        return SW_E_NOMEM;
    memcpy(secret->value, value, secret->len);
    w.at = secret->value + secret->len + 1;
    list(&w, secret->value, secret->len);
    for (size_t a = 0; a < 2; a++)
        for (size_t shift = 0; shift < 3; shift++)
            add_base64(&w, alphabets[a], shift);
    add_hex(&w, "0123456789abcdef");
    add_hex(&w, "0123456789ABCDEF");
    add_url(&w, "-._~", "0123456789ABCDEF", false);
    add_url(&w, "-._~", "0123456789abcdef", false);
    add_url(&w, "-._*", "0123456789ABCDEF", true);
    add_url(&w, "-._~!'()*", "0123456789ABCDEF", false);
    add_url(&w, "-._~!$&'()*+,;=:@/", "0123456789ABCDEF", false);
    for (int manner = 0; manner < 6; manner++)
        add_json(&w, (json_manner){ .slash = manner & 1, .html = manner == 4 || manner == 5, .ascii = manner & 2 });
    add_lines(&w);
    return 0;
}
