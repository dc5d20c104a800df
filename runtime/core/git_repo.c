#include "core/git_repo.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/git_handle.h"
#include "core/git_pack.h"
#include "core/git_status.h"

extern char **environ;

static char *without_slash(const char *path)
{
    char *copy = path ? strdup(path) : NULL;
    size_t len = copy ? strlen(copy) : 0;
    while (len > 1 && copy[len - 1] == '/')
        copy[--len] = '\0';
    return copy;
}

/* The program runs in another folder than we do. */
static char *absolute(const char *path)
{
    char here[4096], *whole = NULL;
    if (*path == '/')
        return without_slash(path);
    if (!getcwd(here, sizeof here) || asprintf(&whole, "%s/%s", here, path) < 0)
        return NULL;
    return whole;
}

static bool exists(const char *folder, const char *name)
{
    char path[4096];
    struct stat st;
    int len = snprintf(path, sizeof path, "%s/%s", folder, name);
    return len > 0 && (size_t)len < sizeof path && lstat(path, &st) == 0;
}

/* ---- opening ---- */

/* libgit2 asks only system and global files for safe.directory; git also hears the environment.
 * When the two disagree, the user's git decides. */
static bool git_trusts(const char *path)
{
    sw_git_call call;
    sw_git_result result;
    sw_git_call_init(&call, path);
    sw_git_result_init(&result);
    sw_git_call_args(&call, "rev-parse", "--git-dir", NULL);
    bool trusted = sw_git_call_run(&result, &call, NULL) == 0 && result.code == 0;
    sw_git_result_release(&result);
    sw_git_call_release(&call);
    return trusted;
}

/* With no safe.directory configured at all libgit2 1.5.1 says "not found" of another owner's
 * repository. */
static bool is_there_after_all(const char *path)
{
    git_buf found = { 0 };
    int rc = git_repository_discover(&found, path, 1, NULL);
    git_buf_dispose(&found);
    return rc == 0;
}

static int open_repository(git_repository **out, const char *path)
{
    int rc = git_repository_open_ext(out, path, GIT_REPOSITORY_OPEN_CROSS_FS, NULL);
    if (rc == GIT_ENOTFOUND && is_there_after_all(path))
        rc = GIT_EOWNER;
    if (rc == GIT_EOWNER && git_trusts(path)) {
        git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
        rc = git_repository_open_ext(out, path, GIT_REPOSITORY_OPEN_CROSS_FS, NULL);
        git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 1);
    }
    return rc;
}

static int fail_open(sw_error *err, int rc, const char *path)
{
    const git_error *last = git_error_last();
    const char *said = last && last->message ? last->message : "";
    char whole[4096];
    const char *shown = realpath(path, whole) ? whole : path;
    if (rc == GIT_ENOTFOUND) {
        sw_fail(err, SW_E_NOT_FOUND, "git.not_found", "%s is not inside a git repository", shown);
        sw_error_hint(err, "change into the project, or: git init");
        return SW_E_NOT_FOUND;
    }
    if (rc == GIT_EOWNER) {
        sw_fail(err, SW_E_REFUSED, "git.unsafe_owner",
                "the repository at %s belongs to another user", shown);
        sw_error_hint(err, "if you trust it: git config --global --add safe.directory %s", shown);
    } else if (strstr(said, "unsupported extension")
               || strstr(said, "unsupported repository version")) {
        bool sha256 = strstr(said, "objectformat") != NULL;
        sw_fail(err, SW_E_UNSUPPORTED, "git.unsupported",
                sha256 ? "%s is a SHA-256 repository"
                    : "%s uses a repository format Slipway cannot read", shown);
        sw_error_hint(err, "%s", sha256 ? "Slipway works with SHA-1 repositories only"
                                        : "convert it with a clone into the ordinary format");
        rc = SW_E_UNSUPPORTED;
    } else {
        sw_fail(err, SW_E_CORRUPT, "git.broken", "the repository at %s cannot be opened", shown);
        sw_error_hint(err, "git fsck names what is damaged");
        rc = SW_E_CORRUPT;
    }
    sw_error_cause(err, "%s", said);
    return rc < 0 && rc > -20 ? rc : SW_E_REFUSED;
}

/* GIT_CONFIG_NOSYSTEM is heeded by sw_git_library; of the others libgit2 knows none. */
static bool environment_configures(void)
{
    for (char **entry = environ; *entry; entry++)
        if (strncmp(*entry, "GIT_CONFIG", 10) == 0
            && strncmp(*entry, "GIT_CONFIG_NOSYSTEM=", 20) != 0)
            return true;
    return false;
}

