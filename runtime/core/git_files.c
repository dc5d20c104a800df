#include "core/git_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/git_handle.h"
#include "core/git_paths.h"
#include "core/git_read.h"

#define EMPTY_TREE "4b825dc642cb6eb9a060e54bf8d69288fbee4904" /* git knows it without storing it */

typedef struct side {
    const char *tree;   /* what git is asked about */
    const char *commit; /* NULL: the empty tree */
    bool *files;        /* per path: does the file agree with this side? */
    bool *index;        /* and the index? */
} side;

typedef struct comparison {
    sw_git *git;
    sw_git_paths paths; /* what differs between the two, sorted */
    side from, to;
    bool *remains; /* per path: what a killed git has left of the file, of which nothing can be lost */
    bool sparse;
} comparison;

/* ---- asking the program, with the user's index or a copy of it ---- */

/* NUL-separated names in the answer, sorted into `names`. */
static int split_names(sw_texts *names, const sw_buf *text)
{
    for (size_t at = 0; at < text->len; at += strlen(text->data + at) + 1)
        sw_texts_add(names, text->data + at);
    sw_texts_sort(names);
    return names->failed ? SW_E_NOMEM : 0;
}

/* `names` and `input` may be NULL. An exit code of 1 is no failure when `difference` says that it
 * only tells of one. */
static int ask(sw_texts *names, sw_git *git, const char *index, const char *const *args,
               const sw_buf *input,
               bool difference, sw_error *err)
{
    sw_git_call call;
    sw_git_result result;
    sw_git_call_begin(&call, git);
    sw_git_result_init(&result);
    if (index)
        sw_texts_addf(&call.env, "GIT_INDEX_FILE=%s", index);
    if (input) {
        call.input = sw_buf_text(input);
        call.input_len = input->len;
    }
    sw_git_call_args(&call, "-c", "core.fsmonitor=false", NULL);
    for (const char *const *arg = args; *arg; arg++)
        sw_git_call_arg(&call, *arg);
    int rc = sw_git_call_run(&result, &call, err);
    if (rc == 0 && result.code != 0 && !(difference && result.code == 1))
        rc = sw_git_result_fail(&result, err, "git.failed", "git %s ended with code %d", args[0],
                                result.code);
    if (rc == 0 && names && split_names(names, &result.out) < 0)
        rc = sw_fail_nomem(err);
    sw_git_result_release(&result);
    sw_git_call_release(&call);
    return rc;
}
#define ARGS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* The copy keeps the time of the original: git takes entries of the same moment for doubtful and
 * looks at the file itself; with a newer time it would believe them. No index yet: no copy. */
static int copy_index(sw_git *git, const char *to, sw_error *err)
{
    char from[4096];
    struct stat st;
    snprintf(from, sizeof from, "%s/index", git->git_dir);
    int in = open(from, O_RDONLY | O_CLOEXEC);
    if (in < 0 && errno == ENOENT)
        return 0;
    int out = in < 0 ? -1 : open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool ok = out >= 0 && fstat(in, &st) == 0;
    for (off_t done = 0; ok && done < st.st_size;)
        ok = sendfile(out, in, &done, (size_t)(st.st_size - done)) > 0;
    ok = ok && futimens(out, (struct timespec[2]){ st.st_atim, st.st_mtim }) == 0;
    int rc = ok ? 0 : sw_fail_errno(err, errno, "git.not_written", "cannot copy git's index to %s",
                                    to);
    if (in >= 0)
        close(in);
    if (out >= 0)
        close(out);
    return rc;
}

/* ---- comparing ---- */

/* For a path that the tree does not have: is there no file either? A folder in its place counts as
 * none; what is in it is looked at on its own. */
static bool is_absent(sw_git *git, const char *path)
{
    char whole[4096];
    struct stat st;
    snprintf(whole, sizeof whole, "%s/%s", git->work_dir, path);
    return lstat(whole, &st) < 0 || S_ISDIR(st.st_mode);
}

