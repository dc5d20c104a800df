#include "core/archive_output.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/archive_deflate.h"
#include "core/archive_zstd.h"
#include "core/lazy_archive.h"

enum { BUFFER = 256 * 1024 };

struct sw_archive_output {
    enum sw_archive_form form;
    int fd;
    size_t used; /* of buffer: small pieces of tar headers are gathered */
    unsigned char *buffer;
    sw_deflate *deflate;
    sw_zstd_writer *zstd;
    const sw_archive_library *library;
    struct archive *archive;
};

int sw_archive_write_all(int fd, const void *data, size_t len, sw_error *err)
{
    for (const char *from = data; len > 0;) {
        ssize_t part = write(fd, from, len);
        if (part < 0 && errno == EINTR)
            continue;
        if (part < 0)
            return sw_fail_errno(err, errno, "archive.io", "the archive cannot be written");
        from += part;
        len -= (size_t)part;
    }
    return 0;
}

static int take_deflated(void *context, const void *data, size_t len, sw_error *err)
{
    const sw_archive_output *output = context;
    return sw_archive_write_all(output->fd, data, len, err);
}

/* A header without name, time and operating system. */
static int open_gzip(sw_archive_output *output, int level, sw_error *err)
{
    unsigned char head[] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255 };
    level = level ? level : 6;
    head[8] = level == 9 ? 2 : level == 1 ? 4 : 0;
    int rc = sw_deflate_open(&output->deflate, level, take_deflated, output, err);
    return rc == 0 ? sw_archive_write_all(output->fd, head, sizeof head, err) : rc;
}

static int filter_failed(const sw_archive_output *output, sw_error *err)
{
    const char *why = output->archive ? output->library->error_string(output->archive) : NULL;
    int rc = sw_fail(err, SW_E_IO, "archive.io", "the archive cannot be compressed");
    sw_error_cause(err, "%s", why ? why : "unknown");
    return rc;
}

/* One worker and several give different bytes, two and three the same; four need more than 64 MiB at level 1, three do at
 * any higher level. */
static int xz_workers(int level)
{
    size_t cores = sw_deflate_cores();
    return level <= 1 && cores > 2 ? 3 : 2;
}

static int open_xz(sw_archive_output *output, int level, sw_error *err)
{
    const sw_archive_library *lib = output->library = sw_archive(err);
    if (!lib)
        return SW_E_NOT_FOUND;
    char text[12], workers[12];
    snprintf(text, sizeof text, "%d", level ? level : 1);
    snprintf(workers, sizeof workers, "%d", xz_workers(level));
    struct archive *a = output->archive = lib->write_new();
    if (!a)
        return sw_fail_nomem(err);
    struct archive_entry *entry = lib->entry_new();
    if (!entry)
        return sw_fail_nomem(err);
    lib->entry_set_pathname(entry, "data");
    lib->entry_set_filetype(entry, AE_IFREG);
    bool fine = lib->write_set_format_raw(a) == ARCHIVE_OK &&
                lib->write_add_filter_xz(a) == ARCHIVE_OK &&
                lib->write_set_filter_option(a, "xz", "compression-level", text) == ARCHIVE_OK &&
                lib->write_set_filter_option(a, "xz", "threads", workers) == ARCHIVE_OK &&
                lib->write_set_bytes_per_block(a, BUFFER) == ARCHIVE_OK &&
                lib->write_set_bytes_in_last_block(a, 1) == ARCHIVE_OK &&
                lib->write_open_fd(a, output->fd) == ARCHIVE_OK && lib->write_header(a, entry) == ARCHIVE_OK;
    lib->entry_free(entry);
    return fine ? 0 : filter_failed(output, err);
}

int sw_archive_output_open(sw_archive_output **out, int fd, enum sw_archive_form form, int level, sw_error *err)
{
    sw_archive_output *output = calloc(1, sizeof *output);
    if (!output)
        return sw_fail_nomem(err);
    output->form = form;
    output->fd = fd;
    output->buffer = malloc(BUFFER);
    int rc = output->buffer ? 0 : sw_fail_nomem(err);
    if (rc == 0 && form == SW_FORM_GZIP)
        rc = open_gzip(output, level, err);
    else if (rc == 0 && form == SW_FORM_ZSTD)
        rc = sw_zstd_writer_open(&output->zstd, fd, level ? level : 3, err);
    else if (rc == 0 && form == SW_FORM_XZ)
        rc = open_xz(output, level, err);
    if (rc < 0)
        sw_archive_output_close(output);
    else
        *out = output;
    return rc;
}

static int pass_on(sw_archive_output *output, const void *data, size_t len, sw_error *err)
{
    if (output->form == SW_FORM_PLAIN)
        return sw_archive_write_all(output->fd, data, len, err);
    if (output->form == SW_FORM_GZIP)
        return sw_deflate_write(output->deflate, data, len, err);
    if (output->form == SW_FORM_ZSTD)
        return sw_zstd_writer_write(output->zstd, data, len, err);
    la_ssize_t done = output->library->write_data(output->archive, data, len);
    return done == (la_ssize_t)len ? 0 : filter_failed(output, err);
}

static int flush(sw_archive_output *output, sw_error *err)
{
    int rc = output->used > 0 ? pass_on(output, output->buffer, output->used, err) : 0;
    output->used = 0;
    return rc;
}

int sw_archive_output_write(sw_archive_output *output, const void *data, size_t len, sw_error *err)
{
    int rc = output->used + len > BUFFER ? flush(output, err) : 0;
    if (rc < 0)
        return rc;
    if (len >= BUFFER)
        return pass_on(output, data, len, err);
    memcpy(output->buffer + output->used, data, len);
    output->used += len;
    return 0;
}

int sw_archive_output_finish(sw_archive_output *output, sw_error *err)
{
    int rc = flush(output, err);
    if (rc < 0 || output->form == SW_FORM_PLAIN)
        return rc;
    if (output->form == SW_FORM_ZSTD)
        return sw_zstd_writer_finish(output->zstd, err);
    if (output->form == SW_FORM_XZ)
        return output->library->write_close(output->archive) == ARCHIVE_OK ? 0 : filter_failed(output, err);
    uint32_t crc;
    uint64_t size;
    rc = sw_deflate_finish(output->deflate, &crc, &size, err);
    unsigned char tail[8];
    for (int i = 0; i < 4; i++) {
        tail[i] = (unsigned char)(crc >> 8 * i);
        tail[4 + i] = (unsigned char)(size >> 8 * i);
    }
    return rc == 0 ? sw_archive_write_all(output->fd, tail, sizeof tail, err) : rc;
}

void sw_archive_output_close(sw_archive_output *output)
{
    if (!output)
        return;
    sw_deflate_close(output->deflate);
    sw_zstd_writer_close(output->zstd);
    if (output->archive)
        output->library->write_free(output->archive);
    free(output->buffer);
    free(output);
}
