#include "core/archive_tar_read.h"

#include <stdlib.h>
#include <string.h>

#include "core/archive_tar_header.h"

enum { EXTRA_MAX = 1024 * 1024, CHUNK = 256 * 1024 };

typedef struct reader {
    const sw_entry_sink *sink;
    sw_archive_stream *stream;
    sw_tar_extra extra; /* for the next entry */
    sw_buf text;        /* body of an extended header */
    char *chunk;
    bool ended;
} reader;

static int corrupt(sw_error *err, const char *what)
{
    return sw_fail(err, SW_E_CORRUPT, "archive.corrupt", "the archive is damaged: %s", what);
}

static int read_exactly(reader *r, void *into, size_t size, sw_error *err)
{
    size_t got = 0;
    int rc = sw_archive_stream_read(r->stream, into, size, &got, err);
    if (rc == 0 && got < size)
        rc = corrupt(err, "the tar archive is cut off");
    return rc;
}

static uint64_t padding(uint64_t size)
{
    return (SW_TAR_BLOCK - size % SW_TAR_BLOCK) % SW_TAR_BLOCK;
}

/* The body of an extended header, into r->text. */
static int read_extra_body(reader *r, uint64_t size, sw_error *err)
{
    if (size > EXTRA_MAX)
        return sw_fail(err, SW_E_LIMIT, "archive.limit", "an extended tar header is larger than 1 MiB");
    sw_buf_clear(&r->text);
    size_t whole = (size_t)(size + padding(size));
    if (sw_buf_reserve(&r->text, whole + 1) < 0)
        return sw_fail_nomem(err);
    int rc = read_exactly(r, r->text.data, whole, err);
    if (rc < 0)
        return rc;
    r->text.len = (size_t)size;
    r->text.data[size] = '\0';
    return 0;
}

/* GNU "L" and "K": the text, ended by one NUL or more, nothing behind them. */
static int take_long(reader *r, sw_buf *into, bool *has, sw_error *err)
{
    size_t len = strnlen(r->text.data, r->text.len);
    for (size_t i = len; i < r->text.len; i++)
        if (r->text.data[i] != '\0')
            return sw_fail(err, SW_E_REFUSED, "archive.name", "a long name in the archive holds a NUL byte");
    sw_buf_clear(into);
    *has = true;
    return sw_buf_add(into, r->text.data, len) < 0 ? sw_fail_nomem(err) : 0;
}

static void forget_extra(sw_tar_extra *extra)
{
    sw_buf_clear(&extra->path);
    sw_buf_clear(&extra->target);
    extra->has_path = extra->has_target = extra->has_size = false;
}

static int read_extra(reader *r, const sw_tar_header *header, sw_error *err)
{
    sw_tar_extra unused = { 0 };
    int rc = read_extra_body(r, header->size, err);
    if (rc < 0)
        return rc;
    switch (header->type) {
    case 'L': return take_long(r, &r->extra.path, &r->extra.has_path, err);
    case 'K': return take_long(r, &r->extra.target, &r->extra.has_target, err);
    case 'g': return sw_tar_extra_parse(&unused, r->text.data, r->text.len, true, err);
    default: return sw_tar_extra_parse(&r->extra, r->text.data, r->text.len, false, err);
    }
}

static int entry_kind(sw_entry *entry, const sw_tar_header *header, sw_error *err)
{
    const char *what = "of a kind this reader does not unpack";
    switch (header->type) {
    case '0': {
        bool slash = entry->name_len > 0 && entry->name[entry->name_len - 1] == '/';
        entry->kind = slash && entry->size == 0 ? SW_ENTRY_FOLDER : SW_ENTRY_FILE;
        if (!slash || entry->size == 0)
            return 0;
        what = "a file with the name of a folder";
        break;
    }
    case '5': entry->kind = SW_ENTRY_FOLDER; return 0;
    case '2': entry->kind = SW_ENTRY_SYMLINK; return 0;
    case '1': entry->kind = SW_ENTRY_HARDLINK; return 0;
    case '3': what = "a character device"; break;
    case '4': what = "a block device"; break;
    case '6': what = "a named pipe"; break;
    case 'S': what = "a sparse file"; break;
    case 'M': case 'V': what = "a part of a multi-volume archive"; break;
    default: break;
    }
    return sw_fail(err, SW_E_REFUSED, "archive.kind", "the archive holds %s", what);
}

