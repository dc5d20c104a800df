/* A large file read by a thread of its own while the caller works on what came before: hashing and
 * reading then take as long as the slower of the two. */
#ifndef SW_CORE_READ_AHEAD_H
#define SW_CORE_READ_AHEAD_H

#include <sys/types.h>

#include "core/error.h"

typedef struct sw_read_ahead sw_read_ahead;

/* Begins to read `fd` from where it stands; the descriptor stays the caller's and must outlive this. */
int sw_read_ahead_open(sw_read_ahead **out, int fd, sw_error *err);
/* The next piece: its length, 0 at the end, -1 with errno. `*piece` is valid until the next call. */
ssize_t sw_read_ahead_next(sw_read_ahead *ahead, const char **piece);
void sw_read_ahead_close(sw_read_ahead *ahead); /* at any time; NULL is fine */

#endif
