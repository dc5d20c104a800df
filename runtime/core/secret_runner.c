#include "core/secret_runner.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

/* Those that were told already, by their fingerprints; the oldest is forgotten first. */
enum { REMEMBERED = 64, PIECES = 64 };
static char told[REMEMBERED][9];
static size_t told_count;

static bool is_on(const char *name)
{
    const char *value = getenv(name);
    return value && strcmp(value, "true") == 0;
}

static bool is_new(const sw_secret *secret)
{
    const char *fingerprint = sw_secret_fingerprint(secret);
    for (size_t i = 0; i < REMEMBERED; i++)
        if (strcmp(told[i], fingerprint) == 0)
            return false;
    memcpy(told[told_count++ % REMEMBERED], fingerprint, sizeof told[0]);
    return true;
}

/* Pieces that point into the locked value: nothing is copied. */
typedef struct pieces {
    struct iovec list[PIECES];
    int count;
} pieces;

static void flush(pieces *out)
{
    ssize_t written = out->count > 0 ? writev(STDERR_FILENO, out->list, out->count) : 0;
    (void)written; /* a closed stream shows nothing either */
    out->count = 0;
}

static void put(pieces *out, const char *text, size_t len)
{
    if (len == 0)
        return;
    if (out->count == PIECES)
        flush(out);
    out->list[out->count++] = (struct iovec){ .iov_base = (void *)(uintptr_t)text, .iov_len = len };
}

/* One line, with the sign that the runner unescapes escaped. */
static void put_line(pieces *out, const char *line, size_t len)
{
    put(out, "::add-mask::", 12);
    while (len > 0) {
        const char *sign = memchr(line, '%', len);
        size_t until = sign ? (size_t)(sign - line) : len;
        put(out, line, until);
        if (sign)
            put(out, "%25", 3);
        until += sign ? 1 : 0;
        line += until;
        len -= until;
    }
    put(out, "\n", 1);
}

void sw_secret_tell_runner(const sw_secret *secret)
{
    if (!(is_on("GITHUB_ACTIONS") || is_on("GITEA_ACTIONS")) || !is_new(secret))
        return;
    pieces out = { .count = 0 };
    const char *rest = sw_secret_text(secret), *end = rest + sw_secret_length(secret);
    while (rest < end) {
        size_t len = strcspn(rest, "\r\n");
        if (len >= SW_SECRET_SHORTEST)
            put_line(&out, rest, len);
        rest += len;
        while (rest < end && (*rest == '\r' || *rest == '\n'))
            rest++;
    }
    flush(&out);
}
