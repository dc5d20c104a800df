/* Commits of packs, read ahead by a thread of its own: packs keep them nearly in the order in which
 * a walk asks for them, so while one commit is worked on the next ones are inflated. */
#ifndef SW_CORE_GIT_PACK_AHEAD_H
#define SW_CORE_GIT_PACK_AHEAD_H

#include "core/git_pack.h"

typedef struct sw_pack_ahead sw_pack_ahead;

int sw_pack_ahead_open(sw_pack_ahead **out, sw_packs *packs, sw_error *err);
void sw_pack_ahead_close(sw_pack_ahead *ahead); /* NULL is fine */
typedef struct sw_ahead_text { /* a commit, and what was found out about it on the way */
    sw_buf text;
    bool looked;      /* its first parent is in a pack: */
    sw_packed parent; /* here */
} sw_ahead_text;

/* The commit at `offset`, replacing what `out` holds: no text is given twice. False: it cannot be read here. */
bool sw_pack_ahead_read(sw_ahead_text *out, sw_pack_ahead *ahead, uint32_t pack, uint64_t offset);

#endif
