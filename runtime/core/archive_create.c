#include "core/archive_create.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/archive_collect.h"
#include "core/archive_output.h"
#include "core/archive_tar_write.h"
#include "core/archive_zip_write.h"
#include "core/buf.h"
#include "core/fresh_file.h"

typedef struct format {
    const char *name;
    bool zip;
    enum sw_archive_form form;
    int highest; /* level */
} format;

static const format formats[] = {
    { "zip", true, SW_FORM_PLAIN, 9 },    { "tar", false, SW_FORM_PLAIN, 0 }, { "tar.gz", false, SW_FORM_GZIP, 9 },
    { "tgz", false, SW_FORM_GZIP, 9 },    { "tar.xz", false, SW_FORM_XZ, 9 }, { "txz", false, SW_FORM_XZ, 9 },
    { "tar.zst", false, SW_FORM_ZSTD, 19 }, { "tzst", false, SW_FORM_ZSTD, 19 },
};

static bool ends_with(const char *file, const char *name)
{
    size_t len = strlen(file), want = strlen(name);
    return len > want + 1 && file[len - want - 1] == '.' && strcmp(file + len - want, name) == 0;
}

static int find_format(const format **out, const sw_archive_recipe *r, sw_error *err)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        const format *f = &formats[i];
        if (r->format ? strcmp(r->format, f->name) != 0 : !ends_with(r->file, f->name))
            continue;
        *out = f;
        if (r->level >= 0 && r->level <= f->highest)
            return 0;
        return sw_fail(err, SW_E_ARGUMENT, "archive.format", "%s has no level %d, only 1 to %d", f->name, r->level,
                       f->highest);
    }
    int rc = sw_fail(err, SW_E_ARGUMENT, "archive.format", "'%s' is no archive format Slipway writes",
                     r->format ? r->format : r->file);
    sw_error_hint(err, "end the name in .zip, .tar, .tar.gz, .tar.xz or .tar.zst, or name the format");
    return rc;
}

static int collect(sw_archive_members *members, const sw_archive_recipe *r, sw_error *err)
{
    sw_buf name;
    sw_buf_init(&name);
    int rc = 0;
    bool prefixed = r->prefix && r->prefix[0];
    for (size_t i = 0; rc == 0 && i < r->count; i++) {
        const sw_archive_input *input = &r->inputs[i];
        sw_buf_clear(&name);
        if (sw_buf_addf(&name, "%s%s%s", prefixed ? r->prefix : "", prefixed && input->as[0] ? "/" : "", input->as) < 0)
            rc = sw_fail_nomem(err);
        else
            rc = sw_archive_members_add(members, input->path, sw_buf_text(&name), input->mode, err);
    }
    sw_buf_release(&name);
    if (rc == 0 && members->count == 0)
        return sw_fail(err, SW_E_REFUSED, "archive.empty", "there is nothing to put into '%s'", r->file);
    sw_archive_members_sort(members);
    return rc;
}

static int write_tar(int fd, const format *f, const sw_archive_members *members, const sw_archive_recipe *r,
                     sw_error *err)
{
    sw_archive_output *output = NULL;
    int rc = sw_archive_output_open(&output, fd, f->form, r->level, err);
    if (rc == 0)
        rc = sw_tar_write(output, members, r->time, err);
    if (rc == 0)
        rc = sw_archive_output_finish(output, err);
    sw_archive_output_close(output);
    return rc;
}

/* Its name and its mode, when it is whole. */
static int settle(uint64_t *size, sw_fresh_file *fresh, const char *file, sw_error *err)
{
    struct stat info;
    mode_t mask = umask(0);
    umask(mask);
    if (fstat(fresh->fd, &info) < 0 || sw_fresh_settle(fresh, (int)(0666 & ~mask)) < 0)
        return sw_fail_errno(err, errno, "archive.io", "'%s' cannot be written", file);
    *size = (uint64_t)info.st_size;
    return 0;
}

int sw_archive_create(uint64_t *size, uint64_t *entries, const sw_archive_recipe *recipe, sw_error *err)
{
    const format *f = NULL;
    sw_archive_members members;
    sw_fresh_file fresh = { .fd = -1 };
    if (recipe->time < 0)
        return sw_fail(err, SW_E_ARGUMENT, "archive.format", "the time of an archive must be seconds since 1970, and SOURCE_DATE_EPOCH a number");
    int rc = find_format(&f, recipe, err);
    if (rc < 0)
        return rc;
    rc = sw_archive_members_init(&members, recipe->file, recipe->exclude, err);
    if (rc == 0)
        rc = collect(&members, recipe, err);
    if (rc == 0 && sw_fresh_open(&fresh, recipe->file) < 0)
        rc = sw_fail_errno(err, errno, "archive.io", "'%s' cannot be written", recipe->file);
    if (rc == 0)
        rc = f->zip ? sw_zip_write(fresh.fd, recipe->file, &members, recipe->level, recipe->time, err)
                    : write_tar(fresh.fd, f, &members, recipe, err);
    if (rc == 0)
        rc = settle(size, &fresh, recipe->file, err);
    *entries = members.count;
    sw_archive_members_release(&members);
    sw_fresh_release(&fresh);
    return rc;
}
