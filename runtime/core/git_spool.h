/* Commits set aside in a nameless file, to be read once more in the order in which they came: cheaper
 * than inflating them twice, and no memory. What has no room there is only named, and read again from
 * where it is. */
#ifndef SW_CORE_GIT_SPOOL_H
#define SW_CORE_GIT_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/error.h"

typedef struct sw_spool sw_spool;

typedef struct sw_spooled {
    unsigned char id[20];
    uint32_t node;
    uint32_t len; /* of its text; 0: it had no room */
} sw_spooled;

int sw_spool_open(sw_spool **out, sw_error *err);
void sw_spool_close(sw_spool *spool); /* NULL is fine */
/* 0, or negative: its name could not be kept either. `entry->len` is set. */
int sw_spool_add(sw_spool *spool, sw_spooled *entry, const char *text, size_t len, sw_error *err);
bool sw_spool_is_full(const sw_spool *spool); /* what comes now is only named */
/* To read from the beginning; afterwards more can be added. */
int sw_spool_rewind(sw_spool *spool, sw_error *err);
/* 1 and the next one, 0 at the end, negative. `text` is replaced when it has one. */
int sw_spool_next(sw_spooled *entry, sw_buf *text, sw_spool *spool, sw_error *err);

#endif
