#include "core/archive_zip_write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/archive_deflate.h"
#include "core/archive_output.h"
#include "core/archive_source.h"
#include "core/archive_zip_sink.h"
#include "core/fresh_file.h"
#include "core/lazy_zip.h"

static const int64_t FIRST_TIME = 315532800, LAST_TIME = 4354819198; /* 1980-01-01, 2107-12-31 23:59:58 */
enum { UNIX = 3 };

/* What libzip asks for while it writes: one per member, all alive until it has closed. A file comes from
 * disk to be stored, or deflated already from the spool. */
typedef struct feed {
    const sw_zip_library *zip;
    const sw_archive_member *member;
    sw_archive_source source;
    int spool;
    bool deflated;
    uint32_t crc;
    uint64_t at, packed; /* in the spool */
    uint64_t told;       /* of a link's target, or of the packed bytes */
    zip_error_t error;
    sw_error *why; /* where our own reason goes */
    bool *failed;
} feed;

typedef struct writer {
    const sw_zip_library *zip;
    zip_t *archive;
    feed *feeds;
    uint16_t date, time;
    int level;
    bool failed; /* a feed has left its reason in err */
    sw_deflate *deflate;
    sw_fresh_file spool;
    uint64_t spooled;
} writer;

static zip_int64_t refuse(feed *f, int code)
{
    *f->failed = true;
    f->zip->error_set(&f->error, code, 0);
    return -1;
}

static zip_int64_t read_spool(feed *f, void *data, zip_uint64_t len)
{
    uint64_t left = f->packed - f->told;
    ssize_t got;
    do
        got = pread(f->spool, data, len < left ? len : left, (off_t)(f->at + f->told));
    while (got < 0 && errno == EINTR);
    if (got < 0 || (got == 0 && left > 0 && len > 0)) {
        sw_fail_errno(f->why, errno, "archive.io", "the packed data cannot be read back");
        return refuse(f, ZIP_ER_READ);
    }
    f->told += (uint64_t)got;
    return got;
}

static zip_int64_t feed_read(feed *f, void *data, zip_uint64_t len)
{
    size_t got = 0;
    if (f->deflated)
        return read_spool(f, data, len);
    if (f->member->kind != SW_ENTRY_SYMLINK)
        return sw_archive_source_read(&f->source, data, len, &got, f->why) < 0 ? refuse(f, ZIP_ER_READ)
                                                                              : (zip_int64_t)got;
    got = strlen(f->member->target) - (size_t)f->told;
    if (got > len)
        got = len;
    memcpy(data, f->member->target + f->told, got);
    f->told += got;
    return (zip_int64_t)got;
}

static zip_int64_t feed_stat(const feed *f, void *data)
{
    zip_stat_t *info = data;
    f->zip->stat_init(info);
    info->valid = ZIP_STAT_SIZE | ZIP_STAT_COMP_METHOD;
    info->size = f->member->kind == SW_ENTRY_SYMLINK ? strlen(f->member->target) : f->member->size;
    info->comp_method = ZIP_CM_STORE;
    if (f->deflated) {
        info->valid |= ZIP_STAT_COMP_SIZE | ZIP_STAT_CRC;
        info->comp_method = ZIP_CM_DEFLATE;
        info->comp_size = f->packed;
        info->crc = f->crc;
    }
    return sizeof *info;
}

static zip_int64_t on_source(void *context, void *data, zip_uint64_t len, zip_source_cmd_t command)
{
    feed *f = context;
    switch (command) {
    case ZIP_SOURCE_SUPPORTS:
        return 1 << ZIP_SOURCE_SUPPORTS | 1 << ZIP_SOURCE_OPEN | 1 << ZIP_SOURCE_READ | 1 << ZIP_SOURCE_CLOSE |
               1 << ZIP_SOURCE_STAT | 1 << ZIP_SOURCE_ERROR | 1 << ZIP_SOURCE_FREE;
    case ZIP_SOURCE_STAT: return feed_stat(f, data);
    case ZIP_SOURCE_READ: return feed_read(f, data, len);
    case ZIP_SOURCE_ERROR: return f->zip->error_to_data(&f->error, data, len);
    case ZIP_SOURCE_OPEN:
        f->told = 0;
        if (f->member->kind == SW_ENTRY_SYMLINK || f->deflated)
            return 0;
        return sw_archive_source_open(&f->source, f->member, f->why) < 0 ? refuse(f, ZIP_ER_OPEN) : 0;
    case ZIP_SOURCE_CLOSE: sw_archive_source_close(&f->source); return 0;
    case ZIP_SOURCE_FREE: return 0;
    default: f->zip->error_set(&f->error, ZIP_ER_OPNOTSUPP, 0); return -1;
    }
}

static int zip_failed(const writer *w, sw_error *err)
{
    int rc = sw_fail(err, SW_E_IO, "archive.io", "the zip archive cannot be written");
    sw_error_cause(err, "%s", w->archive ? w->zip->strerror(w->archive) : "no memory");
    return rc;
}

/* Days since 1970 to DOS date and time, in UTC (Howard Hinnant's calendar arithmetic). */
static void set_dos_time(writer *w, int64_t time)
{
    time = time < FIRST_TIME ? FIRST_TIME : time > LAST_TIME ? LAST_TIME : time;
    int64_t z = time / 86400 + 719468, era = z / 146097, doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    int64_t day = doy - (153 * mp + 2) / 5 + 1, month = mp < 10 ? mp + 3 : mp - 9;
    int64_t year = yoe + era * 400 + (month <= 2), second = time % 86400;
    w->date = (uint16_t)((year - 1980) << 9 | month << 5 | day);
    w->time = (uint16_t)(second / 3600 << 11 | second / 60 % 60 << 5 | second % 60 / 2);
}