/* remote.<name>.promisor = true */
static bool is_promisor(const git_config_entry *entry)
{
    int yes = 0;
    size_t len = strlen(entry->name);
    return strncmp(entry->name, "remote.", 7) == 0 && len > 16
        && strcmp(entry->name + len - 9, ".promisor") == 0
           && (!entry->value || (git_config_parse_bool(&yes, entry->value) == 0 && yes));
}

/* What libgit2's own configuration says about the repository's kind. */
static void read_kind(sw_git *git)
{
    git_config *config = NULL;
    int own = 0;
    git->program_config = environment_configures();
    if (git_repository_config_snapshot(&config, git->repo) == 0) {
        const char *promisor = NULL;
        if (git_config_get_bool(&own, config, "extensions.worktreeconfig") == 0 && own)
            git->program_config = true;
        git->partial = git_config_get_string(&promisor, config, "extensions.partialclone") == 0;
        git_config_iterator *items = NULL; /* without a pattern: libgit2 1.5 leaks every match that fails */
        if (!git->partial && git_config_iterator_new(&items, config) == 0) {
            for (git_config_entry *entry; git_config_next(&entry, items) == 0;)
                git->partial = git->partial || is_promisor(entry);
            git_config_iterator_free(items);
        }
        git_config_free(config);
    }
    git->shallow = git_repository_is_shallow(git->repo) == 1;
    git->name_git_dir = git->work_dir && !exists(git->work_dir, ".git");
}

static int read_folders(sw_git *git, const char *scratch)
{
    git_buf objects = { 0 };
    if (git_repository_item_path(&objects, git->repo, GIT_REPOSITORY_ITEM_OBJECTS) == 0)
        git->objects = without_slash(objects.ptr);
    git_buf_dispose(&objects);
    git->git_dir = without_slash(git_repository_path(git->repo));
    git->common_dir = without_slash(git_repository_commondir(git->repo));
    git->work_dir = without_slash(git_repository_workdir(git->repo));
    git->scratch = scratch ? absolute(scratch) : NULL;
    return git->objects && git->git_dir && git->common_dir
        && (!scratch || git->scratch) ? 0 : SW_E_NOMEM;
}

int sw_git_open(sw_git **out, const char *path, const char *scratch, sw_error *err)
{
    *out = NULL;
    int rc = sw_git_library(err);
    if (rc < 0)
        return rc;
    sw_git *git = calloc(1, sizeof *git);
    if (!git)
        return sw_fail_nomem(err);
    git->count = 1;
    if ((rc = open_repository(&git->repo, path)) < 0) {
        rc = fail_open(err, rc, path);
        goto done;
    }
    if (read_folders(git, scratch) < 0) {
        rc = sw_fail_nomem(err);
        goto done;
    }
    read_kind(git);
    if (scratch && (rc = sw_git_scratch_use(git, err)) < 0)
        goto done;
    if ((rc = git_repository_odb(&git->odb, git->repo)) < 0) {
        rc = sw_git_fail(git, err, rc, "git.broken", "the objects of %s cannot be read",
                         git->git_dir);
        goto done;
    }
    if (git->partial)
        rc = sw_git_promise_add(git, err);
done:
    if (rc < 0)
        sw_git_close(git);
    else
        *out = git;
    return rc;
}

sw_git *sw_git_retain(sw_git *git)
{
    git->count++;
    return git;
}

void sw_git_close(sw_git *git)
{
    if (git && git->soon && git->count == 2) /* held by this and by the walk that nobody asked for */
        sw_git_drop_soon(git);
    if (!git || --git->count > 0)
        return;
    sw_git_status_drop(git);
    sw_git_drop_spare(git);
    sw_packs_close(git->packs);
    git_tree_free(git->tree);
    git_odb_free(git->odb);
    git_repository_free(git->repo);
    free(git->git_dir);
    free(git->common_dir);
    free(git->work_dir);
    free(git->objects);
    free(git->scratch);
    free(git);
}

/* ---- configuration ---- */

static int config_by_program(sw_buf *out, sw_git *git, const char *key, sw_error *err)
{
    sw_git_call call;
    sw_git_result result;
    sw_git_call_begin(&call, git);
    sw_git_result_init(&result);
    sw_git_call_args(&call, "config", "-z", "--get", key, NULL);
    int rc = sw_git_call_run(&result, &call, err);
    if (rc == 0 && result.code == 0) {
        size_t len = result.out.len;
        if (len && result.out.data[len - 1] == '\0')
            len--;
        rc = sw_buf_add(out, sw_buf_text(&result.out), len) < 0 ? sw_fail_nomem(err) : 1;
    } else if (rc == 0 && result.code > 1) { /* 1: not set */
        rc = sw_fail(err, SW_E_PARSE, "git.config", "git cannot read its configuration");
        sw_git_result_cause(&result, err);
    }
    sw_git_result_release(&result);
    sw_git_call_release(&call);
    return rc;
}

