/* Text as it stands on a terminal and in names. */
#ifndef SW_CORE_TEXT_H
#define SW_CORE_TEXT_H

#include <stddef.h>

#include "core/buf.h"
#include "core/error.h"

/* Columns on a terminal: 0 for combining marks and escape sequences (CSI, OSC, two-byte ones), 2 for
 * wide characters, 1 for each byte that is not UTF-8. Control characters count nothing. */
size_t sw_text_width(const char *text, size_t len);

/* Appends at most `columns` columns; what was cut is replaced by an ellipsis inside that width.
 * Escape sequences are all kept, so that a colour that was switched on is also switched off. */
int sw_text_truncate(sw_buf *out, const char *text, size_t len, size_t columns, sw_error *err);

/* Appends a name for a file made from any text: letters, digits, "._-+" of ASCII are kept, the rest
 * becomes single hyphens; no leading dot or hyphen, at most 99 bytes, never empty ("unnamed"). */
int sw_text_safe_name(sw_buf *out, const char *text, size_t len, sw_error *err);

#endif