static zip_int64_t add_entry(writer *w, feed *f)
{
    const sw_archive_member *m = f->member;
    if (m->kind == SW_ENTRY_FOLDER)
        return w->zip->dir_add(w->archive, m->name, ZIP_FL_ENC_UTF_8);
    zip_source_t *source = w->zip->source_function_create(on_source, f, &f->error);
    if (!source)
        return -1;
    zip_int64_t index = w->zip->file_add(w->archive, m->name, source, ZIP_FL_ENC_UTF_8);
    if (index < 0)
        w->zip->source_free(source);
    return index;
}

static int add_member(writer *w, feed *f, sw_error *err)
{
    const sw_archive_member *m = f->member;
    zip_int64_t index = add_entry(w, f);
    if (index < 0)
        return zip_failed(w, err);
    zip_uint64_t at = (zip_uint64_t)index;
    bool link = m->kind == SW_ENTRY_SYMLINK, folder = m->kind == SW_ENTRY_FOLDER;
    zip_uint32_t mode = link ? S_IFLNK | 0777 : (zip_uint32_t)(folder ? S_IFDIR : S_IFREG) | m->mode;
    bool stored = !folder && !f->deflated;
    if (w->zip->file_set_external_attributes(w->archive, at, 0, UNIX, mode << 16 | (folder ? 0x10 : 0)) < 0 ||
        w->zip->file_set_dostime(w->archive, at, w->time, w->date, 0) < 0 ||
        (stored && w->zip->set_file_compression(w->archive, at, ZIP_CM_STORE, 0) < 0))
        return zip_failed(w, err);
    return 0;
}

static int take_deflated(void *context, const void *data, size_t len, sw_error *err)
{
    writer *w = context;
    w->spooled += len;
    return sw_archive_write_all(w->spool.fd, data, len, err);
}

/* Deflates a file into the spool. When that makes it no smaller, it is stored instead. */
static int deflate_file(writer *w, feed *f, sw_error *err)
{
    enum { CHUNK = 256 * 1024 };
    uint64_t size = 0;
    f->at = w->spooled;
    char *chunk = malloc(CHUNK);
    if (!chunk)
        return sw_fail_nomem(err);
    int rc = sw_archive_source_open(&f->source, f->member, err);
    for (size_t got = 1; rc == 0 && got > 0;) {
        rc = sw_archive_source_read(&f->source, chunk, CHUNK, &got, err);
        if (rc == 0 && got > 0)
            rc = sw_deflate_write(w->deflate, chunk, got, err);
    }
    sw_archive_source_close(&f->source);
    free(chunk);
    if (rc == 0)
        rc = sw_deflate_finish(w->deflate, &f->crc, &size, err);
    f->packed = w->spooled - f->at;
    f->deflated = rc == 0 && f->packed < size;
    if (rc < 0 || f->deflated)
        return rc;
    w->spooled = f->at;
    if (ftruncate(w->spool.fd, (off_t)f->at) < 0 || lseek(w->spool.fd, (off_t)f->at, SEEK_SET) < 0)
        return sw_fail_errno(err, errno, "archive.io", "the archive cannot be written");
    return 0;
}

/* A nameless file beside the archive: libzip wants the packed size before it writes an entry. */
static int open_spool(writer *w, const char *path, sw_error *err)
{
    int rc = sw_fresh_open(&w->spool, path) < 0 ? sw_fail_errno(err, errno, "archive.io", "the archive cannot be written") : 0;
    return rc == 0 ? sw_deflate_open(&w->deflate, w->level, take_deflated, w, err) : rc;
}

static int add_all(writer *w, const sw_archive_members *members, sw_error *err)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < members->count; i++) {
        feed *f = &w->feeds[i];
        *f = (feed){ .zip = w->zip, .member = &members->items[i], .source.fd = -1, .spool = w->spool.fd,
                     .why = err, .failed = &w->failed };
        w->zip->error_init(&f->error);
        if (f->member->kind == SW_ENTRY_FILE && f->member->size > 0)
            rc = deflate_file(w, f, err);
        if (rc == 0)
            rc = add_member(w, f, err);
    }
    return rc;
}

int sw_zip_write(int fd, const char *path, const sw_archive_members *members, int level, int64_t time,
                 sw_error *err)
{
    writer w = { .zip = sw_zip(err), .level = level ? level : 6, .spool.fd = -1 };
    sw_zip_sink sink;
    if (!w.zip)
        return SW_E_NOT_FOUND;
    set_dos_time(&w, time);
    w.feeds = calloc(members->count + 1, sizeof *w.feeds);
    if (!w.feeds)
        return sw_fail_nomem(err);
    int rc = open_spool(&w, path, err);
    w.archive = rc == 0 ? sw_zip_sink_open(&sink, w.zip, fd) : NULL;
    if (rc == 0 && !w.archive)
        rc = zip_failed(&w, err);
    if (rc == 0)
        rc = add_all(&w, members, err);
    if (rc == 0 && w.zip->close(w.archive) < 0)
        rc = w.failed ? SW_E_IO : zip_failed(&w, err);
    else if (rc == 0)
        w.archive = NULL;
    if (w.archive)
        w.zip->discard(w.archive);
    sw_deflate_close(w.deflate);
    sw_fresh_release(&w.spool);
    free(w.feeds);
    return rc;
}
