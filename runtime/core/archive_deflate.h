/* Deflate on all cores. The input is cut into blocks of a fixed size, each compressed with the 32 KiB in
 * front of it as dictionary and put together in order: the bytes depend on the input and the level
 * only, never on the number of threads. */
#ifndef SW_CORE_ARCHIVE_DEFLATE_H
#define SW_CORE_ARCHIVE_DEFLATE_H

#include <stddef.h>
#include <stdint.h>

#include "core/error.h"

typedef struct sw_deflate sw_deflate;

/* How many cores this process may use, 16 at most. */
size_t sw_deflate_cores(void);

/* Takes the compressed bytes, in order, on the thread that calls sw_deflate_write. */
typedef int (*sw_deflate_take)(void *context, const void *data, size_t len, sw_error *err);

/* `level` 1 to 9. Uses as many threads as the process may use cores, 16 at most. */
int sw_deflate_open(sw_deflate **out, int level, sw_deflate_take take, void *context, sw_error *err);
int sw_deflate_write(sw_deflate *deflate, const void *data, size_t len, sw_error *err);
/* Ends the stream; then *crc and *size are those of the whole input. A new stream may follow. */
int sw_deflate_finish(sw_deflate *deflate, uint32_t *crc, uint64_t *size, sw_error *err);
void sw_deflate_close(sw_deflate *deflate); /* NULL is fine; also in the middle of a stream */

#endif
