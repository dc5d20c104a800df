/* A strict tar reader: v7, ustar, GNU long names, pax. Whatever two readers could understand
 * differently is refused: sparse files, multi-volume parts, global path overrides, header fields that
 * are no numbers, data behind the end mark. */
#ifndef SW_CORE_ARCHIVE_TAR_READ_H
#define SW_CORE_ARCHIVE_TAR_READ_H

#include "core/archive_entry.h"
#include "core/archive_stream.h"

/* Reads `stream` to its very end. archive.corrupt, archive.kind (device, fifo, sparse ...), and what
 * the sink refuses. */
int sw_tar_read(const sw_entry_sink *sink, sw_archive_stream *stream, sw_error *err);

#endif
