#include "core/git_object.h"

#include <iconv.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/git_handle.h"
#include "core/span.h"

/* ---- scanning ---- */

static const char *line_end(const char *at, const char *end)
{
    const char *found = memchr(at, '\n', (size_t)(end - at));
    return found ? found : end;
}

/* "Name <mail> 1700000000 +0100", read from behind so that odd names do no harm. */
static void scan_signature(sw_git_signature *out, const char *at, const char *end)
{
    memset(out, 0, sizeof *out);
    const char *close = end;
    while (close > at && close[-1] != '>')
        close--;
    const char *mail_end = close > at ? close - 1 : at;
    const char *open = mail_end;
    while (open > at && open[-1] != '<')
        open--;
    out->email = open;
    out->email_len = (size_t)(mail_end - open);
    const char *name_end = open > at ? open - 1 : at;
    while (name_end > at && name_end[-1] == ' ')
        name_end--;
    out->name = at;
    out->name_len = (size_t)(name_end - at);
    while (close < end && *close == ' ')
        close++;
    for (; close < end && *close >= '0' && *close <= '9'; close++)
        if (out->time < INT64_MAX / 16)
            out->time = out->time * 10 + (*close - '0');
    while (close < end && *close == ' ')
        close++;
    if (end - close >= 5 && (*close == '+' || *close == '-')) {
        int digits = 0;
        for (int i = 1; i < 5; i++)
            digits = digits * 10 + (close[i] - '0');
        out->offset = (digits / 100 * 60 + digits % 100) * (*close == '-' ? -1 : 1);
    }
}

static bool starts(const char *at, const char *end, const char *word, size_t len)
{
    return (size_t)(end - at) >= len && memcmp(at, word, len) == 0;
}
#define STARTS(at, end, word) starts(at, end, word, sizeof(word) - 1)

int sw_git_raw_links(sw_git_raw *out, const char *text, size_t len)
{
    const char *at = text, *end = text + len;
    memset(out, 0, sizeof *out);
    if (len < 46 || !STARTS(at, end, "tree ") || at[45] != '\n')
        return SW_E_CORRUPT;
    out->tree = at + 5;
    at += 46;
    while (end - at >= 48 && STARTS(at, end, "parent ") && at[47] == '\n') {
        if (!out->parents)
            out->parents = at;
        out->parent_count++;
        at += 48;
    }
    while (at < end && *at != '\n') {
        const char *stop = line_end(at, end);
        if (STARTS(at, end, "committer ")) {
            scan_signature(&out->committer, at + 10, stop);
            return 0;
        }
        at = stop < end ? stop + 1 : end;
    }
    return 0;
}

int sw_git_raw_commit(sw_git_raw *out, const char *text, size_t len)
{
    int rc = sw_git_raw_links(out, text, len);
    if (rc == 0)
        sw_git_raw_complete(out, text, len);
    return rc;
}

void sw_git_raw_complete(sw_git_raw *out, const char *text, size_t len)
{
    const char *at = text + 46 + 48 * out->parent_count, *end = text + len;
    while (at < end && *at != '\n') {
        const char *stop = line_end(at, end);
        if (STARTS(at, end, "author ")) {
            scan_signature(&out->author, at + 7, stop);
        } else if (STARTS(at, end, "encoding ")) {
            out->encoding = at + 9;
            out->encoding_len = (size_t)(stop - at) - 9;
        } else if (STARTS(at, end, "gpgsig")) {
            out->signed_ = true;
        }
        at = stop < end ? stop + 1 : end;
    }
    out->message = at < end ? at + 1 : end;
    out->message_len = (size_t)(end - out->message);
}

/* Digits of either case, one by one. */
static bool hex_slowly(unsigned char out[20], const char *digits)
{
    for (int i = 0; i < 40; i++) {
        char c = sw_lower(digits[i]);
        if (!sw_is_digit(c) && (c < 'a' || c > 'f'))
            return false;
        unsigned value = sw_is_digit(c) ? (unsigned)(c - '0') : (unsigned)(c - 'a') + 10;
        out[i / 2] = (unsigned char)(i % 2 ? out[i / 2] | value : value << 4);
    }
    return true;
}

