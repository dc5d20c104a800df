/* Writes entries below one folder. Every step of a path is opened with O_NOFOLLOW from the folder's
 * descriptor, every file is created with O_EXCL: the second defence, should a check have missed
 * something. */
#ifndef SW_CORE_ARCHIVE_FOLDER_H
#define SW_CORE_ARCHIVE_FOLDER_H

#include "core/archive_entry.h"

typedef struct sw_archive_folder sw_archive_folder;

/* Makes a fresh folder ".<name>.XXXXXX" beside `to`. */
int sw_archive_folder_open(sw_archive_folder **out, const char *to, sw_error *err);

/* `path` and `target` are tidy and were judged; kind decides. A file takes the data that follows. */
int sw_archive_folder_add(sw_archive_folder *folder, const char *path, const char *target,
                          enum sw_entry_kind kind, unsigned mode, sw_error *err);
int sw_archive_folder_data(sw_archive_folder *folder, const void *data, size_t len, sw_error *err);
int sw_archive_folder_end(sw_archive_folder *folder, sw_error *err); /* of an entry */

/* Renames the folder to `to`, which may be an empty folder. archive.exists */
int sw_archive_folder_keep(sw_archive_folder *folder, sw_error *err);

/* Frees the handle; removes the fresh folder with everything in it unless it was kept. */
void sw_archive_folder_close(sw_archive_folder *folder);

#endif
