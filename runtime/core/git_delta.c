#include "core/git_delta.h"

#include <stdint.h>

static bool varint(uint64_t *out, const unsigned char **at, const unsigned char *end)
{
    *out = 0;
    for (unsigned shift = 0; *at < end && shift < 57; shift += 7) {
        unsigned char c = *(*at)++;
        *out |= (uint64_t)(c & 127) << shift;
        if (!(c & 128))
            return true;
    }
    return false;
}

static bool add_copy(sw_buf *out, const sw_buf *base, unsigned char c, const unsigned char **at,
                     const unsigned char *end)
{
    uint32_t offset = 0, size = 0;
    for (unsigned i = 0; i < 7; i++) {
        if (!(c >> i & 1))
            continue;
        if (*at == end)
            return false;
        if (i < 4)
            offset |= (uint32_t) * (*at)++ << i * 8;
        else
            size |= (uint32_t) * (*at)++ << (i - 4) * 8;
    }
    size = size ? size : 0x10000;
    return (uint64_t)offset + size <= base->len && sw_buf_add(out, base->data + offset, size) == 0;
}

bool sw_git_delta_apply(sw_buf *out, const sw_buf *base, const sw_buf *delta, size_t largest)
{
    const unsigned char *at = (const unsigned char *)delta->data, *end = at + delta->len;
    uint64_t from, to;
    out->len = 0;
    if (!varint(&from, &at, end) || !varint(&to, &at, end) || from != base->len || to > largest
        || sw_buf_reserve(out, to + 1) < 0)
        return false;
    while (at < end) {
        unsigned char c = *at++;
        if (c & 128) {
            if (!add_copy(out, base, c, &at, end))
                return false;
        } else {
            if (!c || c > end - at || sw_buf_add(out, at, c) < 0)
                return false;
            at += c;
        }
    }
    return out->len == to;
}
