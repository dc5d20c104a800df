#include "core/text.h"

#include <stdbool.h>
#include <string.h>
#include <utf8proc.h>

#include "core/utf8.h"

enum { NAME_LIMIT = 100 };

/* ---- escape sequences ---- */

static size_t csi_length(const char *at, size_t len) /* ESC [ parameters final */
{
    for (size_t i = 2; i < len; i++) {
        unsigned char c = (unsigned char)at[i];
        if (c >= 0x40 && c <= 0x7E)
            return i + 1;
        if (c < 0x20 || c > 0x7E)
            return i;
    }
    return len;
}

static size_t string_length(const char *at, size_t len) /* ESC ] text (BEL or ESC \) */
{
    for (size_t i = 2; i < len; i++) {
        if (at[i] == '\a')
            return i + 1;
        if (at[i] == '\033')
            return i + 1 < len && at[i + 1] == '\\' ? i + 2 : i;
    }
    return len;
}

static size_t escape_length(const char *at, size_t len)
{
    if (len == 1)
        return 1;
    switch (at[1]) {
    case '[':
        return csi_length(at, len);
    case ']':
    case 'P':
    case '^':
    case '_':
        return string_length(at, len);
    case '(':
    case ')':
        return len < 3 ? len : 3;
    default:
        return 2;
    }
}

/* ---- width ---- */

typedef struct piece {
    size_t len;   /* bytes, at least 1 */
    size_t width; /* columns */
    bool escape;
} piece;

static piece next_piece(const char *at, size_t len)
{
    uint32_t code;
    if (*at == '\033')
        return (piece){ escape_length(at, len), 0, true };
    size_t step = sw_utf8_step(at, len, &code);
    if (step == 0)
        return (piece){ 1, 1, false };
    int width = code < 0x20 || code == 0x7F ? 0 : utf8proc_charwidth((utf8proc_int32_t)code);
    return (piece){ step, width > 0 ? (size_t)width : 0, false };
}

size_t sw_text_width(const char *text, size_t len)
{
    size_t width = 0;
    while (len > 0) {
        piece next = next_piece(text, len);
        width += next.width;
        text += next.len;
        len -= next.len;
    }
    return width;
}

int sw_text_truncate(sw_buf *out, const char *text, size_t len, size_t columns, sw_error *err)
{
    if (sw_text_width(text, len) <= columns)
        return sw_buf_add(out, text, len) < 0 ? sw_fail_nomem(err) : 0;
    size_t used = 0;
    bool cut = columns == 0;
    int rc = 0;
    while (len > 0 && rc == 0) {
        piece next = next_piece(text, len);
        if (next.escape) {
            rc = sw_buf_add(out, text, next.len);
        } else if (!cut && used + next.width <= columns - 1) {
            rc = sw_buf_add(out, text, next.len);
            used += next.width;
        } else if (!cut) {
            rc = sw_buf_add_text(out, "…");
            cut = true;
        }
        text += next.len;
        len -= next.len;
    }
    return rc < 0 ? sw_fail_nomem(err) : 0;
}

/* ---- names ---- */

static bool is_plain(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c != '\0' && strchr("._-+", c));
}

int sw_text_safe_name(sw_buf *out, const char *text, size_t len, sw_error *err)
{
    char name[NAME_LIMIT];
    size_t used = 0;
    bool gap = false;
    for (size_t i = 0; i < len && used < sizeof name - 1; i++) {
        bool plain = is_plain(text[i]) && !(used == 0 && (text[i] == '.' || text[i] == '-'));
        if (!plain) {
            gap = used > 0;
            continue;
        }
        if (gap && name[used - 1] != '-' && text[i] != '-')
            name[used++] = '-';
        gap = false;
        name[used++] = text[i];
    }
    int rc = used > 0 ? sw_buf_add(out, name, used) : sw_buf_add_text(out, "unnamed");
    return rc < 0 ? sw_fail_nomem(err) : 0;
}
