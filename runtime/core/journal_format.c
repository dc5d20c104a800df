/* Lines of a journal: writing one, and verifying many. */
#include "core/journal_format.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/crc32c.h"
#include "core/json_scan.h"

static const char *const kind_names[SW_JOURNAL_KINDS] = {
    "OPEN", "PLAN", "GATE", "INTENT", "OUTCOME", "NOTE", "NEXT", "SEAL",
};

static const char no_head[] = "0000000000000000000000000000000000000000000000000000000000000000";

/* ,"crc":"01234567"} */
enum { CRC_LEAD = 8, CRC_DIGITS = 8, CRC_LEN = CRC_LEAD + CRC_DIGITS + 2 };

int sw_journal_kind_parse(enum sw_journal_kind *out, const char *name, sw_error *err)
{
    for (int i = 0; i < SW_JOURNAL_KINDS; i++) {
        if (strcmp(name, kind_names[i]) == 0) {
            *out = (enum sw_journal_kind)i;
            return 0;
        }
    }
    return sw_fail(err, SW_E_ARGUMENT, "journal.unknown_kind", "'%.40s' is no kind of record", name);
}

const char *sw_journal_kind_name(enum sw_journal_kind kind)
{
    return kind_names[kind];
}

void sw_journal_lines_init(sw_journal_lines *lines)
{
    memset(lines, 0, sizeof *lines);
    memcpy(lines->head, no_head, sizeof no_head);
}

void sw_journal_lines_release(sw_journal_lines *lines)
{
    free(lines->items);
    sw_journal_lines_init(lines);
}

int sw_journal_lines_reserve(sw_journal_lines *lines, sw_error *err)
{
    if (lines->count < lines->cap)
        return 0;
    size_t cap = lines->cap ? lines->cap * 2 : 64;
    sw_journal_record *items = realloc(lines->items, cap * sizeof *items);
    if (!items)
        return sw_fail_nomem(err);
    lines->items = items;
    lines->cap = cap;
    return 0;
}

int sw_journal_lines_add(sw_journal_lines *lines, const sw_journal_record *record, const char *line, size_t len,
                         sw_error *err)
{
    int rc = sw_sha256_hex(lines->head, line, len, err);
    if (rc < 0)
        return rc;
    lines->items[lines->count++] = *record;
    lines->end += len + 1;
    return 0;
}

/* ---- writing ---- */

int sw_journal_line_write(sw_buf *out, sw_journal_record *record, const sw_journal_lines *lines, const char *body,
                          sw_error *err)
{
    size_t start = out->len;
    record->seq = lines->count + 1;
    int rc = sw_buf_addf(out, "{\"seq\":%" PRIu64, record->seq);
    if (rc == 0 && record->seq == 1)
        rc = sw_buf_addf(out, ",\"format\":%d", SW_JOURNAL_FORMAT);
    if (rc == 0)
        rc = sw_buf_addf(out, ",\"kind\":\"%s\",\"time\":%" PRId64 ",\"prev\":\"%s\",\"body\":", kind_names[record->kind],
                         record->time, lines->head);
    record->body_at = out->len;
    if (rc == 0)
        rc = sw_buf_add(out, body, record->body_len);
    if (rc == 0)
        rc = sw_buf_addf(out, ",\"crc\":\"%08" PRIx32 "\"}\n", sw_crc32c(out->data + start, out->len - start));
    return rc < 0 ? sw_fail_nomem(err) : 0;
}

/* ---- verifying ---- */

static int corrupt(const sw_journal_lines *lines, sw_error *err, const char *what)
{
    int rc = sw_fail(err, SW_E_CORRUPT, "journal.corrupt", "record %zu of the journal is damaged: %s", lines->count + 1,
                     what);
    sw_error_hint(err, "restore the journal from a backup or its mirror; it is never repaired by guessing");
    return rc;
}

/* A cursor over one line; each take_ function moves it only when it succeeds. */
typedef struct cursor {
    const char *at, *end;
} cursor;

static bool take_text(cursor *c, const char *text)
{
    size_t len = strlen(text);
    if ((size_t)(c->end - c->at) < len || memcmp(c->at, text, len) != 0)
        return false;
    c->at += len;
    return true;
}

/* A whole number as we write it: no leading zeros, at most 15 digits. */
static bool take_number(cursor *c, int64_t *out)
{
    const char *at = c->at;
    bool negative = at < c->end && *at == '-';
    at += negative;
    const char *digits = at;
    int64_t value = 0;
    while (at < c->end && *at >= '0' && *at <= '9' && at - digits < 15)
        value = value * 10 + (*at++ - '0');
    if (at == digits || (*digits == '0' && (at - digits > 1 || negative)))
        return false;
    *out = negative ? -value : value;
    c->at = at;
    return true;
}

