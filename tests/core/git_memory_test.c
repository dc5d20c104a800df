/* Memory ends in the middle of the git door: from the n-th allocation of ours on each one fails,
 * for every n until the work succeeds. Nothing crashes, nothing is left behind (AddressSanitizer).
 * libgit2 keeps the real malloc, calloc and realloc. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

#include "core/git_files.h"
#include "core/git_lines.h"
#include "core/git_gather.h"
#include "core/git_name.h"
#include "core/git_pick.h"
#include "core/git_read.h"
#include "core/git_status.h"
#include "core/git_reached.h"
#include "core/git_ref.h"
#include "core/git_refs.h"
#include "core/git_releases.h"
#include "core/git_remote.h"
#include "core/git_votes.h"
#include "core/git_similar.h"
#include "core/git_walk.h"
#include "core/git_write.h"
#include "end_of_memory.h"

static char repository[] = "/tmp/slipway-git-memory-XXXXXX";
static sw_git *shared;
static sw_error failure;

/* ---- the works ---- */

static int opening(void)
{
    sw_git *git = NULL;
    sw_git_info info;
    sw_git_identity who = { 0 };
    char scratch[128];
    snprintf(scratch, sizeof scratch, "%s/ahead", repository);
    int rc = sw_git_open(&git, repository, scratch, &failure);
    if (rc == 0)
        rc = sw_git_info_get(&info, git, &failure);
    if (rc == 0)
        rc = sw_git_identity_get(&who, git, false, &failure);
    sw_git_identity_release(&who);
    sw_git_close(git);
    return rc;
}

static int walking(void)
{
    static const char *const hide[] = { "v1", NULL }, *const paths[] = { "a", "d", NULL };
    sw_git_log_wish wishes[] = { { .from = "HEAD" }, { .from = "HEAD", .hide = hide },
                                 { .from = "HEAD", .paths = paths } };
    int rc = 0;
    for (size_t i = 0; i < 3 && rc >= 0; i++) {
        sw_git_log *log = NULL;
        const char *oid;
        const sw_git_raw *raw;
        rc = sw_git_log_open(&log, shared, &wishes[i], &failure);
        while (rc >= 0 && (rc = sw_git_log_next(log, &oid, &raw, &failure)) > 0)
            continue;
        sw_git_log_close(log);
    }
    return rc;
}

static int gathering(void)
{
    static const char *const globs[] = { "d", "**", NULL };
    sw_git_gather_wish wish = { .rev = "HEAD", .name = "x", .globs = globs };
    sw_git_gathering found;
    int rc = sw_git_gather(&found, shared, &wish, &failure);
    sw_git_gathering_release(&found);
    return rc;
}

static int counting(void)
{
    static const char *const types[] = { "feat", NULL };
    static const enum sw_vote levels[] = { SW_VOTE_MINOR };
    const sw_vote_rules rules = { .types = types, .levels = levels, .breaking = SW_VOTE_MAJOR };
    sw_votes votes;
    int rc = sw_git_votes_count(&votes, shared, "HEAD", NULL, &rules, &failure);
    sw_git_votes_release(&votes);
    return rc < 0 ? rc : 0;
}

static int parting(void)
{
    sw_oid_text base;
    int rc = sw_git_merge_base(base, shared, "HEAD", "v1", &failure);
    return rc < 0 ? rc : 0;
}

static int comparing(void)
{
    sw_git_similar *search = NULL;
    sw_oid_text head, before, found;
    int rc = sw_git_resolve(head, shared, "HEAD", &failure);
    if (rc == 0)
        rc = sw_git_resolve(before, shared, "HEAD~1", &failure);
    const char *const among[] = { before, head, NULL };
    bool covering[2];
    if (rc == 0)
        rc = sw_git_similar_open(&search, shared, &failure);
    if (rc == 0)
        rc = sw_git_similar_covering(covering, search, head, among, &failure);
    if (rc == 0)
        rc = sw_git_similar_find(found, search, head, among, &failure);
    sw_git_similar_close(search);
    return rc;
}

