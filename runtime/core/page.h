/* One release as a page of changes. Commits are added newest first and kept only as what the page may
 * show of them; when all are there, what was taken back leaves, the rest is arranged by group and
 * scope and laid out as Markdown. Nothing is dropped in silence: what follows no convention stands
 * under "Other", only types that a group hides are left out, and a change together with its revert. */
#ifndef SW_CORE_PAGE_H
#define SW_CORE_PAGE_H

#include <stdint.h>

#include "core/buf.h"
#include "core/change.h"
#include "core/page_text.h"

typedef struct sw_page_type {
    sw_span name;
    uint32_t group;
} sw_page_type;

typedef struct sw_page_group {
    sw_span title;
    bool hidden; /* left out unless breaking */
} sw_page_group;

typedef struct sw_page_style { /* everything borrowed */
    const sw_page_group *groups;
    size_t group_count;
    const sw_page_type *types;
    size_t type_count;
    const sw_page_links *links; /* NULL: none is known */
    bool conventional;          /* the layout: conventional, else Keep a Changelog */
} sw_page_style;

typedef struct sw_page_person {
    sw_span name;
    bool first;
} sw_page_person;

typedef struct sw_page_about { /* what the heading and the ends say; everything borrowed, at == NULL: absent */
    sw_span version, tag, date, previous, notes;
    const sw_page_person *people;
    size_t people_count;
} sw_page_about;

typedef struct sw_page_entry { /* offsets into the text of the page */
    uint32_t scope, scope_len;
    uint32_t shown, shown_len;
    uint32_t tail, tail_len;
    uint32_t type, type_len;
    bool breaking;
    char oid[41]; /* "" when there is none */
} sw_page_entry;

typedef struct sw_page sw_page;

int sw_page_open(sw_page **out, const sw_page_style *style, const char *version, sw_error *err);
void sw_page_close(sw_page *page);
int sw_page_add(sw_page *page, const sw_change *change, sw_error *err);
size_t sw_page_count(const sw_page *page); /* how many were added */
/* For those who only ask which changes stand: adds one without its text; decides, once; whether it was not taken back. */
int sw_page_note(sw_page *page, const sw_change *change, sw_error *err);
int sw_page_settle(sw_page *page, sw_error *err);
bool sw_page_stands(const sw_page *page, size_t change);
/* Decides what is told and in which order; once, before what follows. */
int sw_page_arrange(sw_page *page, sw_error *err);
/* Appends the release, from its heading to its last line. */
int sw_page_lay_out(sw_buf *out, sw_page *page, const sw_page_about *about, sw_error *err);

/* ---- for templates: the same in parts ---- */

const char *sw_page_text(const sw_page *page);
/* The groups in order; 0 at the end. `title` and `entries` (indexes for sw_page_entry_at) are borrowed. */
bool sw_page_group_at(sw_span *title, const uint32_t **entries, size_t *count, const sw_page *page, size_t index);
void sw_page_entry_at(sw_page_entry *out, const sw_page *page, uint32_t entry);
/* Breaking changes, their scope marks included. */
bool sw_page_breaking_at(sw_span *text, sw_span *scope, const sw_page *page, size_t index);
/* The address of the heading, appended; nothing when none is known. */
int sw_page_heading_address(sw_buf *out, const sw_page *page, const sw_page_about *about);

#endif
