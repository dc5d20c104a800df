#include "core/archive_tar_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/archive_source.h"
#include "core/archive_tar_header.h"
#include "core/buf.h"

enum { CHUNK = 256 * 1024, NAME_SIZE = 100, PREFIX_SIZE = 155 };
static const uint64_t OCTAL_LIMIT = (uint64_t)1 << 33; /* 11 octal digits */

static void put_octal(unsigned char *field, size_t size, uint64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%0*llo", (int)size - 1, (unsigned long long)value);
    memcpy(field, text, size);
}

/* Splits a name into prefix and name fields. False when it does not fit. */
static bool put_name(unsigned char *block, const char *name, bool folder)
{
    char whole[NAME_SIZE + PREFIX_SIZE + 1];
    size_t len = strlen(name) + folder;
    if (len > sizeof whole)
        return false;
    memcpy(whole, name, len - folder);
    if (folder)
        whole[len - 1] = '/';
    if (len <= NAME_SIZE) {
        memcpy(block, whole, len);
        return true;
    }
    for (size_t at = len - NAME_SIZE - 1; at <= PREFIX_SIZE && at < len - 1; at++) {
        if (whole[at] != '/' || at == 0)
            continue;
        memcpy(block + 345, whole, at);
        memcpy(block, whole + at + 1, len - at - 1);
        return true;
    }
    return false;
}

static void seal(unsigned char *block, char type, unsigned mode, uint64_t size, int64_t time)
{
    block[156] = (unsigned char)type;
    put_octal(block + 100, 8, mode);
    put_octal(block + 108, 8, 0);
    put_octal(block + 116, 8, 0);
    put_octal(block + 124, 12, size);
    put_octal(block + 136, 12, (uint64_t)time);
    memcpy(block + 257, "ustar\00000", 8);
    put_octal(block + 329, 8, 0);
    put_octal(block + 337, 8, 0);
    memset(block + 148, ' ', 8);
    unsigned sum = 0;
    for (size_t i = 0; i < SW_TAR_BLOCK; i++)
        sum += block[i];
    put_octal(block + 148, 7, sum);
}

/* "LEN KEY=VALUE\n", where LEN counts itself. */
static int add_record(sw_buf *body, const char *key, const char *value, sw_error *err)
{
    size_t rest = strlen(key) + strlen(value) + 3, len = rest + 1;
    for (size_t digits = 1, limit = 10; len >= limit; digits++, limit *= 10)
        len = rest + digits + 1;
    return sw_buf_addf(body, "%zu %s=%s\n", len, key, value) < 0 ? sw_fail_nomem(err) : 0;
}

static int pad(sw_archive_output *output, uint64_t size, sw_error *err)
{
    static const unsigned char zeros[SW_TAR_BLOCK];
    size_t rest = (size_t)(size % SW_TAR_BLOCK);
    return rest ? sw_archive_output_write(output, zeros, SW_TAR_BLOCK - rest, err) : 0;
}

static int write_extra(sw_archive_output *output, const sw_buf *body, int64_t time, sw_error *err)
{
    unsigned char block[SW_TAR_BLOCK] = { 0 };
    memcpy(block, "PaxHeader", 9);
    seal(block, 'x', 0644, body->len, time);
    int rc = sw_archive_output_write(output, block, sizeof block, err);
    if (rc == 0)
        rc = sw_archive_output_write(output, body->data, body->len, err);
    return rc == 0 ? pad(output, body->len, err) : rc;
}

static int write_header(sw_archive_output *output, const sw_archive_member *m, int64_t time, sw_error *err)
{
    unsigned char block[SW_TAR_BLOCK] = { 0 };
    char number[24];
    bool folder = m->kind == SW_ENTRY_FOLDER;
    sw_buf body;
    sw_buf_init(&body);
    int rc = 0;
    if (!put_name(block, m->name, folder)) {
        memcpy(block, "PaxName", 7);
        rc = add_record(&body, "path", m->name, err);
    }
    if (rc == 0 && m->target && strlen(m->target) > NAME_SIZE)
        rc = add_record(&body, "linkpath", m->target, err);
    else if (m->target)
        memcpy(block + 157, m->target, strlen(m->target));
    snprintf(number, sizeof number, "%llu", (unsigned long long)m->size);
    if (rc == 0 && m->size >= OCTAL_LIMIT)
        rc = add_record(&body, "size", number, err);
    if (rc == 0 && body.len > 0)
        rc = write_extra(output, &body, time, err);
    char type = folder ? '5' : m->kind == SW_ENTRY_SYMLINK ? '2' : '0';
    seal(block, type, m->target ? 0777 : m->mode, m->size < OCTAL_LIMIT ? m->size : 0, time);
    if (rc == 0)
        rc = sw_archive_output_write(output, block, sizeof block, err);
    sw_buf_release(&body);
    return rc;
}

static int write_data(sw_archive_output *output, const sw_archive_member *m, char *chunk, sw_error *err)
{
    sw_archive_source source;
    int rc = sw_archive_source_open(&source, m, err);
    if (rc < 0)
        return rc;
    for (size_t got = 1; rc == 0 && got > 0;) {
        rc = sw_archive_source_read(&source, chunk, CHUNK, &got, err);
        if (rc == 0 && got > 0)
            rc = sw_archive_output_write(output, chunk, got, err);
    }
    sw_archive_source_close(&source);
    return rc == 0 ? pad(output, m->size, err) : rc;
}

int sw_tar_write(sw_archive_output *output, const sw_archive_members *members, int64_t time, sw_error *err)
{
    static const unsigned char end[2 * SW_TAR_BLOCK];
    char *chunk = malloc(CHUNK);
    if (!chunk)
        return sw_fail_nomem(err);
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < members->count; i++) {
        const sw_archive_member *m = &members->items[i];
        rc = write_header(output, m, time, err);
        if (rc == 0 && m->kind == SW_ENTRY_FILE)
            rc = write_data(output, m, chunk, err);
    }
    if (rc == 0)
        rc = sw_archive_output_write(output, end, sizeof end, err);
    free(chunk);
    return rc;
}
