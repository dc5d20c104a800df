/* The compressed end of an archive being written: none, gzip (deflate on all cores), zstd (on
 * four cores) or xz (libarchive's filter, two or three workers). The bytes depend on input, form and level only. */
#ifndef SW_CORE_ARCHIVE_OUTPUT_H
#define SW_CORE_ARCHIVE_OUTPUT_H

#include <stddef.h>

#include "core/error.h"

enum sw_archive_form { SW_FORM_PLAIN, SW_FORM_GZIP, SW_FORM_XZ, SW_FORM_ZSTD };

typedef struct sw_archive_output sw_archive_output;

/* `fd` is borrowed. Levels: gzip 1 to 9 (0: 6), xz 1 to 9 (0: 1, which stays below
 * 64 MiB of memory), zstd 1 to 19 (0: 3). */
int sw_archive_output_open(sw_archive_output **out, int fd, enum sw_archive_form form, int level, sw_error *err);
int sw_archive_output_write(sw_archive_output *output, const void *data, size_t len, sw_error *err);
int sw_archive_output_finish(sw_archive_output *output, sw_error *err); /* everything is in `fd` */
void sw_archive_output_close(sw_archive_output *output);                /* NULL is fine */

/* write(2) until all is written. archive.io */
int sw_archive_write_all(int fd, const void *data, size_t len, sw_error *err);

#endif
