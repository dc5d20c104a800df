/* Writes a zip with libzip: names in UTF-8, Unix modes, one DOS time that no time zone touches. Files are
 * deflated on all cores (archive_deflate.h) before libzip puts them together. */
#ifndef SW_CORE_ARCHIVE_ZIP_WRITE_H
#define SW_CORE_ARCHIVE_ZIP_WRITE_H

#include "core/archive_collect.h"

/* Writes to the open file `fd`, which is empty; `path` is where it will stand. `level` 0: 6. Times before 1980 become 1980, after
 * 2107 they become 2107: the format has no others. archive.changed, archive.io */
int sw_zip_write(int fd, const char *path, const sw_archive_members *members, int level, int64_t time, sw_error *err);

#endif
