#include "core/inflate.h"

#include <stdbool.h>
#include <string.h>

enum {
    LITERAL_BITS = 9,  /* of the first table; longer codes continue in another */
    DISTANCE_BITS = 7,
    LENGTH_BITS = 7,   /* of the code that the lengths of the codes are written in: its longest */
    LITERALS = 288,
    DISTANCES = 32,
    LENGTHS = 19,
    LONGEST = 15,      /* bits of a code */
    AT_ONCE = 8        /* bytes that are read, and copied, at once */
};

/* An entry of a table: flags, 15 bits of value, 8 of extra bits, 8 of the bits that the code has. A value is a
 * byte, the base of a length or distance, or where a second table begins, which `extra` bits choose from. */
#define LITERAL 0x80000000u
#define SPECIAL 0x8000u /* the end of the block, or a second table; in the eight bits of extra */
#define SECOND 0x4000u
#define VALUE(e) ((e) >> 16 & 0x7fffu)
#define EXTRA(e) ((e) >> 8 & 31u)
#define BITS(e) ((e)&31u)

typedef struct bits {
    const unsigned char *at, *last; /* `last`: the last place where eight bytes can be read */
    uint64_t held;
    unsigned count;
} bits;

static inline bool refill(bits *b)
{
    uint64_t more;
    if (b->at > b->last)
        return false;
    memcpy(&more, b->at, sizeof more);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    more = __builtin_bswap64(more);
#endif
    b->held |= more << b->count;
    b->at += (63 - b->count) >> 3;
    b->count |= 56;
    return true;
}

static inline uint32_t take(bits *b, unsigned count)
{
    uint32_t value = (uint32_t)(b->held & ((UINT64_C(1) << count) - 1));
    b->held >>= count;
    b->count -= count;
    return value;
}

/* ---- tables ---- */

/* Put into each maker of a table: a call for every symbol would cost more than what it does. */
#define INLINE static inline __attribute__((always_inline))

INLINE uint32_t literal_entry(unsigned symbol)
{
    static const uint16_t bases[] = { 3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                      31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258 };
    static const uint8_t extras[] = { 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0 };
    if (symbol < 256)
        return LITERAL | symbol << 16;
    if (symbol == 256 || symbol > 285)
        return SPECIAL;
    return (uint32_t)bases[symbol - 257] << 16 | (uint32_t)extras[symbol - 257] << 8;
}

INLINE uint32_t distance_entry(unsigned symbol)
{
    if (symbol > 29)
        return SPECIAL;
    unsigned extra = symbol < 4 ? 0 : symbol / 2 - 1;
    uint32_t base = symbol < 4 ? symbol + 1 : ((2u + (symbol & 1)) << extra) + 1;
    return base << 16 | extra << 8;
}

INLINE uint32_t length_entry(unsigned symbol)
{
    return symbol << 16;
}

typedef struct code { /* how a table is made */
    uint32_t *table;
    unsigned bits;
    uint16_t counts[LONGEST + 1]; /* how many codes have so many bits */
} code;

/* The next code in order, of the same length; codes are kept with their first bit lowest, as they are read. */
static uint32_t next_code(uint32_t now, unsigned length)
{
    uint32_t bit = UINT32_C(1) << (length - 1);
    for (; now & bit; bit >>= 1)
        now ^= bit;
    return now | bit;
}

/* Begins the second table of all codes that begin like `prefix`; the shortest of them has `length` bits. */
static bool begin_second(uint32_t *start, uint32_t *end, const code *c, uint32_t prefix, unsigned length, unsigned left)
{
    unsigned more = length - c->bits;
    uint32_t used = left;
    while (used < UINT32_C(1) << more && c->bits + more < LONGEST) {
        more++;
        used = used * 2 + c->counts[c->bits + more];
    }
    *start = *end;
    *end += UINT32_C(1) << more;
    if (*end > SW_INFLATE_ROOM)
        return false;
    c->table[prefix] = *start << 16 | SPECIAL | SECOND | more << 8 | c->bits;
    return true;
}