int sw_git_config(sw_buf *out, sw_git *git, const char *key, sw_error *err)
{
    sw_buf_clear(out);
    if (git->program_config)
        return config_by_program(out, git, key, err);
    git_config *config = NULL;
    git_buf value = { 0 };
    int rc = git_repository_config_snapshot(&config, git->repo);
    if (rc == 0)
        rc = git_config_get_string_buf(&value, config, key);
    if (rc == 0)
        rc = sw_buf_add(out, value.ptr, value.size) < 0 ? sw_fail_nomem(err) : 1;
    else if (rc == GIT_ENOTFOUND || rc == GIT_EINVALIDSPEC)
        rc = 0;
    else
        rc = sw_git_fail(git, err, rc, "git.config", "git's configuration cannot be read");
    git_buf_dispose(&value);
    git_config_free(config);
    return rc;
}

int sw_git_config_bool(sw_git *git, const char *key, int otherwise)
{
    sw_buf value;
    int answer = otherwise;
    sw_buf_init(&value);
    if (sw_git_config(&value, git, key, NULL) == 1
        && git_config_parse_bool(&answer, sw_buf_text(&value)) < 0)
        answer = otherwise;
    sw_buf_release(&value);
    return answer;
}

/* ---- who commits ---- */

void sw_git_identity_release(sw_git_identity *identity)
{
    sw_buf_release(&identity->name);
    sw_buf_release(&identity->email);
}

/* The first of: git's environment, the role's own setting, user.*, and for addresses EMAIL. */
static int find_part(sw_buf *out, sw_git *git, const char *role, const char *part, sw_error *err)
{
    char key[64];
    bool author = strcmp(role, "author") == 0, name = strcmp(part, "name") == 0;
    const char *given = getenv(author ? (name ? "GIT_AUTHOR_NAME" : "GIT_AUTHOR_EMAIL")
                                      : (name ? "GIT_COMMITTER_NAME" : "GIT_COMMITTER_EMAIL"));
    if (given && *given)
        return sw_buf_add_text(out, given) < 0 ? sw_fail_nomem(err) : 0;
    snprintf(key, sizeof key, "%s.%s", role, part);
    int rc = sw_git_config(out, git, key, err);
    if (rc == 0 || (rc == 1 && !out->len)) {
        snprintf(key, sizeof key, "user.%s", part);
        rc = sw_git_config(out, git, key, err);
    }
    given = name ? NULL : getenv("EMAIL");
    if (rc >= 0 && !out->len && given && *given)
        return sw_buf_add_text(out, given) < 0 ? sw_fail_nomem(err) : 0;
    return rc < 0 ? rc : 0;
}

/* Angle brackets and line ends would break the commit's header; git leaves them out too. */
static void clean_part(sw_buf *part)
{
    size_t n = 0;
    for (size_t i = 0; i < part->len; i++)
        if (!strchr("<>\n", part->data[i]) && part->data[i])
            part->data[n++] = part->data[i];
    while (n && (unsigned char)part->data[n - 1] <= ' ')
        n--;
    size_t start = 0;
    while (start < n && (unsigned char)part->data[start] <= ' ')
        start++;
    if (part->data) {
        memmove(part->data, part->data + start, n - start);
        part->data[n - start] = '\0';
    }
    part->len = n - start;
}

int sw_git_identity_get(sw_git_identity *out, sw_git *git, bool author, sw_error *err)
{
    const char *role = author ? "author" : "committer";
    sw_buf_clear(&out->name);
    sw_buf_clear(&out->email);
    int rc = find_part(&out->name, git, role, "name", err);
    if (rc == 0)
        rc = find_part(&out->email, git, role, "email", err);
    if (rc < 0)
        return rc;
    clean_part(&out->name);
    clean_part(&out->email);
    if (out->name.len && out->email.len)
        return 0;
    bool name = out->name.len > 0;
    sw_fail(err, SW_E_NOT_FOUND, "git.no_identity", "git does not know your %s",
            name ? "e-mail address" : out->email.len ? "name" : "name and e-mail address");
    sw_error_hint(err, "git config --global user.%s",
                  name ? "email you@example.com" : "name \"Your Name\"");
    if (!name && !out->email.len)
        sw_error_hint(err, "git config --global user.name \"Your Name\" && "
                           "git config --global user.email you@example.com");
    return SW_E_NOT_FOUND;
}