static int copy_data(reader *r, uint64_t size, sw_error *err)
{
    int rc = 0;
    for (uint64_t left = size; left > 0 && rc == 0;) {
        size_t part = left < CHUNK ? (size_t)left : CHUNK;
        rc = read_exactly(r, r->chunk, part, err);
        if (rc == 0)
            rc = r->sink->data(r->sink->context, r->chunk, part, err);
        left -= part;
    }
    if (rc == 0)
        rc = read_exactly(r, r->chunk, (size_t)padding(size), err);
    return rc;
}

static int read_entry(reader *r, const sw_tar_header *header, sw_error *err)
{
    sw_tar_extra *extra = &r->extra;
    sw_entry entry = { .mode = header->mode, .size = extra->has_size ? extra->size : header->size };
    entry.name = extra->has_path ? sw_buf_text(&extra->path) : header->name;
    entry.name_len = extra->has_path ? extra->path.len : strlen(header->name);
    int rc = entry_kind(&entry, header, err);
    if (rc < 0)
        return rc;
    if (entry.kind == SW_ENTRY_SYMLINK || entry.kind == SW_ENTRY_HARDLINK) {
        entry.target = extra->has_target ? sw_buf_text(&extra->target) : header->target;
        entry.target_len = extra->has_target ? extra->target.len : strlen(header->target);
    }
    if (entry.kind != SW_ENTRY_FILE && entry.size != 0)
        return corrupt(err, "a link or folder in the tar archive has data");
    rc = r->sink->entry(r->sink->context, &entry, err);
    if (rc == 0)
        rc = copy_data(r, entry.size, err);
    if (rc == 0)
        rc = r->sink->end(r->sink->context, err);
    forget_extra(extra);
    return rc;
}

static bool all_zero(const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

/* Behind the end mark only zeros; reading them also makes the compression verify its trailer. */
static int read_tail(reader *r, sw_error *err)
{
    size_t got = 1;
    while (got > 0) {
        int rc = sw_archive_stream_read(r->stream, r->chunk, CHUNK, &got, err);
        if (rc < 0)
            return rc;
        if (!all_zero(r->chunk, got))
            return corrupt(err, "data follows the end of the tar archive");
    }
    return 0;
}

static int read_next(reader *r, bool first, sw_error *err)
{
    unsigned char block[SW_TAR_BLOCK];
    sw_tar_header header;
    size_t got = 0;
    int rc = sw_archive_stream_read(r->stream, block, sizeof block, &got, err);
    if (rc < 0)
        return rc;
    if (got == 0 && !first) { /* some writers leave the end mark out */
        r->ended = true;
        return 0;
    }
    if (got < sizeof block)
        return corrupt(err, first ? "this is no tar archive" : "the tar archive is cut off");
    if (all_zero((const char *)block, sizeof block)) {
        r->ended = true;
        return read_tail(r, err);
    }
    rc = sw_tar_header_parse(&header, block, err);
    if (rc < 0)
        return rc;
    return strchr("xgLK", header.type) ? read_extra(r, &header, err) : read_entry(r, &header, err);
}

int sw_tar_read(const sw_entry_sink *sink, sw_archive_stream *stream, sw_error *err)
{
    reader r = { .sink = sink, .stream = stream };
    int rc = 0;
    r.chunk = malloc(CHUNK);
    if (!r.chunk)
        return sw_fail_nomem(err);
    for (bool first = true; rc == 0 && !r.ended; first = false)
        rc = read_next(&r, first, err);
    free(r.chunk);
    sw_buf_release(&r.text);
    sw_buf_release(&r.extra.path);
    sw_buf_release(&r.extra.target);
    return rc;
}
