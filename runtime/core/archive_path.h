/* What a name inside an archive may look like. Reading is strict: what comes from outside is unpacked on
 * systems that nobody knows. Writing takes what the project has: only a name that leaves its folder is
 * refused there. In reading a name is refused, never repaired, when it could mean
 * another place on any of the systems a release is unpacked on: absolute, "..", drive letters,
 * UNC, backslashes, Windows devices and streams, control characters, NUL, bytes that are no UTF-8,
 * components beyond 255 bytes, more than 250 of them, anything inside ".git". "./a" and "a//b" are only untidy. */
#ifndef SW_CORE_ARCHIVE_PATH_H
#define SW_CORE_ARCHIVE_PATH_H

#include <stddef.h>

#include "core/buf.h"
#include "core/error.h"

enum { SW_ARCHIVE_NAME_MAX = 4000, SW_ARCHIVE_COMPONENT_MAX = 255, SW_ARCHIVE_DEPTH_MAX = 250 };

/* Appends the tidy form of `name` ("a/b/c", no "./", no trailing slash) to the cleared `out`; it is
 * empty when the name means the folder itself. archive.path: leaves the folder or is absolute;
 * archive.name: a text no name may hold. */
int sw_archive_path_clean(sw_buf *out, const char *name, size_t len, sw_error *err);

/* The same for a name that is packed: the project may have files that some systems cannot hold ("aux.c",
 * "a:b"). archive.path as above; archive.name: empty, too long, too deep, inside ".git". */
int sw_archive_path_packed(sw_buf *out, const char *name, size_t len, sw_error *err);

/* Whether the symlink at the tidy `path` may point to `target`: relative, with ".." only in front and
 * never above the folder. ".." behind a name is refused: that name may be a link. archive.link */
int sw_archive_link_check(const char *path, const char *target, size_t len, sw_error *err);

/* The form under which two names are one on some file system: composed, case folded, ignorable
 * characters dropped. `out` is cleared first. */
int sw_archive_path_fold(sw_buf *out, const char *path, sw_error *err);

/* Drops `count` leading components; false when nothing is left. `path` is changed in place. */
int sw_archive_path_strip(sw_buf *path, unsigned count);

/* `name` made fit for a message: control bytes as \xNN, cut at 160. The result is borrowed from `room`. */
typedef struct sw_archive_shown {
    char text[512];
} sw_archive_shown;
const char *sw_archive_show(sw_archive_shown *room, const char *name, size_t len);

#endif
