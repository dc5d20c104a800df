/* Remotes. All transport is the program's: OpenSSH with the user's configuration and agents,
 * insteadOf, credential helpers, proxies, LFS and the pre-push hook come with it. */
#ifndef SW_CORE_GIT_REMOTE_H
#define SW_CORE_GIT_REMOTE_H

#include "core/git_program.h"
#include "core/git_repo.h"

/* Handed to one child through its environment, for one host. Borrowed. */
typedef struct sw_git_credential {
    const char *user;   /* NULL: "x-access-token", which forges take beside a token */
    const char *secret; /* NULL: none given */
} sw_git_credential;

/* Both addresses after insteadOf. git.no_remote */
int sw_git_remote(sw_buf *url, sw_buf *push_url, sw_git *git, const char *name, sw_error *err);

typedef struct sw_git_remote_ref {
    char *name;
    sw_oid_text oid;
    sw_oid_text peeled; /* "" unless it is an annotated tag */
} sw_git_remote_ref;

typedef struct sw_git_remote_refs {
    sw_git_remote_ref *items;
    size_t count, cap;
    char head[512]; /* the full name of the branch that the remote's HEAD names; "" when unknown */
} sw_git_remote_refs;

void sw_git_remote_refs_release(sw_git_remote_refs *refs);
/* `patterns` NULL: everything. A pattern is a full name, "*" may stand in it.
 * git.no_network, git.auth, git.remote_missing, git.tls */
int sw_git_ls_remote(sw_git_remote_refs *out, sw_git *git, const char *remote,
                     const char *const *patterns,
                     const sw_git_credential *credential, sw_error *err);

/* `refs` NULL: what the remote's configuration says. On a scratch handle only objects are brought.
 * The errors of sw_git_ls_remote, and git.tags_differ. */
int sw_git_fetch(sw_git *git, const char *remote, const char *const *refs, bool tags,
                 const sw_git_credential *credential, sw_error *err);

enum sw_git_push_state { SW_PUSH_UNKNOWN, SW_PUSH_OK, SW_PUSH_SAME, SW_PUSH_REJECTED };

typedef struct sw_git_push_ref {
    const char *name;
    const char *to;     /* NULL: delete */
    const char *expect; /* "": must not exist there */
    enum sw_git_push_state state; /* the answer */
    char why[600];
} sw_git_push_ref;

/* 0 when every ref has an answer (which may be "rejected"). Otherwise nothing was sent (the errors
 * of sw_git_ls_remote, git.hook_refused), or git.push_unknown: it was sent and the answer is lost.
 * `within`: milliseconds, 0 for no limit. A git whose answer was cut off in the middle of a line waits
 * for ever; its push is then unknown, too. */
int sw_git_push(sw_git_push_ref *refs, size_t count, sw_git *git, const char *remote, bool atomic,
                const sw_git_credential *credential, int within, sw_error *err);

/* ---- for git_push.c and git_fetch.c ---- */

/* Begins a call that talks to `remote`: ssh without questions, limits on silence, the credential.
 * git.bad_remote for a name that could be taken for an option. */
int sw_git_remote_call(sw_git_call *call, sw_git *git, const char *remote,
                       const sw_git_credential *credential, sw_error *err);
/* What the program's stderr says went wrong, as one of our errors; git.failed when it says nothing
 * known. */
int sw_git_remote_fail(const sw_git_result *result, const char *remote, sw_error *err);

#endif
