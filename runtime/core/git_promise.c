/* A partial clone has promised objects that are still on its remote. libgit2 1.5 does not know
 * this: it is given one more place to look, asked last, which has the program fetch the object. A
 * failure to do so is remembered in the handle and becomes the error of whatever was being read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <git2/sys/odb_backend.h>

#include "core/git_handle.h"

typedef struct promise {
    git_odb_backend parent;
    sw_git *git; /* borrowed: the handle owns the odb that owns this */
    bool asking; /* reading through the program may not end up here again */
} promise;

/* "<oid> <type> <size>\n<bytes>\n" */
static int parse_object(void **data, size_t *len, git_object_t *type, git_odb_backend *backend,
                        const sw_buf *answer)
{
    char kind[16];
    size_t size = 0;
    const char *line_end = memchr(sw_buf_text(answer), '\n', answer->len);
    if (!line_end || sscanf(sw_buf_text(answer), "%*40[0-9a-f] %15s %zu", kind, &size) != 2)
        return GIT_ENOTFOUND;
    size_t start = (size_t)(line_end - answer->data) + 1;
    *type = git_object_string2type(kind);
    if (*type == GIT_OBJECT_INVALID || answer->len < start + size)
        return GIT_ENOTFOUND;
    if (!data) {
        *len = size;
        return 0;
    }
    void *copy = git_odb_backend_data_alloc(backend, size + 1);
    if (!copy)
        return GIT_ERROR;
    memcpy(copy, answer->data + start, size);
    ((char *)copy)[size] = '\0';
    *data = copy;
    *len = size;
    return 0;
}

static int ask(void **data, size_t *len, git_object_t *type, promise *self, const git_oid *id)
{
    sw_git_call call;
    sw_git_result result;
    char line[SW_OID_HEX + 2];
    if (self->asking)
        return GIT_ENOTFOUND;
    self->asking = true;
    git_oid_fmt(line, id);
    line[SW_OID_HEX] = '\n';
    line[SW_OID_HEX + 1] = '\0';
    sw_git_call_begin(&call, self->git);
    sw_git_result_init(&result);
    call.input = line;
    call.input_len = SW_OID_HEX + 1;
    sw_git_call_args(&call, "cat-file", "--batch", NULL);
    int rc = sw_git_call_run(&result, &call, &self->git->missing);
    if (rc == 0)
        rc = parse_object(data, len, type, &self->parent, &result.out);
    if (rc < 0 && !self->git->missing.code[0] && result.err.len) {
        line[SW_OID_HEX] = '\0';
        sw_fail(&self->git->missing, SW_E_NETWORK, "git.missing_object",
                "object %s is missing in this partial clone and could not be fetched", line);
        sw_error_hint(&self->git->missing,
                      "check the network, or complete the clone: git fetch --refetch --no-filter");
        sw_git_result_cause(&result, &self->git->missing);
        self->git->missing.retry = true;
    }
    sw_git_result_release(&result);
    sw_git_call_release(&call);
    self->asking = false;
    return rc < 0 ? GIT_ENOTFOUND : 0;
}

static int promise_read(void **data, size_t *len, git_object_t *type, git_odb_backend *backend,
                        const git_oid *id)
{
    return ask(data, len, type, (promise *)backend, id);
}

static int promise_header(size_t *len, git_object_t *type, git_odb_backend *backend,
                          const git_oid *id)
{
    return ask(NULL, len, type, (promise *)backend, id);
}

/* Never a reason to fetch: writing asks this of every new object. */
static int promise_exists(git_odb_backend *backend, const git_oid *id)
{
    (void)backend;
    (void)id;
    return 0;
}

static void promise_free(git_odb_backend *backend)
{
    free(backend);
}

int sw_git_promise_add(sw_git *git, sw_error *err)
{
    promise *self = calloc(1, sizeof *self);
    if (!self)
        return sw_fail_nomem(err);
    int rc = git_odb_init_backend(&self->parent, GIT_ODB_BACKEND_VERSION);
    self->git = git;
    self->parent.read = promise_read;
    self->parent.read_header = promise_header;
    self->parent.exists = promise_exists;
    self->parent.free = promise_free;
    if (rc == 0)
        rc = git_odb_add_alternate(git->odb, &self->parent, 0); /* alternates are asked last, never written */
    if (rc < 0) {
        free(self);
        return sw_git_fail(git, err, rc, "git.broken", "cannot read this partial clone");
    }
    return 0;
}
