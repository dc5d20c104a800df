#include "core/likeness.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"

#define ALIKE 0.75 /* Dice's coefficient over words and marks */

enum { SHORT = 4 }; /* letters of a line that says nothing */

static bool is_space(unsigned char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_word(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_letter(unsigned char c) /* neither white space nor punctuation */
{
    return c >= 127 || c < ' ' ? !is_space(c) : is_word(c) && c != '_';
}

static uint64_t hash_of(const char *text, size_t len)
{
    uint64_t hash = len * 0x9e3779b97f4a7c15u, word;
    for (; len >= sizeof word; text += sizeof word, len -= sizeof word) {
        memcpy(&word, text, sizeof word);
        hash = (hash ^ word) * 0xff51afd7ed558ccdu;
        hash ^= hash >> 32;
    }
    word = 0;
    memcpy(&word, text, len);
    hash = (hash ^ word) * 0xc4ceb9fe1a85ec53u;
    return hash ^ (hash >> 29);
}

/* ---- lines of a text ---- */

typedef struct counted {
    uint32_t at, len;
    uint64_t hash;
    int32_t balance; /* before minus after */
} counted;

typedef struct counting {
    char *text;
    size_t len;
    counted *items;
    uint32_t count, cap;
    uint32_t *slots;
    uint32_t slot_count;
} counting;

static int grow(counting *c)
{
    uint32_t slot_count = c->slot_count ? c->slot_count * 2 : 256;
    uint32_t *slots = calloc(slot_count, sizeof *slots);
    counted *items = realloc(c->items, slot_count / 2 * sizeof *items);
    if (items)
        c->items = items;
    if (!slots || !items) {
        free(slots);
        return SW_E_NOMEM;
    }
    c->cap = slot_count / 2;
    for (uint32_t i = 0; i < c->count; i++) {
        uint32_t at = (uint32_t)c->items[i].hash & (slot_count - 1);
        while (slots[at])
            at = (at + 1) & (slot_count - 1);
        slots[at] = i + 1;
    }
    free(c->slots);
    c->slots = slots;
    c->slot_count = slot_count;
    return 0;
}

/* Writes the line behind the text of the counting as it is compared; 0: it says nothing. */
static size_t normal(char *out, const char *at, const char *end)
{
    size_t len = 0, letters = 0;
    for (; at < end; at++) {
        unsigned char c = (unsigned char)*at;
        letters += is_letter(c);
        if (!is_space(c))
            out[len++] = *at;
        else if (len && out[len - 1] != ' ')
            out[len++] = ' ';
    }
    if (len && out[len - 1] == ' ')
        len--;
    return letters >= SHORT ? len : 0;
}

/* The line as it is known: given a place when it is new. NULL without memory. */
static counted *known_line(counting *c, const char *line, size_t len, bool *fresh)
{
    if (c->count == c->cap && grow(c) < 0)
        return NULL;
    uint64_t hash = hash_of(line, len);
    uint32_t slot = (uint32_t)hash & (c->slot_count - 1);
    for (; c->slots[slot]; slot = (slot + 1) & (c->slot_count - 1)) {
        counted *one = &c->items[c->slots[slot] - 1];
        if (one->hash == hash && one->len == len && memcmp(c->text + one->at, line, len) == 0)
            return one;
    }
    c->items[c->count] = (counted){ (uint32_t)(line - c->text), (uint32_t)len, hash, 0 };
    c->slots[slot] = ++c->count;
    *fresh = true;
    return &c->items[c->count - 1];
}

/* Lines as they stand. `c->text` is the beginning of both texts' one piece of memory. */
static int count_raw(counting *c, const char *at, size_t size, int32_t step)
{
    const char *end = at + size;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        bool fresh;
        stop = stop ? stop : end;
        counted *known = stop > at ? known_line(c, at, (size_t)(stop - at), &fresh) : NULL;
        if (!known && stop > at)
            return SW_E_NOMEM;
        if (known)
            known->balance += step;
        at = stop + 1;
    }
    return 0;
}

/* Lines as they are compared, of those that the one text has more of than the other. */
static int count_normal(counting *c, const counting *raw)
{
    for (uint32_t i = 0; i < raw->count; i++) {
        const counted *one = &raw->items[i];
        bool fresh = false;
        if (!one->balance)
            continue;
        char *line = c->text + c->len;
        size_t len = normal(line, raw->text + one->at, raw->text + one->at + one->len);
        counted *known = len ? known_line(c, line, len, &fresh) : NULL;
        if (len && !known)
            return SW_E_NOMEM;
        c->len += fresh ? len : 0;
        if (known)
            known->balance += one->balance;
    }
    return 0;
}

/* Whole lines that both begin with, and both end with, cannot differ. */
static void trim(const char **a, size_t *a_len, const char **b, size_t *b_len)
{
    size_t shorter = *a_len < *b_len ? *a_len : *b_len, same = 0;
    while (same < shorter && (*a)[same] == (*b)[same])
        same++;
    while (same && (*a)[same - 1] != '\n')
        same--;
    *a += same;
    *b += same;
    *a_len -= same;
    *b_len -= same;
    shorter = *a_len < *b_len ? *a_len : *b_len;
    for (same = 0; same < shorter && (*a)[*a_len - same - 1] == (*b)[*b_len - same - 1];)
        same++;
    while (same && (*a)[*a_len - same] != '\n') /* what begins with a newline: the line before it stays */
        same--;
    *a_len -= same;
    *b_len -= same;
}

static int take(sw_lines *out, const counting *c, bool gone)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < c->count; i++)
        count += gone ? c->items[i].balance > 0 : c->items[i].balance < 0;
    uint32_t slot_count = 8;
    while (slot_count < count * 2)
        slot_count *= 2;
    out->items = calloc(count + 1, sizeof *out->items);
    out->slots = calloc(slot_count, sizeof *out->slots);
    if (!out->items || !out->slots)
        return SW_E_NOMEM;
    out->slot_count = slot_count;
    for (uint32_t i = 0; i < c->count; i++) {
        const counted *one = &c->items[i];
        if (gone ? one->balance <= 0 : one->balance >= 0)
            continue;
        out->items[out->count++] = (sw_line){ .at = one->at, .len = one->len, .hash = one->hash };
        uint32_t slot = (uint32_t)one->hash & (slot_count - 1);
        while (out->slots[slot])
            slot = (slot + 1) & (slot_count - 1);
        out->slots[slot] = out->count;
    }
    return 0;
}

