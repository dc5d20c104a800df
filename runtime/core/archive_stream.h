/* The bytes of a file behind its compression: none, gzip (zlib, which verifies checksum and length of
 * every member), xz or zstd (libarchive's filters; nothing else of it is switched on). */
#ifndef SW_CORE_ARCHIVE_STREAM_H
#define SW_CORE_ARCHIVE_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "core/error.h"

typedef struct sw_archive_stream sw_archive_stream;

/* Recognises the compression by its magic number. `fd` is borrowed and read from its start. Reading
 * more than `limit` bytes out of it is archive.limit. */
int sw_archive_stream_open(sw_archive_stream **out, int fd, uint64_t limit, sw_error *err);
void sw_archive_stream_close(sw_archive_stream *stream); /* NULL is fine */

/* Fills `into`; `*got` is smaller than `size` only at the end. archive.corrupt: wrong checksum,
 * truncated, rubbish behind the end. */
int sw_archive_stream_read(sw_archive_stream *stream, void *into, size_t size, size_t *got, sw_error *err);

#endif
