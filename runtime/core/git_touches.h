/* One walk over history for many folders, each with a release of its own behind it: which commits
 * since then concern which folder. */
#ifndef SW_CORE_GIT_TOUCHES_H
#define SW_CORE_GIT_TOUCHES_H

#include "core/git_folders.h"
#include "core/git_object.h"

typedef struct sw_git_touches_wish {
    const char *from;
    const char *const *folders; /* see git_folders.h; NULL-ended */
    const char *const *since;   /* as many: what is reachable from it does not count; "" = all counts */
    const char *const *rules;   /* NULL or NULL-ended */
    bool all;                   /* also the commits that concern no folder */
    size_t one;                 /* only those that concern this folder, counted from 1; 0: any */
} sw_git_touches_wish;

typedef struct sw_git_touches sw_git_touches;

/* Walks at once, compares trees while giving. Holds the repository open until closed. */
int sw_git_touches_open(sw_git_touches **out, sw_git *git, const sw_git_touches_wish *wish,
                        sw_error *err);
/* 1 and the next commit, newest first, with the folders it concerns (`touched[i]`, valid until the
 * next call); 0 at the end; negative failure. A merge is compared with its first parent. */
int sw_git_touches_next(sw_git_touches *touches, const char **oid, const sw_git_raw **raw,
                        const bool **touched, sw_error *err);
void sw_git_touches_close(sw_git_touches *touches);

#endif
