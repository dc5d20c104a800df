/* Inside of a repository handle, for the git_*.c files only. */
#ifndef SW_CORE_GIT_HANDLE_H
#define SW_CORE_GIT_HANDLE_H

#include <git2.h>

#include "core/git_program.h"
#include "core/git_repo.h"

struct sw_git {
    int count; /* holders */
    git_repository *repo;
    git_odb *odb;
    char *git_dir, *common_dir, *work_dir; /* no slash at the end; work_dir may be NULL */
    char *objects;                         /* the repository's own object folder */
    char *scratch;                         /* NULL, or the folder for looking ahead */
    bool partial, shallow;
    bool name_git_dir;    /* git would not find git_dir from work_dir: it has to be told */
    bool program_config;  /* settings that only the program reads (worktreeConfig, environment) */
    git_tree *tree;       /* of `tree_of`, the commit or tree that was asked for last by its id; NULL: none yet */
    git_oid tree_of;
    sw_git_running status, untracked; /* git status, begun ahead of its question (git_status.c) */
    struct sw_packs *packs; /* opened when the first reads from them (git_objects.c) */
    struct sw_history *spare; /* what the last walk has read (git_history_spare.c) */
    struct sw_git_soon *soon; /* a walk begun ahead of its question (git_reached.c) */
    sw_error missing;     /* why a promised object could not be fetched; code "" when none */
};

/* The packs, open as long as the repository; shared by all who read objects by their ids. Not for the labels of a walk. */
int sw_git_packs(struct sw_packs **out, sw_git *git, sw_error *err);

/* Ends the walk that was begun ahead. */
void sw_git_drop_soon(sw_git *git);
/* Forgets what walks have read. */
void sw_git_drop_spare(sw_git *git);

/* libgit2, set up once for the process. */
int sw_git_library(sw_error *err);

/* Turns libgit2's last error into ours. `code` is used when nothing more exact is known; what
 * libgit2 said becomes the cause. Returns a negative sw_code. */
int sw_git_fail(sw_git *git, sw_error *err, int rc, const char *code, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Begins a call of the program in this repository: folder, and for a scratch handle where objects
 * go. */
void sw_git_call_begin(sw_git_call *call, const sw_git *git);
/* git.scratch when `git` only looks ahead and must not change refs or files. */
int sw_git_writable(const sw_git *git, sw_error *err);
/* git.no_work_tree when there are no files to move. */
int sw_git_has_files(const sw_git *git, sw_error *err);

/* 40 hexadecimal digits to an id; git.bad_oid. */
int sw_git_oid(git_oid *out, const char *text, sw_error *err);
void sw_git_oid_text(sw_oid_text out, const git_oid *id);

/* Any revision text to a commit (tags peeled). git.no_such_revision. Free with git_commit_free. */
int sw_git_commit(git_commit **out, sw_git *git, const char *rev, sw_error *err);
/* A commit's or tree's tree, by id. */
int sw_git_tree(git_tree **out, sw_git *git, const char *treeish, sw_error *err);

/* Where two commits' lines went apart: 1; 0: they have nothing in common; 2: there are several such places, and which
 * counts is for libgit2 to say (git_merge_base.c). */
int sw_git_meeting(git_oid *out, sw_git *git, const git_oid *one, const git_oid *two, sw_error *err);

/* Makes a handle one for looking ahead (git_scratch.c): writes go to git->scratch. */
int sw_git_scratch_use(sw_git *git, sw_error *err);

/* Objects that a partial clone left on its remote are fetched through the program (git_promise.c). */
int sw_git_promise_add(sw_git *git, sw_error *err);

#endif
