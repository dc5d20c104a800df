/* Inside of open packs, for the git_pack*.c files only. */
#ifndef SW_CORE_GIT_PACK_PRIVATE_H
#define SW_CORE_GIT_PACK_PRIVATE_H

#include "core/git_pack.h"
#include "core/git_pack_front.h"

enum { SW_PACK_ID = 20 };

typedef struct sw_pack {
    const unsigned char *data; /* the pack, mapped */
    uint64_t size;
    const unsigned char *index; /* NULL: to be read from `index_fd` */
    uint64_t index_size;
    int index_fd;
    uint32_t count;
    uint32_t fanout[256];
    uint32_t *_Atomic guide; /* of an index that is not mapped: how every 32nd id begins; NULL: not made */
    uint32_t *labels; /* by object; pages that are not touched cost nothing */
    sw_pack_front *_Atomic front; /* of an index that is not mapped: a table of its commits; NULL: not made */
} sw_pack;

struct sw_packs {
    sw_pack *items;
    uint32_t count, cap;
    _Atomic uint32_t last; /* where the last object was found: the next is likely there too */
};

/* Is what begins there a commit or a tag? (git_pack.c) */
bool sw_pack_is_front(sw_packs *packs, uint32_t pack, uint64_t offset);

#endif
