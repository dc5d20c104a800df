#include "core/archive_zstd.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

#include "core/archive_deflate.h"
#include "core/archive_output.h"
#include "core/lazy_zstd.h"

/* Jobs and threads together stay well below 64 MiB at the usual levels. */
enum { ROOM = 256 * 1024, JOB = 4 * 1024 * 1024, WORKERS_MAX = 4 };

struct sw_zstd_writer {
    const sw_zstd_library *zstd;
    void *context;
    int fd;
    bool started;
    unsigned char room[ROOM];
};

static int failed(const sw_zstd_writer *writer, size_t code, sw_error *err)
{
    int rc = sw_fail(err, SW_E_IO, "archive.io", "the archive cannot be compressed");
    sw_error_cause(err, "%s", writer->zstd->error_name(code));
    return rc;
}

static int set(const sw_zstd_writer *writer, int parameter, int value, sw_error *err)
{
    size_t code = writer->zstd->set(writer->context, parameter, value);
    return writer->zstd->is_error(code) ? failed(writer, code, err) : 0;
}

int sw_zstd_writer_open(sw_zstd_writer **out, int fd, int level, sw_error *err)
{
    const sw_zstd_library *zstd = sw_zstd(err);
    if (!zstd)
        return SW_E_NOT_FOUND;
    sw_zstd_writer *writer = calloc(1, sizeof *writer);
    if (!writer)
        return sw_fail_nomem(err);
    writer->zstd = zstd;
    writer->fd = fd;
    writer->context = zstd->create();
    size_t cores = sw_deflate_cores();
    int rc = writer->context ? 0 : sw_fail_nomem(err);
    if (rc == 0)
        rc = set(writer, SW_ZSTD_LEVEL, level, err);
    if (rc == 0)
        rc = set(writer, SW_ZSTD_CHECKSUM, 1, err);
    if (rc == 0)
        rc = set(writer, SW_ZSTD_WORKERS, cores < WORKERS_MAX ? (int)cores : WORKERS_MAX, err);
    if (rc == 0)
        rc = set(writer, SW_ZSTD_JOB_SIZE, JOB, err);
    if (rc < 0)
        sw_zstd_writer_close(writer);
    else
        *out = writer;
    return rc;
}

/* zstd starts its threads at the first call; they take no signals, those belong to the main thread. */
static size_t compress(sw_zstd_writer *writer, sw_zstd_output *output, sw_zstd_input *input, int end)
{
    if (writer->started)
        return writer->zstd->compress(writer->context, output, input, end);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    size_t code = writer->zstd->compress(writer->context, output, input, end);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    writer->started = true;
    return code;
}

/* `left`: what zstd still holds back. */
static int push(sw_zstd_writer *writer, sw_zstd_input *input, int end, size_t *left, sw_error *err)
{
    sw_zstd_output output = { writer->room, ROOM, 0 };
    *left = compress(writer, &output, input, end);
    if (writer->zstd->is_error(*left))
        return failed(writer, *left, err);
    return output.at > 0 ? sw_archive_write_all(writer->fd, writer->room, output.at, err) : 0;
}

int sw_zstd_writer_write(sw_zstd_writer *writer, const void *data, size_t len, sw_error *err)
{
    sw_zstd_input input = { data, len, 0 };
    size_t left = 0;
    int rc = 0;
    while (rc == 0 && input.at < input.size)
        rc = push(writer, &input, SW_ZSTD_CONTINUE, &left, err);
    return rc;
}

int sw_zstd_writer_finish(sw_zstd_writer *writer, sw_error *err)
{
    sw_zstd_input input = { NULL, 0, 0 };
    size_t left = 1;
    int rc = 0;
    while (rc == 0 && left > 0)
        rc = push(writer, &input, SW_ZSTD_END, &left, err);
    return rc;
}

void sw_zstd_writer_close(sw_zstd_writer *writer)
{
    if (!writer)
        return;
    if (writer->context)
        writer->zstd->release(writer->context);
    free(writer);
}
