#include "core/archive_zip_directory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { END_SIZE = 22, LOCATOR_SIZE = 20, RECORD64_SIZE = 56, CENTRAL_SIZE = 46 };
enum { DIRECTORY_MAX = 256 * 1024 * 1024, WINDOW = END_SIZE + 65535 };
static const uint32_t ALL_ONES = 0xffffffffu;

/* What the end record (and its zip64 sister) says. */
typedef struct ending {
    uint64_t count, size, offset;
    uint64_t end; /* where the central directory has to end */
} ending;

int sw_zip_corrupt(sw_error *err, const char *what)
{
    return sw_fail(err, SW_E_CORRUPT, "archive.corrupt", "the zip archive is damaged: %s", what);
}

int sw_zip_pread(int fd, void *into, size_t size, uint64_t at, sw_error *err)
{
    for (size_t got = 0; got < size;) {
        ssize_t part = pread(fd, (char *)into + got, size - got, (off_t)(at + got));
        if (part < 0 && errno == EINTR)
            continue;
        if (part < 0)
            return sw_fail_errno(err, errno, "archive.io", "the archive cannot be read");
        if (part == 0)
            return sw_zip_corrupt(err, "it is cut off");
        got += (size_t)part;
    }
    return 0;
}

int sw_zip_extra_find(const unsigned char *extra, size_t len, unsigned id, const unsigned char **value,
                      size_t *size, sw_error *err)
{
    unsigned seen[64];
    size_t count = 0, at = 0;
    *value = NULL;
    *size = 0;
    while (len - at >= 4) {
        unsigned here = sw_le16(extra + at);
        size_t part = sw_le16(extra + at + 2);
        if (part > len - at - 4)
            return sw_zip_corrupt(err, "an extra field has a wrong length");
        for (size_t i = 0; i < count; i++)
            if (seen[i] == here)
                return sw_zip_corrupt(err, "an extra field is there twice");
        if (count == sizeof seen / sizeof *seen)
            return sw_zip_corrupt(err, "an entry has too many extra fields");
        seen[count++] = here;
        if (here == id) {
            *value = extra + at + 4;
            *size = part;
        }
        at += part + 4;
    }
    for (; at < len; at++)
        if (extra[at] != 0)
            return sw_zip_corrupt(err, "an extra field has a wrong length");
    return 0;
}

int sw_zip_extra_widen(const unsigned char *extra, size_t len, uint64_t *size, uint64_t *packed,
                       uint64_t *offset, sw_error *err)
{
    const unsigned char *value;
    size_t room;
    int rc = sw_zip_extra_find(extra, len, 1, &value, &room, err);
    if (rc < 0 || !value)
        return rc;
    uint64_t *wide[] = { size, packed, offset };
    for (size_t i = 0; i < 3; i++) {
        if (!wide[i] || *wide[i] != ALL_ONES)
            continue;
        if (room < 8)
            return sw_zip_corrupt(err, "a zip64 field is too short");
        *wide[i] = sw_le64(value);
        value += 8;
        room -= 8;
    }
    return 0;
}

/* The zip64 record in front of the end record at `at`, when its locator is there. */
static int read_zip64(ending *out, int fd, uint64_t at, sw_error *err)
{
    unsigned char locator[LOCATOR_SIZE], record[RECORD64_SIZE];
    out->end = at;
    if (at < LOCATOR_SIZE + RECORD64_SIZE)
        return 0;
    int rc = sw_zip_pread(fd, locator, sizeof locator, at - LOCATOR_SIZE, err);
    if (rc < 0 || memcmp(locator, "PK\6\7", 4) != 0)
        return rc;
    uint64_t place = sw_le64(locator + 8);
    if (sw_le32(locator + 4) != 0 || sw_le32(locator + 16) != 1)
        return sw_zip_corrupt(err, "it is one part of several");
    if (place > at - LOCATOR_SIZE - RECORD64_SIZE)
        return sw_zip_corrupt(err, "the zip64 end record is not where it should be");
    rc = sw_zip_pread(fd, record, sizeof record, place, err);
    if (rc < 0)
        return rc;
    if (memcmp(record, "PK\6\6", 4) != 0 || sw_le64(record + 4) != at - LOCATOR_SIZE - place - 12)
        return sw_zip_corrupt(err, "the zip64 end record is not where it should be");
    uint64_t count = sw_le64(record + 32), size = sw_le64(record + 40), offset = sw_le64(record + 48);
    if (sw_le32(record + 16) != 0 || sw_le32(record + 20) != 0 || sw_le64(record + 24) != count)
        return sw_zip_corrupt(err, "it is one part of several");
    if ((out->count != 0xffff && out->count != count) || (out->size != ALL_ONES && out->size != size) ||
        (out->offset != ALL_ONES && out->offset != offset))
        return sw_zip_corrupt(err, "its two end records disagree");
    *out = (ending){ count, size, offset, place };
    return 0;
}

