#include "core/git_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <git2/sys/commit.h>

#include "core/git_handle.h"
#include "core/git_name.h"
#include "core/git_read.h"
#include "core/git_ref.h"

/* ---- plain commits ---- */

static int make_plain(sw_oid_text out, sw_git *git, const sw_git_new_commit *commit, sw_error *err)
{
    git_signature author = { (char *)(uintptr_t)commit->author.name,
                             (char *)(uintptr_t)commit->author.email,
                             { commit->author.time, commit->author.offset, '+' } };
    git_signature committer = { (char *)(uintptr_t)commit->committer.name,
                                (char *)(uintptr_t)commit->committer.email,
                                { commit->committer.time, commit->committer.offset, '+' } };
    author.when.sign = author.when.offset < 0 ? '-' : '+';
    committer.when.sign = committer.when.offset < 0 ? '-' : '+';
    size_t count = 0;
    while (commit->parents[count])
        count++;
    git_oid *ids = calloc(count + 1, sizeof *ids);
    const git_oid **parents = calloc(count + 1, sizeof *parents);
    git_oid tree, id;
    int rc = ids && parents ? sw_git_oid(&tree, commit->tree, err) : sw_fail_nomem(err);
    for (size_t i = 0; i < count && rc == 0; i++) {
        rc = sw_git_oid(&ids[i], commit->parents[i], err);
        parents[i] = &ids[i];
    }
    if (rc == 0) {
        rc = git_commit_create_from_ids(&id, git->repo, NULL, &author, &committer, commit->encoding,
                                        commit->message, &tree, count, parents);
        if (rc < 0)
            rc = sw_git_fail(git, err, rc, "git.not_written", "the commit cannot be stored");
        else
            sw_git_oid_text(out, &id);
    }
    free(ids);
    free((void *)(uintptr_t)parents);
    return rc;
}

/* ---- signed ones: git itself signs, so that every setting of the user holds (gpg.format,
 * gpg.program, user.signingkey in all its forms, gpg.ssh.defaultKeyCommand, agents) ---- */

