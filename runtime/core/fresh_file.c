#include "core/fresh_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TRIES = 10, DESCRIPTOR_PATH = 40 };

static int folder_length(const char *target)
{
    const char *slash = strrchr(target, '/');
    return slash ? (int)(slash + 1 - target) : 0;
}

/* A hidden name beside the target that nobody has chosen before. */
static int choose_name(sw_fresh_file *fresh)
{
    unsigned long long salt = 0;
    const char *target = sw_buf_text(&fresh->target);
    if (getrandom(&salt, sizeof salt, 0) != (ssize_t)sizeof salt)
        return -1;
    sw_buf_clear(&fresh->temp);
    if (sw_buf_addf(&fresh->temp, "%.*s.slipway-%016llx", folder_length(target), target, salt) == 0)
        return 0;
    errno = ENOMEM;
    return -1;
}

/* Without a name, if it can get one later: that goes through /proc (open(2), "O_TMPFILE"). */
static int open_nameless(const char *target)
{
    sw_buf folder;
    sw_buf_init(&folder);
    int length = folder_length(target), fd = -1;
    if (access("/proc/self/fd", X_OK) == 0 && sw_buf_addf(&folder, "%.*s", length > 0 ? length : 1, length > 0 ? target : ".") == 0)
        fd = open(sw_buf_text(&folder), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    sw_buf_release(&folder);
    return fd;
}

static int open_named(sw_fresh_file *fresh)
{
    for (int tries = 0; tries < TRIES; tries++) {
        if (choose_name(fresh) < 0)
            break;
        int fd = open(fresh->temp.data, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd >= 0)
            return fd;
        if (errno != EEXIST)
            break;
    }
    int number = errno;
    sw_buf_clear(&fresh->temp);
    errno = number;
    return -1;
}

int sw_fresh_open(sw_fresh_file *out, const char *target)
{
    *out = (sw_fresh_file){ .fd = -1 };
    if (sw_buf_add_text(&out->target, target) < 0) {
        errno = ENOMEM;
        return -1;
    }
    out->fd = open_nameless(target);
    if (out->fd < 0)
        out->fd = open_named(out);
    return out->fd < 0 ? -1 : 0;
}

/* Where the target is there already, a name beside it first: only rename replaces. */
static int give_name(sw_fresh_file *fresh)
{
    char self[DESCRIPTOR_PATH];
    snprintf(self, sizeof self, "/proc/self/fd/%d", fresh->fd);
    if (linkat(AT_FDCWD, self, AT_FDCWD, sw_buf_text(&fresh->target), AT_SYMLINK_FOLLOW) == 0)
        return 0;
    for (int tries = 0; errno == EEXIST && tries < TRIES; tries++) {
        if (choose_name(fresh) < 0)
            return -1;
        if (linkat(AT_FDCWD, self, AT_FDCWD, fresh->temp.data, AT_SYMLINK_FOLLOW) == 0)
            return 0;
        sw_buf_clear(&fresh->temp);
    }
    return -1;
}

int sw_fresh_settle(sw_fresh_file *fresh, int mode)
{
    if (fchmod(fresh->fd, (mode_t)mode) < 0)
        return -1;
    if (fresh->temp.len == 0 && give_name(fresh) < 0)
        return -1;
    int fd = fresh->fd;
    fresh->fd = -1;
    if (close(fd) < 0)
        return -1;
    if (fresh->temp.len > 0 && rename(fresh->temp.data, sw_buf_text(&fresh->target)) < 0)
        return -1;
    sw_buf_clear(&fresh->temp);
    return 0;
}

void sw_fresh_release(sw_fresh_file *fresh)
{
    if (fresh->fd >= 0)
        close(fresh->fd);
    if (fresh->temp.len > 0)
        unlink(fresh->temp.data);
    fresh->fd = -1;
    sw_buf_release(&fresh->target);
    sw_buf_release(&fresh->temp);
}
