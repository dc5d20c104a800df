#include "core/git_commits.h"

#include <string.h>

static void hex_of(sw_oid_text hex, const unsigned char *id)
{
    git_oid oid;
    memcpy(oid.id, id, sizeof oid.id);
    sw_git_oid_text(hex, &oid);
}

int sw_git_commit_damaged(const unsigned char *id, sw_error *err)
{
    sw_oid_text hex;
    hex_of(hex, id);
    return sw_fail(err, SW_E_CORRUPT, "git.broken", "commit %s is damaged", hex);
}

static int fail_unread(sw_git *git, const unsigned char *id, int rc, sw_error *err)
{
    sw_oid_text hex;
    hex_of(hex, id);
    rc = sw_git_fail(git, err, rc, "git.broken", "commit %s is missing", hex);
    sw_error_hint(err, "%s", git->shallow ? "this clone is shallow; bring the rest: git fetch --unshallow"
                                          : "git fsck names what is damaged");
    return rc;
}

int sw_git_commit_elsewhere(sw_buf *text, sw_git *git, const unsigned char *id, sw_error *err)
{
    git_odb_object *object = NULL;
    git_oid oid;
    memcpy(oid.id, id, sizeof oid.id);
    int rc = git_odb_read(&object, git->odb, &oid);
    if (rc < 0)
        return fail_unread(git, id, rc, err);
    text->len = 0;
    if (git_odb_object_type(object) != GIT_OBJECT_COMMIT)
        rc = sw_git_commit_damaged(id, err);
    else if (sw_buf_add(text, git_odb_object_data(object), git_odb_object_size(object)) < 0)
        rc = sw_fail_nomem(err);
    git_odb_object_free(object);
    return rc;
}

static int read_elsewhere(sw_git_commits *commits, sw_git *git, const git_oid *id, sw_error *err)
{
    if (commits->packs_only)
        return sw_fail(err, SW_E_CORRUPT, "git.broken", "a commit is not in the packs");
    return sw_git_commit_elsewhere(&commits->read.text, git, id->id, err);
}

/* Is the committer's line whole? */
static bool has_committer(const char *text, size_t len)
{
    static const char committer[] = "\ncommitter ";
    const char *at = memmem(text, len, committer, sizeof committer - 1), *end = text + len;
    at = at ? at + sizeof committer - 1 : end;
    const char *stop = memchr(at, '\n', (size_t)(end - at));
    return stop && !memchr(text, '\0', (size_t)(stop - text));
}

static int open_packs(sw_git_commits *commits, sw_git *git, sw_error *err)
{
    int rc = commits->packs ? 0 : sw_git_packs(&commits->packs, git, err);
    if (rc == 0 && !commits->reader)
        rc = sw_pack_reader_open(&commits->reader, commits->packs, err);
    return rc;
}

static bool read_packed(sw_git_commits *commits, const sw_packed *where)
{
    enum { SHORT = 1024 };
    uint64_t next;
    sw_error unimportant;
    if (commits->count++ < SHORT)
        return sw_pack_read(&commits->read.text, &next, commits->reader, where->pack, where->offset) == 1;
    if (!commits->ahead && sw_pack_ahead_open(&commits->ahead, commits->packs, &unimportant) < 0)
        return false;
    return sw_pack_ahead_read(&commits->read, commits->ahead, where->pack, where->offset);
}

int sw_git_commits_read(const char **text, size_t *len, sw_git_commits *commits, sw_git *git, const git_oid *id,
                        sw_error *err)
{
    sw_packed where;
    int rc = open_packs(commits, git, err);
    if (rc == 0 && (!sw_packs_find(&where, commits->packs, id->id) || !read_packed(commits, &where)))
        rc = read_elsewhere(commits, git, id, err);
    *text = sw_buf_text(&commits->read.text);
    *len = commits->read.text.len;
    return rc;
}

int sw_git_commits_read_head(const char **text, size_t *len, sw_git_commits *commits, sw_git *git, const git_oid *id,
                             sw_error *err)
{
    sw_packed where;
    sw_buf *head = &commits->read.text;
    int rc = open_packs(commits, git, err);
    if (rc < 0)
        return rc;
    if (!sw_packs_find(&where, commits->packs, id->id) || !sw_pack_read_head(head, commits->reader, where.pack, where.offset)
        || !has_committer(sw_buf_text(head), head->len))
        return sw_git_commits_read(text, len, commits, git, id, err);
    *text = sw_buf_text(head);
    *len = head->len;
    return 0;
}

void sw_git_commits_rest(sw_git_commits *commits)
{
    sw_pack_ahead_close(commits->ahead);
    commits->ahead = NULL;
}

void sw_git_commits_close(sw_git_commits *commits)
{
    sw_git_commits_rest(commits);
    sw_pack_reader_close(commits->reader);
    sw_buf_release(&commits->read.text);
    memset(commits, 0, sizeof *commits);
}
