#include "core/archive_source.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static int changed(sw_error *err, const sw_archive_member *member)
{
    int rc = sw_fail(err, SW_E_CONFLICT, "archive.changed", "'%s' changed while it was packed", member->source);
    sw_error_hint(err, "wait until nothing writes to it, then run this again");
    return rc;
}

int sw_archive_source_open(sw_archive_source *out, const sw_archive_member *member, sw_error *err)
{
    struct stat info;
    *out = (sw_archive_source){ member, -1, member->size };
    out->fd = open(member->source, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (out->fd < 0)
        return sw_fail_errno(err, errno, "archive.io", "'%s' cannot be read", member->source);
    if (fstat(out->fd, &info) == 0 && S_ISREG(info.st_mode) && (uint64_t)info.st_size == member->size) {
        posix_fadvise(out->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
        return 0;
    }
    sw_archive_source_close(out);
    return changed(err, member);
}

int sw_archive_source_read(sw_archive_source *source, void *into, size_t size, size_t *got, sw_error *err)
{
    ssize_t part;
    do
        part = read(source->fd, into, size);
    while (part < 0 && errno == EINTR);
    if (part < 0)
        return sw_fail_errno(err, errno, "archive.io", "'%s' cannot be read", source->member->source);
    if ((uint64_t)part > source->left || (part == 0 && source->left > 0))
        return changed(err, source->member);
    source->left -= (uint64_t)part;
    *got = (size_t)part;
    return 0;
}

void sw_archive_source_close(sw_archive_source *source)
{
    if (source->fd >= 0)
        close(source->fd);
    source->fd = -1;
}