static bool on_side(const comparison *c, const side *s, size_t i)
{
    int what = c->paths.items[i].what;
    return what == SW_GIT_CHANGED || (s == &c->to ? what == SW_GIT_ADDED : what == SW_GIT_REMOVED);
}

static bool is_submodule(const comparison *c, size_t i)
{
    return (c->paths.items[i].mode & 0170000) == 0160000;
}

/* Files: an index that holds this side's tree, with what is known about unchanged files kept, so
 * that only files that may differ are read. */
static int compare_files(comparison *c, side *s, const char *index, sw_error *err)
{
    sw_texts differ;
    sw_texts_init(&differ);
    int rc = copy_index(c->git, index, err);
    if (rc == 0)
        rc = ask(NULL, c->git, index, ARGS("read-tree", "-i", "-m", s->tree), NULL, false, err);
    if (rc == 0)
        rc = ask(NULL, c->git, index, ARGS("update-index", "--refresh", "--ignore-submodules"),
                 NULL, true, err);
    if (rc == 0)
        rc = ask(&differ, c->git, index,
                 ARGS("diff-files", "--name-only", "-z", "--ignore-submodules=all"), NULL,
                 false, err);
    for (size_t i = 0; rc == 0 && i < c->paths.count; i++) {
        const char *path = c->paths.items[i].path;
        if (!on_side(c, s, i))
            s->files[i] = is_submodule(c, i) || is_absent(c->git, path);
        else /* outside a sparse checkout a missing file is as it should be */
            s->files[i] = !sw_texts_has(&differ, path) || (c->sparse && is_absent(c->git, path));
    }
    sw_texts_release(&differ);
    return rc;
}

static int compare_index(comparison *c, side *s, sw_error *err)
{
    sw_texts differ;
    sw_texts_init(&differ);
    int rc = ask(&differ, c->git, NULL, ARGS("diff-index", "--cached", "--name-only", "-z",
                                             s->tree), NULL, false,
                 err);
    for (size_t i = 0; rc == 0 && i < c->paths.count; i++)
        s->index[i] = !sw_texts_has(&differ, c->paths.items[i].path);
    sw_texts_release(&differ);
    return rc;
}

static bool all(const comparison *c, const side *s)
{
    for (size_t i = 0; i < c->paths.count; i++)
        if (!s->files[i] || !s->index[i])
            return false;
    return true;
}

static void compare_release(comparison *c)
{
    sw_git_paths_release(&c->paths);
    free(c->from.files);
    free(c->from.index);
    free(c->to.files);
    free(c->to.index);
    free(c->remains);
}

static int prepare(comparison *c, sw_git *git, const char *from, const char *to, sw_error *err)
{
    memset(c, 0, sizeof *c);
    c->git = git;
    c->from = (side){ .tree = from ? from : EMPTY_TREE, .commit = from };
    c->to = (side){ .tree = to, .commit = to };
    int rc = sw_git_has_files(git, err);
    if (rc == 0)
        rc = sw_git_changes(&c->paths, git, from, to, err);
    if (rc < 0)
        return rc;
    c->from.files = calloc(c->paths.count + 1, sizeof(bool));
    c->from.index = calloc(c->paths.count + 1, sizeof(bool));
    c->to.files = calloc(c->paths.count + 1, sizeof(bool));
    c->to.index = calloc(c->paths.count + 1, sizeof(bool));
    c->remains = calloc(c->paths.count + 1, sizeof(bool));
    if (!c->remains || !c->from.files || !c->from.index || !c->to.files || !c->to.index)
        return sw_fail_nomem(err);
    c->sparse = c->paths.count && sw_git_config_bool(git, "core.sparsecheckout", 0) == 1;
    return 0;
}

