/* Moving refs, each with the value that is expected there. */
#ifndef SW_CORE_GIT_REF_H
#define SW_CORE_GIT_REF_H

#include <stdint.h>

#include "core/git_repo.h"

/* `expect` NULL: whatever is there; "": must not exist. git.ref_moved, git.bad_name, git.locked */
int sw_git_ref_update(sw_git *git, const char *name, const char *to, const char *expect,
                      const char *reason,
                      sw_error *err);
/* A ref that is gone already is no error. git.ref_moved */
int sw_git_ref_delete(sw_git *git, const char *name, const char *expect, sw_error *err);

/* Lock files below the git folder that were made at `since` or later and that no living process has
 * open. With `remove` they are deleted. */
int sw_git_stale_locks(sw_texts *out, sw_git *git, int64_t since, bool remove, sw_error *err);

#endif
