#include "core/git_remote.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/git_handle.h"

/* ---- addresses ---- */

static int fail_no_remote(const char *name, sw_error *err)
{
    int rc = sw_fail(err, SW_E_NOT_FOUND, "git.no_remote", "there is no remote '%s' here", name);
    sw_error_hint(err, "git remote -v lists them; add one: git remote add %s ADDRESS", name);
    return rc;
}

static int get_url(sw_buf *out, sw_git *git, const char *name, bool push, sw_error *err)
{
    sw_git_call call;
    sw_git_result result;
    sw_git_call_begin(&call, git);
    sw_git_result_init(&result);
    sw_git_call_args(&call, "remote", "get-url", NULL);
    if (push)
        sw_git_call_arg(&call, "--push");
    sw_git_call_args(&call, "--", name, NULL);
    int rc = sw_git_call_run(&result, &call, err);
    size_t len = strcspn(sw_buf_text(&result.out), "\n");
    if (rc == 0 && (result.code != 0 || !len)) {
        rc = fail_no_remote(name, err);
    } else if (rc == 0 && sw_buf_add(out, result.out.data, len) < 0) {
        rc = sw_fail_nomem(err);
    }
    sw_git_result_release(&result);
    sw_git_call_release(&call);
    return rc;
}

/* Before git 1.5 remotes were files, which git still reads. */
static bool is_file(const sw_git *git, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/remotes/%s", git->common_dir, name);
    if (access(path, F_OK) == 0)
        return true;
    snprintf(path, sizeof path, "%s/branches/%s", git->common_dir, name);
    return access(path, F_OK) == 0;
}

enum { ASK, FOUND, NONE };

/* Addresses as they stand in the configuration, when nothing there rewrites any: two starts of the
 * program less for everyone who has no insteadOf, or no remote. */
static int plain_url(sw_buf *url, sw_buf *push_url, sw_git *git, const char *name)
{
    char url_key[600], push_key[600];
    git_config *config = NULL;
    git_config_iterator *items = NULL;
    bool rewritten = git->program_config, any = false;
    snprintf(url_key, sizeof url_key, "remote.%s.url", name);
    snprintf(push_key, sizeof push_key, "remote.%s.pushurl", name);
    if (rewritten || git_repository_config_snapshot(&config, git->repo) < 0)
        return ASK;
    if (git_config_iterator_new(&items, config) < 0)
        rewritten = true;
    for (git_config_entry *entry; !rewritten && git_config_next(&entry, items) == 0;) {
        size_t len = strlen(entry->name);
        any = any || strncmp(entry->name, "remote.", 7) == 0 || strncmp(entry->name, "includeif.", 10) == 0;
        if (strncmp(entry->name, "url.", 4) == 0 && len > 13
            && strcmp(entry->name + len - 9, "insteadof") == 0)
            rewritten = true;
        else if (strcmp(entry->name, url_key) == 0 || strcmp(entry->name, push_key) == 0) {
            sw_buf *out = strcmp(entry->name, url_key) == 0 ? url : push_url;
            rewritten = out->len || !entry->value || sw_buf_add_text(out, entry->value) < 0; /* several: ask */
        }
    }
    git_config_iterator_free(items);
    git_config_free(config);
    if (!rewritten && url->len && (push_url->len
                                   || sw_buf_add_text(push_url, sw_buf_text(url)) == 0))
        return FOUND;
    sw_buf_clear(url);
    sw_buf_clear(push_url);
    return rewritten || any || is_file(git, name) ? ASK : NONE;
}

int sw_git_remote(sw_buf *url, sw_buf *push_url, sw_git *git, const char *name, sw_error *err)
{
    int plain = plain_url(url, push_url, git, name);
    if (plain != ASK)
        return plain == FOUND ? 0 : fail_no_remote(name, err);
    int rc = get_url(url, git, name, false, err);
    return rc == 0 ? get_url(push_url, git, name, true, err) : rc;
}

/* ---- a call that talks to a remote ---- */

static bool configured(sw_git *git, const char *key)
{
    sw_buf value;
    sw_buf_init(&value);
    int found = sw_git_config(&value, git, key, NULL);
    sw_buf_release(&value);
    return found == 1;
}

