/* git_files.h's sw_git_checkout: a repository of its own in a new folder, with HEAD at the commit.
 * It borrows this one's objects (alternates), includes its configuration, and has all tags, so
 * that tools that read the version from git find it. Nothing is registered here, nothing here
 * changes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/git_files.h"
#include "core/git_handle.h"
#include "core/git_read.h"
#include "core/git_refs.h"
#include "core/git_remote.h"

static int write_text(const char *folder, const char *name, const sw_buf *text, sw_error *err)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "we");
    bool ok = file && fwrite(sw_buf_text(text), 1, text->len, file) == text->len;
    if (file && fclose(file) != 0)
        ok = false;
    return ok ? 0 : sw_fail_errno(err, errno, "git.not_written", "cannot write %s", path);
}

static void add_quoted(sw_buf *out, const char *text)
{
    sw_buf_add_char(out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            sw_buf_add_char(out, '\\');
        sw_buf_add_char(out, *text);
    }
    sw_buf_add_char(out, '"');
}

/* ---- the new repository's own files ---- */

static int write_config(sw_git *git, const char *dir, const char *to, bool lfs, sw_error *err)
{
    sw_buf text, value;
    sw_buf_init(&text);
    sw_buf_init(&value);
    sw_buf_add_text(&text, "[include]\n\tpath = ");
    sw_buf_addf(&value, "%s/config", git->common_dir);
    add_quoted(&text, sw_buf_text(&value));
    sw_buf_add_text(&text, "\n[core]\n\trepositoryformatversion = 1\n\tfilemode = true\n\tbare = false\n"
                           "\tlogallrefupdates = true\n\tsparseCheckout = false\n\tsparseCheckoutCone = false\n"
                           "\tfsmonitor = false\n\tuntrackedCache = false\n\tsplitIndex = false\n"
                           "\thooksPath = /dev/null\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n");
    if (sw_git_config(&value, git, "core.worktree", NULL) == 1) {
        sw_buf_add_text(&text, "[core]\n\tworktree = ");
        add_quoted(&text, to);
        sw_buf_add_char(&text, '\n');
    }
    if (git->partial && sw_git_config(&value, git, "extensions.partialclone", NULL) == 1) {
        sw_buf_add_text(&text, "[extensions]\n\tpartialClone = ");
        add_quoted(&text, sw_buf_text(&value));
        sw_buf_add_char(&text, '\n');
    }
    if (lfs && sw_git_config(&value, git, "filter.lfs.process", NULL) != 1)
        sw_buf_add_text(&text, "[filter \"lfs\"]\n\tprocess = git-lfs filter-process\n\trequired = true\n"
                               "\tclean = git-lfs clean -- %f\n\tsmudge = git-lfs smudge -- %f\n");
    int rc = write_text(dir, "config", &text, err);
    sw_buf_release(&value);
    sw_buf_release(&text);
    return rc;
}

static int write_alternates(sw_git *git, const char *dir, sw_error *err)
{
    sw_buf text;
    sw_buf_init(&text);
    if (git->scratch)
        sw_buf_addf(&text, "%s/objects\n", git->scratch);
    sw_buf_addf(&text, "%s\n", git->objects);
    int rc = write_text(dir, "objects/info/alternates", &text, err);
    sw_buf_release(&text);
    return rc;
}

static int write_tags(sw_git *git, const char *dir, sw_error *err)
{
    sw_git_refs refs;
    sw_buf text;
    sw_oid_text hex;
    sw_buf_init(&text);
    sw_buf_add_text(&text, "# pack-refs with: sorted \n");
    int rc = sw_git_refs_list(&refs, git, "refs/tags/", err);
    for (size_t i = 0; i < refs.count && rc == 0; i++) {
        sw_git_oid_text(hex, &refs.items[i].id);
        if (sw_buf_addf(&text, "%s %s\n", hex, refs.items[i].name) < 0)
            rc = sw_fail_nomem(err);
    }
    if (rc == 0)
        rc = write_text(dir, "packed-refs", &text, err);
    sw_git_refs_release(&refs);
    sw_buf_release(&text);
    return rc;
}

static int copy_shallow(sw_git *git, const char *dir, sw_error *err)
{
    char path[4096], part[4096];
    sw_buf text;
    snprintf(path, sizeof path, "%s/shallow", git->common_dir);
    FILE *file = fopen(path, "re");
    if (!file)
        return 0;
    int rc = 0;
    sw_buf_init(&text);
    for (size_t got; rc == 0 && (got = fread(part, 1, sizeof part, file)) > 0;)
        rc = sw_buf_add(&text, part, got) < 0 ? sw_fail_nomem(err) : 0;
    fclose(file);
    if (rc == 0)
        rc = write_text(dir, "shallow", &text, err);
    sw_buf_release(&text);
    return rc;
}

/* ---- the program, in the new folder ---- */

