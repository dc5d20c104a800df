/* A zstd frame written to a file by several threads. Its bytes depend on data and level only: zstd cuts the
 * data into jobs of a size that is fixed here, whatever the number of threads that work on them. */
#ifndef SW_CORE_ARCHIVE_ZSTD_H
#define SW_CORE_ARCHIVE_ZSTD_H

#include <stddef.h>

#include "core/error.h"

typedef struct sw_zstd_writer sw_zstd_writer;

/* `fd` is borrowed. Owned by the caller: sw_zstd_writer_close. library.missing, archive.io */
int sw_zstd_writer_open(sw_zstd_writer **out, int fd, int level, sw_error *err);
int sw_zstd_writer_write(sw_zstd_writer *writer, const void *data, size_t len, sw_error *err);
int sw_zstd_writer_finish(sw_zstd_writer *writer, sw_error *err);
void sw_zstd_writer_close(sw_zstd_writer *writer); /* NULL is allowed */

#endif
