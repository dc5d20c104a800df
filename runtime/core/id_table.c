#include "core/id_table.h"

#include <stdlib.h>
#include <string.h>

enum { ID = 20 };

/* The place of what begins with these bytes, or of nothing yet. All kept things begin with their key. */
static void **slot_of(const sw_id_table *t, const void *key, size_t len)
{
    uint32_t at;
    memcpy(&at, key, sizeof at);
    if (len > ID) {
        uint32_t more;
        memcpy(&more, (const char *)key + ID, sizeof more);
        at ^= more * 31;
    }
    for (at &= t->cap - 1; t->slots[at] && memcmp(t->slots[at], key, len) != 0; at = (at + 1) & (t->cap - 1))
        continue;
    return &t->slots[at];
}

void *sw_id_table_add(sw_id_table *t, const void *key, size_t len, size_t size)
{
    if ((t->count + 1) * 2 > t->cap) {
        sw_id_table larger = { .cap = t->cap ? t->cap * 2 : 256 };
        larger.slots = calloc(larger.cap, sizeof *larger.slots);
        if (!larger.slots)
            return NULL;
        for (uint32_t i = 0; i < t->cap; i++)
            if (t->slots[i])
                *slot_of(&larger, t->slots[i], len) = t->slots[i];
        larger.count = t->count;
        free(t->slots);
        *t = larger;
    }
    char *thing = calloc(1, size);
    if (!thing)
        return NULL;
    memcpy(thing, key, len);
    *slot_of(t, key, len) = thing;
    t->count++;
    return thing;
}

void *sw_id_table_find(const sw_id_table *t, const void *key, size_t len)
{
    return t->cap ? *slot_of(t, key, len) : NULL;
}

void sw_id_table_release(sw_id_table *t, void (*release)(void *thing))
{
    for (uint32_t i = 0; i < t->cap; i++) {
        if (t->slots[i] && release)
            release(t->slots[i]);
        free(t->slots[i]);
    }
    free(t->slots);
    memset(t, 0, sizeof *t);
}