/* Fills both sides; `from` only when the files are not at `to` altogether. */
static int compare(comparison *c, sw_git *git, const char *from, const char *to, sw_error *err)
{
    char folder[1024], index[1100];
    const char *base = getenv("TMPDIR");
    int rc = prepare(c, git, from, to, err);
    if (rc < 0 || c->paths.count == 0)
        return rc;
    snprintf(folder, sizeof folder, "%s/slipway-index-XXXXXX", base && *base ? base : "/tmp");
    if (!mkdtemp(folder))
        return sw_fail_errno(err, errno, "git.not_written", "cannot make the folder %s", folder);
    snprintf(index, sizeof index, "%s/index", folder);
    if ((rc = compare_index(c, &c->to, err)) == 0)
        rc = compare_files(c, &c->to, index, err);
    if (rc == 0 && !all(c, &c->to) && (rc = compare_index(c, &c->from, err)) == 0)
        rc = compare_files(c, &c->from, index, err);
    unlink(index);
    rmdir(folder);
    return rc;
}

int sw_git_files_state(enum sw_git_files *out, sw_git *git, const char *from, const char *at,
                       sw_error *err)
{
    comparison c;
    int rc = compare(&c, git, from, at, err);
    if (rc == 0)
        *out = all(&c, &c.to) ? SW_FILES_SAME : all(&c, &c.from) ? SW_FILES_FROM : SW_FILES_MIXED;
    compare_release(&c);
    return rc;
}

/* ---- moving ---- */

/* A line of `update-index --index-info` that gives the path what `s` has there, or nothing. */
static int add_entry(sw_buf *info, comparison *c, const side *s, const char *path, sw_error *err)
{
    git_tree *tree = NULL;
    git_oid id;
    unsigned mode = 0;
    sw_oid_text hex = "0000000000000000000000000000000000000000";
    int rc = s->commit ? sw_git_tree(&tree, c->git, s->commit, err) : 0;
    if (rc == 0 && tree)
        rc = sw_git_path_find(&id, &mode, c->git, git_tree_id(tree), path, err);
    git_tree_free(tree);
    if (rc < 0)
        return rc;
    if (rc > 0)
        sw_git_oid_text(hex, &id);
    if (sw_buf_addf(info, "%o %s\t%s", rc > 0 ? mode : 0, hex, path) < 0
        || sw_buf_add_char(info, '\0') < 0)
        return sw_fail_nomem(err);
    return 0;
}

static int fail_overwrite(const sw_texts *paths, sw_error *err)
{
    if (paths->failed)
        return sw_fail_nomem(err);
    sw_fail(err, SW_E_CONFLICT, "git.would_overwrite",
            "%s%s in the way: edited, or not known to git",
            paths->items[0], paths->count > 1 ? " and others are" : " is");
    sw_error_hint(err, "commit or stash it first: git stash -u");
    return SW_E_CONFLICT;
}

/* Are the file's bytes the beginning of what the target has there, after its filters? */
static bool is_beginning(comparison *c, const char *path, const char *whole, sw_error *err)
{
    sw_git_call call;
    sw_git_result result;
    char part[4096];
    sw_git_call_begin(&call, c->git);
    sw_git_result_init(&result);
    sw_git_call_args(&call, "cat-file", "--filters", NULL);
    sw_texts_addf(&call.argv, "%s:%s", c->to.tree, path);
    FILE *file = fopen(whole, "re");
    bool same = file && sw_git_call_run(&result, &call, err) == 0 && result.code == 0;
    size_t at = 0;
    for (size_t got; same && (got = fread(part, 1, sizeof part, file)) > 0; at += got)
        same = at + got <= result.out.len && memcmp(result.out.data + at, part, got) == 0;
    if (file)
        fclose(file);
    sw_git_result_release(&result);
    sw_git_call_release(&call);
    return same;
}

/* A git that was killed while it wrote a file leaves none, or the beginning of the new one. */
static bool is_remains(comparison *c, size_t i, sw_error *err)
{
    char whole[4096];
    struct stat st;
    const char *path = c->paths.items[i].path;
    snprintf(whole, sizeof whole, "%s/%s", c->git->work_dir, path);
    if (lstat(whole, &st) < 0)
        return true;
    return S_ISREG(st.st_mode) && on_side(c, &c->to, i) && is_beginning(c, path, whole, err);
}

