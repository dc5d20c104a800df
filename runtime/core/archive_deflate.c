#include "core/archive_deflate.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "core/lazy_zlib.h"

enum { BLOCK = 256 * 1024, DICTIONARY = 32 * 1024, THREADS_MAX = 16 };
enum state { EMPTY, WAITING, WORKING, DONE };

typedef struct slot {
    enum state state;
    bool last, failed;
    size_t dictionary_len, in_len, out_len;
    uint32_t crc;
    unsigned char *dictionary, *in, *out;
} slot;

struct sw_deflate {
    const sw_zlib_library *zlib;
    int level;
    sw_deflate_take take;
    void *context;
    size_t threads, slots, out_size;
    slot *ring;
    size_t filling;  /* slot that takes the input */
    size_t next_out; /* oldest slot that was not handed on; equal to filling when all were */
    uint32_t crc;
    uint64_t size;
    pthread_mutex_t lock;
    pthread_cond_t work, done;
    bool locks_ready, stop;
    size_t started;
    pthread_t workers[THREADS_MAX];
};

static void compress_slot(sw_deflate *d, z_stream *z, slot *s)
{
    z->next_in = s->in;
    z->avail_in = (uInt)s->in_len;
    z->next_out = s->out;
    z->avail_out = (uInt)d->out_size;
    s->failed = d->zlib->deflateReset(z) != Z_OK;
    if (!s->failed && s->dictionary_len > 0)
        s->failed = d->zlib->deflateSetDictionary(z, s->dictionary, (uInt)s->dictionary_len) != Z_OK;
    int end = s->failed ? Z_OK : d->zlib->deflate(z, s->last ? Z_FINISH : Z_SYNC_FLUSH);
    s->failed = s->failed || end != (s->last ? Z_STREAM_END : Z_OK) || z->avail_in > 0;
    s->out_len = d->out_size - z->avail_out;
    s->crc = (uint32_t)d->zlib->crc32(0, s->in, (uInt)s->in_len);
}

static slot *find_work(sw_deflate *d)
{
    for (size_t i = 0; i < d->slots; i++) {
        slot *s = &d->ring[(d->next_out + i) % d->slots];
        if (s->state == WAITING)
            return s;
    }
    return NULL;
}

static void *worker(void *context)
{
    sw_deflate *d = context;
    z_stream z = { 0 };
    bool ready = d->zlib->deflateInit2_(&z, d->level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                                        sizeof z) == Z_OK;
    pthread_mutex_lock(&d->lock);
    while (!d->stop) {
        slot *s = find_work(d);
        if (!s) {
            pthread_cond_wait(&d->work, &d->lock);
            continue;
        }
        s->state = WORKING;
        pthread_mutex_unlock(&d->lock);
        if (ready)
            compress_slot(d, &z, s);
        else
            s->failed = true;
        pthread_mutex_lock(&d->lock);
        s->state = DONE;
        pthread_cond_signal(&d->done);
    }
    pthread_mutex_unlock(&d->lock);
    if (ready)
        d->zlib->deflateEnd(&z);
    return NULL;
}

size_t sw_deflate_cores(void)
{
    cpu_set_t set;
    int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return count < 1 ? 1 : count > THREADS_MAX ? THREADS_MAX : (size_t)count;
}

/* Workers take no signals: those belong to the main thread. */
static int start_workers(sw_deflate *d, sw_error *err)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (d->started < d->threads && pthread_create(&d->workers[d->started], NULL, worker, d) == 0)
        d->started++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return d->started > 0 ? 0 : sw_fail(err, SW_E_NOMEM, "archive.io", "no thread can be started");
}

