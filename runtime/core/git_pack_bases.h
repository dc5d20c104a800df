/* Objects of packs that others are likely built on: versions of one folder follow each other in a chain, and whoever
 * walks a history asks for one after the other. */
#ifndef SW_CORE_GIT_PACK_BASES_H
#define SW_CORE_GIT_PACK_BASES_H

#include <stdint.h>

#include "core/buf.h"

typedef struct sw_pack_base {
    uint64_t offset; /* 0: nothing is kept here */
    uint32_t pack;
    unsigned type;
    sw_buf text;
} sw_pack_base;

typedef struct sw_pack_bases sw_pack_bases;

sw_pack_bases *sw_pack_bases_open(void); /* NULL without memory: then nothing is kept */
void sw_pack_bases_close(sw_pack_bases *bases);
/* NULL: not kept. Stands until the next is kept. */
const sw_pack_base *sw_pack_bases_find(const sw_pack_bases *bases, uint32_t pack, uint64_t offset);
/* In place of whatever stood there. Without memory it is not kept. */
void sw_pack_bases_keep(sw_pack_bases *bases, uint32_t pack, uint64_t offset, unsigned type, const sw_buf *text);

#endif
