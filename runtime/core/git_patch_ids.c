/* Patch ids of many commits by few processes: git diff-tree and git patch-id read lists. git_read.h's sw_git_patch_ids. */
#include <string.h>

#include "core/git_handle.h"
#include "core/git_read.h"

enum { AT_ONCE = 100 }; /* commits whose changes are held in memory together */

static int run(sw_git_result *result, sw_git *git, const char *const *args, const sw_buf *input, sw_error *err)
{
    sw_git_call call;
    sw_git_call_begin(&call, git);
    for (; *args; args++)
        sw_git_call_arg(&call, *args);
    call.input = sw_buf_text(input);
    call.input_len = input->len;
    int rc = sw_git_call_done(result, &call, err);
    sw_git_call_release(&call);
    return rc;
}

int sw_git_patch_ids(sw_buf *out, sw_git *git, const char *const *oids, size_t count, sw_error *err)
{
    static const char *const show[] = { "diff-tree", "--stdin", "--root", "--no-ext-diff", "--no-textconv", "-p", NULL };
    static const char *const id[] = { "patch-id", "--stable", NULL };
    sw_git_result patches, answer;
    sw_buf list;
    git_oid checked;
    int rc = 0;
    sw_git_result_init(&patches);
    sw_git_result_init(&answer);
    sw_buf_init(&list);
    for (size_t at = 0; rc == 0 && at < count;) {
        sw_buf_clear(&list);
        for (size_t end = at + AT_ONCE; rc == 0 && at < count && at < end; at++) {
            rc = sw_git_oid(&checked, oids[at], err);
            if (rc == 0 && (sw_buf_add_text(&list, oids[at]) < 0 || sw_buf_add_char(&list, '\n') < 0))
                rc = sw_fail_nomem(err);
        }
        if (rc == 0)
            rc = run(&patches, git, show, &list, err);
        if (rc == 0)
            rc = run(&answer, git, id, &patches.out, err);
        if (rc == 0 && sw_buf_add(out, sw_buf_text(&answer.out), answer.out.len) < 0)
            rc = sw_fail_nomem(err);
    }
    sw_git_result_release(&patches);
    sw_git_result_release(&answer);
    sw_buf_release(&list);
    return rc;
}
