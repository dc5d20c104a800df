/* Unpacking and listing archives nobody vouches for. An archive is read twice: first only checked,
 * as a whole, then written into a fresh folder beside the destination, which is renamed into place.
 * Nothing is ever written outside that folder, and nothing stays when anything is wrong. */
#ifndef SW_CORE_ARCHIVE_EXTRACT_H
#define SW_CORE_ARCHIVE_EXTRACT_H

#include "core/archive_entry.h"

typedef struct sw_archive_limits {
    uint64_t entries; /* 0: the default, 100 000 */
    uint64_t size;    /* bytes of all files together; 0: 16 GiB */
    uint64_t ratio;   /* unpacked : packed, beyond the first MiB; 0: 200 */
    unsigned strip;   /* leading components dropped from every name */
} sw_archive_limits;

typedef struct sw_archive_item {
    char *path;   /* tidy */
    char *target; /* of a link, else NULL */
    enum sw_entry_kind kind;
    unsigned mode; /* 0644 or 0755 */
    uint64_t size;
} sw_archive_item;

typedef struct sw_archive_listing {
    sw_archive_item *items; /* owned; NULL when only totals were asked for */
    size_t count, capacity;
    uint64_t entries, size;
} sw_archive_listing;

void sw_archive_listing_release(sw_archive_listing *listing);

/* What the archive would unpack to, after every check that extraction makes. */
int sw_archive_list(sw_archive_listing *out, const char *file, const sw_archive_limits *limits, sw_error *err);

/* Unpacks into `to`, which must not exist or be an empty folder; its parent must exist. Modes become
 * 0644 or 0755 (less the umask), owners and times are the reader's. `out` gets the totals.
 * archive.path .name .link .kind .duplicate .limit .corrupt .encrypted .method .format .exists .io */
int sw_archive_extract(sw_archive_listing *out, const char *file, const char *to,
                       const sw_archive_limits *limits, sw_error *err);

#endif
