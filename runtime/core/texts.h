/* A growing list of owned texts, always ended by NULL behind its last item, so that it can be
 * handed on as an argv or an environment. A list that ran out of memory remembers it (`failed`):
 * callers add without asking and look once before use. */
#ifndef SW_CORE_TEXTS_H
#define SW_CORE_TEXTS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct sw_texts {
    char **items; /* owned; NULL while empty */
    size_t count;
    size_t cap;
    bool failed; /* an addition was lost for want of memory */
} sw_texts;

void sw_texts_init(sw_texts *list);
void sw_texts_release(sw_texts *list);
/* 0 or SW_E_NOMEM. The text is copied. */
int sw_texts_add(sw_texts *list, const char *text);
int sw_texts_addn(sw_texts *list, const char *text, size_t len);
int sw_texts_addf(sw_texts *list, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Plain byte order; afterwards sw_texts_has finds by halving. */
void sw_texts_sort(sw_texts *list);
bool sw_texts_has(const sw_texts *sorted, const char *text);

#endif