int sw_deflate_open(sw_deflate **out, int level, sw_deflate_take take, void *context, sw_error *err)
{
    const sw_zlib_library *zlib = sw_zlib(err);
    if (!zlib)
        return SW_E_NOT_FOUND;
    sw_deflate *d = calloc(1, sizeof *d);
    if (!d)
        return sw_fail_nomem(err);
    d->zlib = zlib;
    d->level = level;
    d->take = take;
    d->context = context;
    d->threads = sw_deflate_cores();
    d->slots = d->threads * 2 + 1;
    d->out_size = BLOCK + BLOCK / 8 + 1024;
    d->ring = calloc(d->slots, sizeof *d->ring);
    int rc = d->ring ? 0 : sw_fail_nomem(err);
    for (size_t i = 0; rc == 0 && i < d->slots; i++) {
        slot *s = &d->ring[i];
        s->dictionary = malloc(DICTIONARY);
        s->in = malloc(BLOCK);
        s->out = malloc(d->out_size);
        rc = s->dictionary && s->in && s->out ? 0 : sw_fail_nomem(err);
    }
    if (rc == 0) {
        pthread_mutex_init(&d->lock, NULL);
        pthread_cond_init(&d->work, NULL);
        pthread_cond_init(&d->done, NULL);
        d->locks_ready = true;
        rc = start_workers(d, err);
    }
    if (rc < 0)
        sw_deflate_close(d);
    else
        *out = d;
    return rc;
}

/* Waits for the oldest block and hands it on. */
static int hand_on(sw_deflate *d, sw_error *err)
{
    slot *s = &d->ring[d->next_out];
    pthread_mutex_lock(&d->lock);
    while (s->state != DONE)
        pthread_cond_wait(&d->done, &d->lock);
    pthread_mutex_unlock(&d->lock);
    if (s->failed)
        return sw_fail(err, SW_E_NOMEM, "archive.io", "the data cannot be compressed");
    d->crc = d->size == 0 ? s->crc : (uint32_t)d->zlib->crc32_combine(d->crc, s->crc, (z_off_t)s->in_len);
    d->size += s->in_len;
    int rc = d->take(d->context, s->out, s->out_len, err);
    pthread_mutex_lock(&d->lock);
    s->state = EMPTY;
    s->in_len = s->dictionary_len = 0;
    d->next_out = (d->next_out + 1) % d->slots;
    pthread_mutex_unlock(&d->lock);
    return rc;
}

/* Gives the block being filled to the workers and makes the next one ready. */
static int submit(sw_deflate *d, bool last, sw_error *err)
{
    slot *s = &d->ring[d->filling];
    size_t next = (d->filling + 1) % d->slots;
    int rc = 0;
    pthread_mutex_lock(&d->lock);
    s->last = last;
    s->state = WAITING;
    pthread_cond_signal(&d->work);
    pthread_mutex_unlock(&d->lock);
    if (next == d->next_out)
        rc = hand_on(d, err);
    if (rc == 0 && !last) {
        slot *n = &d->ring[next];
        size_t keep = s->in_len < DICTIONARY ? s->in_len : DICTIONARY;
        memcpy(n->dictionary, s->in + s->in_len - keep, keep);
        n->dictionary_len = keep;
    }
    d->filling = next;
    return rc;
}

int sw_deflate_write(sw_deflate *d, const void *data, size_t len, sw_error *err)
{
    const unsigned char *from = data;
    int rc = 0;
    while (rc == 0 && len > 0) {
        slot *s = &d->ring[d->filling];
        if (s->in_len == BLOCK) {
            rc = submit(d, false, err);
            continue;
        }
        size_t part = BLOCK - s->in_len < len ? BLOCK - s->in_len : len;
        memcpy(s->in + s->in_len, from, part);
        s->in_len += part;
        from += part;
        len -= part;
    }
    return rc;
}

int sw_deflate_finish(sw_deflate *d, uint32_t *crc, uint64_t *size, sw_error *err)
{
    int rc = submit(d, true, err);
    while (rc == 0 && d->next_out != d->filling)
        rc = hand_on(d, err);
    *crc = d->size == 0 ? 0 : d->crc;
    *size = d->size;
    d->crc = 0;
    d->size = 0;
    return rc;
}

void sw_deflate_close(sw_deflate *d)
{
    if (!d)
        return;
    if (d->locks_ready) {
        pthread_mutex_lock(&d->lock);
        d->stop = true;
        pthread_cond_broadcast(&d->work);
        pthread_mutex_unlock(&d->lock);
        for (size_t i = 0; i < d->started; i++)
            pthread_join(d->workers[i], NULL);
        pthread_mutex_destroy(&d->lock);
        pthread_cond_destroy(&d->work);
        pthread_cond_destroy(&d->done);
    }
    for (size_t i = 0; d->ring && i < d->slots; i++) {
        free(d->ring[i].dictionary);
        free(d->ring[i].in);
        free(d->ring[i].out);
    }
    free(d->ring);
    free(d);
}
