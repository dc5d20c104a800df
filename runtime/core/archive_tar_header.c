#include "core/archive_tar_header.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int corrupt(sw_error *err, const char *what)
{
    return sw_fail(err, SW_E_CORRUPT, "archive.corrupt", "the archive is damaged: %s", what);
}

/* Octal, surrounded by blanks and NUL, or base-256 of GNU. An empty field is 0. */
static bool read_number(uint64_t *out, const unsigned char *field, size_t size)
{
    *out = 0;
    if (field[0] & 0x80) {
        if (field[0] != 0x80)
            return false; /* negative, or beyond 64 bits */
        for (size_t i = 1; i < size; i++) {
            if (*out >> 55)
                return false;
            *out = *out << 8 | field[i];
        }
        return true;
    }
    size_t at = 0;
    while (at < size && field[at] == ' ')
        at++;
    for (; at < size && field[at] >= '0' && field[at] <= '7'; at++) {
        if (*out >> 60)
            return false;
        *out = *out << 3 | (uint64_t)(field[at] - '0');
    }
    for (; at < size; at++)
        if (field[at] != ' ' && field[at] != '\0')
            return false;
    return true;
}

static bool checksum_right(const unsigned char *block)
{
    uint64_t stored;
    if (!read_number(&stored, block + 148, 8))
        return false;
    int64_t plain = 0, signed_sum = 0;
    for (size_t i = 0; i < SW_TAR_BLOCK; i++) {
        unsigned char byte = i >= 148 && i < 156 ? ' ' : block[i];
        plain += byte;
        signed_sum += (signed char)byte;
    }
    return (int64_t)stored == plain || (int64_t)stored == signed_sum;
}

static void take_text(char *out, const unsigned char *field, size_t size)
{
    size_t len = strnlen((const char *)field, size);
    memcpy(out, field, len);
    out[len] = '\0';
}

/* uid, gid and the devices say nothing to us, but a field that is no number is no tar header. A
 * time before 1970 is base-256 and negative; time and owners are dropped anyway. */
static bool other_numbers_fine(const unsigned char *block)
{
    uint64_t ignored;
    bool owners = read_number(&ignored, block + 108, 8) && read_number(&ignored, block + 116, 8);
    return owners && ((block[136] & 0x80) || read_number(&ignored, block + 136, 12));
}

int sw_tar_header_parse(sw_tar_header *out, const unsigned char *block, sw_error *err)
{
    uint64_t mode;
    memset(out, 0, sizeof *out);
    if (!checksum_right(block))
        return corrupt(err, "a tar header has a wrong checksum");
    if (!read_number(&mode, block + 100, 8) || !read_number(&out->size, block + 124, 12) ||
        !other_numbers_fine(block))
        return corrupt(err, "a field of a tar header is no number");
    if (out->size > INT64_MAX)
        return corrupt(err, "the size in a tar header is negative");
    out->mode = (unsigned)(mode & 07777);
    out->type = (char)block[156];
    if (out->type == '\0' || out->type == '7')
        out->type = '0';
    take_text(out->target, block + 157, 100);
    bool ustar = memcmp(block + 257, "ustar\0", 6) == 0;
    if (ustar && block[345] != '\0') {
        take_text(out->name, block + 345, 155);
        strcat(out->name, "/");
    }
    take_text(out->name + strlen(out->name), block, 100);
    return 0;
}

static bool is_time(const char *value, size_t len)
{
    size_t at = len > 0 && value[0] == '-', digits = 0, dots = 0;
    for (; at < len; at++) {
        if (value[at] >= '0' && value[at] <= '9')
            digits++;
        else if (value[at] != '.' || dots++ > 0 || digits == 0)
            return false;
    }
    return digits > 0;
}

static bool is_whole(uint64_t *out, const char *value, size_t len)
{
    *out = 0;
    for (size_t i = 0; i < len; i++) {
        if (value[i] < '0' || value[i] > '9' || *out > (INT64_MAX - 9) / 10)
            return false;
        *out = *out * 10 + (uint64_t)(value[i] - '0');
    }
    return len > 0;
}

static int keep_text(sw_buf *into, bool *has, const char *value, size_t len, sw_error *err)
{
    sw_buf_clear(into);
    *has = len > 0; /* an empty value takes an earlier one back */
    return sw_buf_add(into, value, len) < 0 ? sw_fail_nomem(err) : 0;
}

static int take_record(sw_tar_extra *extra, const char *key, const char *value, size_t len, bool global,
                       sw_error *err)
{
    uint64_t ignored;
    bool path = strcmp(key, "path") == 0, target = strcmp(key, "linkpath") == 0;
    bool size = strcmp(key, "size") == 0;
    if (global && (path || target || size))
        return corrupt(err, "a global pax header names or sizes every entry");
    if (strncmp(key, "GNU.sparse.", 11) == 0)
        return sw_fail(err, SW_E_REFUSED, "archive.kind", "the archive holds a sparse file");
    if (memchr(value, '\0', len) && (path || target || !strcmp(key, "uname") || !strcmp(key, "gname")))
        return sw_fail(err, SW_E_REFUSED, "archive.name", "a name in a pax header holds a NUL byte");
    if (path)
        return keep_text(&extra->path, &extra->has_path, value, len, err);
    if (target)
        return keep_text(&extra->target, &extra->has_target, value, len, err);
    if (size) {
        extra->has_size = len > 0;
        return len == 0 || is_whole(&extra->size, value, len) ? 0 : corrupt(err, "a pax size is no number");
    }
    bool time = !strcmp(key, "mtime") || !strcmp(key, "atime") || !strcmp(key, "ctime");
    if (time && len > 0 && !is_time(value, len))
        return corrupt(err, "a pax time is no number");
    if ((!strcmp(key, "uid") || !strcmp(key, "gid")) && len > 0 && !is_whole(&ignored, value, len))
        return corrupt(err, "a pax owner is no number");
    return 0;
}

/* One record; *used is its length. */
static int parse_record(sw_tar_extra *extra, const char *text, size_t len, bool global, size_t *used,
                        sw_error *err)
{
    char key[256];
    uint64_t size;
    const char *blank = memchr(text, ' ', len < 24 ? len : 24);
    if (!blank || !is_whole(&size, text, (size_t)(blank - text)))
        return corrupt(err, "a pax record has no length");
    size_t head = (size_t)(blank - text) + 1;
    if (size > len || size < head + 3 || text[size - 1] != '\n')
        return corrupt(err, "a pax record has a wrong length");
    const char *equals = memchr(text + head, '=', size - head - 1);
    size_t key_len = equals ? (size_t)(equals - text) - head : 0;
    if (key_len == 0 || key_len >= sizeof key || memchr(text + head, '\0', key_len))
        return corrupt(err, "a pax record has no proper key");
    memcpy(key, text + head, key_len);
    key[key_len] = '\0';
    *used = size;
    return take_record(extra, key, equals + 1, size - head - key_len - 2, global, err);
}

int sw_tar_extra_parse(sw_tar_extra *extra, const char *text, size_t len, bool global, sw_error *err)
{
    for (size_t at = 0; at < len;) {
        size_t used = 0;
        int rc = parse_record(extra, text + at, len - at, global, &used, err);
        if (rc < 0)
            return rc;
        at += used;
    }
    return 0;
}
