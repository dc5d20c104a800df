/* The user's hooks are asked about a commit that is made without touching the user's index: they
 * see it through an index of its own and a message in a file. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/git_handle.h"
#include "core/git_write.h"

static int run_hook(sw_git *git, const char *name, const char *index, const char *file,
                    sw_error *err)
{
    sw_git_call call;
    sw_git_result result;
    sw_git_call_begin(&call, git);
    sw_git_result_init(&result);
    sw_texts_addf(&call.env, "GIT_INDEX_FILE=%s", index);
    sw_texts_add(&call.env, "GIT_EDITOR=:");
    sw_git_call_args(&call, "hook", "run", "--ignore-missing", name, NULL);
    if (file)
        sw_git_call_args(&call, "--", file, NULL);
    int rc = sw_git_call_run(&result, &call, err);
    if (rc == 0 && result.code != 0) {
        rc = sw_fail(err, SW_E_REFUSED, "git.hook_refused", "your %s hook refused the commit",
                     name);
        sw_git_result_cause(&result, err);
        sw_error_hint(err, "see what it says, mend that, and plan again");
    }
    sw_git_result_release(&result);
    sw_git_call_release(&call);
    return rc;
}

static int fill_index(sw_git *git, const char *index, const char *tree, sw_error *err)
{
    sw_git_call call;
    sw_git_result result;
    sw_git_call_begin(&call, git);
    sw_git_result_init(&result);
    sw_texts_addf(&call.env, "GIT_INDEX_FILE=%s", index);
    sw_git_call_args(&call, "read-tree", tree, NULL);
    int rc = sw_git_call_done(&result, &call, err);
    sw_git_result_release(&result);
    sw_git_call_release(&call);
    return rc;
}

static int write_file(const char *path, const sw_buf *text, sw_error *err)
{
    FILE *file = fopen(path, "we");
    bool ok = file && fwrite(sw_buf_text(text), 1, text->len, file) == text->len;
    if (file && fclose(file) != 0)
        ok = false;
    return ok ? 0 : sw_fail_errno(err, errno, "git.not_written", "cannot write %s", path);
}

static int read_file(sw_buf *text, const char *path, sw_error *err)
{
    char part[4096];
    FILE *file = fopen(path, "re");
    int rc = file ? 0 : sw_fail_errno(err, errno, "git.not_written", "cannot read %s", path);
    sw_buf_clear(text);
    for (size_t got; rc == 0 && (got = fread(part, 1, sizeof part, file)) > 0;)
        rc = sw_buf_add(text, part, got) < 0 ? sw_fail_nomem(err) : 0;
    if (file)
        fclose(file);
    return rc;
}

static int ask_about_message(sw_buf *message, sw_git *git, const char *index, const char *file,
                             sw_error *err)
{
    git_buf tidy = { 0 };
    int rc = write_file(file, message, err);
    if (rc == 0)
        rc = run_hook(git, "commit-msg", index, file, err);
    if (rc == 0)
        rc = read_file(message, file, err);
    if (rc == 0 && git_message_prettify(&tidy, sw_buf_text(message), 0, '#') == 0) {
        sw_buf_clear(message);
        rc = sw_buf_add(message, tidy.ptr, tidy.size) < 0 ? sw_fail_nomem(err) : 0;
    }
    git_buf_dispose(&tidy);
    if (rc == 0 && !message->len)
        rc = sw_fail(err, SW_E_REFUSED, "git.hook_refused",
                     "your commit-msg hook left an empty message");
    return rc;
}

int sw_git_hooks_ask(sw_buf *message, sw_git *git, const char *tree, sw_error *err)
{
    char folder[1024], index[1100], file[1100];
    const char *base = getenv("TMPDIR");
    int rc = sw_git_has_files(git, err);
    if (rc < 0)
        return rc;
    snprintf(folder, sizeof folder, "%s/slipway-hook-XXXXXX", base && *base ? base : "/tmp");
    if (!mkdtemp(folder))
        return sw_fail_errno(err, errno, "git.not_written", "cannot make the folder %s", folder);
    snprintf(index, sizeof index, "%s/index", folder);
    snprintf(file, sizeof file, "%s/message", folder);
    rc = fill_index(git, index, tree, err);
    if (rc == 0)
        rc = run_hook(git, "pre-commit", index, NULL, err);
    if (rc == 0)
        rc = ask_about_message(message, git, index, file, err);
    unlink(index);
    unlink(file);
    rmdir(folder);
    return rc;
}
