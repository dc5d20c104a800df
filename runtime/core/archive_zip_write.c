#include "core/archive_zip_write.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/archive_source.h"
#include "core/lazy_zip.h"

static const int64_t FIRST_TIME = 315532800, LAST_TIME = 4354819198; /* 1980-01-01, 2107-12-31 23:59:58 */
enum { UNIX = 3 };

/* What libzip asks for while it writes: one per member, all alive until it has closed. */
typedef struct feed {
    const sw_zip_library *zip;
    const sw_archive_member *member;
    sw_archive_source source;
    size_t told; /* of a link's target */
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
} writer;

static zip_int64_t refuse(feed *f, int code)
{
    *f->failed = true;
    f->zip->error_set(&f->error, code, 0);
    return -1;
}

static zip_int64_t feed_read(feed *f, void *data, zip_uint64_t len)
{
    size_t got = 0;
    if (f->member->kind != SW_ENTRY_SYMLINK)
        return sw_archive_source_read(&f->source, data, len, &got, f->why) < 0 ? refuse(f, ZIP_ER_READ)
                                                                              : (zip_int64_t)got;
    got = strlen(f->member->target) - f->told;
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
        if (f->member->kind == SW_ENTRY_SYMLINK)
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
    zip_int32_t method = link || folder || m->size == 0 ? ZIP_CM_STORE : ZIP_CM_DEFLATE;
    if (w->zip->file_set_external_attributes(w->archive, at, 0, UNIX, mode << 16 | (folder ? 0x10 : 0)) < 0 ||
        w->zip->file_set_dostime(w->archive, at, w->time, w->date, 0) < 0 ||
        (!folder && w->zip->set_file_compression(w->archive, at, method, (zip_uint32_t)w->level) < 0))
        return zip_failed(w, err);
    return 0;
}

int sw_zip_write(const char *path, const sw_archive_members *members, int level, int64_t time, sw_error *err)
{
    writer w = { .zip = sw_zip(err), .level = level ? level : 6 };
    int code = 0, rc = 0;
    if (!w.zip)
        return SW_E_NOT_FOUND;
    set_dos_time(&w, time);
    w.feeds = calloc(members->count + 1, sizeof *w.feeds);
    if (!w.feeds)
        return sw_fail_nomem(err);
    w.archive = w.zip->open(path, ZIP_CREATE | ZIP_TRUNCATE, &code);
    if (!w.archive)
        rc = sw_fail(err, SW_E_IO, "archive.io", "the zip archive cannot be written (libzip %d)", code);
    for (size_t i = 0; rc == 0 && i < members->count; i++) {
        w.feeds[i] = (feed){ .zip = w.zip, .member = &members->items[i], .source.fd = -1, .why = err, .failed = &w.failed };
        w.zip->error_init(&w.feeds[i].error);
        rc = add_member(&w, &w.feeds[i], err);
    }
    if (rc == 0 && w.zip->close(w.archive) < 0)
        rc = w.failed ? SW_E_IO : zip_failed(&w, err);
    else if (rc == 0)
        w.archive = NULL;
    if (w.archive)
        w.zip->discard(w.archive);
    free(w.feeds);
    return rc;
}
