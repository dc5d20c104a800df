/* Pushing: every ref with the value that is expected on the other side, every answer read. */
#include <stdio.h>
#include <string.h>

#include "core/git_handle.h"
#include "core/git_name.h"
#include "core/git_remote.h"

typedef struct push {
    sw_git_push_ref *refs;
    size_t count;
    sw_git *git;
    const char *remote;
    const sw_git_credential *credential;
    int within; /* milliseconds, 0: no limit */
} push;

/* An object that is not here would only make the remote's unpacking fail. */
static int check_object(sw_git *git, const sw_git_push_ref *ref, sw_error *err)
{
    git_oid id;
    if (!ref->to || git_oid_fromstr(&id, ref->to) < 0 || git_odb_exists(git->odb, &id))
        return 0;
    return sw_fail(err, SW_E_NOT_FOUND, "git.no_such_revision",
                   "the object %.12s for %s is not in this repository",
                   ref->to, ref->name);
}

static int check_ref(const sw_git_push_ref *ref, sw_error *err)
{
    git_oid id;
    if (strncmp(ref->name, "refs/", 5) != 0 || !sw_git_name_valid(NULL, ref->name, 0))
        return sw_fail(err, SW_E_ARGUMENT, "git.bad_name", "'%s' is no full name of a ref",
                       ref->name);
    int rc = ref->to ? sw_git_oid(&id, ref->to, err) : 0;
    if (rc == 0 && *ref->expect)
        rc = sw_git_oid(&id, ref->expect, err);
    if (rc == 0 && !ref->to && !*ref->expect)
        rc = sw_fail(err, SW_E_ARGUMENT, "git.bad_oid",
                     "deleting %s needs the value that is expected there",
                     ref->name);
    return rc;
}

/* What the remote's own texts were ("remote: …"), on one line. Hooks explain themselves there. */
static void remote_text(char *out, size_t size, const char *text)
{
    size_t n = 0;
    out[0] = '\0';
    for (const char *at = text; at && *at;) {
        size_t len = strcspn(at, "\n");
        if (strncmp(at, "remote: ", 8) == 0 && strncmp(at + 8, "error: ", 7) != 0) {
            const char *line = at + 8;
            size_t end = len - 8;
            while (end && (line[end - 1] == ' ' || line[end - 1] == '\r'))
                end--;
            int wrote = end ? snprintf(out + n, size - n, "%s%.*s", n ? "; " : "", (int)end,
                                       line) : 0;
            if (wrote > 0)
                n = n + (size_t)wrote < size ? n + (size_t)wrote : size - 1;
        }
        at += len + (at[len] == '\n');
    }
}

static sw_git_push_ref *find(push *p, const char *name)
{
    for (size_t i = 0; i < p->count; i++)
        if (strcmp(p->refs[i].name, name) == 0)
            return &p->refs[i];
    return NULL;
}

/* "<flag>\t<from>:<to>\t<summary> (<reason>)". With several push addresses the worst answer
 * stands. */
static void take_answer(push *p, char *line, const char *said)
{
    char *from = strchr(line, '\t'), *summary = from ? strchr(from + 1, '\t') : NULL;
    if (!from || !summary || from != line + 1)
        return;
    *summary++ = '\0';
    char *to = strrchr(from + 1, ':');
    sw_git_push_ref *ref = to ? find(p, to + 1) : NULL;
    if (!ref || ref->state == SW_PUSH_REJECTED)
        return;
    if (*line != '!') {
        if (ref->state == SW_PUSH_UNKNOWN || *line != '=')
            ref->state = *line == '=' ? SW_PUSH_SAME : SW_PUSH_OK;
        return;
    }
    bool lost = strstr(summary, "failed to report status") != NULL;
    bool theirs = strncmp(summary, "[remote rejected]", 17) == 0;
    char *open = strchr(summary, '('), *close = open ? strrchr(summary, ')') : NULL;
    if (close)
        *close = '\0';
    ref->state = lost ? SW_PUSH_UNKNOWN : SW_PUSH_REJECTED;
    snprintf(ref->why, sizeof ref->why, "%s%s%s", open ? open + 1 : summary,
             theirs && *said ? ": " : "",
             theirs ? said : "");
}

static bool mentions(const sw_git_result *result, const char *text)
{
    return strstr(sw_buf_text(&result->err), text) != NULL;
}

static int unknown(push *p, const sw_git_result *result, sw_error *err)
{
    sw_fail(err, SW_E_NETWORK, "git.push_unknown",
            "the answer of %s was lost: it may have taken the push or not",
            p->remote);
    sw_git_result_cause(result, err);
    sw_error_hint(err, "slipway resume looks at the remote and goes on from what it finds");
    if (err)
        err->retry = true;
    return SW_E_NETWORK;
}

/* Failures of which it is certain that they came before anything was sent. */
static bool never_connected(const sw_git_result *result)
{
    static const char *const signs[] = {
        "unable to access", "unable to connect", "ssh: connect to host", "Could not resolve",
            "unable to look up",
        "Connection refused", "No route to host", "Network is unreachable", "upon initial contact",
    };
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (mentions(result, signs[i]))
            return true;
    return false;
}

