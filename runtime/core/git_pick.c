#include "core/git_pick.h"

#include <stdio.h>
#include <string.h>

#include "core/git_handle.h"
#include "core/git_read.h"
#include "core/git_write.h"

/* ---- one change onto one tree ---- */

static int collect_conflicts(sw_texts *paths, git_index *index)
{
    git_index_conflict_iterator *conflicts = NULL;
    const git_index_entry *base, *ours, *theirs;
    if (git_index_conflict_iterator_new(&conflicts, index) < 0)
        return SW_E_NOMEM;
    while (git_index_conflict_next(&base, &ours, &theirs, conflicts) == 0) {
        const git_index_entry *entry = ours ? ours : theirs ? theirs : base;
        if (entry && (!paths->count || strcmp(paths->items[paths->count - 1], entry->path) != 0))
            sw_texts_add(paths, entry->path);
    }
    git_index_conflict_iterator_free(conflicts);
    return paths->failed ? SW_E_NOMEM : 0;
}

static int fail_conflict(const sw_texts *paths, const git_commit *change, const char *verb,
                         sw_error *err)
{
    sw_oid_text hex;
    const char *subject = git_commit_summary((git_commit *)(uintptr_t)change);
    sw_git_oid_text(hex, git_commit_id(change));
    sw_fail(err, SW_E_CONFLICT, "git.conflict", "commit %.12s (%s) cannot be %s: %s%s", hex,
            subject ? subject : "", verb, paths->count ? paths->items[0] : "conflict",
            paths->count > 1 ? " and others differ" : " differs");
    sw_error_hint(err, "resolve it by hand on a branch of your own, then plan again");
    return SW_E_CONFLICT;
}

/* Merges `theirs` into `ours` from their common `base`; NULL is the empty tree. */
static int merge(git_oid *out, sw_texts *paths, sw_git *git, const git_tree *base,
                 const git_tree *ours,
                 const git_tree *theirs, const git_commit *change, const char *verb, sw_error *err)
{
    git_merge_options options;
    git_index *index = NULL;
    git_merge_options_init(&options, GIT_MERGE_OPTIONS_VERSION);
    int rc = git_merge_trees(&index, git->repo, base, ours, theirs, &options);
    if (rc < 0) {
        rc = sw_git_fail(git, err, rc, "git.broken", "the trees cannot be merged");
    } else if (git_index_has_conflicts(index)) {
        rc = collect_conflicts(paths, index) < 0 ? sw_fail_nomem(err) : fail_conflict(paths, change,
                                                                                      verb, err);
    } else if ((rc = git_index_write_tree_to(out, index, git->repo)) < 0) {
        rc = sw_git_fail(git, err, rc, "git.not_written", "the picked files cannot be stored");
    }
    git_index_free(index);
    return rc;
}

/* The tree of the only parent; *out stays NULL for a first commit. */
static int parent_tree(git_tree **out, sw_git *git, const git_commit *commit, sw_error *err)
{
    git_commit *parent = NULL;
    unsigned count = git_commit_parentcount(commit);
    sw_oid_text hex;
    sw_git_oid_text(hex, git_commit_id(commit));
    if (count > 1)
        return sw_fail(err, SW_E_UNSUPPORTED, "git.is_merge", "%.12s is a merge of %u commits", hex,
                       count);
    if (count == 0)
        return 0;
    int rc = git_commit_parent(&parent, commit, 0);
    if (rc == 0)
        rc = git_commit_tree(out, parent);
    git_commit_free(parent);
    if (rc == 0)
        return 0;
    rc = sw_git_fail(git, err, rc, "git.broken", "the commit before %.12s is missing", hex);
    if (git->shallow)
        sw_error_hint(err, "this clone is shallow; bring the rest: git fetch --unshallow");
    return rc;
}

