#include "core/git_handle.h"
#include "core/git_object.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#ifdef __SANITIZE_ADDRESS__
/* libgit2 1.5 loses the match data of every regular expression that does not match, and opening a
 * repository with extensions matches all settings: nothing we could free. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:pcre2_\nleak:libpcre2";
}
#endif

/* libgit2 as a shared library reads every certificate of the system when it starts (15 ms), for
 * connections that are never made through it. This stands in front of the library's own function;
 * nothing else here uses mbedTLS. (Linked from its archive it has no connections.) */
int mbedtls_x509_crt_parse_file(void *chain, const char *path);
int mbedtls_x509_crt_parse_file(void *chain, const char *path)
{
    (void)chain;
    (void)path;
    return 0;
}

/* Once for the process: never shut down, because walks and repositories may outlive any one owner. */
int sw_git_library(sw_error *err)
{
    static bool ready;
    static const char *const extensions[] = { "worktreeconfig", "partialclone", "preciousobjects" };
    if (ready)
        return 0;
    if (git_libgit2_init() < 0)
        return sw_git_fail(NULL, err, -1, "git.broken", "libgit2 does not start");
    /* git verified these objects when they came; hashing them again costs a fifth of a walk. */
    git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
    git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
    git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions, sizeof extensions / sizeof *extensions);
    /* History is read once: keeping its commits would only grow with it. */
    git_libgit2_opts(GIT_OPT_SET_CACHE_OBJECT_LIMIT, GIT_OBJECT_COMMIT, (size_t)0);
    git_libgit2_opts(GIT_OPT_SET_CACHE_OBJECT_LIMIT, GIT_OBJECT_TAG, (size_t)0);
    const char *without = getenv("GIT_CONFIG_NOSYSTEM");
    int yes = 0;
    if (without && git_config_parse_bool(&yes, without) == 0 && yes)
        git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_SYSTEM, "");
    ready = true;
    return 0;
}

/* libgit2's codes to ours. */
static int translate(int rc)
{
    switch (rc) {
    case GIT_ENOTFOUND: return SW_E_NOT_FOUND;
    case GIT_EEXISTS: return SW_E_EXISTS;
    case GIT_EAMBIGUOUS:
    case GIT_EINVALIDSPEC: return SW_E_ARGUMENT;
    case GIT_ECONFLICT:
    case GIT_EMERGECONFLICT:
    case GIT_EMODIFIED: return SW_E_CONFLICT;
    case GIT_ELOCKED: return SW_E_LOCKED;
    default: return SW_E_REFUSED;
    }
}

/* libgit2 does not always pass on what the system said. */
static bool is_full(const sw_git *git)
{
    struct statvfs disk;
    return git && statvfs(git->scratch ? git->scratch : git->common_dir, &disk) == 0
           && (disk.f_bavail == 0 || (disk.f_files && disk.f_favail == 0));
}

static void describe(sw_error *err, const char *code, const char *format, va_list args)
{
    char text[900];
    vsnprintf(text, sizeof text, format, args);
    sw_fail(err, 0, code, "%s", text);
}

int sw_git_fail(sw_git *git, sw_error *err, int rc, const char *code, const char *format, ...)
{
    char said[600] = "";
    const git_error *last = git_error_last();
    if (last && last->message)
        snprintf(said, sizeof said, "%s", last->message);
    va_list args;
    va_start(args, format);
    if (git && git->missing.code[0]) { /* a promised object could not be had: that is the reason */
        if (err)
            *err = git->missing;
        sw_error_init(&git->missing);
        va_end(args);
        return SW_E_NETWORK;
    }
    if (last && last->klass == GIT_ERROR_NOMEMORY) {
        va_end(args);
        return sw_fail_nomem(err);
    }
    const char *hint = "";
    if (rc == GIT_ELOCKED || strstr(said, "failed to create locked file")) {
        rc = GIT_ELOCKED;
        code = "git.locked";
        hint = "another git is at work here; if none is, remove the .lock file named below";
    } else if (strstr(said, "No space left")
               || (strcmp(code, "git.not_written") == 0 && is_full(git))) {
        code = "git.disk_full";
        hint = "free some disk space and try again";
    } else if (strstr(said, "Permission denied") || strstr(said, "Read-only file system")) {
        code = "git.not_writable";
        hint = "make the repository's folder writable for you";
    }
    describe(err, code, format, args);
    va_end(args);
    sw_error_cause(err, "%s", said);
    if (*hint)
        sw_error_hint(err, "%s", hint);
    if (err)
        err->retry = rc == GIT_ELOCKED;
    git_error_clear();
    return translate(rc);
}

void sw_git_call_begin(sw_git_call *call, const sw_git *git)
{
    sw_git_call_init(call, git->work_dir ? git->work_dir : git->git_dir);
    if (git->name_git_dir) {
        sw_texts_addf(&call->argv, "--git-dir=%s", git->git_dir);
        sw_texts_addf(&call->argv, "--work-tree=%s", git->work_dir);
    }
    if (git->scratch) {
        sw_texts_addf(&call->env, "GIT_OBJECT_DIRECTORY=%s/objects", git->scratch);
        sw_texts_addf(&call->env, "GIT_ALTERNATE_OBJECT_DIRECTORIES=%s", git->objects);
    }
}

