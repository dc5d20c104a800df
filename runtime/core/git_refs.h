/* Reading refs: packed-refs and the loose files, in one pass and without building an object for
 * each of them, so that thousands of tags cost milliseconds. */
#ifndef SW_CORE_GIT_REFS_H
#define SW_CORE_GIT_REFS_H

#include <git2.h>

#include "core/buf.h"
#include "core/git_repo.h"

typedef struct sw_git_ref {
    char *name;       /* full; owned by the list */
    git_oid id;       /* what it points at */
    git_oid commit;   /* peeled; zero when that is no commit */
    bool annotated;   /* id is a tag object */
} sw_git_ref;

typedef struct sw_git_refs {
    sw_git_ref *items;
    size_t count, cap;
} sw_git_refs;

/* Refs below `prefix` ("refs/tags/"; "" for all), sorted by name. Symbolic refs are followed,
 * those that lead nowhere are left out. Release with sw_git_refs_release also after a failure. */
int sw_git_refs_list(sw_git_refs *out, sw_git *git, const char *prefix, sw_error *err);
/* The same without looking at objects that packed-refs has peeled already: `commit` may then be
 * something else that a lightweight tag names. For those who only compare it with commits. */
int sw_git_refs_quick(sw_git_refs *out, sw_git *git, const char *prefix, sw_error *err);
void sw_git_refs_release(sw_git_refs *refs);

/* What a ref points at, not peeled: 1 found, 0 no such ref, negative failure. */
int sw_git_ref_read(git_oid *out, sw_git *git, const char *name, sw_error *err);

/* What a symbolic ref points at ("refs/remotes/origin/HEAD"): 1 found, 0 no such symbolic ref,
 * negative failure. */
int sw_git_ref_target(sw_buf *out, sw_git *git, const char *name, sw_error *err);

/* A digest of everything that HEAD, refs, shallow edges and the repository's settings say: while it
 * is the same, questions about commits have the same answers. */
int sw_git_state(sw_oid_text out, sw_git *git, sw_error *err);

#endif
