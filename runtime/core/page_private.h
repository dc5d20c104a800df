/* Inside of a page of changes, for the page*.c files only. */
#ifndef SW_CORE_PAGE_PRIVATE_H
#define SW_CORE_PAGE_PRIVATE_H

#include "core/page.h"

typedef struct sw_record { /* one change; the numbers without a name of their own are offsets into the page's text */
    char oid[40]; /* zeros: none */
    uint64_t subject, description; /* hashes */
    uint64_t fixes;                /* of a fixup: the subject it belongs to; of a revert: the one it takes back */
    uint32_t group;
    uint32_t scope, type, mark, shown, tail, end; /* scope, type and mark end where the next begins */
    uint32_t reverts, reverts_end; /* which of the page's reverts are its own */
    unsigned char kind;
    bool breaking, silent;
} sw_record;

typedef struct sw_revert {
    unsigned char len;
    char hex[40];
} sw_revert;

typedef struct sw_note {
    uint32_t record, text, len;
    uint64_t hash;
} sw_note;

typedef struct sw_arranged { /* a group that has entries: a piece of `order` */
    uint32_t group, from, to;
} sw_arranged;

struct sw_page {
    const sw_page_style *style;
    char *version; /* owned; NULL: not released */
    sw_record *records;
    uint32_t count, cap;
    sw_revert *reverts;
    uint32_t revert_count, revert_cap;
    sw_note *notes;
    uint32_t note_count, note_cap;
    sw_buf text;
    bool any_revert;
    uint32_t *order; /* records in the order of the page, group by group */
    sw_arranged *groups;
    uint32_t group_count;
};

/* Makes silent what was taken back, the reverts that did it, and fixups of what is told
 * (page_reverts.c). 0 or SW_E_NOMEM. */
int sw_page_silence(sw_page *page);

#endif