int sw_git_writable(const sw_git *git, sw_error *err)
{
    if (!git->scratch)
        return 0;
    return sw_fail(err, SW_E_ARGUMENT, "git.scratch",
                   "this handle only looks ahead: it writes no refs, tags or files");
}

int sw_git_has_files(const sw_git *git, sw_error *err)
{
    if (git->work_dir)
        return 0;
    return sw_fail(err, SW_E_UNSUPPORTED, "git.no_work_tree",
                   "%s is a bare repository: it has no files",
                   git->git_dir);
}

int sw_git_oid(git_oid *out, const char *text, sw_error *err)
{
    size_t len = text ? strlen(text) : 0;
    if (len == SW_OID_HEX && sw_git_hex(out->id, text))
        return 0;
    return sw_fail(err, SW_E_ARGUMENT, "git.bad_oid",
                   "'%s' is no object id (40 hexadecimal digits)",
                   text ? text : "");
}

void sw_git_oid_text(sw_oid_text out, const git_oid *id)
{
    static const char digits[] = "0123456789abcdef";
    for (int i = 0; i < 20; i++) {
        out[i * 2] = digits[id->id[i] >> 4];
        out[i * 2 + 1] = digits[id->id[i] & 15];
    }
    out[SW_OID_HEX] = '\0';
}

/* ---- revisions ---- */

/* Does the name in front of "~1", "^{}" and the like lead anywhere? libgit2 1.5 leaks when it has
 * to find out by itself that it does not. */
static bool leads_somewhere(sw_git *git, const char *rev)
{
    char base[512];
    size_t len = strcspn(rev, "~^:@");
    git_reference *ref = NULL;
    git_oid id;
    if (len == 0 || rev[len] == '@' || len >= sizeof base)
        return len == 0 || rev[len] == '@';
    memcpy(base, rev, len);
    base[len] = '\0';
    if (git_reference_dwim(&ref, git->repo, base) == 0) {
        git_reference_free(ref);
        return true;
    }
    const char *hex = strrchr(base, '-'); /* v1.0-4-g0123abc, as git describe says it */
    hex = hex && hex[1] == 'g' ? hex + 2 : base;
    size_t digits = strspn(hex, "0123456789abcdefABCDEF");
    if (hex[digits] || digits < 4 || digits > SW_OID_HEX || git_oid_fromstrn(&id, hex, digits) < 0)
        return false;
    return digits == SW_OID_HEX
           || git_odb_exists_prefix(NULL, git->odb, &id, digits) != GIT_ENOTFOUND;
}

static int find_object(git_object **out, sw_git *git, const char *rev, git_object_t type)
{
    git_object *found = NULL;
    git_oid id;
    int rc;
    if (strlen(rev) == SW_OID_HEX && git_oid_fromstr(&id, rev) == 0) {
        /* A partial clone has all its commits: one that is not here is not fetched by asking for
         * it. */
        bool here = type != GIT_OBJECT_COMMIT || git_odb_exists(git->odb, &id);
        git_error_clear();
        rc = here ? git_object_lookup(&found, git->repo, &id, GIT_OBJECT_ANY) : GIT_ENOTFOUND;
    } else if (leads_somewhere(git, rev)) {
        rc = git_revparse_single(&found, git->repo, rev);
    } else {
        git_error_clear();
        rc = GIT_ENOTFOUND;
    }
    if (rc == 0)
        rc = git_object_peel(out, found, type);
    git_object_free(found);
    return rc;
}

int sw_git_commit(git_commit **out, sw_git *git, const char *rev, sw_error *err)
{
    git_object *commit = NULL;
    int rc = find_object(&commit, git, rev, GIT_OBJECT_COMMIT);
    *out = (git_commit *)commit;
    if (rc == 0)
        return 0;
    rc = sw_git_fail(git, err, rc, "git.no_such_revision", "'%s' names no commit here", rev);
    if (git->shallow)
        sw_error_hint(err, "this clone is shallow; bring the rest: git fetch --unshallow");
    return rc;
}

int sw_git_tree(git_tree **out, sw_git *git, const char *treeish, sw_error *err)
{
    git_object *tree = NULL;
    git_oid id;
    bool exact = strlen(treeish) == SW_OID_HEX && git_oid_fromstr(&id, treeish) == 0;
    if (exact && git->tree && git_oid_equal(&id, &git->tree_of)) /* file after file is read at one commit */
        return git_tree_dup(out, git->tree);
    int rc = find_object(&tree, git, treeish, GIT_OBJECT_TREE);
    *out = (git_tree *)tree;
    if (rc == 0 && exact) {
        git_tree_free(git->tree);
        git->tree_of = id;
        if (git_tree_dup(&git->tree, *out) < 0)
            git->tree = NULL;
    }
    return rc == 0 ? 0
                   : sw_git_fail(git, err, rc, "git.no_such_revision",
                                 "'%s' names no commit or tree here", treeish);
}
