/* A file that has no name until it is whole (open(2), O_TMPFILE): whoever is killed while writing leaves
 * nothing behind. Where the file system or /proc do not allow that it has a hidden name beside its target.
 * Functions return 0, or -1 with errno; what was being done is for the caller to say. */
#ifndef SW_CORE_FRESH_FILE_H
#define SW_CORE_FRESH_FILE_H

#include "core/buf.h"

typedef struct sw_fresh_file {
    int fd;        /* read and write; -1 when there is none */
    sw_buf target; /* where it will stand */
    sw_buf temp;   /* where it stands until then; empty while it has no name */
} sw_fresh_file;

/* Must be released, also after a failure. ENOMEM when memory ended. */
int sw_fresh_open(sw_fresh_file *out, const char *target);
/* Gives it its mode and its name; what stood there is replaced. Not synced: that is the caller's choice. */
int sw_fresh_settle(sw_fresh_file *fresh, int mode);
/* Closes; without sw_fresh_settle before, nothing stays. */
void sw_fresh_release(sw_fresh_file *fresh);

#endif
