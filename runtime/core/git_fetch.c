/* What a remote has, and bringing it here: git_remote.h. */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/git_handle.h"
#include "core/git_remote.h"

enum { ANSWER_MS = 60000 }; /* a list of refs that takes longer is a remote that hangs */

void sw_git_remote_refs_release(sw_git_remote_refs *refs)
{
    for (size_t i = 0; i < refs->count; i++)
        free(refs->items[i].name);
    free(refs->items);
    memset(refs, 0, sizeof *refs);
}

static int add_ref(sw_git_remote_refs *out, const char *name, const char *oid)
{
    if (out->count == out->cap) {
        size_t cap = out->cap ? out->cap * 2 : 64;
        sw_git_remote_ref *items = realloc(out->items, cap * sizeof *items);
        if (!items)
            return SW_E_NOMEM;
        out->items = items;
        out->cap = cap;
    }
    sw_git_remote_ref *ref = &out->items[out->count];
    memset(ref, 0, sizeof *ref);
    ref->name = strdup(name);
    if (!ref->name)
        return SW_E_NOMEM;
    memcpy(ref->oid, oid, SW_OID_HEX);
    out->count++;
    return 0;
}

static bool wanted(const char *name, const char *const *patterns)
{
    if (!patterns)
        return strncmp(name, "refs/", 5) == 0;
    for (; *patterns; patterns++)
        if (fnmatch(*patterns, name, 0) == 0)
            return true;
    return false;
}

/* "<oid>\t<name>", "<oid>\t<tag>^{}" behind its tag, "ref: <branch>\tHEAD". */
static int take_line(sw_git_remote_refs *out, char *line, const char *const *patterns)
{
    char *tab = strchr(line, '\t');
    if (!tab)
        return 0;
    *tab = '\0';
    char *name = tab + 1;
    if (strncmp(line, "ref: ", 5) == 0) {
        if (strcmp(name, "HEAD") == 0)
            snprintf(out->head, sizeof out->head, "%s", line + 5);
        return 0;
    }
    size_t len = strlen(name);
    if (strlen(line) != SW_OID_HEX)
        return 0;
    if (len > 3 && strcmp(name + len - 3, "^{}") == 0) {
        name[len - 3] = '\0';
        if (out->count && strcmp(out->items[out->count - 1].name, name) == 0)
            memcpy(out->items[out->count - 1].peeled, line, SW_OID_HEX);
        return 0;
    }
    return wanted(name, patterns) ? add_ref(out, name, line) : 0;
}

int sw_git_ls_remote(sw_git_remote_refs *out, sw_git *git, const char *remote,
                     const char *const *patterns,
                     const sw_git_credential *credential, sw_error *err)
{
    sw_git_call call;
    sw_git_result result;
    sw_git_result_init(&result);
    int rc = sw_git_remote_call(&call, git, remote, credential, err);
    call.timeout = ANSWER_MS;
    sw_git_call_args(&call, "ls-remote", "--quiet", "--symref", "--", remote, NULL);
    for (const char *const *pattern = patterns; pattern && *pattern; pattern++) {
        sw_git_call_arg(&call, *pattern);
        sw_texts_addf(&call.argv, "%s^{}", *pattern);
    }
    if (patterns)
        sw_git_call_arg(&call, "HEAD");
    if (rc == 0)
        rc = sw_git_call_run(&result, &call, err);
    if (rc == SW_E_TIMEOUT) {
        sw_fail(err, rc, "git.no_network", "the remote %s does not answer", remote);
        if (err)
            err->retry = true;
    }
    if (rc == 0 && result.code != 0)
        rc = sw_git_remote_fail(&result, remote, err);
    char *rest = result.out.data;
    for (char *line; rc == 0 && rest && (line = strsep(&rest, "\n")) != NULL;)
        if (take_line(out, line, patterns) < 0)
            rc = sw_fail_nomem(err);
    sw_git_result_release(&result);
    sw_git_call_release(&call);
    return rc;
}

/* Looking ahead: objects only, into the scratch folder (its environment says so); no ref, no
 * FETCH_HEAD, no collecting of garbage, so that the repository stays as it is byte for byte. */
static void add_scratch_options(sw_git_call *call)
{
    sw_git_call_args(call, "--no-write-fetch-head", "--no-tags", "--refmap=", "--no-prune",
                     "--no-write-commit-graph", NULL);
}

int sw_git_fetch(sw_git *git, const char *remote, const char *const *refs, bool tags,
                 const sw_git_credential *credential, sw_error *err)
{
    sw_git_call call;
    sw_git_result result;
    sw_git_result_init(&result);
    int rc = sw_git_remote_call(&call, git, remote, credential, err);
    sw_git_call_args(&call, "fetch", "--no-progress", "--no-auto-maintenance",
                     "--recurse-submodules=no", NULL);
    if (git->scratch)
        add_scratch_options(&call);
    else
        sw_git_call_durable(&call);
    if (tags && !git->scratch)
        sw_git_call_arg(&call, "--tags");
    sw_git_call_args(&call, "--", remote, NULL);
    for (; refs && *refs; refs++) {
        if (git->scratch && strchr(*refs, ':') && rc == 0)
            rc = sw_fail(err, SW_E_ARGUMENT, "git.scratch", "looking ahead writes no ref: '%s'",
                         *refs);
        sw_git_call_arg(&call, *refs);
    }
    if (rc == 0)
        rc = sw_git_call_run(&result, &call, err);
    if (rc == 0 && result.code != 0 && strstr(sw_buf_text(&result.err),
                                              "would clobber existing tag")) {
        rc = sw_fail(err, SW_E_CONFLICT, "git.tags_differ", "a tag here differs from the one on %s",
                     remote);
        sw_git_result_cause(&result, err);
        sw_error_hint(err, "if the remote's is right: git fetch --tags --force %s", remote);
    } else if (rc == 0 && result.code != 0) {
        rc = sw_git_remote_fail(&result, remote, err);
    }
    if (rc == 0)
        git_odb_refresh(git->odb);
    sw_git_result_release(&result);
    sw_git_call_release(&call);
    return rc;
}
