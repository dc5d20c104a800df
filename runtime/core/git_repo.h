/* A repository: opening it, what kind it is, its configuration and who commits. */
#ifndef SW_CORE_GIT_REPO_H
#define SW_CORE_GIT_REPO_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/error.h"
#include "core/texts.h"

#define SW_OID_HEX 40
typedef char sw_oid_text[SW_OID_HEX + 1]; /* lower-case hexadecimal, NUL-ended; "" is no object */

/* A counted handle: the repository and its walks share it, the last one closes it. */
typedef struct sw_git sw_git;

/* Opens the repository that contains `path`. With `scratch`, objects are written below that folder
 * (made when missing) and found there first; no ref is ever written through such a handle.
 * git.not_found, git.unsafe_owner, git.unsupported, git.broken. Close with sw_git_close. */
int sw_git_open(sw_git **out, const char *path, const char *scratch, sw_error *err);
sw_git *sw_git_retain(sw_git *git);
void sw_git_close(sw_git *git);

typedef struct sw_git_info {
    const char *git_dir;    /* borrowed from the handle, without a slash at the end */
    const char *common_dir; /* the same */
    const char *work_dir;   /* the same; NULL in a bare repository */
    bool bare, shallow, partial, sparse, linked, empty;
    bool detached;
    char branch[512];  /* short name of the branch that HEAD names; "" when detached */
    sw_oid_text head;  /* "" while the branch is unborn */
} sw_git_info;

int sw_git_info_get(sw_git_info *out, sw_git *git, sw_error *err);
/* What a checkout of `commit` will need besides git. Nothing of a commit that cannot be read. */
void sw_git_uses(bool *lfs, bool *submodules, sw_git *git, const char *commit);

/* One value as git sees it: 1 found, 0 not set, negative failure. */
int sw_git_config(sw_buf *out, sw_git *git, const char *key, sw_error *err);
/* The same for truth values: 1, 0, or `otherwise` when not set or not readable. */
int sw_git_config_bool(sw_git *git, const char *key, int otherwise);

typedef struct sw_git_identity {
    sw_buf name;
    sw_buf email;
} sw_git_identity;

void sw_git_identity_release(sw_git_identity *identity);
/* Who commits; `author`: who is written as author. git.no_identity when git would have to guess. */
int sw_git_identity_get(sw_git_identity *out, sw_git *git, bool author, sw_error *err);

#endif
