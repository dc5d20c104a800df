/* The terminal itself: its size, and one question asked of the person in front of it. */
#ifndef SW_CORE_TERMINAL_H
#define SW_CORE_TERMINAL_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/error.h"

/* Of the terminal on standard output or error; else from COLUMNS and LINES; else 80 by 24. */
void sw_terminal_size(int *columns, int *rows);

/* Asks on the controlling terminal whatever the standard streams are, and reads one line; nothing is
 * shown while it is typed when `secret`. Errors: term.no_terminal, term.interrupted (Ctrl-C or
 * Ctrl-D instead of an answer). */
int sw_terminal_ask(sw_buf *answer, const char *prompt, bool secret, sw_error *err);

#endif
