/* What refs and settings of a repository say, as one fingerprint: as long as it stays, so do the answers of questions about
 * commits. Files of the work tree and the index have no part in it. git_refs.h's sw_git_state. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/git_handle.h"
#include "core/git_refs.h"

enum { LARGEST = 64 << 20 }; /* a packed-refs beyond that is not digested at every start */

/* "path length\n" and the content; a file that is not there adds nothing. */
static int add_file(sw_buf *out, const char *root, const char *name, sw_error *err)
{
    char path[4096];
    struct stat st;
    int whole = snprintf(path, sizeof path, "%s/%s", root, name);
    int fd = whole > 0 && (size_t)whole < sizeof path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? 0 : sw_fail_errno(err, errno, "git.broken", "cannot read %s", path);
    int rc = 0;
    if (fstat(fd, &st) < 0 || st.st_size > LARGEST) {
        rc = sw_fail(err, SW_E_LIMIT, "git.broken", "%s is too large", path);
        goto done;
    }
    size_t size = (size_t)st.st_size;
    if (sw_buf_addf(out, "%s %zu\n", name, size) < 0 || sw_buf_reserve(out, size + 1) < 0) {
        rc = sw_fail_nomem(err);
        goto done;
    }
    for (size_t left = size; left > 0;) {
        ssize_t got = read(fd, out->data + out->len, left);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            rc = sw_fail_errno(err, errno, "git.broken", "cannot read %s", path);
        if (got <= 0)
            break;
        out->len += (size_t)got;
        left -= (size_t)got;
    }
done:
    close(fd);
    return rc;
}

/* The files below a folder of refs ("refs"), whatever they hold. */
static int add_folder(sw_buf *out, const char *root, const char *folder, sw_error *err)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", root, folder);
    DIR *dir = opendir(path);
    if (!dir)
        return 0;
    int rc = 0;
    for (struct dirent *entry; rc == 0 && (entry = readdir(dir)) != NULL;) {
        char name[2048];
        if (entry->d_name[0] == '.')
            continue;
        int wrote = snprintf(name, sizeof name, "%s/%s", folder, entry->d_name);
        if (wrote < 0 || (size_t)wrote >= sizeof name)
            continue; /* no ref has such a name */
        struct stat st;
        bool is_folder = entry->d_type == DT_DIR;
        if (entry->d_type != DT_DIR && entry->d_type != DT_REG) {
            int whole = snprintf(path, sizeof path, "%s/%s", root, name);
            is_folder = whole > 0 && (size_t)whole < sizeof path && stat(path, &st) == 0 && S_ISDIR(st.st_mode);
        }
        rc = is_folder ? add_folder(out, root, name, err) : add_file(out, root, name, err);
    }
    closedir(dir);
    return rc;
}

static uint64_t folded(uint64_t a, uint64_t b)
{
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t turned(uint64_t x)
{
    return x << 29 | x >> 35;
}

/* 128 bits and the length. No cryptographic digest: who can write refs gains nothing by two states that look alike, and
 * one of the refs of a project with thousands of tags took longer than all else that a kept answer needs. */
static void fingerprint(sw_oid_text out, const char *at, size_t len)
{
    uint64_t one = UINT64_C(0x9e3779b97f4a7c15), two = UINT64_C(0xc2b2ae3d27d4eb4f);
    for (size_t done = 0; done < len; done += 16) {
        uint64_t pair[2] = { 0 };
        memcpy(pair, at + done, len - done < 16 ? len - done : 16);
        one = turned(one + folded(pair[0] ^ UINT64_C(0xa0761d6478bd642f), pair[1] ^ one)) * UINT64_C(0x165667b19e3779f9);
        two = turned(two ^ pair[0]) * UINT64_C(0x9fb21c651e98df25) + folded(pair[1] ^ UINT64_C(0xe7037ed1a0b428db), two | 1);
    }
    one = folded(one ^ UINT64_C(0x8ebc6af09c88c6e3), len ^ UINT64_C(0x589965cc75374cc3)) ^ turned(two);
    snprintf(out, sizeof(sw_oid_text), "%016llx%016llx%08zx", (unsigned long long)one, (unsigned long long)two, len & 0xffffffff);
}

int sw_git_state(sw_oid_text out, sw_git *git, sw_error *err)
{
    static const char *const shared[] = { "packed-refs", "shallow", "info/grafts", "config", "objects/info/alternates" };
    static const char *const own[] = { "HEAD", "config.worktree" };
    sw_buf all;
    sw_buf_init(&all);
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < sizeof own / sizeof *own; i++)
        rc = add_file(&all, git->git_dir, own[i], err);
    for (size_t i = 0; rc == 0 && i < sizeof shared / sizeof *shared; i++)
        rc = add_file(&all, git->common_dir, shared[i], err);
    if (rc == 0)
        rc = add_folder(&all, git->common_dir, "refs", err);
    if (rc == 0 && strcmp(git->git_dir, git->common_dir) != 0)
        rc = add_folder(&all, git->git_dir, "refs", err);
    if (rc == 0)
        fingerprint(out, sw_buf_text(&all), all.len);
    sw_buf_release(&all);
    return rc;
}