/* Codes of `sorted`, by length and then by symbol. */
INLINE bool fill(const code *c, const uint16_t *sorted, uint32_t (*entry)(unsigned))
{
    uint32_t now = 0, start = 0, end = UINT32_C(1) << c->bits, prefix = UINT32_MAX, size = 1;
    for (unsigned length = 1; length <= LONGEST; length++) {
        if (length <= c->bits) { /* what is there fits one bit more, whichever it is */
            memcpy(c->table + size, c->table, size * sizeof *c->table);
            size *= 2;
        }
        for (unsigned left = c->counts[length]; left; left--) {
            uint32_t made = entry(*sorted++);
            if (length <= c->bits) {
                c->table[now] = made | length;
            } else {
                uint32_t first = now & ((UINT32_C(1) << c->bits) - 1);
                if (first != prefix && !begin_second(&start, &end, c, first, length, left))
                    return false;
                prefix = first;
                for (uint32_t i = start + (now >> c->bits); i < end; i += UINT32_C(1) << (length - c->bits))
                    c->table[i] = made | (length - c->bits);
            }
            now = next_code(now, length);
        }
    }
    return true;
}

/* Only complete codes: every row of bits means something, so no entry is left unset. `lengths` has zeros up to the next
 * multiple of eight: most of the symbols have no code, and are passed over eight at a time. */
INLINE bool make_table(uint32_t *table, unsigned table_bits, const uint8_t *lengths, unsigned count,
                       uint32_t (*entry)(unsigned))
{
    code c = { .table = table, .bits = table_bits };
    uint16_t places[LONGEST + 2], used[LITERALS], sorted[LITERALS];
    unsigned used_count = 0;
    uint32_t room = 0;
    for (unsigned i = 0; i < count; i += AT_ONCE) {
        uint64_t any;
        memcpy(&any, lengths + i, sizeof any);
        for (unsigned j = i; any && j < i + AT_ONCE; j++) {
            used[used_count] = (uint16_t)j;
            used_count += lengths[j] != 0;
            c.counts[lengths[j]]++;
        }
    }
    c.counts[0] = places[1] = 0;
    for (unsigned length = 1; length <= LONGEST; length++) {
        places[length + 1] = (uint16_t)(places[length] + c.counts[length]);
        room += (uint32_t)c.counts[length] << (LONGEST - length);
    }
    if (room != UINT32_C(1) << LONGEST)
        return false;
    for (unsigned i = 0; i < used_count; i++)
        sorted[places[lengths[used[i]]]++] = used[i];
    return fill(&c, sorted, entry);
}

static bool make_literals(sw_inflater *inflater, const uint8_t *lengths, unsigned count)
{
    return make_table(inflater->literals, LITERAL_BITS, lengths, count, literal_entry);
}

static bool make_distances(sw_inflater *inflater, const uint8_t *lengths, unsigned count)
{
    return make_table(inflater->distances, DISTANCE_BITS, lengths, count, distance_entry);
}

static bool make_fixed(sw_inflater *inflater)
{
    uint8_t lengths[LITERALS];
    memset(lengths, 8, 144);
    memset(lengths + 144, 9, 112);
    memset(lengths + 256, 7, 24);
    memset(lengths + 280, 8, 8);
    if (!make_literals(inflater, lengths, LITERALS))
        return false;
    memset(lengths, 5, DISTANCES);
    return make_distances(inflater, lengths, DISTANCES);
}

/* The lengths of both codes, written in a code of their own with runs. */
static bool read_lengths(uint8_t *lengths, unsigned count, const uint32_t *table, bits *b)
{
    unsigned i = 0;
    while (i < count) {
        if (b->count < 2 * LENGTH_BITS && !refill(b))
            return false;
        uint32_t e = table[b->held & ((1u << LENGTH_BITS) - 1)];
        take(b, BITS(e));
        unsigned symbol = VALUE(e), run;
        uint8_t value = 0;
        if (symbol < 16) {
            lengths[i++] = (uint8_t)symbol;
            continue;
        }
        if (symbol == 16) {
            if (i == 0)
                return false;
            value = lengths[i - 1];
            run = 3 + take(b, 2);
        } else {
            run = symbol == 17 ? 3 + take(b, 3) : 11 + take(b, 7);
        }
        if (run > count - i)
            return false;
        memset(lengths + i, value, run);
        i += run;
    }
    return true;
}

