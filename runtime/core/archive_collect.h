/* What goes into an archive: folders and files of the disk under the names they get, sorted bytewise,
 * so that the order of directories on disk never shows. The same name rules as for unpacking hold. */
#ifndef SW_CORE_ARCHIVE_COLLECT_H
#define SW_CORE_ARCHIVE_COLLECT_H

#include <sys/types.h>

#include "core/archive_entry.h"
#include "core/archive_names.h"

typedef struct sw_archive_member {
    char *source; /* path on disk */
    char *name;   /* in the archive, tidy */
    char *target; /* of a symlink, else NULL */
    enum sw_entry_kind kind;
    unsigned mode; /* 0644 or 0755 */
    uint64_t size; /* of a file */
} sw_archive_member;

typedef struct sw_archive_members {
    sw_archive_member *items;
    size_t count, capacity;
    sw_archive_names *names;
    const char *const *exclude; /* NULL-terminated or NULL, borrowed */
    dev_t skip_device;          /* the archive itself, should it lie in a collected folder */
    ino_t skip_inode;
} sw_archive_members;

/* `file` is the archive that will be written. */
int sw_archive_members_init(sw_archive_members *out, const char *file, const char *const *exclude, sw_error *err);
void sw_archive_members_release(sw_archive_members *members);

/* Adds the file, link or folder (with everything in it) at `source` as `name`; an empty name adds only
 * what the folder holds. A link named here is followed, links inside folders are kept. `mode` 0 keeps the
 * executable bit of the file. A pattern without a slash excludes by the last component, one with a slash by
 * the path below `source`. archive.kind, archive.link, archive.name, archive.duplicate, archive.io */
int sw_archive_members_add(sw_archive_members *members, const char *source, const char *name, unsigned mode,
                           sw_error *err);

/* By name, bytewise. */
void sw_archive_members_sort(sw_archive_members *members);

#endif