static bool take_kind(cursor *c, enum sw_journal_kind *out)
{
    for (int i = 0; i < SW_JOURNAL_KINDS; i++) {
        cursor ahead = *c;
        if (take_text(&ahead, kind_names[i]) && take_text(&ahead, "\"")) {
            *out = (enum sw_journal_kind)i;
            *c = ahead;
            return true;
        }
    }
    return false;
}

/* The frame that all formats share: the line ends in its own CRC. */
static bool crc_holds(const char *line, size_t len)
{
    char expected[CRC_LEN + 1];
    if (len < CRC_LEN)
        return false;
    snprintf(expected, sizeof expected, ",\"crc\":\"%08" PRIx32 "\"}", sw_crc32c(line, len - CRC_LEN));
    return memcmp(line + len - CRC_LEN, expected, CRC_LEN) == 0;
}

static int check_format(const sw_journal_lines *lines, cursor *c, sw_error *err)
{
    int64_t format = 0;
    if (!take_text(c, ",\"format\":") || !take_number(c, &format) || format < 1)
        return corrupt(lines, err, "it names no format");
    if (format <= SW_JOURNAL_FORMAT)
        return 0;
    int rc = sw_fail(err, SW_E_UNSUPPORTED, "journal.newer",
                     "the journal has format %" PRId64 "; this Slipway reads up to %d", format, SW_JOURNAL_FORMAT);
    sw_error_hint(err, "use the Slipway that wrote it, or a newer one");
    return rc;
}

static int read_line(sw_journal_record *out, const sw_journal_lines *lines, const char *bytes, size_t at, size_t len,
                     sw_error *err)
{
    cursor c = { bytes + at, bytes + at + len - CRC_LEN };
    int64_t seq = 0;
    if (!take_text(&c, "{\"seq\":") || !take_number(&c, &seq) || (uint64_t)seq != lines->count + 1)
        return corrupt(lines, err, "its number is not the next one");
    if (seq == 1) {
        int rc = check_format(lines, &c, err);
        if (rc < 0)
            return rc;
    }
    out->seq = (uint64_t)seq;
    if (!take_text(&c, ",\"kind\":\"") || !take_kind(&c, &out->kind))
        return corrupt(lines, err, "it has no known kind");
    if (!take_text(&c, ",\"time\":") || !take_number(&c, &out->time))
        return corrupt(lines, err, "it has no time");
    if (!take_text(&c, ",\"prev\":\"") || !take_text(&c, lines->head))
        return corrupt(lines, err, "it does not follow the record before it");
    if (!take_text(&c, "\",\"body\":") || c.at >= c.end || *c.at != '{')
        return corrupt(lines, err, "it has no body");
    out->body_at = (size_t)(c.at - bytes);
    out->body_len = (size_t)(c.end - c.at);
    sw_json_limits limits = { SW_JSON_DEPTH, SW_JSON_SIZE, false };
    sw_json_where where;
    if (sw_json_scan(c.at, out->body_len, &limits, &where, NULL) < 0)
        return corrupt(lines, err, "its body is no JSON object");
    return 0;
}

/* Whether `tail` can be what an interrupted write of one line left: see core/journal.h. */
static bool is_torn(const char *tail, size_t len)
{
    static const char lead[] = "{\"seq\":";
    if (len > 1 && crc_holds(tail, len - 1))
        return false; /* a complete record and one byte that is not its newline */
    while (len > 0 && tail[len - 1] == '\0')
        len--;
    size_t shared = len < sizeof lead - 1 ? len : sizeof lead - 1;
    if (memcmp(tail, lead, shared) != 0)
        return false;
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)tail[i] < 0x20)
            return false;
    return true;
}

int sw_journal_verify(sw_journal_lines *lines, const char *bytes, size_t len, sw_error *err)
{
    size_t at = lines->end;
    while (at < len) {
        const char *newline = memchr(bytes + at, '\n', len - at);
        if (!newline)
            break;
        size_t line_len = (size_t)(newline - bytes) - at;
        if (!crc_holds(bytes + at, line_len))
            return corrupt(lines, err, "its checksum does not fit");
        sw_journal_record record;
        int rc = read_line(&record, lines, bytes, at, line_len, err);
        if (rc == 0)
            rc = sw_journal_lines_reserve(lines, err);
        if (rc == 0)
            rc = sw_journal_lines_add(lines, &record, bytes + at, line_len, err);
        if (rc < 0)
            return rc;
        at += line_len + 1;
    }
    lines->torn = len - at;
    if (lines->torn > 0 && !is_torn(bytes + at, lines->torn))
        return corrupt(lines, err, "its end is neither whole nor cut short");
    return 0;
}