static void release_counting(counting *c)
{
    free(c->items);
    free(c->slots);
    free(c->text);
}

int sw_text_change_make(sw_text_change *out, const char *before, size_t before_len, const char *after, size_t after_len)
{
    counting raw = { 0 }, c = { 0 };
    memset(out, 0, sizeof *out);
    trim(&before, &before_len, &after, &after_len);
    raw.text = malloc(before_len + after_len + 2);
    c.text = malloc(before_len + after_len + 2);
    int rc = raw.text && c.text ? 0 : SW_E_NOMEM;
    if (rc == 0) {
        memcpy(raw.text, before, before_len);
        memcpy(raw.text + before_len, after, after_len);
        rc = count_raw(&raw, raw.text, before_len, 1);
    }
    if (rc == 0)
        rc = count_raw(&raw, raw.text + before_len, after_len, -1);
    if (rc == 0)
        rc = count_normal(&c, &raw);
    if (rc == 0)
        rc = take(&out->gone, &c, true);
    if (rc == 0)
        rc = take(&out->come, &c, false);
    release_counting(&raw);
    char *less = c.text ? realloc(c.text, c.len + 1) : NULL;
    out->text = less ? less : c.text;
    c.text = NULL;
    release_counting(&c);
    if (rc < 0)
        sw_text_change_release(out);
    return rc;
}

static void release_lines(sw_lines *lines)
{
    for (uint32_t i = 0; i < lines->count; i++)
        free(lines->items[i].words);
    free(lines->items);
    free(lines->slots);
}

void sw_text_change_release(sw_text_change *change)
{
    release_lines(&change->gone);
    release_lines(&change->come);
    free(change->text);
    memset(change, 0, sizeof *change);
}

