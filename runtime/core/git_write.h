/* Making objects: commits and tags, signed when the user's configuration says so. No ref moves here
 * but the tag's own. */
#ifndef SW_CORE_GIT_WRITE_H
#define SW_CORE_GIT_WRITE_H

#include <stdint.h>

#include "core/git_object.h"
#include "core/git_repo.h"

typedef struct sw_git_edit {
    const char *path;
    const char *content; /* NULL with `remove`; NULL without: only the mode changes */
    size_t len;
    bool remove;
    unsigned mode; /* 0: as it is, else 0100644 */
} sw_git_edit;

typedef struct sw_git_commit_wish {
    const char *base; /* NULL: the empty tree */
    sw_git_edit *edits; /* will be sorted by path */
    size_t edit_count;
    const char *const *parents; /* NULL: `base` alone */
    const char *message;
    int64_t time;
    int offset;
    int sign; /* 1, 0, or -1: as commit.gpgsign says */
    bool hooks;
} sw_git_commit_wish;

/* git.bad_path, git.no_identity, git.sign_failed, git.hook_refused */
int sw_git_commit_write(sw_oid_text commit, sw_oid_text tree, sw_git *git,
                        const sw_git_commit_wish *wish,
                        sw_error *err);

typedef struct sw_git_tag_wish {
    const char *name;
    const char *target;
    const char *message;
    int64_t time;
    int sign; /* 1, 0, or -1: as tag.gpgsign says */
} sw_git_tag_wish;

/* tag.exists, git.bad_name */
int sw_git_tag_write(sw_oid_text out, sw_git *git, const sw_git_tag_wish *wish, sw_error *err);

/* ---- for the other writers ---- */

typedef struct sw_git_person {
    const char *name, *email;
    int64_t time;
    int offset; /* minutes */
} sw_git_person;

typedef struct sw_git_new_commit {
    const char *tree;
    const char *const *parents; /* NULL-ended */
    sw_git_person author, committer;
    const char *message;
    const char *encoding; /* NULL: UTF-8 */
    bool sign;
} sw_git_new_commit;

int sw_git_commit_make(sw_oid_text out, sw_git *git, const sw_git_new_commit *commit,
                       sw_error *err);

/* The message as git commit would clean it (comments stay). git.empty_message */
int sw_git_message_tidy(sw_buf *out, const char *message, sw_error *err);

/* The tree of `base` (NULL: empty) with the edits: git_tree.c. */
int sw_git_tree_edit(sw_oid_text out, sw_git *git, const char *base, sw_git_edit *edits,
                     size_t count,
                     sw_error *err);

/* The user's pre-commit and commit-msg hooks: git_hook.c. `message` may be changed by the latter. */
int sw_git_hooks_ask(sw_buf *message, sw_git *git, const char *tree, sw_error *err);

#endif