static void add_person(sw_git_call *call, const char *role, const sw_git_person *person)
{
    int minutes = person->offset < 0 ? -person->offset : person->offset;
    sw_texts_addf(&call->env, "GIT_%s_NAME=%s", role, person->name);
    sw_texts_addf(&call->env, "GIT_%s_EMAIL=%s", role, person->email);
    sw_texts_addf(&call->env, "GIT_%s_DATE=@%lld %c%02d%02d", role, (long long)person->time,
                  person->offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

/* An entry of gpg's passphrase needs to know the terminal. */
static void add_terminal(sw_git_call *call)
{
    char name[128];
    if (!getenv("GPG_TTY") && isatty(0) && ttyname_r(0, name, sizeof name) == 0)
        sw_texts_addf(&call->env, "GPG_TTY=%s", name);
}

static int fail_sign(const sw_git_result *result, sw_error *err)
{
    int rc = sw_git_result_fail(result, err, "git.sign_failed", "git could not sign it");
    if (rc != SW_E_REFUSED || (err && strcmp(err->code, "git.sign_failed") != 0))
        return rc;
    sw_error_hint(err, "check user.signingkey and gpg.format; try: echo | git commit-tree -S HEAD^{tree}");
    return SW_E_AUTH;
}

static int make_signed(sw_oid_text out, sw_git *git, const sw_git_new_commit *commit, sw_error *err)
{
    sw_git_call call;
    sw_git_result result;
    sw_git_call_begin(&call, git);
    sw_git_result_init(&result);
    add_person(&call, "AUTHOR", &commit->author);
    add_person(&call, "COMMITTER", &commit->committer);
    add_terminal(&call);
    sw_git_call_durable(&call);
    sw_git_call_config(&call, "i18n.commitEncoding", commit->encoding ? commit->encoding : "UTF-8");
    sw_git_call_args(&call, "commit-tree", "-S", "-F", "-", NULL);
    for (const char *const *parent = commit->parents; *parent; parent++)
        sw_git_call_args(&call, "-p", *parent, NULL);
    sw_git_call_arg(&call, commit->tree);
    call.input = commit->message;
    call.input_len = strlen(commit->message);
    int rc = sw_git_call_run(&result, &call, err);
    if (rc == 0 && (result.code != 0 || result.out.len < SW_OID_HEX))
        rc = fail_sign(&result, err);
    if (rc == 0) {
        memcpy(out, result.out.data, SW_OID_HEX);
        out[SW_OID_HEX] = '\0';
    }
    sw_git_result_release(&result);
    sw_git_call_release(&call);
    return rc;
}

int sw_git_commit_make(sw_oid_text out, sw_git *git, const sw_git_new_commit *commit, sw_error *err)
{
    return commit->sign ? make_signed(out, git, commit, err) : make_plain(out, git, commit, err);
}

/* ---- a commit as wished ---- */

int sw_git_message_tidy(sw_buf *out, const char *message, sw_error *err)
{
    git_buf tidy = { 0 };
    sw_buf_clear(out);
    int rc = git_message_prettify(&tidy, message, 0, '#');
    if (rc == 0 && tidy.size == 0)
        rc = sw_fail(err, SW_E_ARGUMENT, "git.empty_message", "the message is empty");
    else if (rc < 0 || sw_buf_add(out, tidy.ptr, tidy.size) < 0)
        rc = sw_fail_nomem(err);
    git_buf_dispose(&tidy);
    return rc;
}

static int finish_commit(sw_oid_text commit, sw_git *git, const sw_git_commit_wish *wish,
                         const char *tree,
                         const char *message, sw_error *err)
{
    sw_git_identity author = { 0 }, committer = { 0 };
    sw_oid_text base = "";
    const char *only[] = { base, NULL };
    int rc = sw_git_identity_get(&author, git, true, err);
    if (rc == 0)
        rc = sw_git_identity_get(&committer, git, false, err);
    if (rc == 0 && !wish->parents && wish->base)
        rc = sw_git_resolve(base, git, wish->base, err);
    if (rc == 0) {
        if (!*base)
            only[0] = NULL;
        sw_git_new_commit fresh = {
            .tree = tree,
            .parents = wish->parents ? wish->parents : only,
            .author = { author.name.data, author.email.data, wish->time, wish->offset },
            .committer = { committer.name.data, committer.email.data, wish->time, wish->offset },
            .message = message,
            .sign = wish->sign < 0 ? sw_git_config_bool(git, "commit.gpgsign",
                                                        0) == 1 : wish->sign == 1,
        };
        rc = sw_git_commit_make(commit, git, &fresh, err);
    }
    sw_git_identity_release(&author);
    sw_git_identity_release(&committer);
    return rc;
}

int sw_git_commit_write(sw_oid_text commit, sw_oid_text tree, sw_git *git,
                        const sw_git_commit_wish *wish,
                        sw_error *err)
{
    sw_buf message;
    sw_buf_init(&message);
    int rc = sw_git_message_tidy(&message, wish->message, err);
    if (rc == 0)
        rc = sw_git_tree_edit(tree, git, wish->base, wish->edits, wish->edit_count, err);
    if (rc == 0 && wish->hooks)
        rc = sw_git_hooks_ask(&message, git, tree, err);
    if (rc == 0)
        rc = finish_commit(commit, git, wish, tree, sw_buf_text(&message), err);
    sw_buf_release(&message);
    return rc;
}

/* ---- annotated tags ---- */

static int tag_exists(const char *name, sw_error *err)
{
    sw_fail(err, SW_E_EXISTS, "tag.exists", "the tag %s exists already", name);
    sw_error_hint(err, "git show %s tells what it is", name);
    return SW_E_EXISTS;
}

static bool is_signed(sw_git *git, const git_oid *id)
{
    git_odb_object *object = NULL;
    sw_git_raw raw;
    bool answer = git_odb_read(&object, git->odb, id) == 0
                  && sw_git_raw_tag(&raw, git_odb_object_data(object),
                                    git_odb_object_size(object)) == 0
                  && raw.signed_;
    git_odb_object_free(object);
    return answer;
}

static int tag_signed(sw_oid_text out, sw_git *git, const sw_git_tag_wish *wish,
                      const sw_git_identity *who,
                      const char *message, sw_error *err)
{
    sw_git_call call;
    sw_git_result result;
    sw_git_person tagger = { who->name.data, who->email.data, wish->time, 0 };
    git_oid id;
    char full[1024];
    sw_git_call_begin(&call, git);
    sw_git_result_init(&result);
    add_person(&call, "COMMITTER", &tagger);
    add_terminal(&call);
    sw_git_call_durable(&call);
    sw_git_call_args(&call, "tag", "-s", "-F", "-", "--cleanup=verbatim", "--", wish->name,
                     wish->target, NULL);
    call.input = message;
    call.input_len = strlen(message);
    int rc = sw_git_call_run(&result, &call, err);
    if (rc == 0 && result.code != 0)
        rc = strstr(sw_buf_text(&result.err), "already exists") ? tag_exists(wish->name, err)
                                                                : fail_sign(&result, err);
    snprintf(full, sizeof full, "refs/tags/%s", wish->name);
    if (rc == 0 && git_reference_name_to_id(&id, git->repo, full) < 0)
        rc = sw_git_fail(git, err, -1, "git.not_written", "the tag %s was not written", wish->name);
    if (rc == 0)
        sw_git_oid_text(out, &id);
    if (rc == 0 && !is_signed(git, &id)) { /* git 2.39 goes on without when ssh-keygen failed, and says 0 */
        rc = fail_sign(&result, err);
        sw_git_ref_delete(git, full, out, NULL);
    }
    sw_git_result_release(&result);
    sw_git_call_release(&call);
    return rc;
}

/* The object is written here and not by git_tag_create, which loses memory and the reason when it
 * fails. */
static int tag_plain(sw_oid_text out, sw_git *git, const sw_git_tag_wish *wish,
                     const sw_git_identity *who,
                     const char *message, sw_error *err)
{
    sw_oid_text target;
    char full[1024];
    git_reference *ref = NULL;
    git_oid id;
    sw_buf text;
    int rc = sw_git_resolve(target, git, wish->target, err);
    if (rc < 0)
        return rc;
    sw_buf_init(&text);
    if (sw_buf_addf(&text, "object %s\ntype commit\ntag %s\ntagger %s <%s> %lld +0000\n\n%s",
                    target, wish->name,
                    sw_buf_text(&who->name), sw_buf_text(&who->email), (long long)wish->time,
                        message) < 0)
        rc = sw_fail_nomem(err);
    else if ((rc = git_odb_write(&id, git->odb, text.data, text.len, GIT_OBJECT_TAG)) < 0)
        rc = sw_git_fail(git, err, rc, "git.not_written", "the tag %s cannot be written",
                         wish->name);
    sw_buf_release(&text);
    if (rc < 0)
        return rc;
    snprintf(full, sizeof full, "refs/tags/%s", wish->name);
    rc = git_reference_create(&ref, git->repo, full, &id, 0, NULL);
    git_reference_free(ref);
    if (rc == GIT_EEXISTS)
        return tag_exists(wish->name, err);
    if (rc < 0)
        return sw_git_fail(git, err, rc, "git.not_written", "the tag %s cannot be written",
                           wish->name);
    sw_git_oid_text(out, &id);
    return 0;
}

int sw_git_tag_write(sw_oid_text out, sw_git *git, const sw_git_tag_wish *wish, sw_error *err)
{
    char full[1024];
    git_oid there;
    sw_buf message;
    sw_git_identity who = { 0 };
    int rc = sw_git_writable(git, err);
    if (rc < 0)
        return rc;
    if ((size_t)snprintf(full, sizeof full, "refs/tags/%s", wish->name) >= sizeof full
        || wish->name[0] == '-' || !sw_git_name_valid(NULL, full, 0))
        return sw_fail(err, SW_E_ARGUMENT, "git.bad_name", "'%s' cannot be the name of a tag",
                       wish->name);
    if (git_reference_name_to_id(&there, git->repo, full) == 0)
        return tag_exists(wish->name, err);
    sw_buf_init(&message);
    rc = sw_git_message_tidy(&message, wish->message, err);
    if (rc == 0)
        rc = sw_git_identity_get(&who, git, false, err);
    if (rc == 0) {
        bool sign = wish->sign < 0 ? sw_git_config_bool(git, "tag.gpgsign",
                                                        0) == 1 : wish->sign == 1;
        rc = (sign ? tag_signed : tag_plain)(out, git, wish, &who, sw_buf_text(&message), err);
    }
    sw_git_identity_release(&who);
    sw_buf_release(&message);
    return rc;
}