/* The last end record decides; its comment reaches to the end of the file. */
static int find_ending(ending *out, int fd, uint64_t file_size, sw_error *err)
{
    size_t size = file_size < WINDOW ? (size_t)file_size : WINDOW;
    unsigned char *window = malloc(WINDOW);
    if (!window)
        return sw_fail_nomem(err);
    int rc = sw_zip_pread(fd, window, size, file_size - size, err);
    size_t at = size < END_SIZE ? 0 : size - END_SIZE + 1;
    bool found = false;
    while (rc == 0 && !found && at > 0)
        found = memcmp(window + --at, "PK\5\6", 4) == 0;
    const unsigned char *end = window + at;
    if (rc == 0 && !found)
        rc = sw_zip_corrupt(err, "it has no end record");
    if (rc == 0) {
        if (sw_le16(end + 20) != size - at - END_SIZE)
            rc = sw_zip_corrupt(err, "the comment at its end has a wrong length");
        else if (sw_le16(end + 4) != 0 || sw_le16(end + 6) != 0 || sw_le16(end + 8) != sw_le16(end + 10))
            rc = sw_zip_corrupt(err, "it is one part of several");
    }
    if (rc == 0) {
        *out = (ending){ sw_le16(end + 10), sw_le32(end + 12), sw_le32(end + 16), 0 };
        rc = read_zip64(out, fd, file_size - size + at, err);
    }
    free(window);
    return rc;
}

static int parse_member(sw_zip_member *m, const unsigned char *at, size_t left, size_t *used, sw_error *err)
{
    if (left < CENTRAL_SIZE || memcmp(at, "PK\1\2", 4) != 0)
        return sw_zip_corrupt(err, "its central directory does not hold what it announces");
    size_t comment = sw_le16(at + 32);
    m->name_len = sw_le16(at + 28);
    m->extra_len = sw_le16(at + 30);
    *used = CENTRAL_SIZE + m->name_len + m->extra_len + comment;
    if (*used > left)
        return sw_zip_corrupt(err, "its central directory is cut off");
    m->made_by = sw_le16(at + 4) >> 8;
    m->flags = sw_le16(at + 8);
    m->method = sw_le16(at + 10);
    m->stamp = sw_le32(at + 12);
    m->crc = sw_le32(at + 16);
    m->packed = sw_le32(at + 20);
    m->size = sw_le32(at + 24);
    m->attributes = sw_le32(at + 38);
    m->offset = sw_le32(at + 42);
    m->name = (const char *)at + CENTRAL_SIZE;
    m->extra = at + CENTRAL_SIZE + m->name_len;
    if (sw_le16(at + 34) != 0)
        return sw_zip_corrupt(err, "it is one part of several");
    return sw_zip_extra_widen(m->extra, m->extra_len, &m->size, &m->packed, &m->offset, err);
}

/* Parses `count` members that fill [offset + base, end) exactly. */
static int parse_all(sw_zip_directory *d, const ending *e, uint64_t base, int fd, sw_error *err)
{
    if (e->offset > e->end - base)
        return sw_zip_corrupt(err, "its central directory is not where it should be");
    d->begin = base;
    d->start = e->offset + base;
    uint64_t size = e->end - d->start;
    if (e->size > size)
        return sw_zip_corrupt(err, "its central directory overlaps the end record");
    if (size > DIRECTORY_MAX || e->count > size / CENTRAL_SIZE)
        return sw_zip_corrupt(err, "its central directory does not hold what it announces");
    d->bytes = malloc((size_t)size + 1);
    d->members = calloc((size_t)e->count + 1, sizeof *d->members);
    if (!d->bytes || !d->members)
        return sw_fail_nomem(err);
    int rc = sw_zip_pread(fd, d->bytes, (size_t)size, d->start, err);
    size_t at = 0;
    for (d->count = 0; rc == 0 && d->count < e->count; d->count++) {
        sw_zip_member *m = &d->members[d->count];
        size_t used = 0;
        rc = parse_member(m, d->bytes + at, (size_t)size - at, &used, err);
        at += used;
        if (rc == 0 && m->offset > d->start - base)
            rc = sw_zip_corrupt(err, "an entry lies behind the central directory");
        m->offset += base;
    }
    if (rc == 0 && at != size)
        rc = sw_zip_corrupt(err, "there is something between its central directory and its end record");
    return rc;
}

/* Something in front of the archive (a self-extractor's program) must not hold an archive itself. */
static int check_prefix(int fd, uint64_t base, sw_error *err)
{
    enum { PART = 64 * 1024 };
    unsigned char *part = malloc(PART + 3);
    if (!part)
        return sw_fail_nomem(err);
    int rc = 0;
    for (uint64_t at = 0; rc == 0 && at < base; at += PART) {
        size_t size = base - at < PART + 3 ? (size_t)(base - at) : PART + 3;
        rc = sw_zip_pread(fd, part, size, at, err);
        for (const unsigned char *p = part; rc == 0 && p + 4 <= part + size; p++)
            if (memcmp(p, "PK\5\6", 4) == 0)
                rc = sw_zip_corrupt(err, "the file holds two archives");
    }
    free(part);
    return rc;
}

int sw_zip_directory_read(sw_zip_directory *out, int fd, sw_error *err)
{
    struct stat info;
    ending e;
    memset(out, 0, sizeof *out);
    if (fstat(fd, &info) < 0)
        return sw_fail_errno(err, errno, "archive.io", "the archive cannot be read");
    int rc = find_ending(&e, fd, (uint64_t)info.st_size, err);
    if (rc < 0)
        return rc;
    rc = parse_all(out, &e, 0, fd, err);
    bool moved = rc < 0 && rc != SW_E_NOMEM && e.size <= e.end && e.offset < e.end - e.size;
    if (moved) {
        uint64_t base = e.end - e.size - e.offset;
        sw_zip_directory_release(out);
        rc = check_prefix(fd, base, err);
        if (rc == 0)
            rc = parse_all(out, &e, base, fd, err);
    }
    if (rc < 0)
        sw_zip_directory_release(out);
    return rc;
}

void sw_zip_directory_release(sw_zip_directory *directory)
{
    free(directory->bytes);
    free(directory->members);
    memset(directory, 0, sizeof *directory);
}
