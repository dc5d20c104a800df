#include "core/archive_extract.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/archive_folder.h"
#include "core/archive_names.h"
#include "core/archive_path.h"
#include "core/archive_stream.h"
#include "core/archive_tar_read.h"
#include "core/archive_zip_read.h"

enum { FREE_BYTES = 1024 * 1024, FREE_STREAM = 4 * 1024 * 1024 };

/* Judges what a reader tells, and passes on what is allowed. */
typedef struct guard {
    sw_archive_limits limits;
    uint64_t packed;             /* size of the archive file */
    sw_archive_names *names;
    sw_archive_listing *listing; /* totals, and the items when `collect` */
    bool collect;
    sw_archive_folder *folder;   /* NULL in the checking pass */
    sw_buf path, target;         /* of the entry being read */
    bool skip;                   /* stripped away */
} guard;

static int too_large(sw_error *err, const char *what)
{
    int rc = sw_fail(err, SW_E_LIMIT, "archive.limit", "the archive unpacks to %s than the limit allows", what);
    sw_error_hint(err, "if the archive is trusted, raise max_entries, max_size or max_ratio");
    return rc;
}

static int count_bytes(guard *g, uint64_t more, sw_error *err)
{
    if (more > g->limits.size - g->listing->size)
        return too_large(err, "more bytes");
    uint64_t total = g->listing->size + more;
    if (total > FREE_BYTES && total / g->limits.ratio > g->packed)
        return too_large(err, "more bytes per packed byte");
    return 0;
}

static int judge_link(guard *g, const sw_entry *entry, sw_error *err)
{
    sw_archive_shown shown;
    sw_buf_clear(&g->target);
    if (entry->kind == SW_ENTRY_SYMLINK) {
        int rc = sw_archive_link_check(sw_buf_text(&g->path), entry->target, entry->target_len, err);
        if (rc == 0 && sw_buf_add(&g->target, entry->target, entry->target_len) < 0)
            rc = sw_fail_nomem(err);
        return rc;
    }
    int rc = sw_archive_path_clean(&g->target, entry->target, entry->target_len, err);
    if (rc < 0)
        return rc;
    if (sw_archive_path_strip(&g->target, g->limits.strip) &&
        sw_archive_names_is_file(g->names, sw_buf_text(&g->target)))
        return 0;
    return sw_fail(err, SW_E_REFUSED, "archive.link", "the hard link '%s' names no file that came before it",
                   sw_archive_show(&shown, entry->name, entry->name_len));
}

static int collect_item(guard *g, const sw_entry *entry, unsigned mode, sw_error *err)
{
    sw_archive_listing *l = g->listing;
    if (l->count == l->capacity) {
        size_t capacity = l->capacity ? l->capacity * 2 : 64;
        sw_archive_item *items = realloc(l->items, capacity * sizeof *items);
        if (!items)
            return sw_fail_nomem(err);
        l->items = items;
        l->capacity = capacity;
    }
    sw_archive_item item = { .kind = entry->kind, .mode = mode, .size = entry->size };
    item.path = strdup(sw_buf_text(&g->path));
    item.target = g->target.len > 0 ? strdup(sw_buf_text(&g->target)) : NULL;
    l->items[l->count++] = item;
    return item.path && (item.target || g->target.len == 0) ? 0 : sw_fail_nomem(err);
}

static int judge_entry(guard *g, const sw_entry *entry, sw_error *err)
{
    sw_archive_shown shown;
    if (++g->listing->entries > g->limits.entries)
        return too_large(err, "more entries");
    int rc = sw_archive_path_clean(&g->path, entry->name, entry->name_len, err);
    if (rc < 0)
        return rc;
    if (g->path.len == 0 && entry->kind != SW_ENTRY_FOLDER)
        return sw_fail(err, SW_E_REFUSED, "archive.name", "the entry '%s' has no name of its own",
                       sw_archive_show(&shown, entry->name, entry->name_len));
    if (entry->kind == SW_ENTRY_FILE && entry->mode & 06000)
        return sw_fail(err, SW_E_REFUSED, "archive.mode", "the file '%s' would run as another user (setuid)",
                       sw_archive_show(&shown, entry->name, entry->name_len));
    if (entry->kind != SW_ENTRY_FOLDER && entry->name[entry->name_len - 1] == '/')
        return sw_fail(err, SW_E_REFUSED, "archive.name", "the entry '%s' is no folder but is named like one",
                       sw_archive_show(&shown, entry->name, entry->name_len));
    g->skip = g->path.len == 0 || !sw_archive_path_strip(&g->path, g->limits.strip);
    sw_buf_clear(&g->target);
    if (!g->skip && entry->target)
        rc = judge_link(g, entry, err);
    if (rc == 0 && !g->skip)
        rc = sw_archive_names_add(g->names, sw_buf_text(&g->path),
                                  entry->kind == SW_ENTRY_HARDLINK ? SW_ENTRY_FILE : entry->kind, err);
    return rc == 0 ? count_bytes(g, entry->size, err) : rc;
}

