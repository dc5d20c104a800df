/* Memory for somebody who tells the size of what it gives back, as Lua does: small blocks need no header, and are taken and
 * returned in a few instructions. A twelfth of a quick command was malloc. */
#ifndef SW_CORE_HEAP_H
#define SW_CORE_HEAP_H

#include <stddef.h>

typedef struct sw_heap sw_heap;

/* NULL: no memory. */
sw_heap *sw_heap_open(void);
/* All of it goes, whether it was given back or not. NULL is fine. */
void sw_heap_close(sw_heap *heap);
/* As a lua_Alloc: with a new size of 0 a block is given back, without a block one is taken (`old_size` says nothing then).
 * NULL: no memory, and what was there stays. */
void *sw_heap_resize(void *heap, void *block, size_t old_size, size_t new_size);

#endif