/* The tree that comes of applying (or taking back) `change` on top of `onto`. */
static int apply(git_oid *out, sw_texts *paths, sw_git *git, const git_oid *onto,
                 const git_commit *change,
                 bool back, sw_error *err)
{
    git_tree *before = NULL, *after = NULL, *ours = NULL;
    int rc = parent_tree(&before, git, change, err);
    if (rc == 0 && ((rc = git_commit_tree(&after, change)) < 0
                    || (rc = git_tree_lookup(&ours, git->repo, onto)) < 0))
        rc = sw_git_fail(git, err, rc, "git.broken", "the files of a commit cannot be read");
    if (rc == 0)
        rc = merge(out, paths, git, back ? after : before, ours, back ? before : after, change,
                   back ? "taken back" : "applied", err);
    git_tree_free(ours);
    git_tree_free(after);
    git_tree_free(before);
    return rc;
}

/* ---- the growing line of commits ---- */

typedef struct line {
    sw_git *git;
    sw_oid_text tip;
    git_oid tree;
} line;

static int line_start(line *l, sw_git *git, const char *onto, sw_error *err)
{
    git_commit *commit = NULL;
    l->git = git;
    int rc = sw_git_commit(&commit, git, onto, err);
    if (rc < 0)
        return rc;
    sw_git_oid_text(l->tip, git_commit_id(commit));
    git_oid_cpy(&l->tree, git_commit_tree_id(commit));
    git_commit_free(commit);
    return 0;
}

static int line_add(line *l, const git_oid *tree, sw_git_new_commit *commit, sw_error *err)
{
    sw_oid_text hex, fresh;
    const char *parents[] = { l->tip, NULL };
    sw_git_oid_text(hex, tree);
    commit->tree = hex;
    commit->parents = parents;
    int rc = sw_git_commit_make(fresh, l->git, commit, err);
    if (rc == 0) {
        memcpy(l->tip, fresh, sizeof l->tip);
        git_oid_cpy(&l->tree, tree);
    }
    return rc;
}

static sw_git_person person(const git_signature *who)
{
    return (sw_git_person){ who->name, who->email, who->when.time, who->when.offset };
}

static int signs(sw_git *git, int wish)
{
    if (wish >= 0)
        return wish;
    return !git->scratch && sw_git_config_bool(git, "commit.gpgsign", 0) == 1;
}

/* ---- pick ---- */

static int pick_one(line *l, sw_texts *skipped, sw_texts *paths, const char *rev,
                    const sw_git_identity *who,
                    const sw_git_pick_wish *wish, sw_error *err)
{
    git_commit *change = NULL;
    git_oid tree;
    int rc = sw_git_commit(&change, l->git, rev, err);
    if (rc == 0)
        rc = apply(&tree, paths, l->git, &l->tree, change, false, err);
    if (rc == 0 && git_oid_equal(&tree, &l->tree)) {
        sw_oid_text hex;
        sw_git_oid_text(hex, git_commit_id(change));
        rc = sw_texts_add(skipped, hex) < 0 ? sw_fail_nomem(err) : 0;
    } else if (rc == 0) {
        const git_signature *own = git_commit_committer(change);
        sw_git_new_commit fresh = {
            .author = person(git_commit_author(change)),
            .committer = { who->name.data, who->email.data,
                           wish->has_time ? wish->time : own->when.time,
                           wish->has_time ? 0 : own->when.offset },
            .message = git_commit_message_raw(change),
            .encoding = git_commit_message_encoding(change),
            .sign = signs(l->git, wish->sign),
        };
        rc = line_add(l, &tree, &fresh, err);
    }
    git_commit_free(change);
    return rc;
}

int sw_git_pick(sw_oid_text out, sw_texts *skipped, sw_texts *paths, sw_git *git,
                const sw_git_pick_wish *wish,
                sw_error *err)
{
    sw_git_identity who = { 0 };
    line l;
    int rc = line_start(&l, git, wish->onto, err);
    if (rc == 0)
        rc = sw_git_identity_get(&who, git, false, err);
    for (const char *const *rev = wish->commits; rc == 0 && *rev; rev++)
        rc = pick_one(&l, skipped, paths, *rev, &who, wish, err);
    if (rc == 0)
        memcpy(out, l.tip, sizeof l.tip);
    sw_git_identity_release(&who);
    return rc;
}

/* ---- rebase ---- */

/* Oldest first, without merges and without those whose change `onto` has already: git rebase's own
 * list. */