/* Eight digits at a time: their values are found by arithmetic, and written again as digits to see whether they were any. */
bool sw_git_hex(unsigned char out[20], const char *digits)
{
    const uint64_t each = UINT64_C(0x0101010101010101);
    for (int i = 0; i < 5; i++) {
        uint64_t text;
        memcpy(&text, digits + i * 8, sizeof text);
        uint64_t values = (text & each * 15) + (text >> 6 & each) * 9;
        uint64_t letters = (values + each * 6) >> 4 & each;
        if ((values & each * 0xf0) || values + each * '0' + letters * ('a' - '9' - 1) != text)
            return hex_slowly(out, digits);
        uint64_t pairs = (values << 4 | values >> 8) & UINT64_C(0x00ff00ff00ff00ff); /* the first digit is the lowest byte */
        for (int k = 0; k < 4; k++)
            out[i * 4 + k] = (unsigned char)(pairs >> (k * 16));
    }
    return true;
}

/* Where a signature begins under a tag's message, or the end. */
static const char *signature_start(const char *at, const char *end)
{
    static const char *const heads[] = { "-----BEGIN PGP SIGNATURE-----",
                                         "-----BEGIN PGP MESSAGE-----",
                                         "-----BEGIN SIGNED MESSAGE-----",
                                         "-----BEGIN SSH SIGNATURE-----" };
    while (at < end) {
        for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
            if (starts(at, end, heads[i], strlen(heads[i])))
                return at;
        at = line_end(at, end);
        at = at < end ? at + 1 : end;
    }
    return end;
}

int sw_git_raw_tag(sw_git_raw *out, const char *text, size_t len)
{
    const char *at = text, *end = text + len;
    memset(out, 0, sizeof *out);
    if (len < 48 || !STARTS(at, end, "object ") || at[47] != '\n')
        return SW_E_CORRUPT;
    out->tree = at + 7;
    at += 48;
    while (at < end && *at != '\n') {
        const char *stop = line_end(at, end);
        if (STARTS(at, end, "type ")) {
            out->type = at + 5;
            out->type_len = (size_t)(stop - at) - 5;
        } else if (STARTS(at, end, "tag ")) {
            out->name = at + 4;
            out->name_len = (size_t)(stop - at) - 4;
        } else if (STARTS(at, end, "tagger ")) {
            scan_signature(&out->committer, at + 7, stop);
        }
        at = stop < end ? stop + 1 : end;
    }
    out->message = at < end ? at + 1 : end;
    const char *signature = signature_start(out->message, end);
    out->signed_ = signature < end;
    out->message_len = (size_t)(signature - out->message);
    return 0;
}

/* ---- text ---- */

/* Length of the well-formed sequence at `at`, or 0. Table 3-7 of the Unicode standard. */
static size_t sequence(const unsigned char *at, size_t left)
{
    unsigned char c = at[0];
    size_t len = 0;
    if (c < 0x80)
        len = 1;
    else if (c >= 0xc2 && c <= 0xf4)
        len = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    if (!len || len > left)
        return 0;
    for (size_t i = 1; i < len; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    if ((c == 0xe0 && at[1] < 0xa0) || (c == 0xed && at[1] > 0x9f) || (c == 0xf0 && at[1] < 0x90)
        || (c == 0xf4 && at[1] > 0x8f))
        return 0;
    return len;
}

/* How many bytes in front of what is not ASCII, in eights. */
static size_t plain(const char *text, size_t len)
{
    const uint64_t high = UINT64_C(0x8080808080808080);
    size_t i = 0;
    for (uint64_t words[4]; len - i >= sizeof words; i += sizeof words) {
        memcpy(words, text + i, sizeof words);
        if ((words[0] | words[1] | words[2] | words[3]) & high)
            break;
    }
    for (uint64_t word; len - i >= sizeof word; i += sizeof word) {
        memcpy(&word, text + i, sizeof word);
        if (word & high)
            break;
    }
    return i;
}

bool sw_git_is_utf8(const char *text, size_t len)
{
    for (size_t i = 0; i < len;) {
        i += plain(text + i, len - i); /* most history is ASCII */
        if (i == len)
            break;
        size_t n = sequence((const unsigned char *)text + i, len - i);
        if (!n)
            return false;
        i += n;
    }
    return true;
}

size_t sw_git_utf8_room(size_t len)
{
    return len * 4 + 16;
}

static size_t from_latin1(char *out, const char *text, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len;) {
        unsigned char c = (unsigned char)text[i];
        size_t good = sequence((const unsigned char *)text + i, len - i);
        if (good) {
            memcpy(out + n, text + i, good);
            n += good;
            i += good;
        } else {
            out[n++] = (char)(0xc0 | c >> 6);
            out[n++] = (char)(0x80 | (c & 0x3f));
            i++;
        }
    }
    return n;
}