static void add_manners(sw_git_call *call, sw_git *git)
{
    if (!getenv("GIT_SSH_COMMAND") && !getenv("GIT_SSH") && !configured(git, "core.sshcommand"))
        sw_texts_add(&call->env, "GIT_SSH_COMMAND=ssh -o BatchMode=yes -o ConnectTimeout=30 "
                                 "-o ServerAliveInterval=20 -o ServerAliveCountMax=3");
    if (!getenv("GIT_HTTP_LOW_SPEED_LIMIT") && !configured(git, "http.lowspeedlimit")) {
        sw_texts_add(&call->env, "GIT_HTTP_LOW_SPEED_LIMIT=1");
        sw_texts_add(&call->env, "GIT_HTTP_LOW_SPEED_TIME=60");
    }
    const char *authority = getenv("CURL_CA_BUNDLE"); /* as in core/http: one authority for all that goes out */
    if (!authority || !*authority)
        authority = getenv("SSL_CERT_FILE");
    if (authority && *authority && !getenv("GIT_SSL_CAINFO") && !configured(git, "http.sslcainfo"))
        sw_texts_addf(&call->env, "GIT_SSL_CAINFO=%s", authority);
}

/* "https://host:port" of an address, without a user in it. 0 when it is no http address. */
static int web_origin(char *out, size_t size, const char *url)
{
    const char *host = strstr(url, "://");
    if (!host || (strncmp(url, "https:", 6) != 0 && strncmp(url, "http:", 5) != 0))
        return 0;
    size_t scheme = (size_t)(host - url);
    host += 3;
    size_t len = strcspn(host, "/?#");
    for (size_t i = len; i-- > 0;)
        if (host[i] == '@') {
            len -= i + 1;
            host += i + 1;
            break;
        }
    int wrote = snprintf(out, size, "%.*s://%.*s", (int)scheme, url, (int)len, host);
    return wrote > 0 && (size_t)wrote < size;
}

/* A credential helper for that one host, which takes both texts from its environment: git asks it
 * only when the server wants to know, LFS asks it too, and no redirect carries the secret
 * elsewhere. */
static int add_credential(sw_git_call *call, sw_git *git, const char *remote,
                          const sw_git_credential *credential, sw_error *err)
{
    static const char helper[] = "!f() { test \"$1\" = get && printf 'username=%s\\npassword=%s\\n' "
                                 "\"$SLIPWAY_GIT_USER\" \"$SLIPWAY_GIT_SECRET\"; }; f";
    char origin[1024], key[1100];
    sw_buf url, push_url;
    if (strpbrk(credential->secret, "\r\n"))
        return sw_fail(err, SW_E_ARGUMENT, "git.bad_credential",
                       "the credential for %s has a line break in it",
                       remote);
    sw_buf_init(&url);
    sw_buf_init(&push_url);
    if (sw_git_remote(&url, &push_url, git, remote, NULL) < 0) {
        sw_buf_clear(&push_url); /* an address instead of a name */
        sw_buf_add_text(&push_url, remote);
    }
    const char *addresses[] = { sw_buf_text(&push_url), sw_buf_text(&url) };
    for (size_t i = 0; i < 2; i++) {
        if (!web_origin(origin, sizeof origin, addresses[i])
            || (i && strcmp(addresses[0], addresses[1]) == 0))
            continue;
        snprintf(key, sizeof key, "credential.%s.helper", origin);
        sw_git_call_config(call, key, "");
        sw_git_call_config(call, key, helper);
    }
    sw_texts_addf(&call->env, "SLIPWAY_GIT_USER=%s",
                  credential->user ? credential->user : "x-access-token");
    sw_texts_addf(&call->env, "SLIPWAY_GIT_SECRET=%s", credential->secret);
    sw_buf_release(&url);
    sw_buf_release(&push_url);
    return 0;
}

int sw_git_remote_call(sw_git_call *call, sw_git *git, const char *remote,
                       const sw_git_credential *credential,
                       sw_error *err)
{
    sw_git_call_begin(call, git);
    if (!*remote || *remote == '-')
        return sw_fail(err, SW_E_ARGUMENT, "git.bad_remote", "'%s' cannot be a remote", remote);
    add_manners(call, git);
    call->as_user = !credential || !credential->secret;
    if (!call->as_user)
        return add_credential(call, git, remote, credential, err);
    return 0;
}

/* ---- what went wrong ---- */

typedef struct symptom {
    const char *text; /* in the program's stderr, in any case of letters */
    const char *code;
} symptom;

