/* Programs on PATH, and the Debian package that brings one. */
#ifndef SW_CORE_PROGRAM_H
#define SW_CORE_PROGRAM_H

#include "core/buf.h"
#include "core/error.h"

/* Finds `name` in `path` (colon-separated; NULL: this process's PATH). Empty and relative entries are
 * passed over: a program must not come from wherever one happens to stand. A name with a slash is
 * taken as it is. Returns 0, SW_E_NOT_FOUND (process.not_found) or SW_E_NOMEM. */
int sw_program_find(sw_buf *out, const char *name, const char *path, sw_error *err);
/* The name of a Debian package, or NULL when unknown. */
const char *sw_program_package(const char *name);

#endif
