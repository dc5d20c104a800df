/* What the readers (tar, zip) tell about an archive, one entry after the other. They parse and verify
 * the container; they judge no names and write nothing. */
#ifndef SW_CORE_ARCHIVE_ENTRY_H
#define SW_CORE_ARCHIVE_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"

enum sw_entry_kind { SW_ENTRY_FILE, SW_ENTRY_FOLDER, SW_ENTRY_SYMLINK, SW_ENTRY_HARDLINK };

typedef struct sw_entry {
    const char *name; /* as the archive spells it, may hold anything, even NUL; borrowed for the call */
    size_t name_len;
    const char *target; /* of a link, likewise; NULL otherwise */
    size_t target_len;
    enum sw_entry_kind kind;
    unsigned mode; /* permission bits, setuid included, 07777 */
    uint64_t size; /* bytes of data that follow; 0 for anything but a file */
} sw_entry;

/* A negative return ends the reading with that code; err is filled by the callee. */
typedef struct sw_entry_sink {
    void *context;
    int (*entry)(void *context, const sw_entry *entry, sw_error *err);
    int (*data)(void *context, const void *data, size_t len, sw_error *err);
    int (*end)(void *context, sw_error *err); /* of the entry; its data was complete and verified */
} sw_entry_sink;

#endif
