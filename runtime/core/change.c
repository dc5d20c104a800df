#include "core/change.h"

#include <stdlib.h>

#include "core/commit.h"

static bool is_hex(char c)
{
    return sw_is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_word(char c)
{
    return sw_is_digit(c) || sw_is_letter(c);
}

static void add_hash(sw_change *out, const char *at, const char *end)
{
    if (end - at >= 7 && out->revert_count < SW_CHANGE_REVERTS)
        out->reverts[out->revert_count++] = (sw_span){ at, (size_t)(end - at) };
}

static const char *hex_end(const char *at, const char *end)
{
    while (at < end && is_hex(*at))
        at++;
    return at;
}

/* "This reverts commit a" and "This reverts commits a, b". Of "This reverts commit a, reversing
 * changes made to b" b is not taken back. */
static void find_sentences(sw_change *out)
{
    static const char sentence[] = "his reverts commit";
    const char *at = out->message.at, *end = at + out->message.len;
    while ((at = memmem(at, (size_t)(end - at), sentence, sizeof sentence - 1))) {
        const char *hash = at + sizeof sentence - 1;
        bool said = at > out->message.at && (at[-1] == 'T' || at[-1] == 't');
        at = hash;
        if (hash < end && *hash == 's')
            hash++;
        if (!said || hash == end || *hash++ != ' ')
            continue;
        for (;;) {
            const char *stop = hex_end(hash, end);
            add_hash(out, hash, stop);
            at = stop;
            if (stop - hash < 7 || end - stop < 2 || stop[0] != ',' || stop[1] != ' ')
                break;
            hash = stop + 2;
        }
    }
}

static bool is_lower(sw_span text, const char *wanted)
{
    if (text.len != strlen(wanted))
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (sw_lower(text.at[i]) != wanted[i])
            return false;
    return true;
}

/* Hashes in the footers of "revert: …": words of nothing but hexadecimal digits. */
static void find_footers(sw_change *out)
{
    for (size_t i = 0; i < out->footer_count; i++) {
        const sw_footer *footer = &out->footers[i];
        if (!is_lower(footer->token, "refs") && !is_lower(footer->token, "reverts")
            && !is_lower(footer->token, "ref"))
            continue;
        const char *at = footer->value.at, *end = at + footer->value.len;
        while (at < end) {
            const char *stop = at;
            while (stop < end && is_word(*stop))
                stop++;
            if (hex_end(at, stop) == stop)
                add_hash(out, at, stop);
            at = stop < end ? stop + 1 : end;
        }
    }
}

/* 'Revert "the subject"', with either quotes. */
static sw_span named(sw_span subject)
{
    const char *at = subject.at, *end = at + subject.len;
    if (subject.len < 9 || (*at != 'R' && *at != 'r') || memcmp(at + 1, "evert", 5) != 0)
        return (sw_span){ 0 };
    at += 6;
    if (*at == ':')
        at++;
    if (end - at < 3 || *at != ' ' || (at[1] != '"' && at[1] != '\''))
        return (sw_span){ 0 };
    const char *close = memrchr(at + 2, at[1], (size_t)(end - at) - 2);
    return close ? (sw_span){ at + 2, (size_t)(close - at) - 2 } : (sw_span){ 0 };
}

static bool reapplies(sw_span subject)
{
    static const char word[] = "eapply \"";
    size_t len = sizeof word; /* with the first letter, without the NUL */
    return subject.len > len && (subject.at[0] == 'R' || subject.at[0] == 'r')
           && memcmp(subject.at + 1, word, len - 1) == 0
           && memchr(subject.at + len, '"', subject.len - len);
}

static void look_for_revert(sw_change *out)
{
    if (reapplies(out->subject))
        return;
    sw_span name = named(out->subject);
    find_sentences(out);
    if (out->conforms && sw_span_is(out->type, "revert")) {
        find_footers(out);
        out->kind = SW_CHANGE_REVERT;
        out->reverts_subject = name.at ? name : out->description;
    } else if (name.at || out->revert_count) {
        out->kind = SW_CHANGE_REVERT;
        out->reverts_subject = name;
    }
}

/* What follows the first line of a message that does not conform. */
static sw_span rest_of(sw_span message)
{
    const char *at = message.at, *end = at + message.len;
    while (at < end && sw_is_space(*at))
        at++;
    at = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
    if (!at)
        return (sw_span){ 0 };
    at++;
    const char *first = at; /* blank lines go, the indentation of the first line with text stays */
    for (; first < end && sw_is_space(*first); first++)
        if (*first == '\n')
            at = first + 1;
    while (end > at && sw_is_space(end[-1]))
        end--;
    return end > at ? (sw_span){ at, (size_t)(end - at) } : (sw_span){ 0 };
}

static void set_type(sw_change *out, sw_span type)
{
    out->type = type;
    for (size_t i = 0; i < type.len; i++) {
        if (sw_lower(type.at[i]) == type.at[i])
            continue;
        size_t len = type.len < sizeof out->lower ? type.len : sizeof out->lower;
        for (size_t j = 0; j < len; j++)
            out->lower[j] = sw_lower(type.at[j]);
        out->type = (sw_span){ out->lower, len };
        return;
    }
}

static int parse(sw_conventional *commit, sw_change *out, sw_error *err)
{
    *commit = (sw_conventional){ .footers = out->few, .footer_room = SW_CHANGE_FOOTERS };
    int rc = sw_conventional_parse(commit, out->message.at, out->message.len, SW_CONVENTIONAL_TIGHT,
                                   NULL, NULL);
    if (rc < 0 || commit->footer_count <= SW_CHANGE_FOOTERS)
        return rc < 0 ? 0 : 1;
    size_t count = commit->footer_count;
    out->many = malloc(count * sizeof *out->many);
    if (!out->many)
        return sw_fail_nomem(err);
    *commit = (sw_conventional){ .footers = out->many, .footer_room = count };
    sw_conventional_parse(commit, out->message.at, out->message.len, SW_CONVENTIONAL_TIGHT, NULL, NULL);
    return 1;
}

/* The message, or the one that a squash carries; with two parents the commits it brought speak for themselves. */
static int parse_any(sw_conventional *commit, sw_change *out, sw_span carries, size_t parents, sw_error *err)
{
    int rc = parse(commit, out, err);
    if (rc != 0 || parents > 1 || carries.len == 0)
        return rc;
    sw_span whole = out->message;
    out->message = carries;
    rc = parse(commit, out, err);
    out->message = whole;
    return rc;
}

int sw_change_read(sw_change *out, const char *message, size_t len, size_t parents, sw_error *err)
{
    sw_commit_look look;
    sw_conventional commit;
    memset(out, 0, offsetof(sw_change, few));
    out->many = NULL;
    out->message = (sw_span){ message, len };
    sw_commit_look_at(&look, message, len);
    int rc = parse_any(&commit, out, look.carries, parents, err);
    if (rc < 0)
        return rc;
    out->subject = look.subject;
    out->fixes = look.fixes;
    out->conforms = rc > 0 && look.kind != SW_COMMIT_FIXUP;
    if (out->conforms) {
        out->kind = SW_CHANGE;
        set_type(out, commit.type);
        out->scope = commit.scope;
        out->description = commit.description;
        out->body = commit.body;
        out->breaking = commit.breaking;
        out->footers = commit.footers;
        out->footer_count = commit.footer_count;
    } else {
        out->kind = look.kind == SW_COMMIT_FIXUP                  ? SW_CHANGE_FIXUP
                    : look.kind == SW_COMMIT_MERGE || parents > 1 ? SW_CHANGE_MERGE
                                                                  : SW_CHANGE_OTHER;
        if (out->kind != SW_CHANGE_FIXUP)
            out->body = rest_of(out->message);
    }
    if (look.may_revert && out->kind != SW_CHANGE_FIXUP)
        look_for_revert(out);
    return 0;
}

void sw_change_release(sw_change *change)
{
    free(change->many);
    change->many = NULL;
}
