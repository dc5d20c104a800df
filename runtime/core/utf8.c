#include "core/utf8.h"

#include <string.h>

static bool follows(unsigned char byte)
{
    return (byte & 0xC0) == 0x80;
}

size_t sw_utf8_step(const char *text, size_t len, uint32_t *code)
{
    const unsigned char *at = (const unsigned char *)text;
    uint32_t value = at[0];
    size_t need;
    if (value < 0x80)
        need = 1;
    else if (value >= 0xC2 && value < 0xE0)
        need = 2, value &= 0x1F;
    else if (value >= 0xE0 && value < 0xF0)
        need = 3, value &= 0x0F;
    else if (value >= 0xF0 && value < 0xF5)
        need = 4, value &= 0x07;
    else
        return 0;
    if (len < need)
        return 0;
    for (size_t i = 1; i < need; i++) {
        if (!follows(at[i]))
            return 0;
        value = value << 6 | (at[i] & 0x3F);
    }
    bool overlong = (need == 3 && value < 0x800) || (need == 4 && value < 0x10000);
    if (overlong || (value >= 0xD800 && value < 0xE000) || value > 0x10FFFF)
        return 0;
    if (code)
        *code = value;
    return need;
}

size_t sw_utf8_check(const char *text, size_t len)
{
    size_t at = 0;
    while (at < len) {
        uint64_t eight;
        if (len - at >= sizeof eight) { /* eight ASCII bytes at once */
            memcpy(&eight, text + at, sizeof eight);
            if ((eight & UINT64_C(0x8080808080808080)) == 0) {
                at += sizeof eight;
                continue;
            }
        }
        size_t step = sw_utf8_step(text + at, len - at, NULL);
        if (step == 0)
            return at;
        at += step;
    }
    return len;
}

size_t sw_utf8_put(char out[4], uint32_t code)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xC0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xE0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 0x3F));
        out[2] = (char)(0x80 | (code & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | code >> 18);
    out[1] = (char)(0x80 | (code >> 12 & 0x3F));
    out[2] = (char)(0x80 | (code >> 6 & 0x3F));
    out[3] = (char)(0x80 | (code & 0x3F));
    return 4;
}
