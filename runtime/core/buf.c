/* The growing byte buffer; see buf.h. */
#include "core/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"

void sw_buf_init(sw_buf *buf)
{
    buf->data = NULL;
    buf->len = buf->cap = 0;
}

void sw_buf_release(sw_buf *buf)
{
    free(buf->data);
    sw_buf_init(buf);
}

void sw_buf_clear(sw_buf *buf)
{
    buf->len = 0;
    if (buf->data)
        buf->data[0] = '\0';
}

int sw_buf_reserve(sw_buf *buf, size_t more)
{
    if (more > SIZE_MAX - buf->len - 1)
        return SW_E_NOMEM;
    size_t need = buf->len + more + 1;
    if (need <= buf->cap)
        return 0;
    size_t cap = buf->cap ? buf->cap : 64;
    while (cap < need)
        cap = cap > SIZE_MAX / 2 ? need : cap * 2;
    char *data = realloc(buf->data, cap);
    if (!data)
        return SW_E_NOMEM;
    buf->data = data;
    buf->cap = cap;
    return 0;
}

int sw_buf_add(sw_buf *buf, const void *data, size_t len)
{
    if (sw_buf_reserve(buf, len) < 0)
        return SW_E_NOMEM;
    if (len)
        memcpy(buf->data + buf->len, data, len);
    buf->len += len;
    buf->data[buf->len] = '\0';
    return 0;
}

int sw_buf_add_text(sw_buf *buf, const char *text)
{
    return sw_buf_add(buf, text, strlen(text));
}

int sw_buf_add_char(sw_buf *buf, char c)
{
    return sw_buf_add(buf, &c, 1);
}

int sw_buf_addf(sw_buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int wanted = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (wanted < 0 || sw_buf_reserve(buf, (size_t)wanted) < 0)
        return SW_E_NOMEM;
    va_start(args, format);
    vsnprintf(buf->data + buf->len, (size_t)wanted + 1, format, args);
    va_end(args);
    buf->len += (size_t)wanted;
    return 0;
}

const char *sw_buf_text(const sw_buf *buf)
{
    return buf->data ? buf->data : "";
}
