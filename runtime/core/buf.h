/* A growing byte buffer, always NUL-terminated behind its length once anything was written. */
#ifndef SW_CORE_BUF_H
#define SW_CORE_BUF_H

#include <stddef.h>

typedef struct sw_buf {
    char *data; /* owned; NULL while empty */
    size_t len;
    size_t cap;
} sw_buf;

void sw_buf_init(sw_buf *buf);
void sw_buf_release(sw_buf *buf);
void sw_buf_clear(sw_buf *buf); /* keeps the memory */
/* All return 0 or SW_E_NOMEM; on failure the buffer is unchanged. */
int sw_buf_reserve(sw_buf *buf, size_t more);
int sw_buf_add(sw_buf *buf, const void *data, size_t len);
int sw_buf_add_text(sw_buf *buf, const char *text);
int sw_buf_add_char(sw_buf *buf, char c);
int sw_buf_addf(sw_buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The text, never NULL. Borrowed: valid until the next change. */
const char *sw_buf_text(const sw_buf *buf);

#endif