static bool read_tables(sw_inflater *inflater, bits *b)
{
    static const uint8_t order[LENGTHS] = { 16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15 };
    uint8_t lengths[LITERALS + DISTANCES + AT_ONCE], distance_lengths[DISTANCES + AT_ONCE];
    uint32_t table[1 << LENGTH_BITS];
    unsigned literals = 257 + take(b, 5), distances = 1 + take(b, 5), count = 4 + take(b, 4);
    memset(lengths, 0, LENGTHS + AT_ONCE);
    for (unsigned i = 0; i < count; i++) {
        if (b->count < 3 && !refill(b))
            return false;
        lengths[order[i]] = (uint8_t)take(b, 3);
    }
    if (literals > LITERALS || !make_table(table, LENGTH_BITS, lengths, LENGTHS, length_entry)
        || !read_lengths(lengths, literals + distances, table, b))
        return false;
    memcpy(distance_lengths, lengths + literals, distances);
    memset(distance_lengths + distances, 0, AT_ONCE);
    memset(lengths + literals, 0, AT_ONCE);
    return make_literals(inflater, lengths, literals) && make_distances(inflater, distance_lengths, distances);
}

/* ---- a block ---- */

static inline uint32_t look(const uint32_t *table, unsigned table_bits, bits *b)
{
    uint32_t e = table[b->held & ((1u << table_bits) - 1)];
    if (!(e & LITERAL) && (e & SECOND)) {
        take(b, table_bits);
        e = table[VALUE(e) + (b->held & ((1u << EXTRA(e)) - 1))];
    }
    return e;
}

/* May write up to seven bytes more. */
static inline void copy(unsigned char *to, size_t distance, size_t length)
{
    const unsigned char *from = to - distance, *end = to + length;
    if (distance >= AT_ONCE) {
        do {
            memcpy(to, from, AT_ONCE);
            to += AT_ONCE;
            from += AT_ONCE;
        } while (to < end);
    } else {
        while (to < end)
            *to++ = *from++;
    }
}

/* Where the output goes on; NULL when the stream is not for here. `*ended`: the block is over. Begins no more once
 * `end` is reached: what one round writes fits the slack. */
static unsigned char *block(bool *ended, const sw_inflater *inflater, unsigned char *out, const unsigned char *start,
                            const unsigned char *end, bits *stream)
{
    bits b = *stream;
    *ended = false;
    while (out < end) {
        if (!refill(&b))
            return NULL;
        uint32_t e = look(inflater->literals, LITERAL_BITS, &b);
        if (e & LITERAL) { /* three fit what has been read */
            take(&b, BITS(e));
            *out++ = (unsigned char)VALUE(e);
            e = look(inflater->literals, LITERAL_BITS, &b);
            if (e & LITERAL) {
                take(&b, BITS(e));
                *out++ = (unsigned char)VALUE(e);
                e = look(inflater->literals, LITERAL_BITS, &b);
                if (e & LITERAL) {
                    take(&b, BITS(e));
                    *out++ = (unsigned char)VALUE(e);
                    continue;
                }
            }
            if (!refill(&b))
                return NULL;
        }
        take(&b, BITS(e));
        if (e & SPECIAL) {
            *ended = true;
            break;
        }
        size_t length = VALUE(e) + take(&b, EXTRA(e));
        e = look(inflater->distances, DISTANCE_BITS, &b);
        take(&b, BITS(e));
        size_t distance = VALUE(e) + take(&b, EXTRA(e));
        if ((e & SPECIAL) || distance > (size_t)(out - start))
            return NULL;
        copy(out, distance, length);
        out += length;
    }
    *stream = b;
    return out;
}

/* Blocks until the stream ends or `size` bytes are there; NULL as above. */
static unsigned char *run(bool *whole, sw_inflater *inflater, unsigned char *out, size_t size, bits *b)
{
    const unsigned char *start = out, *end = out + size;
    bool last = false, ended = true;
    *whole = false;
    while (!last && ended) {
        if (!refill(b))
            return NULL;
        last = take(b, 1);
        switch (take(b, 2)) {
        case 1:
            if (!make_fixed(inflater))
                return NULL;
            break;
        case 2:
            if (!read_tables(inflater, b))
                return NULL;
            break;
        default: return NULL; /* bytes as they are: rare */
        }
        /* A byte more than there should be, so that the end of the block is seen. */
        out = block(&ended, inflater, out, start, end + 1, b);
        if (!out)
            return NULL;
    }
    *whole = last && ended;
    return out;
}

int sw_inflate_whole(size_t *used, sw_inflater *inflater, unsigned char *out, size_t size,
                     const unsigned char *in, size_t len)
{
    bool whole;
    if (len < AT_ONCE)
        return false;
    bits b = { .at = in, .last = in + len - AT_ONCE };
    const unsigned char *end = run(&whole, inflater, out, size, &b);
    *used = (size_t)(b.at - in) - b.count / 8;
    return end && whole && (size_t)(end - out) == size;
}
