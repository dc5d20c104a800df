/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing beyond U+10FFFF. */
#ifndef SW_CORE_UTF8_H
#define SW_CORE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Length in bytes (1 to 4) of the valid sequence at `text`, or 0. `len` is what is left, at least 1.
 * The character goes to `*code` unless that is NULL. */
size_t sw_utf8_step(const char *text, size_t len, uint32_t *code);
/* Offset of the first byte that is not UTF-8, or `len`. */
size_t sw_utf8_check(const char *text, size_t len);
/* Writes one character (not a surrogate) and returns its length, 1 to 4. */
size_t sw_utf8_put(char out[4], uint32_t code);

#endif
