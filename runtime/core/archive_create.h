/* Making archives whose bytes depend on names, content, executable bits, time and level only. */
#ifndef SW_CORE_ARCHIVE_CREATE_H
#define SW_CORE_ARCHIVE_CREATE_H

#include <stddef.h>
#include <stdint.h>

#include "core/error.h"

typedef struct sw_archive_input {
    const char *path; /* on disk */
    const char *as;   /* name in the archive; "" with a folder: only what it holds */
    unsigned mode;    /* 0: keep the executable bit */
} sw_archive_input;

typedef struct sw_archive_recipe {
    const char *file;   /* to be written; its name tells the format unless `format` does */
    const char *format; /* NULL, "zip", "tar", "tar.gz", "tgz", "tar.xz", "tar.zst" */
    const sw_archive_input *inputs;
    size_t count;
    const char *prefix; /* NULL or a folder that everything is put into */
    const char *const *exclude;
    int64_t time; /* seconds since 1970 */
    int level;    /* 0: the default of the format */
} sw_archive_recipe;

/* Written beside `file` and renamed over it; on failure nothing stays. `*size` is that of the file. archive.format,
 * archive.empty, and the errors of archive_collect.h and the writers. */
int sw_archive_create(uint64_t *size, uint64_t *entries, const sw_archive_recipe *recipe, sw_error *err);

#endif
