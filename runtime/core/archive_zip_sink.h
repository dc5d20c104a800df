/* Where libzip writes an archive to: an open file without a name. Left to itself libzip makes a temporary file beside the
 * archive, which stays when the process is killed. */
#ifndef SW_CORE_ARCHIVE_ZIP_SINK_H
#define SW_CORE_ARCHIVE_ZIP_SINK_H

#include "core/lazy_zip.h"

typedef struct sw_zip_sink {
    const sw_zip_library *zip;
    int fd; /* borrowed */
    int64_t at;
    zip_error_t error;
} sw_zip_sink;

/* An archive that is written to the empty file `fd` when it is closed; NULL with `sink->error` filled. `sink` must live
 * as long as the archive. */
zip_t *sw_zip_sink_open(sw_zip_sink *sink, const sw_zip_library *zip, int fd);

#endif