/* The length, or 0 when it is not possible. */
static size_t convert(char *out, const char *text, size_t len, const char *encoding)
{
    iconv_t cd = iconv_open("UTF-8", encoding);
    if (cd == (iconv_t)-1)
        return 0;
    size_t room = sw_git_utf8_room(len), left = len;
    char *from = (char *)(uintptr_t)text, *to = out;
    bool whole = iconv(cd, &from, &left, &to, &room) != (size_t)-1;
    iconv_close(cd);
    return whole ? (size_t)(to - out) : 0;
}

size_t sw_git_utf8(char *out, const char *text, size_t len, const char *encoding,
                   size_t encoding_len)
{
    char name[64];
    size_t converted = 0;
    snprintf(name, sizeof name, "%.*s", (int)encoding_len, encoding ? encoding : "");
    if (*name && strcasecmp(name, "UTF-8") != 0 && strcasecmp(name, "UTF8") != 0)
        converted = convert(out, text, len, name);
    return converted ? converted : from_latin1(out, text, len);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

size_t sw_git_subject(const char **one, char *out, const char *message, size_t len)
{
    const char *at = message, *end = message + len;
    size_t n = 0;
    *one = NULL;
    while (at < end && (*at == '\n' || is_blank(*at)))
        at++;
    for (int lines = 0; at < end; lines++) {
        const char *stop = line_end(at, end), *last = stop;
        while (last > at && is_blank(last[-1]))
            last--;
        if (last == at)
            break;
        if (lines == 0 && (stop == end || stop + 1 == end || stop[1] == '\n')) {
            *one = at;
            return (size_t)(last - at);
        }
        if (lines)
            out[n++] = ' ';
        memcpy(out + n, at, (size_t)(last - at));
        n += (size_t)(last - at);
        at = stop < end ? stop + 1 : end;
    }
    return n;
}

/* ---- one commit ---- */

void sw_git_commit_text_release(sw_git_commit_text *commit)
{
    sw_buf_release(&commit->text);
}

int sw_git_commit_read(sw_git_commit_text *out, sw_git *git, const char *rev, sw_error *err)
{
    git_commit *commit = NULL;
    git_odb_object *object = NULL;
    int rc = sw_git_commit(&commit, git, rev, err);
    if (rc < 0)
        return rc;
    const git_oid *id = git_commit_id(commit);
    sw_git_oid_text(out->oid, id);
    if ((rc = git_odb_read(&object, git->odb, id)) < 0)
        rc = sw_git_fail(git, err, rc, "git.broken", "commit %s cannot be read", out->oid);
    else if (sw_buf_add(&out->text, git_odb_object_data(object), git_odb_object_size(object)) < 0)
        rc = sw_fail_nomem(err);
    else if (sw_git_raw_commit(&out->raw, out->text.data, out->text.len) < 0)
        rc = sw_fail(err, SW_E_CORRUPT, "git.broken", "commit %s is damaged", out->oid);
    git_odb_object_free(object);
    git_commit_free(commit);
    return rc;
}
