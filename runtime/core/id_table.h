/* Things found again by an id, or by two, with which they begin. Ids are spread evenly, so that their own bytes tell
 * where they stand. */
#ifndef SW_CORE_ID_TABLE_H
#define SW_CORE_ID_TABLE_H

#include <stddef.h>
#include <stdint.h>

typedef struct sw_id_table { /* zeros: an empty one */
    void **slots;
    uint32_t count, cap;
} sw_id_table;

/* NULL: not there. `len` is 20 or 40, the same for all of a table. */
void *sw_id_table_find(const sw_id_table *table, const void *key, size_t len);
/* A new thing of `size` bytes, zero behind its key; owned by the table. NULL without memory. */
void *sw_id_table_add(sw_id_table *table, const void *key, size_t len, size_t size);
/* Frees every thing, after `release` (may be NULL) has been given it. */
void sw_id_table_release(sw_id_table *table, void (*release)(void *thing));

#endif
