/* A piece of somebody else's bytes: borrowed, not ended by NUL, may hold NUL. */
#ifndef SW_CORE_SPAN_H
#define SW_CORE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

typedef struct sw_span {
    const char *at; /* NULL where the piece is absent, which is not the same as empty */
    size_t len;
} sw_span;

static inline bool sw_span_is(sw_span span, const char *text)
{
    return span.at && strlen(text) == span.len && memcmp(span.at, text, span.len) == 0;
}

static inline bool sw_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool sw_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline char sw_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Whitespace of ASCII; what JavaScript and Python trim beyond it never stands in a version. */
static inline bool sw_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

#endif
