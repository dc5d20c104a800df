/* Deltas of pack files: copies out of a base, and what is new. */
#ifndef SW_CORE_GIT_DELTA_H
#define SW_CORE_GIT_DELTA_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"

/* Replaces what `out` holds. False: the delta is damaged, of another base, makes more than `largest` bytes, or there
 * is no memory. */
bool sw_git_delta_apply(sw_buf *out, const sw_buf *base, const sw_buf *delta, size_t largest);

#endif
