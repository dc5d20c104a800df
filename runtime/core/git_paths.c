#include "core/git_paths.h"

#include <string.h>

/* "<mode> <name>\0<20 bytes>" again and again. 1 found, 0 none. */
static int scan_tree(git_oid *out, unsigned *mode, const char *data, size_t size, const char *name,
                     size_t len)
{
    const char *at = data, *end = data + size;
    while (at < end) {
        unsigned bits = 0;
        for (; at < end && *at >= '0' && *at <= '7'; at++)
            bits = bits * 8 + (unsigned)(*at - '0');
        const char *entry = at + 1, *stop =
            entry < end ? memchr(entry, '\0', (size_t)(end - entry)) : NULL;
        if (!stop || end - stop < GIT_OID_RAWSZ + 1)
            return 0;
        if ((size_t)(stop - entry) == len && memcmp(entry, name, len) == 0) {
            git_oid_fromraw(out, (const unsigned char *)stop + 1);
            *mode = bits;
            return 1;
        }
        at = stop + 1 + GIT_OID_RAWSZ;
    }
    return 0;
}

int sw_git_path_find(git_oid *out, unsigned *mode, sw_git *git, const git_oid *tree,
                     const char *path,
                     sw_error *err)
{
    git_oid at = *tree;
    *mode = 040000;
    while (*path == '/')
        path++;
    while (*path) {
        git_odb_object *object = NULL;
        size_t len = strcspn(path, "/");
        if ((*mode & 0170000) != 040000)
            return 0;
        int rc = git_odb_read(&object, git->odb, &at);
        if (rc < 0)
            return sw_git_fail(git, err, rc, "git.broken", "a folder of a commit cannot be read");
        git_oid next;
        rc = git_odb_object_type(object) == GIT_OBJECT_TREE
                 ? scan_tree(&next, mode, git_odb_object_data(object), git_odb_object_size(object),
                             path, len)
                 : 0;
        git_odb_object_free(object);
        if (rc <= 0)
            return rc;
        at = next;
        path += len;
        while (*path == '/')
            path++;
    }
    *out = at;
    return 1;
}

int sw_git_paths_same(sw_git *git, const git_oid *a, const git_oid *b, const char *const *paths,
                      sw_error *err)
{
    if (a && b && git_oid_equal(a, b))
        return 1;
    for (; *paths; paths++) {
        git_oid in_a, in_b;
        unsigned mode_a = 0, mode_b = 0;
        int has_a = a ? sw_git_path_find(&in_a, &mode_a, git, a, *paths, err) : 0;
        int has_b = has_a < 0 ? 0 : b ? sw_git_path_find(&in_b, &mode_b, git, b, *paths, err) : 0;
        if (has_a < 0 || has_b < 0)
            return has_a < 0 ? has_a : has_b;
        if (has_a != has_b || (has_a && (mode_a != mode_b || !git_oid_equal(&in_a, &in_b))))
            return 0;
    }
    return 1;
}
