/* The canonical spelling of JSON's scalars, after RFC 8785 (JCS):
 *   text    only what must be escaped is: quote, backslash, and control characters (short forms, else
 *           \u00xx with lower-case digits); everything else stands as UTF-8
 *   number  whole numbers without fraction; others as ECMAScript prints them, the shortest digits
 *           that read back as the same double
 * Two decisions differ from RFC 8785. Object keys are sorted by their UTF-8 bytes (the order of code
 * points), not by UTF-16 units: bytes are what we and others compare. And a whole double beyond 2^53
 * is written with an exponent (1e+20, not 100000000000000000000), because a whole number written
 * out promises exactness, and our own reader refuses such promises beyond 2^53. */
#ifndef SW_CORE_JSON_WRITE_H
#define SW_CORE_JSON_WRITE_H

#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/error.h"

/* Appends the text in quotes. SW_E_PARSE canon.bad_utf8 when it is not UTF-8. */
int sw_json_write_text(sw_buf *out, const char *text, size_t len, sw_error *err);
/* SW_E_LIMIT canon.number_range beyond 2^53. */
int sw_json_write_whole(sw_buf *out, int64_t value, sw_error *err);
/* SW_E_LIMIT canon.number_range for NaN and infinities. -0 is written 0. */
int sw_json_write_real(sw_buf *out, double value, sw_error *err);

#endif
