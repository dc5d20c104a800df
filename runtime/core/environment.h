/* The environment of a child, built from nothing: an allow list, what is named, and secrets. */
#ifndef SW_CORE_ENVIRONMENT_H
#define SW_CORE_ENVIRONMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"
#include "core/secret.h"

typedef struct sw_variable {
    const char *name;
    const char *value;       /* NULL when `secret` is set */
    const sw_secret *secret; /* borrowed */
} sw_variable;

/* A NULL-terminated envp in locked memory: `named`, and unless `clean` is set what this process has of
 * PATH, HOME, LANG, LC_ALL, TZ, TMPDIR, TERM, USER, SSH_AUTH_SOCK and XDG_*. Owned by the caller:
 * sw_locked_free. Errors: process.bad_variable. */
int sw_environment_build(char ***out, const sw_variable *named, size_t count, bool clean, sw_error *err);
/* The value of a variable in such an envp, borrowed, or NULL. */
const char *sw_environment_get(char *const *envp, const char *name);

#endif
