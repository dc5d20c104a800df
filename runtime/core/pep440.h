/* PEP 440 (packaging.python.org, version specifiers): scanning, normal form and order. Numbers may
 * have any length, so they stay digits. Everything is borrowed from the scanned text. */
#ifndef SW_CORE_PEP440_H
#define SW_CORE_PEP440_H

#include "core/buf.h"
#include "core/error.h"
#include "core/span.h"

typedef struct sw_pep440_number {
    bool present;
    sw_span digits; /* without leading zeros; at == NULL: not written, means 0 */
} sw_pep440_number;

typedef struct sw_pep440 {
    sw_span epoch;        /* at == NULL: 0 */
    sw_span release;      /* digits and dots as written */
    const char *pre_kind; /* "a", "b", "rc" (static) or NULL */
    sw_pep440_number pre, post, dev;
    sw_span local;        /* as written, at == NULL: none */
} sw_pep440;

/* SW_E_PARSE (version.invalid) when the text is no version. White space around it is allowed. */
int sw_pep440_parse(sw_pep440 *out, const char *text, size_t len, sw_error *err);

/* -1, 0 or 1; local versions count, trailing zeros of the release do not. */
int sw_pep440_compare(const sw_pep440 *a, const sw_pep440 *b);

/* Appends the normal form: 1!1.0rc1.post2.dev3+local.1 */
int sw_pep440_write(sw_buf *out, const sw_pep440 *version);

/* The next dot-separated piece of `rest` (release: without leading zeros); false at the end. */
bool sw_pep440_next(sw_span *rest, sw_span *piece);

#endif
