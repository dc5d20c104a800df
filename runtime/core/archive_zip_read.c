#include "core/archive_zip_read.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/archive_zip_directory.h"
#include "core/archive_zip_name.h"
#include "core/buf.h"
#include "core/lazy_zlib.h"

enum { LOCAL_SIZE = 30, CHUNK = 128 * 1024, LINK_MAX_SIZE = 4096 };
enum { FLAG_ENCRYPTED = 1, FLAG_DESCRIPTOR = 8, FLAG_PATCH = 0x20, FLAG_STRONG = 0x40, FLAG_MASKED = 0x2000 };
enum { COMPARED_FLAGS = FLAG_ENCRYPTED | FLAG_DESCRIPTOR | 0x800 };
enum { HOST_UNIX = 3, HOST_MACOS = 19, METHOD_STORE = 0, METHOD_DEFLATE = 8 };

typedef struct reader {
    const sw_entry_sink *sink;
    const sw_zlib_library *zlib;
    int fd;
    sw_zip_directory directory;
    uint64_t *data; /* where the data of each member begins */
    unsigned char *in, *out;
    sw_buf name;
} reader;

/* Where inflated or stored bytes go. */
typedef struct flow {
    uint64_t size; /* so far */
    uint32_t crc;
    char *text; /* a link's target is collected here, anything else goes to the sink */
} flow;

static int check_member(const sw_zip_member *m, sw_error *err)
{
    if (m->flags & (FLAG_ENCRYPTED | FLAG_STRONG | FLAG_MASKED) || m->method == 99)
        return sw_fail(err, SW_E_REFUSED, "archive.encrypted", "the archive is encrypted");
    if ((m->method != METHOD_STORE && m->method != METHOD_DEFLATE) || m->flags & FLAG_PATCH)
        return sw_fail(err, SW_E_UNSUPPORTED, "archive.method",
                       "the zip archive uses compression method %u; stored and deflated entries are read", m->method);
    if (m->method == METHOD_STORE && m->packed != m->size)
        return sw_zip_corrupt(err, "the two sizes of a stored entry differ");
    return 0;
}

/* One number of the local header: equal to the directory's, or, when a descriptor follows, still 0. */
static bool agrees(uint64_t local, uint64_t central, bool later)
{
    return local == central || (later && local == 0);
}

static int check_local(reader *r, const sw_zip_member *m, uint64_t *data, sw_error *err)
{
    unsigned char head[LOCAL_SIZE];
    const char *alias, *central;
    size_t alias_len, central_len;
    if (m->offset + LOCAL_SIZE > r->directory.start)
        return sw_zip_corrupt(err, "an entry runs into the central directory");
    int rc = sw_zip_pread(r->fd, head, sizeof head, m->offset, err);
    if (rc < 0)
        return rc;
    size_t name_len = sw_le16(head + 26), extra_len = sw_le16(head + 28);
    uint64_t packed = sw_le32(head + 18), size = sw_le32(head + 22);
    *data = m->offset + LOCAL_SIZE + name_len + extra_len;
    if (memcmp(head, "PK\3\4", 4) != 0)
        return sw_zip_corrupt(err, "an entry is not where the central directory says");
    if (*data > r->directory.start || name_len != m->name_len)
        return sw_zip_corrupt(err, "local and central headers do not match");
    unsigned char *text = malloc(name_len + extra_len + 1);
    if (!text)
        return sw_fail_nomem(err);
    const unsigned char *extra = text + name_len;
    rc = sw_zip_pread(r->fd, text, name_len + extra_len, m->offset + LOCAL_SIZE, err);
    if (rc == 0)
        rc = sw_zip_extra_widen(extra, extra_len, &size, &packed, NULL, err);
    if (rc == 0)
        rc = sw_zip_name_alias(&alias, &alias_len, extra, extra_len, m->name, name_len, err);
    if (rc == 0)
        rc = sw_zip_name_alias(&central, &central_len, m->extra, m->extra_len, m->name, name_len, err);
    if (rc == 0 && alias && (!central || alias_len != central_len || memcmp(alias, central, alias_len) != 0) &&
        (alias_len != name_len || memcmp(alias, m->name, name_len) != 0))
        rc = sw_zip_corrupt(err, "an entry has two different names");
    bool later = m->flags & FLAG_DESCRIPTOR;
    if (rc == 0 && (memcmp(text, m->name, name_len) != 0 || sw_le16(head + 8) != m->method ||
                    (sw_le16(head + 6) & COMPARED_FLAGS) != (m->flags & COMPARED_FLAGS) ||
                    sw_le32(head + 10) != m->stamp || !agrees(sw_le32(head + 14), m->crc, later) ||
                    !agrees(packed, m->packed, later) || !agrees(size, m->size, later)))
        rc = sw_zip_corrupt(err, "local and central headers do not match");
    free(text);
    return rc;
}

