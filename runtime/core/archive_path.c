#include "core/archive_path.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <utf8proc.h>

const char *sw_archive_show(sw_archive_shown *room, const char *name, size_t len)
{
    size_t used = 0;
    for (size_t i = 0; i < len; i++) {
        if (used > 160) {
            memcpy(room->text + used, "...", 4);
            return room->text;
        }
        unsigned char byte = (unsigned char)name[i];
        if (byte < 0x20 || byte == 0x7f || byte >= 0x80)
            used += (size_t)snprintf(room->text + used, 5, "\\x%02x", byte);
        else
            room->text[used++] = (char)byte;
    }
    room->text[used] = '\0';
    return room->text;
}

static int refuse(sw_error *err, const char *code, const char *name, size_t len, const char *why)
{
    sw_archive_shown shown;
    return sw_fail(err, SW_E_REFUSED, code, "the name '%s' %s", sw_archive_show(&shown, name, len), why);
}

/* Characters that are text for a person: no controls, no direction overrides, valid UTF-8. */
static const char *text_fault(const char *name, size_t len)
{
    size_t at = 0;
    while (at < len) {
        utf8proc_int32_t point;
        utf8proc_ssize_t step =
            utf8proc_iterate((const utf8proc_uint8_t *)name + at, (utf8proc_ssize_t)(len - at), &point);
        if (step <= 0)
            return "is not valid UTF-8";
        if (point == 0)
            return "holds a NUL byte";
        if (point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0x2028 || point == 0x2029)
            return "holds a control character";
        if ((point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069))
            return "holds a character that turns the direction of text";
        at += (size_t)step;
    }
    return NULL;
}

/* CON, NUL, COM1 ... are devices on Windows, with or without an extension. */
static bool windows_device(const char *part, size_t len)
{
    static const char *const names[] = { "con", "prn", "aux", "nul", "conin$", "conout$" };
    const char *dot = memchr(part, '.', len);
    size_t stem = dot ? (size_t)(dot - part) : len;
    while (stem > 0 && part[stem - 1] == ' ')
        stem--;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (stem == strlen(names[i]) && strncasecmp(part, names[i], stem) == 0)
            return true;
    if (stem < 4 || (strncasecmp(part, "com", 3) != 0 && strncasecmp(part, "lpt", 3) != 0))
        return false;
    /* Windows takes the superscripts of Latin-1 for digits, too. */
    return (stem == 4 && part[3] >= '1' && part[3] <= '9') ||
           (stem == 5 && (memcmp(part + 3, "\xc2\xb9", 2) == 0 || memcmp(part + 3, "\xc2\xb2", 2) == 0 ||
                          memcmp(part + 3, "\xc2\xb3", 2) == 0));
}

/* ".git" as any file system may read it: folded, 8.3 short name, trailing dots and spaces. */
static int git_folder(bool *out, const char *part, size_t len, sw_error *err)
{
    sw_buf plain, folded;
    sw_buf_init(&plain);
    sw_buf_init(&folded);
    int rc = sw_buf_add(&plain, part, len) < 0 ? sw_fail_nomem(err) : 0;
    if (rc == 0)
        rc = sw_archive_path_fold(&folded, sw_buf_text(&plain), err);
    if (rc < 0)
        goto done;
    const char *text = sw_buf_text(&folded);
    size_t end = strlen(text);
    while (end > 0 && (text[end - 1] == '.' || text[end - 1] == ' '))
        end--;
    *out = (end == 4 && memcmp(text, ".git", 4) == 0) || (end == 5 && memcmp(text, "git~1", 5) == 0);
done:
    sw_buf_release(&plain);
    sw_buf_release(&folded);
    return rc;
}

static int check_component(const char *name, size_t name_len, const char *part, size_t len, bool packed,
                           sw_error *err)
{
    if (len > SW_ARCHIVE_COMPONENT_MAX)
        return refuse(err, "archive.name", name, name_len, "has a component longer than 255 bytes");
    if (packed)
        return len == 4 && memcmp(part, ".git", 4) == 0
                   ? refuse(err, "archive.name", name, name_len, "is git's own folder")
                   : 0;
    if (windows_device(part, len))
        return refuse(err, "archive.name", name, name_len, "is a device on Windows");
    if (len < 4 || len > 40 || !memchr("gG.\xe2\xef", part[0], 5))
        return 0;
    bool git = false;
    int rc = git_folder(&git, part, len, err);
    if (rc < 0)
        return rc;
    return git ? refuse(err, "archive.name", name, name_len, "writes into .git") : 0;
}

/* What only a name from outside must not hold. */
static int check_foreign(const char *name, size_t len, sw_error *err)
{
    const char *fault = text_fault(name, len);
    if (fault)
        return refuse(err, "archive.name", name, len, fault);
    if (memchr(name, '\\', len))
        return refuse(err, "archive.path", name, len, "holds a backslash, a separator on Windows");
    if (memchr(name, ':', len))
        return refuse(err, "archive.path", name, len, "holds a colon, a drive or stream on Windows");
    return 0;
}

