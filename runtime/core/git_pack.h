/* Commits read straight from pack files, for walks over a whole history, and trees and blobs in their hundreds: twice
 * as fast as through libgit2, and the packs never count as this program's memory for long. What is not found here
 * (loose objects, packs of another kind, damage) is the business of libgit2, which says it better:
 * a "no" of this file means nothing but "ask there". */
#ifndef SW_CORE_GIT_PACK_H
#define SW_CORE_GIT_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/error.h"

typedef struct sw_packs sw_packs;

typedef struct sw_packed {
    uint32_t pack;   /* which pack */
    uint32_t place;  /* which object of its index */
    uint64_t offset; /* where in the pack */
} sw_packed;

/* The packs of an object folder and of its alternates. Fails only for lack of memory or of zlib. */
int sw_packs_open(sw_packs **out, const char *objects, sw_error *err);
void sw_packs_close(sw_packs *packs);
bool sw_packs_find(sw_packed *out, sw_packs *packs, const unsigned char id[20]);
/* Makes looking up quicker in large indexes, for those who have thousands to look up; others may look up meanwhile. */
void sw_packs_guide(sw_packs *packs);
/* The same for a whole history, by the one who keeps labels. */
void sw_packs_front(sw_packs *packs);
bool sw_packs_is_mapped(const sw_packs *packs, uint32_t pack); /* the index: looking up costs little */
/* A number that the walk keeps for an object, 0 at first. */
uint32_t *sw_packs_label(sw_packs *packs, const sw_packed *where);

/* One reader a thread. */
typedef struct sw_pack_reader sw_pack_reader;

int sw_pack_reader_open(sw_pack_reader **out, sw_packs *packs, sw_error *err);
void sw_pack_reader_close(sw_pack_reader *reader);
/* The commit at `offset`, replacing what `text` holds; `*next` is where the object behind it
 * begins. 1: a commit; 0: another kind of object, or nothing that can be read here. */
int sw_pack_read(sw_buf *text, uint64_t *next, sw_pack_reader *reader, uint32_t pack, uint64_t offset);
/* At least the first SW_PACK_HEAD bytes of the commit at `offset`, with zeros behind what is not there. 0: it is short, or
 * not stored by itself: sw_pack_read reads all of it. */
enum { SW_PACK_HEAD = 352 };
int sw_pack_read_head(sw_buf *text, sw_pack_reader *reader, uint32_t pack, uint64_t offset);
/* An object of any kind, replacing what `text` holds: 1 a commit, 2 a tree, 3 a blob, 4 a tag; 0: nothing that can be
 * read here. For those who read hundreds, not a history: pages stay mapped. */
unsigned sw_pack_read_any(sw_buf *text, sw_pack_reader *reader, const sw_packed *where);

#endif