/* Between the end of the data and the next part: nothing, or exactly one matching descriptor. */
static int check_gap(reader *r, const sw_zip_member *m, uint64_t data, uint64_t next, sw_error *err)
{
    unsigned char d[24];
    if (data > next || m->packed > next - data)
        return sw_zip_corrupt(err, "entries overlap");
    uint64_t gap = next - data - m->packed;
    if (!(m->flags & FLAG_DESCRIPTOR))
        return gap == 0 ? 0 : sw_zip_corrupt(err, "there is something between two entries");
    if (gap != 12 && gap != 16 && gap != 20 && gap != 24)
        return sw_zip_corrupt(err, "an entry lacks its data descriptor");
    int rc = sw_zip_pread(r->fd, d, (size_t)gap, data + m->packed, err);
    if (rc < 0)
        return rc;
    bool marked = gap % 8 == 0, wide = gap >= 20;
    const unsigned char *at = marked ? d + 4 : d;
    uint64_t packed = wide ? sw_le64(at + 4) : sw_le32(at + 4);
    uint64_t size = wide ? sw_le64(at + 12) : sw_le32(at + 8);
    if ((marked && memcmp(d, "PK\7\10", 4) != 0) || sw_le32(at) != m->crc || packed != m->packed || size != m->size)
        return sw_zip_corrupt(err, "a data descriptor does not match its entry");
    return 0;
}

typedef struct place {
    uint64_t offset;
    size_t member;
} place;

static int by_offset(const void *a, const void *b)
{
    uint64_t x = ((const place *)a)->offset, y = ((const place *)b)->offset;
    return (x > y) - (x < y);
}

/* The entries in the order of the file: they must fill it from `begin` to the directory. */
static int check_layout(reader *r, sw_error *err)
{
    const sw_zip_directory *d = &r->directory;
    place *places = calloc(d->count + 1, sizeof *places);
    r->data = calloc(d->count + 1, sizeof *r->data);
    if (!places || !r->data) {
        free(places);
        return sw_fail_nomem(err);
    }
    for (size_t i = 0; i < d->count; i++)
        places[i] = (place){ d->members[i].offset, i };
    qsort(places, d->count, sizeof *places, by_offset);
    places[d->count].offset = d->start;
    int rc = places[0].offset == d->begin ? 0 : sw_zip_corrupt(err, "there is something in front of its entries");
    for (size_t i = 0; rc == 0 && i < d->count; i++) {
        const sw_zip_member *m = &d->members[places[i].member];
        uint64_t *data = &r->data[places[i].member];
        rc = check_member(m, err);
        if (rc == 0)
            rc = check_local(r, m, data, err);
        if (rc == 0)
            rc = check_gap(r, m, *data, places[i + 1].offset, err);
    }
    free(places);
    return rc;
}

static int flow_on(reader *r, flow *f, const sw_zip_member *m, const unsigned char *bytes, size_t len, sw_error *err)
{
    if (len > m->size - f->size)
        return sw_zip_corrupt(err, "an entry is longer than it says");
    f->crc = (uint32_t)r->zlib->crc32(f->crc, bytes, (uInt)len);
    if (f->text)
        memcpy(f->text + f->size, bytes, len);
    f->size += len;
    return f->text ? 0 : r->sink->data(r->sink->context, bytes, len, err);
}

static int copy_stored(reader *r, flow *f, const sw_zip_member *m, uint64_t at, sw_error *err)
{
    int rc = 0;
    for (uint64_t left = m->packed; rc == 0 && left > 0;) {
        size_t part = left < CHUNK ? (size_t)left : CHUNK;
        rc = sw_zip_pread(r->fd, r->in, part, at, err);
        if (rc == 0)
            rc = flow_on(r, f, m, r->in, part, err);
        at += part;
        left -= part;
    }
    return rc;
}

