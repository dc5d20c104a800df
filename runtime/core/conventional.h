/* Conventional Commits 1.0.0: one pass over a commit message, nothing copied, nothing allocated.
 *
 *     type(scope)!: description
 *                                   a blank line
 *     body, any number of paragraphs
 *                                   a blank line
 *     Token: value, or Token #value; values may go on over several lines
 *
 * Where the specification is silent or parsers differ:
 * - a scope may hold balanced parentheses; an empty one counts as none (refused with STRICT_SCOPE)
 * - the footers begin at the first line behind a blank line that reads as one
 * - BREAKING CHANGE (or BREAKING-CHANGE) also counts in the middle of a body, and with its text on
 *   the next line: overlooking one is the worst mistake a release tool can make
 * - a footer's value ends before the next footer, and before a bullet of a squash ("* fix: …"). */
#ifndef SW_CORE_CONVENTIONAL_H
#define SW_CORE_CONVENTIONAL_H

#include "core/error.h"
#include "core/span.h"

enum sw_conventional_flags {
    SW_CONVENTIONAL_STRICT_SCOPE = 1, /* "fix(): x" is refused */
    SW_CONVENTIONAL_TIGHT = 2,        /* a body may follow without the blank line */
    SW_CONVENTIONAL_NO_SPACE = 4,     /* "fix:x" is read */
    SW_CONVENTIONAL_STRICT_FOOTERS = 8, /* as git reads trailers: a value goes on only when indented */
    SW_CONVENTIONAL_LOOSE_FOOTERS = 16  /* footers may begin within a paragraph */
};

typedef struct sw_footer {
    sw_span token; /* "BREAKING CHANGE" as written */
    sw_span value; /* without white space around it */
    bool hash;     /* the separator was " #", not ": " */
    bool breaking;
} sw_footer;

typedef struct sw_conventional {
    sw_span type, scope, description, body; /* scope, body: at == NULL where absent */
    bool marked;   /* "!" in front of the colon */
    bool breaking; /* marked, or one of the footers is */
    sw_footer *footers;  /* the caller's room, see sw_conventional_parse */
    size_t footer_room;  /* how many fit */
    size_t footer_count; /* how many there are, which may be more than fit */
} sw_conventional;

/* Reads a message with LF line ends. The spans borrow from `text`. The caller sets `footers` and
 * `footer_room` before; when `footer_count` comes out larger, parse again with so much room. `notes`
 * (may be NULL) is a NULL-terminated list of further footer tokens that mean a breaking change; they
 * may hold spaces. SW_E_PARSE (commit.not_conventional) says what is wrong and where. */
int sw_conventional_parse(sw_conventional *out, const char *text, size_t len, unsigned flags,
                          const char *const *notes, sw_error *err);

#endif
