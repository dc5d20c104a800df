#include "core/git_ref.h"

#include <stdio.h>
#include <string.h>

#include "core/git_handle.h"
#include "core/git_name.h"
#include "core/git_refs.h"

static int check_name(const char *name, sw_error *err)
{
    if (strncmp(name, "refs/", 5) == 0 && sw_git_name_valid(NULL, name, 0))
        return 0;
    return sw_fail(err, SW_E_ARGUMENT, "git.bad_name",
                   "'%s' is no full name of a ref (refs/heads/…, refs/tags/…)",
                   name);
}

static int moved(sw_git *git, const char *name, const char *expect, sw_error *err)
{
    git_oid now;
    sw_oid_text hex;
    git_error_clear();
    if (sw_git_ref_read(&now, git, name, NULL) == 1) {
        sw_git_oid_text(hex, &now);
        if (*expect)
            sw_fail(err, SW_E_CONFLICT, "git.ref_moved", "%s is at %.12s, not at %.12s as expected",
                    name, hex,
                    expect);
        else
            sw_fail(err, SW_E_CONFLICT, "git.ref_moved", "%s exists already, at %.12s", name, hex);
    } else {
        sw_fail(err, SW_E_CONFLICT, "git.ref_moved", "%s is gone; %.12s was expected there", name,
                expect);
    }
    sw_error_hint(err, "somebody else moved it: look, then plan again");
    return SW_E_CONFLICT;
}

int sw_git_ref_update(sw_git *git, const char *name, const char *to, const char *expect,
                      const char *reason,
                      sw_error *err)
{
    git_reference *ref = NULL;
    git_oid target, old;
    bool create = expect && !*expect;
    int rc = sw_git_writable(git, err);
    if (rc == 0)
        rc = check_name(name, err);
    if (rc == 0)
        rc = sw_git_oid(&target, to, err);
    if (rc == 0 && expect && *expect)
        rc = sw_git_oid(&old, expect, err);
    if (rc < 0)
        return rc;
    if (create || !expect)
        rc = git_reference_create(&ref, git->repo, name, &target, !create, reason);
    else
        rc = git_reference_create_matching(&ref, git->repo, name, &target, 1, &old, reason);
    git_reference_free(ref);
    if (rc == GIT_EMODIFIED || rc == GIT_EEXISTS || (rc == GIT_ENOTFOUND && expect && *expect))
        return moved(git, name, expect ? expect : "", err);
    return rc < 0 ? sw_git_fail(git, err, rc, "git.not_written", "%s cannot be moved", name) : 0;
}

int sw_git_ref_delete(sw_git *git, const char *name, const char *expect, sw_error *err)
{
    git_reference *ref = NULL;
    git_oid old;
    int rc = sw_git_writable(git, err);
    if (rc == 0)
        rc = check_name(name, err);
    if (rc == 0)
        rc = sw_git_oid(&old, expect, err);
    if (rc < 0)
        return rc;
    rc = git_reference_lookup(&ref, git->repo, name);
    if (rc == GIT_ENOTFOUND)
        return 0;
    if (rc < 0)
        return sw_git_fail(git, err, rc, "git.broken", "%s cannot be read", name);
    const git_oid *now = git_reference_target(ref);
    if (!now || !git_oid_equal(now, &old)) {
        git_reference_free(ref);
        return moved(git, name, expect, err);
    }
    rc = git_reference_delete(ref); /* compares again under its lock */
    git_reference_free(ref);
    if (rc == GIT_EMODIFIED)
        return moved(git, name, expect, err);
    return rc < 0 && rc != GIT_ENOTFOUND
               ? sw_git_fail(git, err, rc, "git.not_written", "%s cannot be deleted", name)
               : 0;
}
