/* Semantic Versioning 2.0.0 (semver.org): scanning and precedence. Numbers may have any length, so
 * they stay digits. Everything is borrowed from the text that was scanned; nothing is allocated. */
#ifndef SW_CORE_SEMVER_H
#define SW_CORE_SEMVER_H

#include "core/buf.h"
#include "core/error.h"
#include "core/span.h"

enum sw_semver_flags {
    SW_SEMVER_STRICT = 0,
    SW_SEMVER_PREFIX = 1, /* white space around, any of "v", "=" and space in front (npm) */
    SW_SEMVER_LOOSE = 3,  /* and leading zeros, and a pre-release without its hyphen: 1.2.3beta */
    SW_SEMVER_GO = 4      /* golang.org/x/mod/semver: "v" required, v1 and v1.2 are short forms */
};

typedef struct sw_semver {
    sw_span major, minor, patch; /* digits without leading zeros; at == NULL: short form, means 0 */
    sw_span pre;                 /* without its hyphen; at == NULL: none */
    sw_span build;               /* without its plus; at == NULL: none */
} sw_semver;

/* SW_E_PARSE (version.invalid, with what is wrong and the byte where) when the text is no version. */
int sw_semver_parse(sw_semver *out, const char *text, size_t len, unsigned flags, sw_error *err);

/* Precedence (rule 11): -1, 0 or 1. Build metadata does not count. */
int sw_semver_compare(const sw_semver *a, const sw_semver *b);

/* A total order for sorting: precedence first, then build metadata by the same identifier rules,
 * none before some. */
int sw_semver_compare_build(const sw_semver *a, const sw_semver *b);

/* Appends the canonical text: no prefix, three numbers, no leading zeros. */
int sw_semver_write(sw_buf *out, const sw_semver *version);

/* Digits of any length: the order of two numbers without leading zeros, and the next number. */
int sw_digits_compare(sw_span a, sw_span b);
int sw_digits_increment(sw_buf *out, sw_span digits);

#endif