/* In this order: the first that fits names the reason. */
static const symptom symptoms[] = {
    { "ssl certificate problem", "git.tls" },
    { "server certificate verification failed", "git.tls" },
    { "certificate subject name", "git.tls" },
    { "ssl: no alternative certificate", "git.tls" },
    { "gnutls_handshake", "git.tls" },
    { "ssl_connect", "git.tls" },
    { "ssl routines", "git.tls" },
    { "error setting certificate", "git.tls" },
    { "host key verification failed", "git.auth" },
    { "remote host identification has changed", "git.auth" },
    { "authentication failed", "git.auth" },
    { "could not read username", "git.auth" },
    { "could not read password", "git.auth" },
    { "terminal prompts disabled", "git.auth" },
    { "permission denied (", "git.auth" },
    { "permission denied, please try again", "git.auth" },
    { "too many authentication failures", "git.auth" },
    { "returned error: 401", "git.auth" },
    { "returned error: 403", "git.auth" },
    { "http 401", "git.auth" },
    { "http 403", "git.auth" },
    { "invalid credentials", "git.auth" },
    { "returned error: 404", "git.remote_missing" },
    { "repository not found", "git.remote_missing" },
    { "' not found", "git.remote_missing" },
    { "does not appear to be a git repository", "git.remote_missing" },
    { "repository not exported", "git.remote_missing" },
    { "no such repository", "git.remote_missing" },
    { "cannot find repository", "git.remote_missing" },
    { "no such remote", "git.remote_missing" },
    { "does not exist", "git.remote_missing" },
    { "could not resolve", "git.no_network" },
    { "name resolution", "git.no_network" },
    { "name or service not known", "git.no_network" },
    { "unable to look up", "git.no_network" },
    { "connection refused", "git.no_network" },
    { "couldn't connect", "git.no_network" },
    { "failed to connect", "git.no_network" },
    { "timed out", "git.no_network" },
    { "unreachable", "git.no_network" },
    { "no route to host", "git.no_network" },
    { "connection reset", "git.no_network" },
    { "connection closed", "git.no_network" },
    { "unable to connect", "git.no_network" },
    { "operation too slow", "git.no_network" },
    { "empty reply", "git.no_network" },
    { "returned error: 5", "git.no_network" },
    { "hung up", "git.no_network" },
    { "early eof", "git.no_network" },
    { "disconnect", "git.no_network" },
    { "rpc failed", "git.no_network" },
};

static const char *diagnose(const char *text)
{
    for (size_t i = 0; i < sizeof symptoms / sizeof *symptoms; i++)
        if (strcasestr(text, symptoms[i].text))
            return symptoms[i].code;
    return NULL;
}

int sw_git_remote_fail(const sw_git_result *result, const char *remote, sw_error *err)
{
    const char *text = sw_buf_text(&result->err), *code = diagnose(text);
    int rc = SW_E_REFUSED;
    if (!code) {
        sw_fail(err, rc, "git.failed", "git could not talk to %s (exit code %d)", remote,
                result->code);
    } else if (strcmp(code, "git.no_network") == 0) {
        rc = SW_E_NETWORK;
        sw_fail(err, rc, code, "the remote %s cannot be reached", remote);
        sw_error_hint(err, "check the network and the address: git remote -v");
        if (err)
            err->retry = true;
    } else if (strcmp(code, "git.auth") == 0) {
        rc = SW_E_AUTH;
        sw_fail(err, rc, code, "the remote %s does not accept who we are", remote);
        if (strcasestr(text, "host key") || strcasestr(text, "host identification"))
            sw_error_hint(err, "connect once with ssh and check the host's key");
        else
            sw_error_hint(err, "check your token or ssh key: git ls-remote %s", remote);
    } else if (strcmp(code, "git.tls") == 0) {
        rc = SW_E_AUTH;
        sw_fail(err, rc, code, "the certificate of the remote %s is not trusted", remote);
        sw_error_hint(err, "for an authority of your own: git config http.sslCAInfo FILE");
    } else {
        rc = SW_E_NOT_FOUND;
        sw_fail(err, rc, code, "there is no repository at the remote %s", remote);
        sw_error_hint(err, "check the address, and that you may see it: git remote -v");
    }
    sw_git_result_cause(result, err);
    return rc;
}
