/* One tar header block and the records of one pax header, taken apart and checked. */
#ifndef SW_CORE_ARCHIVE_TAR_HEADER_H
#define SW_CORE_ARCHIVE_TAR_HEADER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/error.h"

enum { SW_TAR_BLOCK = 512 };

typedef struct sw_tar_header {
    char type; /* '0' '1' '2' '3' ... ; old spellings of a plain file are '0' */
    unsigned mode;
    uint64_t size;
    char name[257]; /* prefix and name joined, NUL-terminated */
    char target[101];
} sw_tar_header;

/* archive.corrupt: wrong checksum, a number field that holds no number, a negative size. */
int sw_tar_header_parse(sw_tar_header *out, const unsigned char *block, sw_error *err);

/* What the extended headers in front of an entry say instead of its own header. */
typedef struct sw_tar_extra {
    sw_buf path, target;
    uint64_t size;
    bool has_path, has_target, has_size;
} sw_tar_extra;

/* Reads "LEN KEY=VALUE\n" records. A `global` header may not name, size or link anything.
 * archive.corrupt; archive.kind for sparse files. */
int sw_tar_extra_parse(sw_tar_extra *extra, const char *text, size_t len, bool global, sw_error *err);

#endif
