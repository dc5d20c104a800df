#include "core/json_write.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json_scan.h"
#include "core/utf8.h"

static int write_escape(sw_buf *out, unsigned char c)
{
    static const char special[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    const char *found = c ? strchr(special, c) : NULL;
    if (found)
        return sw_buf_addf(out, "\\%c", letters[found - special]);
    return sw_buf_addf(out, "\\u%04x", c);
}

int sw_json_write_text(sw_buf *out, const char *text, size_t len, sw_error *err)
{
    if (sw_utf8_check(text, len) < len)
        return sw_fail(err, SW_E_PARSE, "canon.bad_utf8", "a text is not UTF-8");
    if (sw_buf_reserve(out, len + 2) < 0)
        return sw_fail_nomem(err);
    int rc = sw_buf_add_char(out, '"');
    const char *end = text + len;
    while (text < end && rc == 0) {
        const char *plain = text;
        while (text < end && (unsigned char)*text >= 0x20 && *text != '"' && *text != '\\')
            text++;
        rc = sw_buf_add(out, plain, (size_t)(text - plain));
        if (rc == 0 && text < end)
            rc = write_escape(out, (unsigned char)*text++);
    }
    if (rc == 0)
        rc = sw_buf_add_char(out, '"');
    return rc < 0 ? sw_fail_nomem(err) : 0;
}

int sw_json_write_whole(sw_buf *out, int64_t value, sw_error *err)
{
    if (value > SW_JSON_WHOLE_LIMIT || value < -SW_JSON_WHOLE_LIMIT)
        return sw_fail(err, SW_E_LIMIT, "canon.number_range",
                       "%" PRId64 " is beyond 2^53, where other JSON readers lose digits", value);
    return sw_buf_addf(out, "%" PRId64, value) < 0 ? sw_fail_nomem(err) : 0;
}

/* The fewest digits that read back as `value`: "d.ddde±xx" taken apart into digits and exponent. */
static int shortest(double value, char digits[20], int *exponent)
{
    char text[40];
    for (int precision = 0; precision < 17; precision++) {
        snprintf(text, sizeof text, "%.*e", precision, value);
        if (strtod(text, NULL) == value)
            break;
    }
    int count = 0;
    const char *at = text;
    for (; *at != 'e'; at++)
        if (*at != '.')
            digits[count++] = *at;
    *exponent = (int)strtol(at + 1, NULL, 10);
    while (count > 1 && digits[count - 1] == '0')
        count--;
    digits[count] = '\0';
    return count;
}

/* ECMAScript's Number::toString for a positive number: n is where the decimal point stands. */
static int write_positive(sw_buf *out, double value)
{
    char digits[20];
    int exponent;
    int count = shortest(value, digits, &exponent);
    int n = exponent + 1;
    if (count <= n && n <= 21 && value <= (double)SW_JSON_WHOLE_LIMIT)
        return sw_buf_addf(out, "%s%.*s", digits, n - count, "00000000000000000000");
    if (0 < n && n < count)
        return sw_buf_addf(out, "%.*s.%s", n, digits, digits + n);
    if (-6 < n && n <= 0)
        return sw_buf_addf(out, "0.%.*s%s", -n, "000000", digits);
    return sw_buf_addf(out, "%c%s%se%+d", digits[0], count > 1 ? "." : "", digits + 1, n - 1);
}

int sw_json_write_real(sw_buf *out, double value, sw_error *err)
{
    if (!isfinite(value))
        return sw_fail(err, SW_E_LIMIT, "canon.number_range", "%s is no JSON number",
                       isnan(value) ? "NaN" : "infinity");
    int rc = 0;
    if (value == 0)
        return sw_buf_add_char(out, '0') < 0 ? sw_fail_nomem(err) : 0;
    if (value < 0)
        rc = sw_buf_add_char(out, '-');
    if (rc == 0)
        rc = write_positive(out, fabs(value));
    return rc < 0 ? sw_fail_nomem(err) : 0;
}