/* git ended without a word about any ref. */
static int fail_push(push *p, const sw_git_result *result, sw_error *err)
{
    int rc = sw_git_remote_fail(result, p->remote, err);
    if (rc == SW_E_NETWORK && !never_connected(result))
        return unknown(p, result, err);
    if (rc != SW_E_REFUSED)
        return rc;
    if (result->code == 1 && !mentions(result, "fatal:")
        && mentions(result, "failed to push some refs")) {
        rc = sw_fail(err, SW_E_REFUSED, "git.hook_refused",
                     "your pre-push hook refused the push to %s", p->remote);
        sw_git_result_cause(result, err);
        return rc;
    }
    return unknown(p, result, err);
}

static void add_options(sw_git_call *call, push *p, bool atomic)
{
    sw_buf value;
    sw_buf_init(&value);
    bool check = sw_git_config(&value, p->git, "push.recursesubmodules", NULL) == 1
                 && strcmp(sw_buf_text(&value), "check") == 0;
    sw_buf_release(&value);
    /* Only what was asked for is pushed: no tags that follow, no submodules on demand. */
    sw_git_call_args(call, "push", "--porcelain", "--no-progress", "--no-follow-tags",
                     check ? "--recurse-submodules=check" : "--recurse-submodules=no",
                     atomic ? "--atomic" : "--no-atomic", NULL);
    for (size_t i = 0; i < p->count; i++)
        if (p->refs[i].state == SW_PUSH_UNKNOWN)
            sw_texts_addf(&call->argv, "--force-with-lease=%s:%s", p->refs[i].name,
                          p->refs[i].expect);
    sw_git_call_args(call, "--", p->remote, NULL);
    for (size_t i = 0; i < p->count; i++)
        if (p->refs[i].state == SW_PUSH_UNKNOWN)
            sw_texts_addf(&call->argv, "%s:%s", p->refs[i].to ? p->refs[i].to : "",
                          p->refs[i].name);
}

static size_t answered(const push *p)
{
    size_t n = 0;
    for (size_t i = 0; i < p->count; i++)
        n += p->refs[i].state != SW_PUSH_UNKNOWN;
    return n;
}

/* 0 answered, 1 the server knows no atomic push, negative. */
static int send(push *p, bool atomic, sw_error *err)
{
    sw_git_call call;
    sw_git_result result;
    char said[500];
    size_t before = answered(p);
    sw_git_result_init(&result);
    int rc = sw_git_remote_call(&call, p->git, p->remote, p->credential, err);
    if (rc == 0) {
        add_options(&call, p, atomic);
        call.timeout = p->within;
        rc = sw_git_call_run(&result, &call, err);
        if (rc == SW_E_TIMEOUT)
            rc = unknown(p, &result, err);
    }
    if (rc == 0 && result.code != 0 && atomic && mentions(&result, "does not support --atomic")) {
        rc = 1;
    } else if (rc == 0) {
        remote_text(said, sizeof said, sw_buf_text(&result.err));
        char *rest = result.out.data;
        for (char *line; rest && (line = strsep(&rest, "\n")) != NULL;)
            take_answer(p, line, said);
        if (answered(p) == before && answered(p) < p->count)
            rc = fail_push(p, &result, err);
    }
    sw_git_result_release(&result);
    sw_git_call_release(&call);
    return rc;
}

/* A deletion that was refused because nothing is there has reached its end: "same". Returns how
 * many. */
static int settle_deletions(push *p, sw_error *err)
{
    sw_git_remote_refs now = { 0 };
    const char *names[2] = { NULL, NULL };
    int settled = 0;
    for (size_t i = 0; i < p->count; i++) {
        sw_git_push_ref *ref = &p->refs[i];
        if (ref->to || ref->state != SW_PUSH_REJECTED || strcmp(ref->why, "stale info") != 0)
            continue;
        names[0] = ref->name;
        int rc = sw_git_ls_remote(&now, p->git, p->remote, names, p->credential, err);
        if (rc == 0 && now.count == 0) {
            ref->state = SW_PUSH_SAME;
            ref->why[0] = '\0';
            settled++;
        }
        sw_git_remote_refs_release(&now);
        if (rc < 0)
            return rc;
    }
    return settled;
}

int sw_git_push(sw_git_push_ref *refs, size_t count, sw_git *git, const char *remote, bool atomic,
                const sw_git_credential *credential, int within, sw_error *err)
{
    push p = { refs, count, git, remote, credential, within };
    int rc = sw_git_writable(git, err);
    for (size_t i = 0; i < count && rc == 0; i++) {
        refs[i].state = SW_PUSH_UNKNOWN;
        refs[i].why[0] = '\0';
        rc = check_ref(&refs[i], err);
        if (rc == 0)
            rc = check_object(git, &refs[i], err);
    }
    if (rc < 0 || count == 0)
        return rc;
    rc = send(&p, atomic, err);
    if (rc == 1)
        rc = send(&p, atomic = false, err);
    if (rc < 0)
        return rc;
    int settled = settle_deletions(&p, err);
    if (settled <= 0 || answered(&p) == 0)
        return settled < 0 ? settled : 0;
    bool again = false; /* what an atomic push held back because of them may go now */
    for (size_t i = 0; i < count && atomic; i++)
        if (refs[i].state == SW_PUSH_REJECTED && strstr(refs[i].why, "atomic")) {
            refs[i].state = SW_PUSH_UNKNOWN;
            refs[i].why[0] = '\0';
            again = true;
        }
    return again ? send(&p, atomic, err) : 0;
}
