/* What a child writes and reads: masked, kept, logged, handed on. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/process_private.h"

enum { CHUNK = 64 * 1024, PIECES_LIMIT = 1 << 20, PRIVATE_LIMIT = 2 * SW_SECRET_LONGEST };

/* Keeps the last `limit` bytes; moved only when twice as much has gathered. */
static int keep_last(sw_stream *stream, const char *data, size_t len, size_t limit)
{
    sw_buf *kept = &stream->kept;
    if (len > limit) {
        data += len - limit;
        len = limit;
        sw_buf_clear(kept);
        stream->cut = true;
    }
    if (kept->len + len > 2 * limit) {
        size_t stay = limit - len;
        memmove(kept->data, kept->data + kept->len - stay, stay);
        kept->len = stay;
        stream->cut = true;
    }
    return sw_buf_add(kept, data, len);
}

static void write_log(sw_process *process, const char *data, size_t len)
{
    while (process->log_fd >= 0 && len > 0) {
        ssize_t wrote = write(process->log_fd, data, len);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0) { /* the child goes on: its work is worth more than its log */
            process->log_errno = errno;
            close(process->log_fd);
            process->log_fd = -1;
            return;
        }
        data += wrote;
        len -= (size_t)wrote;
    }
}

static int add_piece(sw_process *process, int number, const char *data, size_t len)
{
    sw_process_piece piece;
    memset(&piece, 0, sizeof piece);
    piece.stream = number;
    piece.len = len;
    if (sw_buf_reserve(&process->pieces, sizeof piece + len) < 0)
        return SW_E_NOMEM;
    sw_buf_add(&process->pieces, &piece, sizeof piece);
    sw_buf_add(&process->pieces, data, len);
    process->job.news = true;
    if (process->pieces.len > PIECES_LIMIT) {
        process->paused = true;
        sw_watch_rest(&process->out.watch);
        sw_watch_rest(&process->err.watch);
    }
    return 0;
}

/* What may be shown goes to its three places. Losing output for want of memory ends nothing, but it
 * shows: the stream counts as cut. */
static void deliver(sw_process *process, sw_stream *stream, const char *data, size_t len)
{
    if (len == 0)
        return;
    if (keep_last(stream, data, len, process->keep) < 0)
        stream->cut = true;
    write_log(process, data, len);
    if (process->want_output && add_piece(process, stream->number, data, len) < 0)
        stream->cut = true;
}

static void deliver_private(sw_stream *stream, const char *data, size_t len)
{
    if (stream->kept.len + len > PRIVATE_LIMIT || sw_buf_reserve(&stream->kept, PRIVATE_LIMIT - stream->kept.len) < 0)
        stream->cut = true; /* reserved at once: a buffer that grows leaves copies behind */
    else
        sw_buf_add(&stream->kept, data, len);
}

static void take_in(sw_process *process, sw_stream *stream, const char *data, size_t len)
{
    if (!stream->mask) {
        deliver_private(stream, data, len);
        return;
    }
    sw_buf shown;
    sw_buf_init(&shown);
    if (sw_mask_add(stream->mask, data, len, &shown) < 0)
        stream->cut = true;
    deliver(process, stream, sw_buf_text(&shown), shown.len);
    sw_buf_release(&shown);
}

static ssize_t read_chunk(int fd, char *chunk)
{
    ssize_t got;
    do {
        got = read(fd, chunk, CHUNK);
    } while (got < 0 && errno == EINTR);
    return got;
}

bool sw_stream_read(sw_process *process, sw_stream *stream)
{
    char chunk[CHUNK];
    ssize_t got = read_chunk(stream->watch.fd, chunk);
    if (got > 0)
        take_in(process, stream, chunk, (size_t)got);
    int failed = errno;
    if (process->private_output)
        explicit_bzero(chunk, sizeof chunk);
    if (got == 0 || (got < 0 && failed != EAGAIN))
        sw_watch_close(&stream->watch);
    return got > 0;
}

/* Bounded, because an orphan may write for ever. */
void sw_stream_drain(sw_process *process, sw_stream *stream)
{
    for (int reads = 0; reads < 64 && stream->watch.fd >= 0; reads++)
        if (!sw_stream_read(process, stream))
            return;
}

void sw_stream_finish(sw_process *process, sw_stream *stream)
{
    sw_watch_close(&stream->watch);
    if (!stream->mask)
        return;
    sw_buf shown;
    sw_buf_init(&shown);
    if (sw_mask_end(stream->mask, &shown) < 0)
        stream->cut = true;
    deliver(process, stream, sw_buf_text(&shown), shown.len);
    sw_buf_release(&shown);
    if (stream->kept.len > process->keep) {
        memmove(stream->kept.data, stream->kept.data + stream->kept.len - process->keep, process->keep);
        stream->kept.len = process->keep;
        stream->cut = true;
    }
}

void sw_stream_release(sw_stream *stream, bool wipe)
{
    sw_watch_close(&stream->watch);
    sw_mask_close(stream->mask);
    if (wipe && stream->kept.data)
        explicit_bzero(stream->kept.data, stream->kept.cap);
    sw_buf_release(&stream->kept);
}

/* A write to a child that has closed its end must not end this process: SIGPIPE is blocked around it and
 * the one it caused is taken away again. */
static ssize_t write_quietly(int fd, const char *data, size_t len)
{
    sigset_t pipe_signal, before, waiting;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    sigpending(&waiting);
    bool had_one = sigismember(&waiting, SIGPIPE) == 1;
    sigprocmask(SIG_BLOCK, &pipe_signal, &before);
    ssize_t wrote = write(fd, data, len);
    int saved = errno;
    if (wrote < 0 && saved == EPIPE && !had_one) {
        struct timespec none = { 0, 0 };
        sigtimedwait(&pipe_signal, NULL, &none);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = saved;
    return wrote;
}

void sw_process_write_input(sw_process *process)
{
    size_t left = process->input.len - process->input_at;
    ssize_t wrote = left ? write_quietly(process->in.fd, process->input.data + process->input_at, left) : 0;
    if (wrote > 0)
        process->input_at += (size_t)wrote;
    bool again = wrote < 0 && (errno == EAGAIN || errno == EINTR);
    if ((wrote < 0 && !again) || process->input_at == process->input.len)
        sw_watch_close(&process->in);
}
