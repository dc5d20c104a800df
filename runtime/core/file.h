/* Files and folders. Paths are texts without NUL. Every error has a code of the table in
 * sw_file_fail, so that callers can tell "not there" from "not allowed" from "disk full". */
#ifndef SW_CORE_FILE_H
#define SW_CORE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/buf.h"
#include "core/error.h"

/* Reports errno for `path`; `doing` is a verb: "read", "write". Codes: file.not_found, file.denied,
 * file.exists, file.no_space, file.read_only, file.not_a_folder, file.is_a_folder, file.not_empty,
 * file.busy, file.too_many_open, file.name_too_long, file.too_many_links, else file.failed. */
int sw_file_fail(sw_error *err, int errnum, const char *doing, const char *path);

/* Appends the whole content of a file. More than `limit` bytes (0: 1 GiB) is file.too_large. */
int sw_file_read(sw_buf *out, const char *path, size_t limit, sw_error *err);

/* Appends at most `size` bytes (up to 64 MiB) from `offset` on; fewer at the end of the file, none behind it. */
int sw_file_piece(sw_buf *out, const char *path, uint64_t offset, size_t size, sw_error *err);

/* Replaces or creates a file so that a reader, and a crash, sees either the old or the new content:
 * temporary file in the same folder, fsync, rename, fsync of the folder. A symbolic link stays one
 * and its target is replaced. `mode` < 0 keeps the mode of the existing file, else 0666 less umask. */
int sw_file_write(const char *path, const void *data, size_t len, int mode, sw_error *err);

/* The content and mode of `from` as `to`, by the same way as sw_file_write. */
int sw_file_copy(const char *from, const char *to, sw_error *err);

typedef struct sw_file_info {
    const char *kind; /* "file", "folder", "link", "other"; static */
    int64_t size;     /* bytes */
    int mode;         /* permission bits, 07777 */
    int64_t mtime;    /* seconds since 1970 */
} sw_file_info;

/* Without `follow` a symbolic link is described itself. */
int sw_file_stat(sw_file_info *out, const char *path, bool follow, sw_error *err);

/* Names in a folder without "." and "..", sorted by bytes. Release with sw_names_release. */
typedef struct sw_names {
    char **items;
    size_t count;
} sw_names;
int sw_file_list(sw_names *out, const char *path, sw_error *err);
void sw_names_release(sw_names *names);

/* With `parents` the folders above are made too and an existing folder is no error. */
int sw_file_mkdir(const char *path, bool parents, sw_error *err);
/* One file, link or empty folder. */
int sw_file_remove(const char *path, sw_error *err);
/* A whole tree. `path` must lie inside the folder `below` when both are resolved, and not be it
 * (file.outside). Links are removed, never followed. Nothing at `path` is no error. */
int sw_file_remove_tree(const char *path, const char *below, sw_error *err);
int sw_file_chmod(const char *path, int mode, sw_error *err);
int sw_file_rename(const char *from, const char *to, sw_error *err); /* replaces; both on one file system */
int sw_file_link(const char *target, const char *path, sw_error *err); /* symbolic */
int sw_file_realpath(sw_buf *out, const char *path, sw_error *err);
int sw_file_cwd(sw_buf *out, sw_error *err);
/* A fresh folder, mode 0700, below $TMPDIR or /tmp; the caller removes it. */
int sw_file_temp_dir(sw_buf *out, const char *prefix, sw_error *err);

/* For others in core: fsync of the folder that holds `path`. */
int sw_file_sync_folder(const char *path, sw_error *err);
/* write(2) until everything is written. -1 with errno. */
int sw_fd_write_all(int fd, const void *data, size_t len);

#endif