static int run(const char *to, const char *const *args, const char *config_key,
               const char *config_value,
               bool remote, sw_error *err)
{
    sw_git_call call;
    sw_git_result result;
    sw_git_call_init(&call, to);
    sw_git_result_init(&result);
    sw_texts_add(&call.env, "GIT_LFS_SKIP_SMUDGE=0");
    if (config_key)
        sw_git_call_config(&call, config_key, config_value);
    for (; *args; args++)
        sw_git_call_arg(&call, *args);
    int rc = sw_git_call_run(&result, &call, err);
    if (rc == 0 && result.code != 0)
        rc = remote ? sw_git_remote_fail(&result, "of a submodule", err)
                    : sw_git_result_fail(&result, err, "git.failed",
                                         "the commit cannot be checked out in %s", to);
    sw_git_result_release(&result);
    sw_git_call_release(&call);
    return rc;
}
#define ARGS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* ---- submodules: from the user's own copies, so that no network is needed ---- */

static bool local_module(char *out, size_t size, sw_git *git, const char *name)
{
    const char *bases[] = { git->git_dir, git->common_dir };
    struct stat st;
    for (size_t i = 0; i < 2; i++)
        if ((size_t)snprintf(out, size, "%s/modules/%s", bases[i], name) < size
            && stat(out, &st) == 0)
            return true;
    return false;
}

/* Points every submodule of the top level that the user has at that copy. */
static int use_local_modules(sw_git *git, const char *to, sw_error *err)
{
    sw_git_call call;
    sw_git_result result;
    sw_git_call_init(&call, to);
    sw_git_result_init(&result);
    sw_git_call_args(&call, "config", "-z", "--file", ".gitmodules", "--name-only", "--get-regexp",
                     "^submodule\\..*\\.path$", NULL);
    int rc = sw_git_call_run(&result, &call, err);
    for (size_t at = 0; rc == 0 && at < result.out.len; at += strlen(result.out.data + at) + 1) {
        char name[1024], key[1100], path[4096];
        const char *found = result.out.data + at;
        size_t len = strlen(found);
        if (len < 16 || len - 15 >= sizeof name)
            continue;
        snprintf(name, sizeof name, "%.*s", (int)(len - 15), found + 10);
        snprintf(key, sizeof key, "submodule.%s.url", name);
        if (local_module(path, sizeof path, git, name))
            rc = run(to, ARGS("config", key, path), NULL, NULL, false, err);
    }
    sw_git_result_release(&result);
    sw_git_call_release(&call);
    return rc;
}

static int fill_submodules(sw_git *git, const char *to, sw_error *err)
{
    int rc = use_local_modules(git, to, err);
    if (rc < 0)
        return rc;
    /* file: addresses are allowed for this one step, which names none but the user's own copies. */
    bool local = run(to, ARGS("submodule", "--quiet", "update", "--init"), "protocol.file.allow",
                     "always", true,
                     NULL) == 0;
    rc = run(to, ARGS("submodule", "--quiet", "sync", "--recursive"), NULL, NULL, true,
             local ? NULL : err);
    if (rc < 0 && !local)
        return rc;
    return run(to, ARGS("submodule", "--quiet", "update", "--init", "--recursive"), NULL, NULL,
               true, err);
}

/* ---- all of it ---- */

static int check_folder(const char *to, sw_error *err)
{
    if (rmdir(to) == 0 || errno == ENOENT)
        return 0;
    sw_fail(err, SW_E_EXISTS, "git.folder_exists", "%s is there already", to);
    sw_error_hint(err, "remove it");
    return SW_E_EXISTS;
}

static bool has_program(const char *name)
{
    const char *path = getenv("PATH");
    char whole[4096];
    while (path && *path) {
        size_t len = strcspn(path, ":");
        snprintf(whole, sizeof whole, "%.*s/%s", (int)len, path, name);
        if (access(whole, X_OK) == 0)
            return true;
        path += len + (path[len] == ':');
    }
    return false;
}

int sw_git_checkout(sw_git *git, const char *commit, const char *to, sw_error *err)
{
    sw_oid_text oid;
    sw_buf head;
    char dir[4096];
    bool lfs, submodules;
    int rc = sw_git_resolve(oid, git, commit, err);
    if (rc == 0)
        rc = check_folder(to, err);
    if (rc < 0)
        return rc;
    sw_git_uses(&lfs, &submodules, git, oid);
    if (lfs && !has_program("git-lfs")) {
        sw_fail(err, SW_E_NOT_FOUND, "git.no_lfs",
                "this repository keeps files in LFS; git-lfs is missing");
        sw_error_hint(err, "apt-get install git-lfs");
        return SW_E_NOT_FOUND;
    }
    sw_buf_init(&head);
    snprintf(dir, sizeof dir, "%s/.git", to);
    rc = run(NULL, ARGS("init", "--quiet", "--template=", "--", to), NULL, NULL, false, err);
    if (rc == 0)
        rc = write_alternates(git, dir, err);
    if (rc == 0)
        rc = write_tags(git, dir, err);
    if (rc == 0)
        rc = copy_shallow(git, dir, err);
    if (rc == 0)
        rc = write_config(git, dir, to, lfs, err);
    if (rc == 0 && sw_buf_addf(&head, "%s\n", oid) < 0)
        rc = sw_fail_nomem(err);
    if (rc == 0)
        rc = write_text(dir, "HEAD", &head, err);
    if (rc == 0)
        rc = run(to, ARGS("reset", "--quiet", "--hard"), NULL, NULL, false, err);
    if (rc == 0 && submodules)
        rc = fill_submodules(git, to, err);
    sw_buf_release(&head);
    return rc;
}
