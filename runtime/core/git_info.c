/* What kind of repository this is: git_repo.h's sw_git_info_get. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "core/git_handle.h"
#include "core/git_paths.h"
#include "core/git_refs.h"

static bool is_there(const char *folder, const char *name)
{
    char path[4096];
    struct stat st;
    int len = snprintf(path, sizeof path, "%s/%s", folder, name);
    return len > 0 && (size_t)len < sizeof path && stat(path, &st) == 0;
}

static int read_head(sw_git_info *out, sw_git *git, sw_error *err)
{
    git_reference *head = NULL;
    git_oid id;
    int rc = git_reference_lookup(&head, git->repo, "HEAD");
    if (rc < 0)
        return sw_git_fail(git, err, rc, "git.broken", "HEAD cannot be read");
    if (git_reference_type(head) == GIT_REFERENCE_SYMBOLIC) {
        const char *target = git_reference_symbolic_target(head);
        if (strncmp(target, "refs/heads/", 11) == 0)
            target += 11;
        snprintf(out->branch, sizeof out->branch, "%s", target);
    } else {
        out->detached = true;
    }
    git_reference_free(head);
    rc = git_reference_name_to_id(&id, git->repo, "HEAD");
    if (rc == 0)
        sw_git_oid_text(out->head, &id);
    else if (rc != GIT_ENOTFOUND)
        return sw_git_fail(git, err, rc, "git.broken", "HEAD cannot be read");
    return 0;
}

/* Is LFS used? The attributes at the root say so, or its folder of objects is there already. */
static bool uses_lfs(sw_git *git, const git_oid *tree)
{
    git_oid id;
    unsigned mode;
    bool answer = is_there(git->common_dir, "lfs/objects");
    if (!answer && tree && sw_git_path_find(&id, &mode, git, tree, ".gitattributes", NULL) == 1) {
        git_odb_object *object = NULL;
        if (git_odb_read(&object, git->odb, &id) == 0)
            answer = memmem(git_odb_object_data(object), git_odb_object_size(object), "filter=lfs",
                            10) != NULL;
        git_odb_object_free(object);
    }
    return answer;
}

void sw_git_uses(bool *lfs, bool *submodules, sw_git *git, const char *commit)
{
    git_tree *tree = NULL;
    git_oid id;
    unsigned mode;
    *lfs = *submodules = false;
    if (sw_git_tree(&tree, git, commit, NULL) < 0)
        return;
    *lfs = uses_lfs(git, git_tree_id(tree));
    *submodules = sw_git_path_find(&id, &mode, git, git_tree_id(tree), ".gitmodules", NULL) == 1;
    git_tree_free(tree);
    sw_error_init(&git->missing);
}

int sw_git_info_get(sw_git_info *out, sw_git *git, sw_error *err)
{
    memset(out, 0, sizeof *out);
    out->git_dir = git->git_dir;
    out->common_dir = git->common_dir;
    out->work_dir = git->work_dir;
    out->bare = git->work_dir == NULL;
    out->shallow = git->shallow = is_there(git->common_dir, "shallow");
    out->partial = git->partial;
    out->linked = git_repository_is_worktree(git->repo) == 1;
    out->sparse = is_there(git->git_dir, "info/sparse-checkout")
                  && sw_git_config_bool(git, "core.sparsecheckout", 0) == 1;
    int rc = read_head(out, git, err);
    if (rc < 0)
        return rc;
    if (!*out->head) { /* nothing was ever committed: not even on another branch */
        sw_git_refs refs;
        rc = sw_git_refs_list(&refs, git, "", err);
        out->empty = rc == 0 && refs.count == 0;
        sw_git_refs_release(&refs);
    }
    return rc;
}
