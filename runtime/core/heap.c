#include "core/heap.h"

#include <stdlib.h>
#include <string.h>

enum {
    STEP = 16,              /* sizes are multiples of it, and so are addresses */
    LARGEST = 512,          /* larger blocks are malloc's */
    CLASSES = LARGEST / STEP + 1,
    CHUNK = (32 << 10) - 32 /* bytes taken from malloc at once */
};

typedef union chunk {
    union chunk *next;
    char alignment[STEP];
} chunk;

typedef struct spare { /* a small block that was given back */
    struct spare *next;
} spare;

struct sw_heap {
    spare *spares[CLASSES]; /* by size */
    char *at, *end;         /* what is left of the newest chunk */
    chunk *chunks;
};

/* Sanitizers are to see every block by itself. */
#if defined(__SANITIZE_ADDRESS__)
enum { POOLED = 0 };
#else
enum { POOLED = LARGEST };
#endif

sw_heap *sw_heap_open(void)
{
    return calloc(1, sizeof(sw_heap));
}

void sw_heap_close(sw_heap *heap)
{
    if (!heap)
        return;
    while (heap->chunks) {
        chunk *next = heap->chunks->next;
        free(heap->chunks);
        heap->chunks = next;
    }
    free(heap);
}

static size_t class_of(size_t size)
{
    return (size + STEP - 1) / STEP;
}

static void put_back(sw_heap *heap, void *block, size_t class)
{
    spare *freed = block;
    freed->next = heap->spares[class];
    heap->spares[class] = freed;
}

static void *take_new(sw_heap *heap, size_t class)
{
    size_t size = class * STEP;
    if ((size_t)(heap->end - heap->at) < size) {
        chunk *fresh = malloc(CHUNK);
        if (!fresh)
            return NULL;
        if (heap->end - heap->at >= STEP) /* the rest is a block, too */
            put_back(heap, heap->at, (size_t)(heap->end - heap->at) / STEP);
        fresh->next = heap->chunks;
        heap->chunks = fresh;
        heap->at = (char *)(fresh + 1);
        heap->end = heap->at + (CHUNK - sizeof *fresh) / STEP * STEP;
    }
    char *block = heap->at;
    heap->at += size;
    return block;
}

static void *take(sw_heap *heap, size_t size)
{
    if (size > POOLED)
        return malloc(size);
    size_t class = class_of(size);
    spare *found = heap->spares[class];
    if (!found)
        return take_new(heap, class);
    heap->spares[class] = found->next;
    return found;
}

static void give(sw_heap *heap, void *block, size_t size)
{
    if (size > POOLED)
        free(block);
    else
        put_back(heap, block, class_of(size));
}

void *sw_heap_resize(void *user, void *block, size_t old_size, size_t new_size)
{
    sw_heap *heap = user;
    if (!block) /* then `old_size` says what kind of thing it is for */
        return new_size ? take(heap, new_size) : NULL;
    if (new_size == 0) {
        give(heap, block, old_size);
        return NULL;
    }
    if (old_size > POOLED && new_size > POOLED)
        return realloc(block, new_size);
    if (old_size <= POOLED && new_size <= POOLED && class_of(old_size) == class_of(new_size))
        return block;
    void *moved = take(heap, new_size);
    if (!moved)
        return NULL;
    memcpy(moved, block, old_size < new_size ? old_size : new_size);
    give(heap, block, old_size);
    return moved;
}