static int on_entry(void *context, const sw_entry *entry, sw_error *err)
{
    guard *g = context;
    int rc = judge_entry(g, entry, err);
    if (rc < 0 || g->skip)
        return rc;
    unsigned mode = entry->kind == SW_ENTRY_FOLDER || entry->mode & 0111 ? 0755 : 0644;
    if (g->collect)
        rc = collect_item(g, entry, mode, err);
    if (rc == 0 && g->folder)
        rc = sw_archive_folder_add(g->folder, sw_buf_text(&g->path), sw_buf_text(&g->target), entry->kind, mode, err);
    return rc;
}

static int on_data(void *context, const void *data, size_t len, sw_error *err)
{
    guard *g = context;
    int rc = count_bytes(g, len, err);
    g->listing->size += len;
    return rc == 0 && g->folder && !g->skip ? sw_archive_folder_data(g->folder, data, len, err) : rc;
}

static int on_end(void *context, sw_error *err)
{
    guard *g = context;
    return g->folder && !g->skip ? sw_archive_folder_end(g->folder, err) : 0;
}

/* Zip or tar, by what the file begins (tar: every other) or ends with. */
static bool looks_like_zip(const char *file, const unsigned char *magic)
{
    const char *dot = strrchr(file, '.');
    if (magic[0] == 'P' && magic[1] == 'K' && (magic[2] == 3 || magic[2] == 5))
        return true;
    return dot && (strcmp(dot, ".zip") == 0 || strcmp(dot, ".whl") == 0);
}

static int read_stream(const sw_entry_sink *sink, const guard *g, int fd, sw_error *err)
{
    sw_archive_stream *stream = NULL;
    uint64_t limit = UINT64_MAX;
    if (g->packed < (UINT64_MAX - FREE_STREAM) / g->limits.ratio)
        limit = g->packed * g->limits.ratio + FREE_STREAM;
    int rc = sw_archive_stream_open(&stream, fd, limit, err);
    if (rc == 0)
        rc = sw_tar_read(sink, stream, err);
    sw_archive_stream_close(stream);
    return rc;
}

/* One pass over the whole archive. */
static int pass(sw_archive_listing *out, const char *file, int fd, const sw_archive_limits *limits, bool collect,
                sw_archive_folder *folder, sw_error *err)
{
    struct stat info;
    unsigned char magic[4] = { 0 };
    guard g = { .limits = *limits, .listing = out, .collect = collect, .folder = folder };
    sw_entry_sink sink = { &g, on_entry, on_data, on_end };
    if (fstat(fd, &info) < 0 || pread(fd, magic, sizeof magic, 0) < 0)
        return sw_fail_errno(err, errno, "archive.io", "'%s' cannot be read", file);
    if (!S_ISREG(info.st_mode))
        return sw_fail(err, SW_E_ARGUMENT, "archive.io", "'%s' is no file", file);
    g.packed = (uint64_t)info.st_size;
    g.limits.entries = limits->entries ? limits->entries : 100000;
    g.limits.size = limits->size ? limits->size : (uint64_t)16 << 30;
    g.limits.ratio = limits->ratio ? limits->ratio : 200;
    int rc = sw_archive_names_open(&g.names, false, err);
    if (rc == 0)
        rc = looks_like_zip(file, magic) ? sw_zip_read(&sink, fd, err) : read_stream(&sink, &g, fd, err);
    sw_archive_names_close(g.names);
    sw_buf_release(&g.path);
    sw_buf_release(&g.target);
    return rc;
}

static int open_file(const char *file, sw_error *err)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    return fd >= 0 ? fd : sw_fail_errno(err, errno, "archive.io", "'%s' cannot be opened", file);
}

void sw_archive_listing_release(sw_archive_listing *listing)
{
    for (size_t i = 0; i < listing->count; i++) {
        free(listing->items[i].path);
        free(listing->items[i].target);
    }
    free(listing->items);
    memset(listing, 0, sizeof *listing);
}

int sw_archive_list(sw_archive_listing *out, const char *file, const sw_archive_limits *limits, sw_error *err)
{
    int fd = open_file(file, err);
    if (fd < 0)
        return fd;
    int rc = pass(out, file, fd, limits, true, NULL, err);
    close(fd);
    return rc;
}

int sw_archive_extract(sw_archive_listing *out, const char *file, const char *to,
                       const sw_archive_limits *limits, sw_error *err)
{
    sw_archive_listing checked = { 0 };
    sw_archive_folder *folder = NULL;
    int fd = open_file(file, err);
    if (fd < 0)
        return fd;
    int rc = pass(&checked, file, fd, limits, false, NULL, err);
    if (rc == 0)
        rc = sw_archive_folder_open(&folder, to, err);
    if (rc == 0)
        rc = pass(out, file, fd, limits, false, folder, err);
    if (rc == 0)
        rc = sw_archive_folder_keep(folder, err);
    sw_archive_folder_close(folder);
    close(fd);
    return rc;
}
