/* Names of refs, by the rules of git check-ref-format(1). */
#ifndef SW_CORE_GIT_NAME_H
#define SW_CORE_GIT_NAME_H

#include <stdbool.h>

#include "core/buf.h"

enum {
    SW_NAME_ONELEVEL = 1,  /* a name without a slash will do */
    SW_NAME_PATTERN = 2,   /* one "*" may stand in it */
    SW_NAME_NORMALIZE = 4  /* slashes in front are dropped, repeated ones made one */
};

/* Is `name` valid? `normalized` may be NULL; else it gets the name as it was judged. False as well
 * when memory ran out. */
bool sw_git_name_valid(sw_buf *normalized, const char *name, unsigned flags);

#endif
