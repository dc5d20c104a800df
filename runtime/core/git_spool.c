#include "core/git_spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BUFFER = 256 << 10, /* a file is made when so much has come: most histories are over by then */
    PIECE = 1 << 20, /* is reserved at once, so that a disk that is full is found before anything is lost */
    MOST = 256 << 20 /* bytes: a temporary folder may be memory, and is everybody's */
};

struct sw_spool {
    FILE *file;   /* NULL: all is in `buffer` */
    char *buffer; /* then the file's */
    uint64_t size, reserved, left; /* left: to be read */
    bool full; /* there is no file to be had, or no more room in it; the names are kept in `names` */
    bool reading;
    sw_spooled *names; /* those that came when the file was full */
    size_t count, cap, at;
};

int sw_spool_open(sw_spool **out, sw_error *err)
{
    sw_spool *spool = *out = calloc(1, sizeof *spool);
    return spool ? 0 : sw_fail_nomem(err);
}

void sw_spool_close(sw_spool *spool)
{
    if (!spool)
        return;
    if (spool->file)
        fclose(spool->file);
    free(spool->buffer);
    free(spool->names);
    free(spool);
}

static int add_name(sw_spool *spool, const sw_spooled *entry, sw_error *err)
{
    if (spool->count == spool->cap) {
        size_t cap = spool->cap ? spool->cap * 2 : 1024;
        sw_spooled *names = realloc(spool->names, cap * sizeof *names);
        if (!names)
            return sw_fail_nomem(err);
        spool->names = names;
        spool->cap = cap;
    }
    spool->names[spool->count++] = *entry;
    return 0;
}

static bool reserve(sw_spool *spool, uint64_t size)
{
    while (size > spool->reserved) {
        if (posix_fallocate(fileno(spool->file), (off_t)spool->reserved, PIECE) != 0)
            return false;
        spool->reserved += PIECE;
    }
    return true;
}

/* What is in memory goes to a file. */
static bool make_file(sw_spool *spool)
{
    char *buffer = malloc(BUFFER);
    spool->file = buffer ? tmpfile() : NULL;
    if (spool->file)
        setvbuf(spool->file, buffer, _IOFBF, BUFFER);
    bool made = spool->file && reserve(spool, spool->size)
                && (spool->size == 0 || fwrite(spool->buffer, (size_t)spool->size, 1, spool->file) == 1);
    if (!made && spool->file)
        fclose(spool->file);
    free(made ? spool->buffer : buffer);
    if (made)
        spool->buffer = buffer;
    else
        spool->file = NULL;
    return made;
}

static bool has_room(sw_spool *spool, size_t more)
{
    if (spool->full || more > MOST || spool->size + more > MOST)
        return false;
    return (spool->file || make_file(spool)) && reserve(spool, spool->size + more);
}

/* In memory, when there is room. */
static bool keep(sw_spool *spool, const sw_spooled *entry, const char *text, size_t len)
{
    if (spool->file || spool->full || len > BUFFER || spool->size + sizeof *entry + len > BUFFER)
        return false;
    if (!spool->buffer && !(spool->buffer = malloc(BUFFER)))
        return false;
    memcpy(spool->buffer + spool->size, entry, sizeof *entry);
    if (len)
        memcpy(spool->buffer + spool->size + sizeof *entry, text, len);
    spool->size += sizeof *entry + len;
    return true;
}

int sw_spool_add(sw_spool *spool, sw_spooled *entry, const char *text, size_t len, sw_error *err)
{
    entry->len = (uint32_t)len;
    if (keep(spool, entry, text, len))
        return 0;
    spool->full = !has_room(spool, sizeof *entry + len); /* for good: the order is kept */
    entry->len = spool->full ? 0 : (uint32_t)len;
    if (spool->full)
        return add_name(spool, entry, err);
    if (spool->reading && fseek(spool->file, (long)spool->size, SEEK_SET) != 0)
        return sw_fail_errno(err, errno, "file.failed", "a temporary file cannot be written");
    spool->reading = false;
    if (fwrite(entry, sizeof *entry, 1, spool->file) != 1 || (len && fwrite(text, len, 1, spool->file) != 1))
        return sw_fail_errno(err, errno, "file.failed", "a temporary file cannot be written");
    spool->size += sizeof *entry + len;
    return 0;
}

bool sw_spool_is_full(const sw_spool *spool)
{
    return spool->full;
}

int sw_spool_rewind(sw_spool *spool, sw_error *err)
{
    if (spool->file && fseek(spool->file, 0, SEEK_SET) != 0) /* writes what is left, too */
        return sw_fail_errno(err, errno, "file.failed", "a temporary file cannot be written");
    spool->at = 0;
    spool->left = spool->size;
    spool->reading = true;
    return 0;
}

static bool read_some(void *out, size_t len, sw_spool *spool)
{
    if (len == 0)
        return true;
    if (!spool->file)
        memcpy(out, spool->buffer + (spool->size - spool->left), len);
    else if (fread(out, len, 1, spool->file) != 1)
        return false;
    spool->left -= len;
    return true;
}

int sw_spool_next(sw_spooled *entry, sw_buf *text, sw_spool *spool, sw_error *err)
{
    if (spool->left == 0) {
        if (spool->at == spool->count)
            return 0;
        *entry = spool->names[spool->at++];
        return 1;
    }
    text->len = 0;
    if (!read_some(entry, sizeof *entry, spool))
        return sw_fail_errno(err, errno, "file.failed", "a temporary file cannot be read");
    if (sw_buf_reserve(text, entry->len) < 0)
        return sw_fail_nomem(err);
    if (!read_some(text->data, entry->len, spool))
        return sw_fail_errno(err, errno, "file.failed", "a temporary file cannot be read");
    text->len = entry->len;
    text->data[text->len] = '\0';
    return 1;
}
