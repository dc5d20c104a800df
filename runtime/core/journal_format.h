/* The lines of a journal in memory: what core/journal.c and its tests share. */
#ifndef SW_CORE_JOURNAL_FORMAT_H
#define SW_CORE_JOURNAL_FORMAT_H

#include "core/digest.h"
#include "core/journal.h"

typedef struct sw_journal_lines {
    sw_journal_record *items;
    size_t count, cap;
    size_t end;               /* bytes that hold whole, verified lines */
    size_t torn;              /* bytes of the torn tail behind them */
    char head[SW_SHA256_HEX]; /* of the last line */
} sw_journal_lines;

void sw_journal_lines_init(sw_journal_lines *lines);
void sw_journal_lines_release(sw_journal_lines *lines);

/* Verifies everything (the rules are in core/journal.h). The bytes are not kept; they may be hostile.
 * `bytes` must be followed by a NUL. */
int sw_journal_verify(sw_journal_lines *lines, const char *bytes, size_t len, sw_error *err);

/* Appends the line of the next record, newline included, and describes it in `*record`, whose body_at
 * counts from the beginning of `out`. */
int sw_journal_line_write(sw_buf *out, sw_journal_record *record, const sw_journal_lines *lines, const char *body,
                          sw_error *err);
/* Takes a line that is on the disk into the list: `line` without newline. Reserve first. */
int sw_journal_lines_reserve(sw_journal_lines *lines, sw_error *err);
int sw_journal_lines_add(sw_journal_lines *lines, const sw_journal_record *record, const char *line, size_t len,
                         sw_error *err);

#endif
