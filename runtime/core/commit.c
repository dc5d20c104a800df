#include "core/commit.h"

static bool starts_with(sw_span line, const char *text)
{
    size_t len = strlen(text);
    return line.len >= len && memcmp(line.at, text, len) == 0;
}

static sw_span first_line(const char *text, size_t len)
{
    const char *end = text + len;
    while (text < end && sw_is_space(*text))
        text++;
    const char *stop = memchr(text, '\n', (size_t)(end - text));
    stop = stop ? stop : end;
    while (stop > text && sw_is_space(stop[-1]))
        stop--;
    return (sw_span){ text, (size_t)(stop - text) };
}

/*
 * Azure DevOps squashes into "Merged PR 12: feat: x", Bitbucket into "Merged in x (pull request #12)" above the commit's
 * own message. The bytes in front of that message, or 0.
 */
static size_t squash_prefix(const char *message, size_t len)
{
    static const char azure[] = "Merged PR ", bitbucket[] = "Merged in ";
    const char *end = message + len, *stop = memchr(message, '\n', len);
    if (len > sizeof azure && memcmp(message, azure, sizeof azure - 1) == 0) {
        const char *at = message + sizeof azure - 1;
        while (at < end && sw_is_digit(*at))
            at++;
        return end - at > 2 && at[-1] != ' ' && at[0] == ':' && at[1] == ' ' ? (size_t)(at + 2 - message) : 0;
    }
    if (stop && len > sizeof bitbucket && memcmp(message, bitbucket, sizeof bitbucket - 1) == 0
        && memmem(message, (size_t)(stop - message), "(pull request #", 15))
        return (size_t)(stop - message);
    return 0;
}

void sw_commit_look_at(sw_commit_look *out, const char *text, size_t len)
{
    static const char *const fixups[] = { "fixup! ", "squash! ", "amend! ", NULL };
    static const char *const reverts[] = { "Revert", "revert", "Reapply", NULL };
    static const char sentence[] = "his reverts commit";
    *out = (sw_commit_look){ .subject = first_line(text, len) };
    for (int i = 0; fixups[i] && out->kind == SW_COMMIT_PLAIN; i++) {
        if (!starts_with(out->subject, fixups[i]))
            continue;
        size_t used = strlen(fixups[i]);
        out->kind = SW_COMMIT_FIXUP;
        out->fixes = (sw_span){ out->subject.at + used, out->subject.len - used };
    }
    if (starts_with(out->subject, "Merge ") && out->subject.len > 6)
        out->kind = SW_COMMIT_MERGE;
    size_t skip = squash_prefix(text, len);
    if (skip > 0)
        out->carries = (sw_span){ text + skip, len - skip };
    for (int i = 0; reverts[i] && !out->may_revert; i++)
        out->may_revert = starts_with(out->subject, reverts[i]);
    out->may_revert = out->may_revert || memmem(text, len, sentence, sizeof sentence - 1) != NULL;
}
