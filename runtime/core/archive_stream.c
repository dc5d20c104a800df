#include "core/archive_stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/lazy_archive.h"
#include "core/lazy_zlib.h"

enum { INPUT_SIZE = 256 * 1024 };
enum form { PLAIN, GZIP, FILTERED };

struct sw_archive_stream {
    enum form form;
    int fd;
    uint64_t produced, limit;
    /* gzip */
    const sw_zlib_library *zlib;
    z_stream z;
    bool member_open, input_ended;
    unsigned char *input;
    /* xz, zstd */
    const sw_archive_library *library;
    struct archive *archive;
};

static int corrupt(sw_error *err, const char *what)
{
    return sw_fail(err, SW_E_CORRUPT, "archive.corrupt", "the archive is damaged: %s", what);
}

static int read_some(int fd, void *into, size_t size, size_t *got, sw_error *err)
{
    ssize_t count;
    do
        count = read(fd, into, size);
    while (count < 0 && errno == EINTR);
    if (count < 0)
        return sw_fail_errno(err, errno, "archive.io", "the archive cannot be read");
    *got = (size_t)count;
    return 0;
}

static int open_gzip(sw_archive_stream *stream, sw_error *err)
{
    stream->form = GZIP;
    stream->zlib = sw_zlib(err);
    if (!stream->zlib)
        return SW_E_NOT_FOUND;
    stream->input = malloc(INPUT_SIZE);
    if (!stream->input || stream->zlib->inflateInit2_(&stream->z, 15 + 16, ZLIB_VERSION, sizeof stream->z) != Z_OK)
        return sw_fail_nomem(err);
    stream->member_open = true;
    return 0;
}

static int filter_failed(sw_archive_stream *stream, sw_error *err)
{
    const char *why = stream->archive ? stream->library->error_string(stream->archive) : NULL;
    int rc = corrupt(err, "its compressed data cannot be read");
    sw_error_cause(err, "%s", why ? why : "unknown");
    return rc;
}

static int open_filter(sw_archive_stream *stream, bool xz, sw_error *err)
{
    stream->form = FILTERED;
    const sw_archive_library *lib = stream->library = sw_archive(err);
    if (!lib)
        return SW_E_NOT_FOUND;
    stream->archive = lib->read_new();
    if (!stream->archive)
        return sw_fail_nomem(err);
    struct archive_entry *entry;
    int filter = xz ? lib->read_support_filter_xz(stream->archive) : lib->read_support_filter_zstd(stream->archive);
    if (filter != ARCHIVE_OK || lib->read_support_format_raw(stream->archive) != ARCHIVE_OK ||
        lib->read_open_fd(stream->archive, stream->fd, INPUT_SIZE) != ARCHIVE_OK ||
        lib->read_next_header(stream->archive, &entry) != ARCHIVE_OK)
        return filter_failed(stream, err);
    return 0;
}

int sw_archive_stream_open(sw_archive_stream **out, int fd, uint64_t limit, sw_error *err)
{
    static const unsigned char xz[] = { 0xfd, '7', 'z', 'X', 'Z', 0 };
    static const unsigned char zstd[] = { 0x28, 0xb5, 0x2f, 0xfd };
    unsigned char magic[6] = { 0 };
    if (pread(fd, magic, sizeof magic, 0) < 0 || lseek(fd, 0, SEEK_SET) < 0)
        return sw_fail_errno(err, errno, "archive.io", "the archive cannot be read");
    sw_archive_stream *stream = calloc(1, sizeof *stream);
    if (!stream)
        return sw_fail_nomem(err);
    stream->fd = fd;
    stream->limit = limit;
    int rc = 0;
    if (magic[0] == 0x1f && magic[1] == 0x8b)
        rc = open_gzip(stream, err);
    else if (memcmp(magic, xz, sizeof xz) == 0)
        rc = open_filter(stream, true, err);
    else if (memcmp(magic, zstd, sizeof zstd) == 0)
        rc = open_filter(stream, false, err);
    if (rc < 0) {
        sw_archive_stream_close(stream);
        return rc;
    }
    *out = stream;
    return 0;
}

void sw_archive_stream_close(sw_archive_stream *stream)
{
    if (!stream)
        return;
    if (stream->zlib)
        stream->zlib->inflateEnd(&stream->z);
    if (stream->archive)
        stream->library->read_free(stream->archive);
    free(stream->input);
    free(stream);
}

static int refill(sw_archive_stream *stream, sw_error *err)
{
    size_t got = 0;
    int rc = read_some(stream->fd, stream->input, INPUT_SIZE, &got, err);
    stream->z.next_in = stream->input;
    stream->z.avail_in = (uInt)got;
    stream->input_ended = got == 0;
    return rc;
}

/* Behind a member: another member, zero padding, or the end. */
static int next_member(sw_archive_stream *stream, sw_error *err)
{
    if (stream->z.next_in[0] == 0x1f) {
        stream->member_open = true;
        return stream->zlib->inflateReset(&stream->z) == Z_OK ? 0 : sw_fail_nomem(err);
    }
    for (uInt i = 0; i < stream->z.avail_in; i++)
        if (stream->z.next_in[i] != 0)
            return corrupt(err, "bytes that belong to nothing follow the gzip stream");
    stream->z.avail_in = 0;
    return 0;
}

static int read_gzip(sw_archive_stream *stream, void *into, size_t size, size_t *got, sw_error *err)
{
    stream->z.next_out = into;
    stream->z.avail_out = (uInt)size;
    while (stream->z.avail_out > 0 && !stream->input_ended) {
        int rc = stream->z.avail_in == 0 ? refill(stream, err) : 0;
        if (rc == 0 && stream->input_ended && stream->member_open)
            rc = corrupt(err, "the gzip stream is cut off");
        if (rc == 0 && !stream->input_ended && !stream->member_open)
            rc = next_member(stream, err);
        if (rc < 0)
            return rc;
        if (stream->input_ended || !stream->member_open)
            continue;
        int state = stream->zlib->inflate(&stream->z, Z_NO_FLUSH);
        if (state == Z_STREAM_END)
            stream->member_open = false;
        else if (state != Z_OK && state != Z_BUF_ERROR)
            return corrupt(err, stream->z.msg ? stream->z.msg : "no valid gzip data");
    }
    *got = size - stream->z.avail_out;
    return 0;
}

static int read_loop(sw_archive_stream *stream, char *into, size_t size, size_t *got, sw_error *err)
{
    *got = 0;
    while (*got < size) {
        size_t part = 0;
        int rc = 0;
        if (stream->form == PLAIN) {
            rc = read_some(stream->fd, into + *got, size - *got, &part, err);
        } else {
            la_ssize_t count = stream->library->read_data(stream->archive, into + *got, size - *got);
            if (count < 0)
                rc = filter_failed(stream, err);
            else
                part = (size_t)count;
        }
        if (rc < 0)
            return rc;
        if (part == 0)
            return 0;
        *got += part;
    }
    return 0;
}

int sw_archive_stream_read(sw_archive_stream *stream, void *into, size_t size, size_t *got, sw_error *err)
{
    *got = 0;
    int rc = stream->form == GZIP ? read_gzip(stream, into, size, got, err)
                                  : read_loop(stream, into, size, got, err);
    if (rc < 0)
        return rc;
    stream->produced += *got;
    if (stream->produced > stream->limit)
        return sw_fail(err, SW_E_LIMIT, "archive.limit", "the archive unpacks to more than the limit allows");
    return 0;
}