static int list_own(sw_texts *out, sw_git *git, const char *branch, const char *onto, sw_error *err)
{
    sw_git_call call;
    sw_git_result result;
    sw_git_call_begin(&call, git);
    sw_git_result_init(&result);
    sw_git_call_args(&call, "rev-list", "--topo-order", "--reverse", "--no-merges", "--right-only",
                     "--cherry-pick", NULL);
    sw_texts_addf(&call.argv, "%s...%s", onto, branch);
    int rc = sw_git_call_done(&result, &call, err);
    char *rest = result.out.data;
    for (char *id; rc == 0 && rest && (id = strsep(&rest, "\n")) != NULL;)
        if (*id && sw_texts_add(out, id) < 0)
            rc = sw_fail_nomem(err);
    sw_git_result_release(&result);
    sw_git_call_release(&call);
    return rc;
}

static int move_one(line *l, int64_t *moved, sw_texts *paths, const char *id, bool sign,
                    sw_error *err)
{
    git_commit *change = NULL;
    git_oid tree;
    int rc = sw_git_commit(&change, l->git, id, err);
    if (rc == 0)
        rc = apply(&tree, paths, l->git, &l->tree, change, false, err);
    if (rc == 0 && !git_oid_equal(&tree, &l->tree)) {
        sw_git_new_commit fresh = {
            .author = person(git_commit_author(change)),
            .committer = person(git_commit_committer(change)),
            .message = git_commit_message_raw(change),
            .encoding = git_commit_message_encoding(change),
            .sign = sign,
        };
        rc = line_add(l, &tree, &fresh, err);
        ++*moved;
    }
    git_commit_free(change);
    return rc;
}

int sw_git_rebase(sw_oid_text out, int64_t *moved, sw_texts *paths, sw_git *git, const char *branch,
                  const char *onto, bool sign, sw_error *err)
{
    line l;
    sw_oid_text own;
    sw_texts list;
    sw_texts_init(&list);
    *moved = 0;
    int rc = sw_git_resolve(own, git, branch, err);
    if (rc == 0)
        rc = line_start(&l, git, onto, err);
    if (rc == 0 && (rc = sw_git_is_ancestor(git, l.tip, own, err)) > 0) { /* nothing to do */
        memcpy(out, own, sizeof own);
        return 0;
    }
    if (rc == 0)
        rc = list_own(&list, git, own, l.tip, err);
    for (size_t i = 0; rc == 0 && i < list.count; i++)
        rc = move_one(&l, moved, paths, list.items[i], sign, err);
    if (rc == 0)
        memcpy(out, l.tip, sizeof l.tip);
    sw_texts_release(&list);
    return rc;
}

/* ---- revert ---- */

int sw_git_revert(sw_oid_text out, sw_texts *paths, sw_git *git, const sw_git_pick_wish *wish,
                  sw_error *err)
{
    sw_git_identity author = { 0 }, committer = { 0 };
    git_oid tree;
    line l;
    sw_buf message;
    sw_buf_init(&message);
    int rc = line_start(&l, git, wish->onto, err);
    if (rc == 0)
        git_oid_cpy(&tree, &l.tree);
    for (const char *const *rev = wish->commits; rc == 0 && *rev; rev++) {
        git_commit *change = NULL;
        rc = sw_git_commit(&change, git, *rev, err);
        if (rc == 0)
            rc = apply(&tree, paths, git, &tree, change, true, err);
        git_commit_free(change);
    }
    if (rc == 0)
        rc = sw_git_message_tidy(&message, wish->message, err);
    if (rc == 0)
        rc = sw_git_identity_get(&author, git, true, err);
    if (rc == 0)
        rc = sw_git_identity_get(&committer, git, false, err);
    if (rc == 0) {
        sw_git_new_commit fresh = {
            .author = { author.name.data, author.email.data, wish->time, 0 },
            .committer = { committer.name.data, committer.email.data, wish->time, 0 },
            .message = sw_buf_text(&message),
            .sign = signs(git, wish->sign),
        };
        rc = line_add(&l, &tree, &fresh, err);
    }
    sw_buf_release(&message);
    if (rc == 0)
        memcpy(out, l.tip, sizeof l.tip);
    sw_git_identity_release(&author);
    sw_git_identity_release(&committer);
    return rc;
}
