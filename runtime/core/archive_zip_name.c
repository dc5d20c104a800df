#include "core/archive_zip_name.h"

#include <string.h>
#include <utf8proc.h>

#include "core/lazy_zlib.h"

enum { EXTRA_UNICODE_PATH = 0x7075, FLAG_UTF8 = 0x800, ALIAS_HEAD = 5 };

/* Bytes 0x80 to 0xff. */
static const char code_page_437[] =
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐"
    "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

static bool is_utf8(const char *text, size_t len)
{
    utf8proc_int32_t point;
    for (size_t at = 0; at < len;) {
        utf8proc_ssize_t step =
            utf8proc_iterate((const utf8proc_uint8_t *)text + at, (utf8proc_ssize_t)(len - at), &point);
        if (step <= 0)
            return false;
        at += (size_t)step;
    }
    return true;
}

static int add_code_page(sw_buf *out, const char *name, size_t len)
{
    const char *starts[129];
    const char *at = code_page_437;
    for (size_t i = 0; i < 129; i++) {
        starts[i] = at;
        do
            at += i < 128;
        while (((unsigned char)*at & 0xc0) == 0x80);
    }
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < len; i++) {
        unsigned char byte = (unsigned char)name[i];
        rc = byte < 0x80 ? sw_buf_add_char(out, name[i])
                         : sw_buf_add(out, starts[byte - 128], (size_t)(starts[byte - 127] - starts[byte - 128]));
    }
    return rc;
}

int sw_zip_name_alias(const char **alias, size_t *alias_len, const unsigned char *extra, size_t extra_len,
                      const char *name, size_t name_len, sw_error *err)
{
    const unsigned char *value;
    size_t size;
    *alias = NULL;
    *alias_len = 0;
    int rc = sw_zip_extra_find(extra, extra_len, EXTRA_UNICODE_PATH, &value, &size, err);
    if (rc < 0 || !value)
        return rc;
    const sw_zlib_library *zlib = sw_zlib(err);
    if (!zlib)
        return SW_E_NOT_FOUND;
    if (size < ALIAS_HEAD || value[0] != 1 ||
        sw_le32(value + 1) != (uint32_t)zlib->crc32(0, (const unsigned char *)name, (uInt)name_len))
        return sw_zip_corrupt(err, "a Unicode path belongs to another name");
    *alias = (const char *)value + ALIAS_HEAD;
    *alias_len = size - ALIAS_HEAD;
    return 0;
}

int sw_zip_name(sw_buf *out, const sw_zip_member *m, sw_error *err)
{
    const char *alias;
    size_t len;
    sw_buf_clear(out);
    int rc = sw_zip_name_alias(&alias, &len, m->extra, m->extra_len, m->name, m->name_len, err);
    if (rc < 0)
        return rc;
    bool plain = m->flags & FLAG_UTF8 || is_utf8(m->name, m->name_len);
    if (alias && plain && (len != m->name_len || memcmp(alias, m->name, len) != 0))
        return sw_zip_corrupt(err, "an entry has two different names");
    if (plain)
        rc = sw_buf_add(out, m->name, m->name_len);
    else
        rc = alias ? sw_buf_add(out, alias, len) : add_code_page(out, m->name, m->name_len);
    return rc < 0 ? sw_fail_nomem(err) : 0;
}
