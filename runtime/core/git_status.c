/* In a large work tree git looks at every tracked file, then at every folder for files that are not tracked. Two programs
 * beside each other, one for each, take little more than half as long as one. */
#include "core/git_status.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/git_handle.h"
#include "core/git_paths.h"

enum { LARGE_INDEX = 128 << 10 }; /* bytes: well over a thousand files */

static bool stat_below(struct stat *st, const char *folder, const char *name)
{
    char path[4096];
    int len = snprintf(path, sizeof path, "%s/%s", folder, name);
    return len > 0 && (size_t)len < sizeof path && stat(path, st) == 0;
}

/* Only where both together say what git status says: untracked files as by default (git-config, status.showUntrackedFiles),
 * and no submodules, which `-uno` looks at less closely. */
static bool can_be_parted(sw_git *git)
{
    struct stat st;
    sw_error unread;
    sw_buf value;
    if (git->program_config || !stat_below(&st, git->git_dir, "index") || st.st_size < LARGE_INDEX
        || stat_below(&st, git->work_dir, ".gitmodules"))
        return false;
    sw_buf_init(&value);
    bool usual = sw_git_config(&value, git, "status.showUntrackedFiles", &unread) == 0
                 || strcmp(sw_buf_text(&value), "normal") == 0;
    sw_buf_release(&value);
    return usual;
}

static int start(sw_git_running *running, sw_git *git, const char *const *args, sw_error *err)
{
    sw_git_call call;
    sw_git_call_begin(&call, git);
    sw_texts_add(&call.env, "GIT_OPTIONAL_LOCKS=0"); /* looking may not rewrite the index */
    for (; *args; args++)
        sw_git_call_arg(&call, *args);
    int rc = sw_git_call_start(running, &call, err);
    sw_git_call_release(&call);
    return rc;
}
#define ARGS(...) ((const char *const[]){ __VA_ARGS__, NULL })

int sw_git_status_begin(sw_git *git, sw_error *err)
{
    int rc = git->status.pid ? 0 : sw_git_has_files(git, err);
    if (rc < 0 || git->status.pid)
        return rc;
    if (!can_be_parted(git))
        return start(&git->status, git, ARGS("status", "--porcelain=v1", "-z"), err);
    rc = start(&git->untracked, git,
               ARGS("ls-files", "-z", "--others", "--exclude-standard", "--directory", "--no-empty-directory"), err);
    if (rc == 0)
        rc = start(&git->status, git, ARGS("status", "--porcelain=v1", "-z", "--untracked-files=no"), err);
    if (rc < 0)
        sw_git_status_drop(git);
    return rc;
}

void sw_git_status_drop(sw_git *git)
{
    sw_git_call_drop(&git->status);
    sw_git_call_drop(&git->untracked);
}

/* "XY path\0", renames with the old path in an entry of its own behind. */
static int parse_status(sw_git_paths *out, const sw_buf *text)
{
    const char *at = sw_buf_text(text), *end = at + text->len;
    while (end - at > 3) {
        size_t len = strnlen(at + 3, (size_t)(end - at) - 3);
        sw_git_path *item = sw_git_paths_add(out, at + 3, len);
        if (!item)
            return SW_E_NOMEM;
        item->state[0] = at[0];
        item->state[1] = at[1];
        bool renamed = at[0] == 'R' || at[0] == 'C' || at[1] == 'R' || at[1] == 'C';
        at += 3 + len + 1;
        if (renamed && at < end)
            at += strnlen(at, (size_t)(end - at)) + 1;
    }
    return 0;
}

static int parse_untracked(sw_git_paths *out, const sw_buf *text)
{
    for (size_t at = 0; at < text->len; at += strlen(text->data + at) + 1) {
        sw_git_path *item = sw_git_paths_add(out, text->data + at, strlen(text->data + at));
        if (!item)
            return SW_E_NOMEM;
        item->state[0] = item->state[1] = '?';
    }
    return 0;
}

static int finish(sw_git_paths *out, sw_git_running *running, const char *name,
                  int (*parse)(sw_git_paths *, const sw_buf *), sw_error *err)
{
    sw_git_result result;
    sw_git_result_init(&result);
    int rc = sw_git_call_finish(&result, running, err);
    if (rc == 0 && result.code != 0)
        rc = sw_git_result_fail(&result, err, "git.failed", "git %s ended with code %d", name, result.code);
    if (rc == 0 && parse(out, &result.out) < 0)
        rc = sw_fail_nomem(err);
    sw_git_result_release(&result);
    return rc;
}

int sw_git_status(sw_git_paths *out, sw_git *git, sw_error *err)
{
    int rc = sw_git_status_begin(git, err);
    if (rc == 0)
        rc = finish(out, &git->status, "status", parse_status, err);
    if (rc == 0 && git->untracked.pid)
        rc = finish(out, &git->untracked, "ls-files", parse_untracked, err);
    sw_git_status_drop(git);
    return rc;
}
