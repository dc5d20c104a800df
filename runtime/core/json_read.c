/* Pieces of a JSON text that has passed sw_json_scan: nothing is checked here again. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/json_scan.h"
#include "core/utf8.h"

const char *sw_json_skip_space(const char *at)
{
    while (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')
        at++;
    return at;
}

const char *sw_json_skip_scalar(const char *at)
{
    if (*at != '"') {
        while ((*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'z') || *at == '-' || *at == '+' || *at == '.'
               || *at == 'E')
            at++;
        return at;
    }
    for (at++; *at != '"'; at++)
        if (*at == '\\')
            at++;
    return at + 1;
}

const char *sw_json_skip_value(const char *at)
{
    size_t open = 0;
    do {
        at = sw_json_skip_space(at);
        if (*at == '{' || *at == '[') {
            open++;
            at++;
        } else if (*at == '}' || *at == ']') {
            open--;
            at++;
        } else if (*at == ',' || *at == ':') {
            at++;
        } else {
            at = sw_json_skip_scalar(at);
        }
    } while (open > 0);
    return at;
}

const char *sw_json_member(const char *text, const char *key)
{
    size_t len = strlen(key);
    const char *at = sw_json_skip_space(text);
    if (*at != '{')
        return NULL;
    at = sw_json_skip_space(at + 1);
    while (*at == '"') {
        const char *end = sw_json_skip_scalar(at);
        const char *value = sw_json_skip_space(sw_json_skip_space(end) + 1);
        if ((size_t)(end - at) == len + 2 && memcmp(at + 1, key, len) == 0)
            return value;
        at = sw_json_skip_space(sw_json_skip_value(value));
        if (*at == ',')
            at = sw_json_skip_space(at + 1);
    }
    return NULL;
}

static sw_json_number read_whole(const char *at, const char *end)
{
    sw_json_number number = { .kind = SW_JSON_WHOLE, .len = (size_t)(end - at) };
    bool negative = *at == '-';
    int64_t value = 0;
    for (const char *c = at + negative; c < end; c++) {
        value = value * 10 + (*c - '0');
        if (value > SW_JSON_WHOLE_LIMIT) {
            number.kind = SW_JSON_BIG;
            return number;
        }
    }
    number.whole = negative ? -value : value;
    return number;
}

sw_json_number sw_json_number_read(const char *at)
{
    const char *end = at + (*at == '-');
    while (*end >= '0' && *end <= '9')
        end++;
    if (*end != '.' && (*end | 32) != 'e')
        return read_whole(at, end);
    sw_json_number number = { .kind = SW_JSON_REAL };
    char *stop = NULL;
    number.real = strtod(at, &stop);
    number.len = (size_t)(stop - at);
    if (isinf(number.real)) {
        number.kind = SW_JSON_BIG;
    } else if (fabs(number.real) <= (double)SW_JSON_WHOLE_LIMIT && floor(number.real) == number.real) {
        number.kind = SW_JSON_WHOLE;
        number.whole = (int64_t)number.real;
    }
    return number;
}

static uint32_t read_hex4(const char *at)
{
    char digits[5] = { at[0], at[1], at[2], at[3], '\0' };
    return (uint32_t)strtoul(digits, NULL, 16);
}

/* One escape; `*at` stands on the character behind the backslash and is moved behind the escape. */
static size_t read_escape(char out[4], const char **at)
{
    static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    char kind = *(*at)++;
    if (kind != 'u') {
        out[0] = values[strchr(names, kind) - names];
        return 1;
    }
    uint32_t code = read_hex4(*at);
    *at += 4;
    if (code >= 0xD800 && code < 0xDC00) {
        code = 0x10000 + ((code - 0xD800) << 10) + (read_hex4(*at + 2) - 0xDC00);
        *at += 6;
    }
    return sw_utf8_put(out, code);
}

int sw_json_text_read(sw_buf *out, const char *at)
{
    int rc = 0;
    at++;
    while (*at != '"' && rc == 0) {
        const char *plain = at;
        while (*at != '"' && *at != '\\')
            at++;
        rc = sw_buf_add(out, plain, (size_t)(at - plain));
        if (rc == 0 && *at == '\\') {
            char bytes[4];
            at++;
            size_t len = read_escape(bytes, &at);
            rc = sw_buf_add(out, bytes, len);
        }
    }
    return rc;
}
