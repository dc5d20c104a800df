#include "core/read_ahead.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

/* Pieces begin a page: the kernel copies into an odd address at less than half the speed. */
enum { PIECES = 4, PIECE_SIZE = 1 << 18, PAGE = 4096 };

struct sw_read_ahead {
    int fd;
    bool threaded; /* else every piece is read when it is asked for */
    pthread_t reader;
    pthread_mutex_t guard;
    pthread_cond_t changed;
    unsigned filled, emptied; /* how many pieces so far; filled - emptied are waiting */
    bool ended, stop;         /* the reader has come to its end; it shall end */
    bool lent;                /* the caller works on a piece */
    int errnum;
    ssize_t lengths[PIECES];
    char *memory;
};

static ssize_t read_piece(int fd, char *to)
{
    for (;;) {
        ssize_t got = read(fd, to, PIECE_SIZE);
        if (got >= 0 || errno != EINTR)
            return got;
    }
}

static void *read_all(void *context)
{
    sw_read_ahead *ahead = context;
    pthread_mutex_lock(&ahead->guard);
    while (!ahead->ended) {
        while (ahead->filled - ahead->emptied == PIECES && !ahead->stop)
            pthread_cond_wait(&ahead->changed, &ahead->guard);
        if (ahead->stop)
            break;
        unsigned slot = ahead->filled % PIECES;
        pthread_mutex_unlock(&ahead->guard);
        ssize_t got = read_piece(ahead->fd, ahead->memory + (size_t)slot * PIECE_SIZE);
        int why = errno;
        pthread_mutex_lock(&ahead->guard);
        ahead->lengths[slot] = got;
        ahead->errnum = got < 0 ? why : 0;
        ahead->ended = got <= 0;
        ahead->filled++;
        pthread_cond_signal(&ahead->changed);
    }
    pthread_mutex_unlock(&ahead->guard);
    return NULL;
}

int sw_read_ahead_open(sw_read_ahead **out, int fd, sw_error *err)
{
    sw_read_ahead *ahead = calloc(1, sizeof *ahead);
    if (!ahead)
        return sw_fail_nomem(err);
    ahead->fd = fd;
    ahead->memory = aligned_alloc(PAGE, (size_t)PIECES * PIECE_SIZE);
    if (!ahead->memory) {
        free(ahead);
        return sw_fail_nomem(err);
    }
    pthread_mutex_init(&ahead->guard, NULL);
    pthread_cond_init(&ahead->changed, NULL);
    sigset_t all, before; /* signals stay with the thread that expects them */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    ahead->threaded = pthread_create(&ahead->reader, NULL, read_all, ahead) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    *out = ahead;
    return 0;
}

ssize_t sw_read_ahead_next(sw_read_ahead *ahead, const char **piece)
{
    if (!ahead->threaded) {
        *piece = ahead->memory;
        return read_piece(ahead->fd, ahead->memory);
    }
    pthread_mutex_lock(&ahead->guard);
    if (ahead->lent) { /* the piece handed out last is free now */
        ahead->lent = false;
        ahead->emptied++;
        pthread_cond_signal(&ahead->changed);
    }
    while (ahead->filled == ahead->emptied)
        pthread_cond_wait(&ahead->changed, &ahead->guard);
    unsigned slot = ahead->emptied % PIECES;
    ssize_t got = ahead->lengths[slot];
    *piece = ahead->memory + (size_t)slot * PIECE_SIZE;
    ahead->lent = got > 0; /* the end, or the error, is found again at every further call */
    errno = ahead->errnum;
    pthread_mutex_unlock(&ahead->guard);
    return got;
}

void sw_read_ahead_close(sw_read_ahead *ahead)
{
    if (!ahead)
        return;
    if (ahead->threaded) {
        pthread_mutex_lock(&ahead->guard);
        ahead->stop = true;
        pthread_cond_signal(&ahead->changed);
        pthread_mutex_unlock(&ahead->guard);
        pthread_join(ahead->reader, NULL);
    }
    pthread_cond_destroy(&ahead->changed);
    pthread_mutex_destroy(&ahead->guard);
    free(ahead->memory);
    free(ahead);
}
