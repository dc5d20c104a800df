/* Keeps secrets out of text that people see: every living secret's value and its base64 (at each of
 * the three alignments, also wrapped), base64url, hex, URL-encoded and JSON-escaped forms, and each
 * line of a value of several lines, become "***". */
#ifndef SW_CORE_MASK_H
#define SW_CORE_MASK_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"

typedef struct sw_mask sw_mask;

/* A masker for one stream, owned by the caller. It learns of secrets born later, and holds those it
 * knows until it is closed. Returns 0 or SW_E_NOMEM. */
int sw_mask_open(sw_mask **out);
void sw_mask_close(sw_mask *mask); /* NULL is allowed; wipes what is held back */

/* Appends to `out` what can be shown after `len` more bytes of the stream. The end of the chunk is held
 * back while it may be the beginning of a secret, so a value is masked wherever it is split.
 * Returns 0 or SW_E_NOMEM. */
int sw_mask_add(sw_mask *mask, const char *data, size_t len, sw_buf *out);
/* The end of the stream: appends what was held back. The masker can then be used for a new stream. */
int sw_mask_end(sw_mask *mask, sw_buf *out);

/* Whether a text would change. When memory is short the answer is yes. */
bool sw_mask_concerns(const char *text, size_t len);

/* A whole text at once, appended to `out`. Returns 0 or SW_E_NOMEM. */
int sw_mask_text(const char *text, size_t len, sw_buf *out);

#endif
