/* Editing one line (or one pasted block) at a terminal, with history and completion. Where there is
 * no terminal, or a dumb one, lines are read plainly.
 *
 * Completion never calls out: the Tab key ends sw_lineedit_read with SW_LINE_COMPLETE while the line
 * stays as it is; the caller computes candidates, hands them to sw_lineedit_complete, and reads on. */
#ifndef SW_CORE_LINEEDIT_H
#define SW_CORE_LINEEDIT_H

#include <stddef.h>

#include "core/buf.h"
#include "core/error.h"

typedef struct sw_lineedit sw_lineedit;

enum sw_line_event {
    SW_LINE_TEXT = 1,      /* a line was entered */
    SW_LINE_END = 2,       /* Ctrl-D on an empty line, or the input has ended */
    SW_LINE_INTERRUPT = 3, /* Ctrl-C; what was typed is dropped */
    SW_LINE_COMPLETE = 4   /* Tab: call sw_lineedit_complete, then read on */
};

/* `history` (may be NULL): a file that is read now and appended to, made with mode 0600.
 * `*out` is owned by the caller. Errors: term.no_locale, library.missing, term.history. */
int sw_lineedit_open(sw_lineedit **out, const char *history, sw_error *err);
void sw_lineedit_close(sw_lineedit *edit); /* accepts NULL; gives the terminal back */

/* Reads until one of the events above, which is returned; negative on failure. `text` gets the line
 * in UTF-8 without its newline (a pasted block keeps its inner ones), `cursor` the bytes before the
 * cursor. The terminal stays in editing mode after SW_LINE_COMPLETE only. */
int sw_lineedit_read(sw_lineedit *edit, const char *prompt, sw_buf *text, size_t *cursor,
                     sw_error *err);
/* Gives the terminal back when an answer to SW_LINE_COMPLETE will not come. */
void sw_lineedit_stop(sw_lineedit *edit);
/* Puts in what all candidates share beyond the `typed` bytes before the cursor; lists them when that
 * is nothing; beeps when there are none. */
void sw_lineedit_complete(sw_lineedit *edit, const char *const *candidates, size_t count,
                          size_t typed);
/* Adds a line or block to the history, and to its file. Errors: term.history */
int sw_lineedit_remember(sw_lineedit *edit, const char *text, sw_error *err);

#endif
