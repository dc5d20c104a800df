/* What one commit is for a page of changes: a conventional change, a merge, a revert, a fixup, or
 * something that follows no convention; what it says and what it takes back. The same answers as
 * stdlib/pure/commits.lua gives, for whole histories. Everything is borrowed from the message. */
#ifndef SW_CORE_CHANGE_H
#define SW_CORE_CHANGE_H

#include "core/conventional.h"

enum sw_change_kind {
    SW_CHANGE,        /* follows Conventional Commits */
    SW_CHANGE_OTHER,  /* does not */
    SW_CHANGE_MERGE,
    SW_CHANGE_FIXUP,
    SW_CHANGE_REVERT
};

enum { SW_CHANGE_FOOTERS = 32, SW_CHANGE_REVERTS = 32, SW_CHANGE_TYPE = 64 };

typedef struct sw_change {
    enum sw_change_kind kind;
    bool conforms, breaking;
    sw_span oid; /* 40 digits; at == NULL when there is none */
    sw_span message, subject;
    sw_span type, scope, description, body; /* type in lower case, in `lower` when it had to be changed */
    sw_span fixes;
    sw_span reverts_subject;
    sw_span reverts[SW_CHANGE_REVERTS]; /* hashes, full or short */
    size_t revert_count;
    const sw_footer *footers;
    size_t footer_count;
    sw_footer few[SW_CHANGE_FOOTERS];
    sw_footer *many; /* owned: more than that; see sw_change_release */
    char lower[SW_CHANGE_TYPE];
} sw_change;

/* Reads a message with LF line ends. Fails only for lack of memory. */
int sw_change_read(sw_change *out, const char *message, size_t len, size_t parents, sw_error *err);
void sw_change_release(sw_change *change);

#endif
