/* The name of a zip entry as text: UTF-8 where the entry says so or is so anyway, else what its Unicode
 * path field says, else code page 437, as the format's specification has it. */
#ifndef SW_CORE_ARCHIVE_ZIP_NAME_H
#define SW_CORE_ARCHIVE_ZIP_NAME_H

#include "core/archive_zip_directory.h"
#include "core/buf.h"

/* Fills the cleared `out`. archive.corrupt: the Unicode path field names something else than an entry
 * whose name needs no help, or belongs to another name. */
int sw_zip_name(sw_buf *out, const sw_zip_member *member, sw_error *err);

/* The Unicode path field of `extra`, checked against the `name` it belongs to; NULL when there is none. */
int sw_zip_name_alias(const char **alias, size_t *alias_len, const unsigned char *extra, size_t extra_len,
                      const char *name, size_t name_len, sw_error *err);

#endif