static int lines(void)
{
    const sw_line_wish wish = { .from = "HEAD", .hide = "v1", .limit = 10, .most = 0 };
    sw_oid_text head, tag;
    bool ends[2];
    int rc = sw_git_resolve(head, shared, "HEAD", &failure);
    if (rc == 0)
        rc = sw_git_resolve(tag, shared, "v1^{commit}", &failure);
    const char *const among[] = { head, tag, NULL };
    if (rc == 0)
        rc = sw_git_reached(ends, shared, "HEAD", among, &failure);
    if (rc == 0)
        rc = sw_git_line_ends(ends, shared, among, &failure);
    if (rc == 0)
        rc = sw_git_line_is_long(shared, &wish, &failure);
    return rc < 0 ? rc : 0;
}

static int nearest(void)
{
    static const bool yes[] = { true, true, true };
    sw_git_nearest *search = NULL;
    const sw_texts *names;
    int rc = sw_git_nearest_open(&search, shared, "HEAD", &failure);
    while (rc >= 0 && (rc = sw_git_nearest_next(search, &names, NULL)) > 0)
        rc = sw_git_nearest_answer(search, yes);
    sw_git_nearest_close(search);
    return rc;
}

static int listing_releases(void)
{
    sw_git_releases releases;
    int rc = sw_git_releases_list(&releases, shared, "v", "", &failure);
    if (rc == 0)
        rc = sw_git_releases_by_commit(&releases, &failure);
    sw_git_releases_release(&releases);
    return rc;
}

static int reading(void)
{
    sw_git_refs refs = { 0 };
    sw_git_paths list = { 0 }, changes = { 0 }, status = { 0 };
    sw_git_tag_text tag = { 0 };
    sw_buf text;
    sw_oid_text id;
    sw_buf_init(&text);
    int rc = sw_git_refs_list(&refs, shared, "", &failure);
    if (rc >= 0)
        rc = sw_git_list(&list, shared, "HEAD", NULL, true, NULL, &failure);
    if (rc >= 0)
        rc = sw_git_changes(&changes, shared, "v1", "HEAD", &failure);
    if (rc >= 0)
        rc = sw_git_status(&status, shared, &failure);
    if (rc >= 0)
        rc = sw_git_tag_read(&tag, shared, "v1", &failure);
    if (rc >= 0)
        rc = sw_git_file_read(&text, shared, "HEAD", "d/x", &failure);
    if (rc >= 0)
        rc = sw_git_patch_id(id, shared, "HEAD", &failure);
    sw_git_refs_release(&refs);
    sw_git_paths_release(&list);
    sw_git_paths_release(&changes);
    sw_git_paths_release(&status);
    sw_git_tag_release(&tag);
    sw_buf_release(&text);
    return rc;
}

static int writing(void)
{
    sw_git_edit edits[] = { { .path = "n/e/w", .content = "x", .len = 1 },
                            { .path = "a", .remove = true } };
    sw_git_commit_wish wish = { .base = "HEAD", .edits = edits, .edit_count = 2, .message = "m",
                                .time = 1, .hooks = true };
    sw_oid_text commit, tree, tag;
    int rc = sw_git_commit_write(commit, tree, shared, &wish, &failure);
    sw_git_tag_wish named = { .name = "made", .target = "HEAD", .message = "m", .time = 1 };
    if (rc == 0)
        rc = sw_git_tag_write(tag, shared, &named, &failure);
    long left = allowed;
    allowed = -1;
    if (rc == 0)
        sw_git_ref_delete(shared, "refs/tags/made", tag, NULL);
    allowed = left;
    return rc;
}

static int picking(void)
{
    static const char *const side[] = { "side", NULL }, *const head[] = { "HEAD", NULL };
    sw_git_pick_wish wish = { .commits = side, .onto = "v1", .message = "m", .time = 1 };
    sw_texts skipped, paths;
    sw_oid_text commit;
    int64_t moved;
    sw_texts_init(&skipped);
    sw_texts_init(&paths);
    int rc = sw_git_pick(commit, &skipped, &paths, shared, &wish, &failure);
    if (rc == 0)
        rc = sw_git_rebase(commit, &moved, &paths, shared, "HEAD", commit, false, &failure);
    wish.onto = "HEAD";
    wish.commits = head;
    if (rc == 0)
        rc = sw_git_revert(commit, &paths, shared, &wish, &failure);
    sw_texts_release(&skipped);
    sw_texts_release(&paths);
    return rc;
}