/* ---- words of a line ---- */

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static int find_words(sw_line *line, const char *text)
{
    const char *at = text + line->at, *end = at + line->len;
    uint32_t count = 0, kept = 0;
    uint64_t *words = malloc((line->len + 1) * sizeof *words);
    if (!words)
        return SW_E_NOMEM;
    while (at < end) {
        const char *stop = at;
        while (stop < end && is_word((unsigned char)*stop))
            stop++;
        if (stop == at)
            stop++;
        if (!is_space((unsigned char)*at))
            words[count++] = hash_of(at, (size_t)(stop - at));
        at = stop;
    }
    qsort(words, count, sizeof *words, by_value);
    for (uint32_t i = 0; i < count; i++)
        if (!kept || words[kept - 1] != words[i])
            words[kept++] = words[i];
    uint64_t *less = realloc(words, (kept + 1) * sizeof *words);
    line->words = less ? less : words;
    line->word_count = kept;
    return 0;
}

static bool alike(const sw_line *a, const sw_line *b)
{
    uint32_t least = a->word_count < b->word_count ? a->word_count : b->word_count, shared = 0;
    double both = (double)a->word_count + b->word_count;
    if (2 * least < ALIKE * both)
        return false;
    for (uint32_t i = 0, k = 0; i < a->word_count && k < b->word_count;) {
        shared += a->words[i] == b->words[k];
        bool first = a->words[i] <= b->words[k], second = a->words[i] >= b->words[k];
        i += first;
        k += second;
    }
    return 2 * shared / both >= ALIKE;
}

/* ---- how much is found ---- */

static bool holds(const sw_lines *lines, const char *text, const sw_line *line, const char *of_line)
{
    for (uint32_t slot = (uint32_t)line->hash & (lines->slot_count - 1); lines->slots[slot];
         slot = (slot + 1) & (lines->slot_count - 1)) {
        const sw_line *one = &lines->items[lines->slots[slot] - 1];
        if (one->hash == line->hash && one->len == line->len
            && memcmp(text + one->at, of_line + line->at, one->len) == 0)
            return true;
    }
    return false;
}

/* 1 found, 0 not, SW_E_NOMEM. */
static int find_line(sw_line *line, const char *text, sw_text_change *const *theirs, bool gone)
{
    for (sw_text_change *const *one = theirs; *one; one++)
        if (holds(gone ? &(*one)->gone : &(*one)->come, (*one)->text, line, text))
            return 1;
    if (!line->words && find_words(line, text) < 0)
        return SW_E_NOMEM;
    for (sw_text_change *const *one = theirs; *one; one++) {
        sw_lines *list = gone ? &(*one)->gone : &(*one)->come;
        for (uint32_t i = 0; i < list->count; i++) {
            sw_line *other = &list->items[i];
            if (!other->words && find_words(other, (*one)->text) < 0)
                return SW_E_NOMEM;
            if (alike(line, other))
                return 1;
        }
    }
    return 0;
}

sw_tally sw_tally_begin(uint32_t gone, uint32_t come)
{
    return (sw_tally){ .all = gone + come, .of_brought = come, .open = gone + come, .open_brought = come };
}

int sw_tally_add(sw_tally *tally, sw_text_change *mine, sw_text_change *const *theirs, double least)
{
    for (int side = 0; side < 2; side++) {
        sw_lines *list = side == 0 ? &mine->come : &mine->gone;
        for (uint32_t i = 0; i < list->count; i++) {
            if (sw_tally_limit(tally) <= least)
                return 0;
            int rc = find_line(&list->items[i], mine->text, theirs, side == 1);
            if (rc < 0)
                return rc;
            tally->open--;
            tally->found += (uint32_t)rc;
            tally->open_brought -= side == 0;
            tally->brought += side == 0 ? (uint32_t)rc : 0;
        }
    }
    return sw_tally_limit(tally) > least;
}

double sw_tally_limit(const sw_tally *tally)
{
    if (!tally->all)
        return 0;
    /* Where something was brought, taking the same lines away is not enough: they may have gone for another reason. */
    if (tally->of_brought && (double)(tally->brought + tally->open_brought) / tally->of_brought < SW_LIKENESS_ENOUGH)
        return 0;
    return (double)(tally->found + tally->open) / tally->all;
}

double sw_tally_score(const sw_tally *tally)
{
    sw_tally closed = *tally;
    closed.open = closed.open_brought = 0;
    return sw_tally_limit(&closed);
}
