/* Carrying changes from one place in history to another, in memory: no index, no file, no ref
 * moves. */
#ifndef SW_CORE_GIT_PICK_H
#define SW_CORE_GIT_PICK_H

#include <stdint.h>

#include "core/git_repo.h"

typedef struct sw_git_pick_wish {
    const char *const *commits; /* NULL-ended; pick: oldest first, revert: newest first */
    const char *onto;
    bool has_time; /* pick: else the picked commit's own */
    int64_t time;
    const char *message; /* revert only */
    int sign;            /* 1, 0, or -1: as commit.gpgsign says, never on a scratch handle */
} sw_git_pick_wish;

/* `skipped` gets the commits whose change is there already. git.conflict (then `paths` names the
 * files), git.is_merge, git.no_identity */
int sw_git_pick(sw_oid_text out, sw_texts *skipped, sw_texts *paths, sw_git *git,
                const sw_git_pick_wish *wish,
                sw_error *err);
/* Same input, same commit: committer and dates are kept, and nothing is signed unless asked for.
 * `moved`: how many commits were made anew. git.conflict */
int sw_git_rebase(sw_oid_text out, int64_t *moved, sw_texts *paths, sw_git *git, const char *branch,
                  const char *onto, bool sign, sw_error *err);
int sw_git_revert(sw_oid_text out, sw_texts *paths, sw_git *git, const sw_git_pick_wish *wish,
                  sw_error *err);

#endif
