/* Writes ustar with pax headers where a name, a link or a size needs one. Owners are 0 without names,
 * every time is the one given. */
#ifndef SW_CORE_ARCHIVE_TAR_WRITE_H
#define SW_CORE_ARCHIVE_TAR_WRITE_H

#include "core/archive_collect.h"
#include "core/archive_output.h"

/* `time`: seconds since 1970, not negative. archive.changed: a file changed while it was read. */
int sw_tar_write(sw_archive_output *output, const sw_archive_members *members, int64_t time, sw_error *err);

#endif
