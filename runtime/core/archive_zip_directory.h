/* The end record and the central directory of a zip file. */
#ifndef SW_CORE_ARCHIVE_ZIP_DIRECTORY_H
#define SW_CORE_ARCHIVE_ZIP_DIRECTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"

typedef struct sw_zip_member {
    const char *name; /* borrowed from the directory */
    const unsigned char *extra;
    size_t name_len, extra_len;
    unsigned flags, method, made_by;
    uint32_t stamp; /* DOS time and date */
    uint32_t crc, attributes;
    uint64_t packed, size;
    uint64_t offset; /* of the local header in the file */
} sw_zip_member;

typedef struct sw_zip_directory {
    unsigned char *bytes; /* owned */
    sw_zip_member *members;
    size_t count;
    uint64_t begin;       /* where the first local header has to be */
    uint64_t start;       /* of the central directory */
} sw_zip_directory;

/* archive.corrupt, archive.limit, archive.encrypted. On failure nothing is owned. */
int sw_zip_directory_read(sw_zip_directory *out, int fd, sw_error *err);
void sw_zip_directory_release(sw_zip_directory *directory);

/* Walks extra fields: they must fill `len` exactly and no id may come twice. When `id` is there, *value
 * and *size are set, else *value is NULL. archive.corrupt */
int sw_zip_extra_find(const unsigned char *extra, size_t len, unsigned id, const unsigned char **value,
                      size_t *size, sw_error *err);

/* Fills the three 64-bit values whose 32-bit field is all ones. NULL leaves a value out. */
int sw_zip_extra_widen(const unsigned char *extra, size_t len, uint64_t *size, uint64_t *packed,
                       uint64_t *offset, sw_error *err);

int sw_zip_corrupt(sw_error *err, const char *what);
int sw_zip_pread(int fd, void *into, size_t size, uint64_t at, sw_error *err); /* exactly `size` bytes */

static inline uint16_t sw_le16(const unsigned char *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}
static inline uint32_t sw_le32(const unsigned char *p)
{
    return (uint32_t)sw_le16(p) | (uint32_t)sw_le16(p + 2) << 16;
}
static inline uint64_t sw_le64(const unsigned char *p)
{
    return (uint64_t)sw_le32(p) | (uint64_t)sw_le32(p + 4) << 32;
}

#endif
