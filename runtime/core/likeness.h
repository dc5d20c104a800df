/* What a change took away from a text and brought to it, line by line, and how much of one change another one holds:
 * by equal lines and by lines that differ in a word or two. Where lines stand and how they are indented does not
 * count. */
#ifndef SW_CORE_LIKENESS_H
#define SW_CORE_LIKENESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct sw_line {
    uint32_t at, len; /* in the text of its change: without indentation, white space as one space */
    uint64_t hash;
    uint64_t *words; /* sorted, of words and marks, each once; NULL: not asked for yet */
    uint32_t word_count;
} sw_line;

typedef struct sw_lines { /* each once */
    sw_line *items;
    uint32_t count;
    uint32_t *slots; /* hash table: number + 1 */
    uint32_t slot_count;
} sw_lines;

typedef struct sw_text_change {
    char *text; /* owned: all lines */
    sw_lines gone, come;
} sw_text_change;

/* Lines of which the one text has fewer than the other; lines of less than four letters say nothing. SW_E_NOMEM. */
int sw_text_change_make(sw_text_change *out, const char *before, size_t before_len, const char *after, size_t after_len);
void sw_text_change_release(sw_text_change *change);

/* A change's tally: how many lines it has in all its texts, how many of them it brought; how many another change has,
 * too, and how many are still to be looked for. */
typedef struct sw_tally {
    uint32_t all, of_brought, found, brought, open, open_brought;
} sw_tally;

/* Begins with nothing looked for. */
sw_tally sw_tally_begin(uint32_t gone, uint32_t come);
/* Looks for the lines of one text. `theirs` are several changes of the same text, taken as one; NULL-ended. 0 where the
 * score can no longer be more than `least`, whatever is still to come; else 1. SW_E_NOMEM. */
int sw_tally_add(sw_tally *tally, sw_text_change *mine, sw_text_change *const *theirs, double least);
/* The most that the score can still become. */
double sw_tally_limit(const sw_tally *tally);
/* The part of the lines that was found, 0 where too little of what was brought is there. */
double sw_tally_score(const sw_tally *tally);

#define SW_LIKENESS_ENOUGH 0.6 /* so much of a change must be found */

#endif
