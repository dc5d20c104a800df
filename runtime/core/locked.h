/* Memory for secrets: whole pages of their own, locked (best effort, the limit may be small), left out
 * of core dumps, zero in forked children, wiped when freed. */
#ifndef SW_CORE_LOCKED_H
#define SW_CORE_LOCKED_H

#include <stddef.h>

/* Zeroed memory of at least `size` bytes, or NULL. Owned by the caller: sw_locked_free. */
void *sw_locked_new(size_t size);
void sw_locked_free(void *memory); /* NULL is allowed */

#endif