/* What stands in the way becomes `paths`, what is left of a killed git is marked. */
static int find_obstacles(sw_texts *paths, comparison *c, sw_error *err)
{
    for (size_t i = 0; i < c->paths.count; i++) {
        if (!c->to.files[i] && !c->from.files[i])
            c->remains[i] = is_remains(c, i, err);
        bool file = c->to.files[i] || c->from.files[i] || c->remains[i];
        if (!file || !(c->to.index[i] || c->from.index[i]))
            sw_texts_add(paths, c->paths.items[i].path);
    }
    return paths->count || paths->failed ? fail_overwrite(paths, err) : 0;
}

static void remove_remains(const comparison *c)
{
    char whole[4096];
    for (size_t i = 0; i < c->paths.count; i++) {
        snprintf(whole, sizeof whole, "%s/%s", c->git->work_dir, c->paths.items[i].path);
        if (c->remains[i])
            unlink(whole);
    }
}

/* A move that was killed has left files that are new and an index that is old. The index follows
 * the files, so that git finds both agreed and goes on. (A file that a sparse checkout leaves out
 * agrees with both.) */
static int mend_index(comparison *c, sw_error *err)
{
    sw_buf info;
    int rc = 0;
    sw_buf_init(&info);
    for (size_t i = 0; rc == 0 && i < c->paths.count; i++) {
        const side *s = c->to.files[i] ? &c->to : &c->from;
        bool told = c->to.files[i] != c->from.files[i] || c->remains[i];
        if (told && !s->index[i] && !is_submodule(c, i))
            rc = add_entry(&info, c, s, c->paths.items[i].path, err);
    }
    if (rc == 0 && info.len)
        rc = ask(NULL, c->git, NULL, ARGS("update-index", "-z", "--index-info"), &info, false, err);
    sw_buf_release(&info);
    return rc;
}

/* The names that git puts in quotes when it refuses: "error: Entry 'a/b' not uptodate. Cannot
 * merge." */
static void quoted_names(sw_texts *paths, const char *text)
{
    static const char *const heads[] = { "error: Entry '", "error: Untracked working tree file '",
                                         "error: Updating '" };
    for (const char *line = text; *line; line += strcspn(line, "\n") + (strchr(line, '\n') != NULL))
        for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
            size_t len = strlen(heads[i]);
            const char *end = strncmp(line, heads[i], len) == 0 ? strchr(line + len, '\'') : NULL;
            if (end)
                sw_texts_addn(paths, line + len, (size_t)(end - line) - len);
        }
}

static int read_tree(sw_texts *paths, comparison *c, sw_error *err)
{
    sw_git_call call;
    sw_git_result result;
    sw_git_call_begin(&call, c->git);
    sw_git_result_init(&result);
    sw_git_call_args(&call, "read-tree", "-m", "-u", c->from.tree, c->to.tree, NULL);
    int rc = sw_git_call_run(&result, &call, err);
    if (rc == 0 && result.code != 0) {
        quoted_names(paths, sw_buf_text(&result.err));
        rc = paths->count ? fail_overwrite(paths, err)
                          : sw_git_result_fail(&result, err, "git.failed",
                                               "git could not move the files");
    }
    sw_git_result_release(&result);
    sw_git_call_release(&call);
    return rc;
}

int sw_git_files_move(sw_texts *paths, sw_git *git, const char *from, const char *to, sw_error *err)
{
    comparison c = { 0 };
    int rc = sw_git_writable(git, err);
    if (rc == 0)
        rc = compare(&c, git, from, to, err);
    if (rc < 0 || all(&c, &c.to))
        goto done;
    rc = find_obstacles(paths, &c, err);
    if (rc == 0)
        rc = mend_index(&c, err);
    if (rc == 0)
        remove_remains(&c);
    if (rc == 0)
        rc = ask(NULL, git, NULL, ARGS("update-index", "--refresh", "--ignore-submodules"), NULL,
                 true, err);
    if (rc == 0)
        rc = read_tree(paths, &c, err);
done:
    compare_release(&c);
    return rc;
}
