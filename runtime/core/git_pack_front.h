/* The front of a large pack: git writes commits and tags before everything else, so those of its objects that a walk
 * asks for are few and can be kept in a table, where an index that is too large to be mapped would be read twice for
 * each; for git_pack.c only. */
#ifndef SW_CORE_GIT_PACK_FRONT_H
#define SW_CORE_GIT_PACK_FRONT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct sw_pack_front_source {
    const void *context;
    /* Bytes of the index, borrowed or read to `room`; NULL when they cannot be had. */
    const unsigned char *(*piece)(const void *context, unsigned char *room, uint64_t at, size_t len);
    bool (*is_front)(const void *context, uint64_t offset); /* is what begins there in the pack a commit or a tag? */
    uint32_t count;        /* of objects */
    uint64_t ids, offsets; /* where in the index these lists begin */
} sw_pack_front_source;

typedef struct sw_pack_front sw_pack_front;

/* NULL: it cannot be made, or would be too large. */
sw_pack_front *sw_pack_front_open(const sw_pack_front_source *source);
void sw_pack_front_close(sw_pack_front *front); /* NULL is fine */
/* Which of the table this is, and its offset; false: look into the index. */
bool sw_pack_front_find(uint32_t *which, uint64_t *offset, const sw_pack_front *front, const unsigned char id[20]);
/* A number that is kept for it, 0 at first. */
uint32_t *sw_pack_front_label(sw_pack_front *front, uint32_t which);

#endif
