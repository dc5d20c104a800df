/* A file on its way into an archive: exactly as long as it was when it was collected. */
#ifndef SW_CORE_ARCHIVE_SOURCE_H
#define SW_CORE_ARCHIVE_SOURCE_H

#include "core/archive_collect.h"

typedef struct sw_archive_source {
    const sw_archive_member *member;
    int fd;
    uint64_t left;
} sw_archive_source;

/* archive.changed: no plain file any more, or another length. archive.io */
int sw_archive_source_open(sw_archive_source *out, const sw_archive_member *member, sw_error *err);
/* `*got` is 0 at the end, and only there. archive.changed: shorter or longer than it was. */
int sw_archive_source_read(sw_archive_source *source, void *into, size_t size, size_t *got, sw_error *err);
void sw_archive_source_close(sw_archive_source *source);

#endif
