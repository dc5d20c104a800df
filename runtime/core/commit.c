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
    for (int i = 0; reverts[i] && !out->may_revert; i++)
        out->may_revert = starts_with(out->subject, reverts[i]);
    out->may_revert = out->may_revert || memmem(text, len, sentence, sizeof sentence - 1) != NULL;
}
