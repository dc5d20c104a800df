/* git_files.h's sw_git_switch. Files first, HEAD last: whoever is killed in between finds HEAD
 * where it was and may simply do it again. */
#include <stdio.h>
#include <string.h>

#include "core/git_files.h"
#include "core/git_handle.h"
#include "core/git_name.h"
#include "core/git_read.h"

static int find_target(sw_oid_text target, char *full, size_t size, sw_git *git, const char *branch,
                       const char *commit, sw_error *err)
{
    git_reference *ref = NULL;
    if (!branch)
        return sw_git_resolve(target, git, commit, err);
    if ((size_t)snprintf(full, size, "refs/heads/%s", branch) >= size
        || !sw_git_name_valid(NULL, full, 0))
        return sw_fail(err, SW_E_ARGUMENT, "git.bad_name", "'%s' cannot be the name of a branch",
                       branch);
    int rc = git_reference_lookup(&ref, git->repo, full);
    if (rc < 0)
        return sw_git_fail(git, err, rc, "git.no_such_revision", "there is no branch '%s' here",
                           branch);
    git_reference *head = NULL;
    bool here = git_reference_lookup(&head, git->repo, "HEAD") == 0
                && git_reference_type(head) == GIT_REFERENCE_SYMBOLIC
                && strcmp(git_reference_symbolic_target(head), full) == 0;
    if (!here && git_branch_is_checked_out(ref) == 1) {
        rc = sw_fail(err, SW_E_CONFLICT, "git.checked_out",
                     "the branch %s is checked out in another work tree",
                     branch);
        sw_error_hint(err, "git worktree list tells where");
    }
    git_reference_free(head);
    git_reference_free(ref);
    return rc == 0 ? sw_git_resolve(target, git, full, err) : rc;
}

static int point_head(sw_git *git, const char *full, const char *branch, const char *from,
                      const char *target,
                      sw_error *err)
{
    sw_git_call call;
    sw_git_result result;
    char reason[700];
    snprintf(reason, sizeof reason, "checkout: moving from %s to %s", *from ? from : "nothing",
             branch ? branch : target);
    sw_git_call_begin(&call, git);
    sw_git_result_init(&result);
    sw_git_call_durable(&call);
    if (branch)
        sw_git_call_args(&call, "symbolic-ref", "-m", reason, "HEAD", full, NULL);
    else
        sw_git_call_args(&call, "update-ref", "--no-deref", "-m", reason, "HEAD", target, NULL);
    int rc = sw_git_call_run(&result, &call, err);
    if (rc == 0 && result.code != 0)
        rc = sw_git_result_fail(&result, err, "git.failed", "HEAD cannot be moved to %s",
                                branch ? branch : target);
    sw_git_result_release(&result);
    sw_git_call_release(&call);
    return rc;
}

/* As git checkout does; what it says or how it ends changes nothing any more. */
static void tell_hook(sw_git *git, const char *from, const char *target)
{
    sw_git_call call;
    sw_git_result result;
    sw_git_call_begin(&call, git);
    sw_git_result_init(&result);
    sw_git_call_args(&call, "hook", "run", "--ignore-missing", "post-checkout", "--",
                     *from ? from : "0000000000000000000000000000000000000000", target, "1", NULL);
    sw_git_call_run(&result, &call, NULL);
    sw_git_result_release(&result);
    sw_git_call_release(&call);
}

int sw_git_switch(sw_texts *paths, sw_git *git, const char *branch, const char *commit,
                  sw_error *err)
{
    sw_git_info info;
    sw_oid_text target;
    char full[1024] = "";
    int rc = sw_git_writable(git, err);
    if (rc == 0)
        rc = sw_git_has_files(git, err);
    if (rc == 0)
        rc = find_target(target, full, sizeof full, git, branch, commit, err);
    if (rc == 0)
        rc = sw_git_info_get(&info, git, err);
    if (rc < 0)
        return rc;
    if (branch ? strcmp(info.branch, branch) == 0 : info.detached && strcmp(info.head, target) == 0)
        return 0;
    rc = sw_git_files_move(paths, git, *info.head ? info.head : NULL, target, err);
    if (rc == 0)
        rc = point_head(git, full, branch, info.detached ? info.head : info.branch, target, err);
    if (rc == 0)
        tell_hook(git, info.head, target);
    return rc;
}
