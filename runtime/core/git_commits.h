/* Commits by their ids, as quickly as they can be had: out of the packs, read ahead by a thread where
 * a walk goes through thousands (a short one is over before it pays); what is not there (loose objects, packs of another kind, what a partial
 * clone left on its remote) through libgit2. */
#ifndef SW_CORE_GIT_COMMITS_H
#define SW_CORE_GIT_COMMITS_H

#include "core/git_handle.h"
#include "core/git_pack_ahead.h"

typedef struct sw_git_commits {
    sw_packs *packs; /* the repository's; NULL: not opened yet */
    sw_pack_ahead *ahead; /* NULL: not needed yet */
    sw_pack_reader *reader;
    uint32_t count; /* how many were read whole */
    bool packs_only; /* what stands elsewhere cannot be read: for threads */
    sw_ahead_text read; /* the last one */
} sw_git_commits;

/* The text of a commit, which stands until the next call. Zeros are a beginning. */
int sw_git_commits_read(const char **text, size_t *len, sw_git_commits *commits, sw_git *git, const git_oid *id,
                        sw_error *err);
/* The same without what comes behind the committer, where that is quicker: for its tree, parents and times. */
int sw_git_commits_read_head(const char **text, size_t *len, sw_git_commits *commits, sw_git *git, const git_oid *id,
                             sw_error *err);
/* No thread runs from here on; packs stay open, and reading may go on. */
void sw_git_commits_rest(sw_git_commits *commits);
void sw_git_commits_close(sw_git_commits *commits);

/* A commit that is in none of our packs, by libgit2; `text` is replaced. git.broken: it is missing, or no commit. */
int sw_git_commit_elsewhere(sw_buf *text, sw_git *git, const unsigned char *id, sw_error *err);
/* git.broken: what was read is no commit. */
int sw_git_commit_damaged(const unsigned char *id, sw_error *err);

#endif