static int copy_deflated(reader *r, flow *f, const sw_zip_member *m, uint64_t at, sw_error *err)
{
    z_stream z = { 0 };
    uint64_t left = m->packed;
    int state = Z_OK, rc = 0;
    if (r->zlib->inflateInit2_(&z, -15, ZLIB_VERSION, sizeof z) != Z_OK)
        return sw_fail_nomem(err);
    while (rc == 0 && state != Z_STREAM_END) {
        if (z.avail_in == 0 && left > 0) {
            size_t part = left < CHUNK ? (size_t)left : CHUNK;
            rc = sw_zip_pread(r->fd, r->in, part, at, err);
            z.next_in = r->in;
            z.avail_in = (uInt)part;
            at += part;
            left -= part;
        }
        z.next_out = r->out;
        z.avail_out = CHUNK;
        if (rc == 0)
            state = r->zlib->inflate(&z, Z_NO_FLUSH);
        if (rc == 0 && state != Z_OK && state != Z_STREAM_END)
            rc = sw_zip_corrupt(err, "the data of an entry cannot be inflated");
        if (rc == 0)
            rc = flow_on(r, f, m, r->out, CHUNK - z.avail_out, err);
    }
    if (rc == 0 && (left > 0 || z.avail_in > 0))
        rc = sw_zip_corrupt(err, "the data of an entry ends early");
    r->zlib->inflateEnd(&z);
    return rc;
}

static int copy_data(reader *r, const sw_zip_member *m, uint64_t at, char *text, sw_error *err)
{
    flow f = { .text = text };
    int rc = m->method == METHOD_STORE ? copy_stored(r, &f, m, at, err) : copy_deflated(r, &f, m, at, err);
    if (rc == 0 && f.size != m->size)
        rc = sw_zip_corrupt(err, "an entry is shorter than it says");
    if (rc == 0 && f.crc != m->crc)
        rc = sw_zip_corrupt(err, "an entry has a wrong checksum");
    return rc;
}

static int entry_kind(sw_entry *entry, const sw_zip_member *m, sw_error *err)
{
    bool slash = entry->name_len > 0 && entry->name[entry->name_len - 1] == '/';
    bool posix = m->made_by == HOST_UNIX || m->made_by == HOST_MACOS;
    unsigned mode = posix ? m->attributes >> 16 : 0;
    entry->kind = slash || S_ISDIR(mode) ? SW_ENTRY_FOLDER : S_ISLNK(mode) ? SW_ENTRY_SYMLINK : SW_ENTRY_FILE;
    entry->mode = mode ? mode & 07777 : slash ? 0755 : 0644;
    if ((mode & S_IFMT) && !S_ISREG(mode) && !S_ISDIR(mode) && !S_ISLNK(mode))
        return sw_fail(err, SW_E_REFUSED, "archive.kind", "the archive holds a device, pipe or socket");
    if (entry->kind == SW_ENTRY_FOLDER && m->size > 0)
        return sw_zip_corrupt(err, "a folder has data");
    if (entry->kind == SW_ENTRY_SYMLINK && m->size > LINK_MAX_SIZE)
        return sw_fail(err, SW_E_REFUSED, "archive.link", "the archive holds a link with a target beyond 4096 bytes");
    return 0;
}

static int read_member(reader *r, size_t index, sw_error *err)
{
    const sw_zip_member *m = &r->directory.members[index];
    char target[LINK_MAX_SIZE];
    int rc = sw_zip_name(&r->name, m, err);
    sw_entry entry = { .name = sw_buf_text(&r->name), .name_len = r->name.len };
    if (rc == 0)
        rc = entry_kind(&entry, m, err);
    bool link = entry.kind == SW_ENTRY_SYMLINK;
    if (rc == 0 && link) {
        rc = copy_data(r, m, r->data[index], target, err);
        entry.target = target;
        entry.target_len = (size_t)m->size;
    }
    entry.size = entry.kind == SW_ENTRY_FILE ? m->size : 0;
    if (rc == 0)
        rc = r->sink->entry(r->sink->context, &entry, err);
    if (rc == 0 && !link)
        rc = copy_data(r, m, r->data[index], NULL, err);
    return rc == 0 ? r->sink->end(r->sink->context, err) : rc;
}

int sw_zip_read(const sw_entry_sink *sink, int fd, sw_error *err)
{
    reader r = { .sink = sink, .fd = fd, .zlib = sw_zlib(err) };
    if (!r.zlib)
        return SW_E_NOT_FOUND;
    int rc = sw_zip_directory_read(&r.directory, fd, err);
    if (rc < 0)
        return rc;
    r.in = malloc(CHUNK);
    r.out = malloc(CHUNK);
    rc = r.in && r.out ? check_layout(&r, err) : sw_fail_nomem(err);
    for (size_t i = 0; rc == 0 && i < r.directory.count; i++)
        rc = read_member(&r, i, err);
    free(r.in);
    free(r.out);
    free(r.data);
    sw_buf_release(&r.name);
    sw_zip_directory_release(&r.directory);
    return rc;
}
