#include "core/archive_zip_sink.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static zip_int64_t refuse(sw_zip_sink *sink, int code, int number)
{
    sink->zip->error_set(&sink->error, code, number);
    return -1;
}

static zip_int64_t write_here(sw_zip_sink *sink, const char *data, zip_uint64_t len)
{
    for (zip_uint64_t done = 0; done < len;) {
        ssize_t wrote = pwrite(sink->fd, data + done, len - done, sink->at);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return refuse(sink, ZIP_ER_WRITE, wrote < 0 ? errno : EIO);
        done += (zip_uint64_t)wrote;
        sink->at += wrote;
    }
    return (zip_int64_t)len;
}

static zip_int64_t seek_to(sw_zip_sink *sink, const void *data)
{
    zip_source_args_seek_t wanted;
    memcpy(&wanted, data, sizeof wanted);
    int64_t from = wanted.whence == SEEK_CUR ? sink->at : wanted.whence == SEEK_END ? lseek(sink->fd, 0, SEEK_END) : 0;
    if (from < 0 || from + wanted.offset < 0)
        return refuse(sink, ZIP_ER_SEEK, EINVAL);
    sink->at = from + wanted.offset;
    return 0;
}

static zip_int64_t on_archive(void *context, void *data, zip_uint64_t len, zip_source_cmd_t command)
{
    sw_zip_sink *sink = context;
    switch (command) {
    case ZIP_SOURCE_SUPPORTS: return ZIP_SOURCE_SUPPORTS_WRITABLE; /* libzip takes nothing less */
    case ZIP_SOURCE_STAT: return refuse(sink, ZIP_ER_READ, ENOENT); /* how libzip is told that there is none yet */
    case ZIP_SOURCE_ERROR: return sink->zip->error_to_data(&sink->error, data, len);
    case ZIP_SOURCE_BEGIN_WRITE: sink->at = 0; return 0;
    case ZIP_SOURCE_WRITE: return write_here(sink, data, len);
    case ZIP_SOURCE_SEEK_WRITE: return seek_to(sink, data);
    case ZIP_SOURCE_TELL_WRITE: return sink->at;
    case ZIP_SOURCE_COMMIT_WRITE:
    case ZIP_SOURCE_ROLLBACK_WRITE:
    case ZIP_SOURCE_FREE: return 0;
    default: return refuse(sink, ZIP_ER_OPNOTSUPP, 0);
    }
}

zip_t *sw_zip_sink_open(sw_zip_sink *sink, const sw_zip_library *zip, int fd)
{
    *sink = (sw_zip_sink){ .zip = zip, .fd = fd };
    zip->error_init(&sink->error);
    zip_source_t *source = zip->source_function_create(on_archive, sink, &sink->error);
    zip_t *archive = source ? zip->open_from_source(source, ZIP_CREATE | ZIP_TRUNCATE, &sink->error) : NULL;
    if (source && !archive)
        zip->source_free(source);
    return archive;
}
