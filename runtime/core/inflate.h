/* DEFLATE (RFC 1951) for many small texts of known length, as packs of git hold them: twice as fast
 * there as zlib, which spends most of its time on beginning. It gives up on whatever is rare, so a
 * "no" means nothing but "ask zlib". */
#ifndef SW_CORE_INFLATE_H
#define SW_CORE_INFLATE_H

#include <stddef.h>
#include <stdint.h>

enum {
    SW_INFLATE_SLACK = 288, /* bytes of room that `out` has behind `size`: they may be written to */
    SW_INFLATE_ROOM = 1200  /* entries of tables: more than any two codes need (852 and 592 at most) */
};

typedef struct sw_inflater { /* tables of the block at hand; nothing to be set or released */
    uint32_t literals[SW_INFLATE_ROOM];
    uint32_t distances[SW_INFLATE_ROOM];
} sw_inflater;

/* The whole stream: true when it has exactly `size` bytes; `*used` is how many bytes of `in` it took. */
int sw_inflate_whole(size_t *used, sw_inflater *inflater, unsigned char *out, size_t size,
                     const unsigned char *in, size_t len);

#endif
