/* The names an archive has shown so far: finds duplicates, names that are one on a file system
 * without case or with composed characters, files used as folders, and the targets of hard links. */
#ifndef SW_CORE_ARCHIVE_NAMES_H
#define SW_CORE_ARCHIVE_NAMES_H

#include "core/archive_entry.h"
#include "core/error.h"

typedef struct sw_archive_names sw_archive_names;

/* `exact`: two names are one only when their bytes are equal, as in an archive that is written; else when
 * some file system takes them for one. */
int sw_archive_names_open(sw_archive_names **out, bool exact, sw_error *err);
void sw_archive_names_close(sw_archive_names *names); /* NULL is fine */

/* Adds a tidy path. archive.duplicate: the name is there already, exactly or folded, or one of its
 * parents is no folder. */
int sw_archive_names_add(sw_archive_names *names, const char *path, enum sw_entry_kind kind, sw_error *err);

/* True when `path` was added, spelled so, as a plain file. */
bool sw_archive_names_is_file(const sw_archive_names *names, const char *path);

#endif