static int moving(void)
{
    enum sw_git_files state;
    sw_texts paths;
    sw_texts_init(&paths);
    int rc = sw_git_files_state(&state, shared, "v1", "HEAD", &failure);
    if (rc == 0)
        rc = sw_git_files_move(&paths, shared, "HEAD", "v1", &failure);
    sw_texts_release(&paths);
    long left = allowed; /* whatever happened: with memory again the files go back */
    allowed = -1;
    assert_int_equal(sw_git_files_move(&paths, shared, "v1", "HEAD", NULL), 0);
    sw_texts_release(&paths);
    allowed = left;
    return rc;
}

static int transporting(void)
{
    sw_git_remote_refs refs = { 0 };
    sw_git_push_ref ref = { .name = "refs/heads/main", .expect = "" };
    sw_git_credential credential = { "user", "secret" };
    sw_oid_text head;
    int rc = sw_git_resolve(head, shared, "HEAD", &failure);
    ref.to = head;
    if (rc == 0)
        rc = sw_git_push(&ref, 1, shared, "origin", true, &credential, 0, &failure);
    if (rc == 0)
        rc = sw_git_ls_remote(&refs, shared, "origin", NULL, &credential, &failure);
    sw_git_remote_refs_release(&refs);
    return rc;
}

#define TORTURE(work)                    \
    static void work##_survives(void **state) \
    {                                    \
        (void)state;                     \
        survive(work, &failure);                   \
    }
TORTURE(opening)
TORTURE(walking)
TORTURE(gathering)
TORTURE(comparing)
TORTURE(nearest)
TORTURE(counting)
TORTURE(parting)
TORTURE(lines)
TORTURE(listing_releases)
TORTURE(reading)
TORTURE(writing)
TORTURE(picking)
TORTURE(moving)
TORTURE(transporting)

static void shell(const char *command)
{
    assert_int_equal(system(command), 0);
}

static int make_repository(void **state)
{
    (void)state;
    if (!mkdtemp(repository) || chdir(repository) < 0)
        return -1;
    shell("git init -q -b main . && git config user.name A && git config user.email a@b.c && git init -q --bare origin.git"
          " && git remote add origin ./origin.git && printf '/ahead\\n/origin.git\\n' > .git/info/exclude"
          " && mkdir d && echo 1 > a && echo 1 > d/x && git add . && git commit -qm one && git tag -m v1 v1 && git tag v0.1.0 && git tag v0.2.0"
          " && git checkout -q -b side && echo s > s && git add . && git commit -qm side && git checkout -q main"
          " && echo 2 > d/x && git commit -qam two && git merge -q -m merge side && echo 3 > d/x && git commit -qam three");
    return sw_git_open(&shared, repository, NULL, NULL);
}

static int remove_repository(void **state)
{
    (void)state;
    char command[128];
    sw_git_close(shared);
    snprintf(command, sizeof command, "cd / && rm -rf %s", repository);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opening_survives),  cmocka_unit_test(walking_survives),
            cmocka_unit_test(gathering_survives),
            cmocka_unit_test(nearest_survives), cmocka_unit_test(counting_survives),
            cmocka_unit_test(parting_survives), cmocka_unit_test(lines_survives),
            cmocka_unit_test(comparing_survives),
            cmocka_unit_test(nearest_survives),
        cmocka_unit_test(listing_releases_survives),
        cmocka_unit_test(reading_survives),  cmocka_unit_test(writing_survives),
            cmocka_unit_test(picking_survives),
        cmocka_unit_test(moving_survives),   cmocka_unit_test(transporting_survives),
    };
    return cmocka_run_group_tests(tests, make_repository, remove_repository);
}
