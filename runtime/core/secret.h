/* A secret in memory: locked, kept out of core dumps and out of forked children, wiped when its last
 * holder lets go. Every living secret is known to the masker (core/mask.h), and to the runner of a CI
 * job, which is told of it (core/secret_runner.h). Nothing else prints a value, and no function
 * returns a copy of one. */
#ifndef SW_CORE_SECRET_H
#define SW_CORE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"

typedef struct sw_secret sw_secret;

/* A value shorter than the first is refused (masking it would eat ordinary text), longer than the
 * second as well. Bytes. */
enum { SW_SECRET_SHORTEST = 8, SW_SECRET_LONGEST = 64 * 1024 };

/* Takes a copy of `value`; the caller wipes its own. A trailing newline (LF or CR LF) is not part of
 * it. `label` is the reference, "env:NAME"; it is shown. `user` may be NULL: the name that goes with
 * the value (git-credential). Owned by the caller: sw_secret_release.
 * Errors: secret.too_short, secret.too_long, secret.refused (a NUL byte inside). */
int sw_secret_new(sw_secret **out, const char *label, const char *user, const char *value, size_t len,
    sw_error *err);

/* Another holder of the same secret: what outlives the call (a child, a transfer) holds one. */
sw_secret *sw_secret_retain(const sw_secret *secret);
void sw_secret_release(sw_secret *secret); /* NULL is allowed; the last holder wipes */

/* The value, NUL-terminated, borrowed: hand it to a library at once, never keep or print it. */
const char *sw_secret_text(const sw_secret *secret);
size_t sw_secret_length(const sw_secret *secret);
const char *sw_secret_label(const sw_secret *secret); /* "env:NAME", borrowed */
const char *sw_secret_user(const sw_secret *secret);  /* borrowed, or NULL when none came with it */
/* Eight hex digits of a hash keyed per process: tells two secrets apart in a log. Borrowed. */
const char *sw_secret_fingerprint(const sw_secret *secret);
/* SHA-256 of `salt` and the value, 64 digits and a NUL: the same in every process that knows the salt.
 * For names of things that are kept apart by credential; the salt must be private. */
int sw_secret_digest(char hex[65], const sw_secret *secret, const char *salt, size_t salt_len, sw_error *err);

/* Variables of this process that hold secrets: no program gets them unless they are named for it. */
int sw_secret_withhold(const char *name); /* 0 or SW_E_NOMEM */
bool sw_secret_is_withheld(const char *name, size_t len);

#endif
