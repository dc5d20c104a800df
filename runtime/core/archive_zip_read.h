/* A strict zip reader. Every byte of the file belongs to exactly one part: entries without gaps or
 * overlaps, the central directory, the end record. Local and central headers agree. Stored and
 * deflated entries, zip64; nothing encrypted. Two readers cannot see two different archives. */
#ifndef SW_CORE_ARCHIVE_ZIP_READ_H
#define SW_CORE_ARCHIVE_ZIP_READ_H

#include "core/archive_entry.h"

/* `fd` is borrowed; it is read with pread. archive.corrupt, archive.encrypted, archive.kind, and what
 * the sink refuses. */
int sw_zip_read(const sw_entry_sink *sink, int fd, sw_error *err);

#endif