static int clean(sw_buf *out, const char *name, size_t len, bool packed, sw_error *err)
{
    sw_buf_clear(out);
    if (len == 0)
        return sw_fail(err, SW_E_REFUSED, "archive.name", "an entry has an empty name");
    if (len > SW_ARCHIVE_NAME_MAX)
        return refuse(err, "archive.name", name, len, "is longer than 4000 bytes");
    if (name[0] == '/')
        return refuse(err, "archive.path", name, len, "is absolute");
    int foreign = packed ? 0 : check_foreign(name, len, err);
    if (foreign < 0)
        return foreign;
    unsigned depth = 0;
    for (size_t at = 0; at < len;) {
        const char *part = name + at;
        const char *slash = memchr(part, '/', len - at);
        size_t size = slash ? (size_t)(slash - part) : len - at;
        at += size + 1;
        if (size == 0 || (size == 1 && part[0] == '.'))
            continue;
        if (size == 2 && part[0] == '.' && part[1] == '.')
            return refuse(err, "archive.path", name, len, "leaves its folder");
        if (++depth > SW_ARCHIVE_DEPTH_MAX)
            return refuse(err, "archive.name", name, len, "is more than 250 folders deep");
        int rc = check_component(name, len, part, size, packed, err);
        if (rc < 0)
            return rc;
        if ((out->len > 0 && sw_buf_add_char(out, '/') < 0) || sw_buf_add(out, part, size) < 0)
            return sw_fail_nomem(err);
    }
    return 0;
}

int sw_archive_path_clean(sw_buf *out, const char *name, size_t len, sw_error *err)
{
    return clean(out, name, len, false, err);
}

int sw_archive_path_packed(sw_buf *out, const char *name, size_t len, sw_error *err)
{
    return clean(out, name, len, true, err);
}

int sw_archive_link_check(const char *path, const char *target, size_t len, sw_error *err)
{
    sw_archive_shown shown, from;
    const char *why = NULL;
    size_t depth = 0;
    bool named = false;
    for (const char *c = path; *c; c++)
        depth += *c == '/';
    if (len == 0 || len > SW_ARCHIVE_NAME_MAX)
        why = "which is no path";
    else if (text_fault(target, len) || memchr(target, '\\', len) || memchr(target, ':', len))
        why = "which no name may hold";
    else if (target[0] == '/')
        why = "which is absolute";
    for (size_t at = 0; !why && at < len;) {
        const char *part = target + at;
        const char *slash = memchr(part, '/', len - at);
        size_t size = slash ? (size_t)(slash - part) : len - at;
        at += size + 1;
        if (size == 0 || (size == 1 && part[0] == '.'))
            continue;
        if (size != 2 || part[0] != '.' || part[1] != '.')
            named = true;
        else if (named)
            why = "which goes up behind a name";
        else if (depth-- == 0)
            why = "which leaves the folder";
    }
    if (!why)
        return 0;
    return sw_fail(err, SW_E_REFUSED, "archive.link", "the link '%s' points to '%s', %s",
                   sw_archive_show(&from, path, strlen(path)), sw_archive_show(&shown, target, len), why);
}

int sw_archive_path_fold(sw_buf *out, const char *path, sw_error *err)
{
    sw_buf_clear(out);
    bool ascii = true;
    for (const char *c = path; *c && ascii; c++)
        ascii = (unsigned char)*c < 0x80;
    if (ascii) {
        for (const char *c = path; *c; c++)
            if (sw_buf_add_char(out, (char)tolower((unsigned char)*c)) < 0)
                return sw_fail_nomem(err);
        return 0;
    }
    utf8proc_uint8_t *folded = NULL;
    utf8proc_ssize_t size = utf8proc_map((const utf8proc_uint8_t *)path, 0, &folded,
                                         UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE |
                                             UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
    if (size < 0)
        return size == UTF8PROC_ERROR_NOMEM
                   ? sw_fail_nomem(err)
                   : sw_fail(err, SW_E_REFUSED, "archive.name", "a name is not valid UTF-8");
    int rc = sw_buf_add(out, folded, (size_t)size) < 0 ? sw_fail_nomem(err) : 0;
    free(folded);
    return rc;
}

int sw_archive_path_strip(sw_buf *path, unsigned count)
{
    size_t at = 0;
    for (; count > 0 && at < path->len; count--) {
        const char *slash = memchr(path->data + at, '/', path->len - at);
        at = slash ? (size_t)(slash - path->data) + 1 : path->len;
    }
    if (at >= path->len) {
        sw_buf_clear(path);
        return 0;
    }
    memmove(path->data, path->data + at, path->len - at + 1);
    path->len -= at;
    return 1;
}
