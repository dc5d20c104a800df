/* The strict reading of JSON (RFC 8259) that stands before every conversion: grammar, UTF-8, paired
 * surrogates, depth, length, no duplicate keys (after escapes are resolved), no byte order mark, and
 * numbers that a double holds exactly. It builds nothing. */
#ifndef SW_CORE_JSON_SCAN_H
#define SW_CORE_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/error.h"

enum { SW_JSON_DEPTH = 128, SW_JSON_DEPTH_LIMIT = 1000 };
#define SW_JSON_SIZE ((size_t)64 << 20)
#define SW_JSON_WHOLE_LIMIT (INT64_C(1) << 53)

typedef struct sw_json_limits {
    size_t max_depth; /* nested arrays and objects; at most SW_JSON_DEPTH_LIMIT */
    size_t max_size;  /* bytes */
    bool big_allowed; /* whole numbers beyond 2^53, and numbers no double can hold, pass */
} sw_json_limits;

typedef struct sw_json_where {
    size_t line, column; /* from 1; columns count characters */
} sw_json_where;

/* Checks `text`, which must be followed by a NUL at text[len]. Returns 0, or a negative code with
 * `where` filled: json.malformed, json.too_deep, json.too_large, json.duplicate_key, json.bad_utf8,
 * json.number_range. */
int sw_json_scan(const char *text, size_t len, const sw_json_limits *limits, sw_json_where *where, sw_error *err);

/* ---- pieces of a text that has passed the scan ---- */

const char *sw_json_skip_space(const char *at);
/* The end of the string, number or literal that begins at `at`. */
const char *sw_json_skip_scalar(const char *at);

/* The end of any value. */
const char *sw_json_skip_value(const char *at);
/* The value of a key (without escapes) of the object that `text` is, or NULL. */
const char *sw_json_member(const char *text, const char *key);

typedef struct sw_json_number {
    enum { SW_JSON_WHOLE, SW_JSON_REAL, SW_JSON_BIG } kind;
    int64_t whole; /* SW_JSON_WHOLE: also 20e1 and 4.0 */
    double real;   /* SW_JSON_REAL */
    size_t len;    /* of the number's text */
} sw_json_number;

/* SW_JSON_BIG: a whole number beyond 2^53 written without fraction and exponent, or an overflow. */
sw_json_number sw_json_number_read(const char *at);

/* Appends the value of the string that begins with the quote at `at`. Returns 0 or SW_E_NOMEM. */
int sw_json_text_read(sw_buf *out, const char *at);

#endif
