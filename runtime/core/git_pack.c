#include "core/git_pack.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "core/git_delta.h"
#include "core/git_pack_bases.h"
#include "core/git_pack_private.h"

enum {
    ID = SW_PACK_ID,
    RESIDENT = 3 << 19, /* bytes of packs kept mapped before the pages are given back */
    STRIDE = 64 << 10,  /* what the system maps around a page that is touched */
    DEEPEST = 64,       /* longest chain of deltas that is followed here */
    LARGEST = 64 << 20
};

struct sw_pack_reader {
    sw_packs *packs;
    struct libdeflate_decompressor *inflater;
    uint64_t last;    /* where was read last */
    uint64_t touched; /* bytes mapped since the pages were given back */
    sw_buf base, delta;
    sw_pack_bases *bases; /* of those who read any kind; NULL: none */
};

int sw_pack_reader_open(sw_pack_reader **out, sw_packs *packs, sw_error *err)
{
    *out = NULL;
    sw_pack_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return sw_fail_nomem(err);
    reader->packs = packs;
    reader->inflater = libdeflate_alloc_decompressor();
    if (!reader->inflater) {
        free(reader);
        return sw_fail_nomem(err);
    }
    *out = reader;
    return 0;
}

void sw_pack_reader_close(sw_pack_reader *reader)
{
    if (!reader)
        return;
    libdeflate_free_decompressor(reader->inflater);
    sw_pack_bases_close(reader->bases);
    sw_buf_release(&reader->base);
    sw_buf_release(&reader->delta);
    free(reader);
}

/* Gives pages back before they add up. */
static void account(sw_pack_reader *reader, const sw_pack *p, uint64_t offset)
{
    uint64_t far = offset > reader->last ? offset - reader->last : reader->last - offset;
    reader->last = offset;
    reader->touched += far < STRIDE ? far : STRIDE;
    if (reader->touched < RESIDENT)
        return;
    reader->touched = 0;
    madvise((void *)(uintptr_t)p->data, (size_t)p->size, MADV_DONTNEED);
}

/* Inflates `size` bytes that begin at `at`; returns where they end in the pack, or 0. Without zlib's own frame: its
 * check sum would be computed, and git has verified these. */
static uint64_t inflate_at(sw_buf *out, sw_pack_reader *reader, const sw_pack *p, uint64_t at, size_t size)
{
    enum { FRAME = 2, SUM = 4 };
    uint64_t left = p->size - at;
    size_t used;
    out->len = 0;
    if (left < 8 || size > LARGEST || (p->data[at] & 15) != 8 || (p->data[at + 1] & 32)
        || sw_buf_reserve(out, size + 1) < 0)
        return 0;
    if (libdeflate_deflate_decompress_ex(reader->inflater, p->data + at + FRAME, (size_t)left - FRAME, out->data, size,
                                         &used, NULL) != LIBDEFLATE_SUCCESS)
        return 0;
    out->len = size;
    out->data[size] = '\0';
    return at + FRAME + used + SUM;
}

typedef struct entry {
    unsigned type;
    uint64_t size, body; /* where the deflated bytes begin */
    uint32_t base_pack;
    uint64_t base; /* of a delta: the offset of what it builds on */
} entry;

static bool read_entry(entry *out, sw_pack_reader *reader, uint32_t which, uint64_t offset)
{
    const sw_pack *p = &reader->packs->items[which];
    if (offset < 12 || offset + 64 > p->size)
        return false;
    const unsigned char *at = p->data + offset, *end = p->data + p->size;
    unsigned char c = *at++;
    unsigned shift = 4;
    out->type = c >> 4 & 7;
    out->size = c & 15;
    while (c & 128 && shift < 60) {
        c = *at++;
        out->size |= (uint64_t)(c & 127) << shift;
        shift += 7;
    }
    out->base_pack = which;
    if (out->type == 6) {
        uint64_t back = 0;
        for (int i = 0; i < 9; i++) {
            c = *at++;
            back = (i ? back + 1 : 0) << 7 | (c & 127);
            if (!(c & 128))
                break;
        }
        if (back == 0 || back >= offset)
            return false;
        out->base = offset - back;
    } else if (out->type == 7) {
        sw_packed base;
        if (end - at < ID || !sw_packs_find(&base, reader->packs, at))
            return false;
        out->base_pack = base.pack;
        out->base = base.offset;
        at += ID;
    }
    out->body = (uint64_t)(at - p->data);
    return true;
}

enum { COMMIT = 1, TREE = 2, TAG = 4, OFFSET_DELTA = 6 };

/* What the chain ends in: an object of its own, or one that is kept. Its kind; 0: not to be read here. */
static unsigned chain_end(sw_buf *text, uint64_t *next, sw_pack_reader *reader, const entry *last, uint32_t home,
                          unsigned wanted)
{
    const sw_pack_base *kept = last->type < OFFSET_DELTA
                                   ? NULL : sw_pack_bases_find(reader->bases, last->base_pack, last->base);
    unsigned type = kept ? kept->type : last->type;
    if (type < COMMIT || type > TAG || (wanted && type != wanted))
        return 0;
    if (!kept) {
        *next = inflate_at(text, reader, &reader->packs->items[home], last->body, (size_t)last->size);
        return *next ? type : 0;
    }
    text->len = 0;
    return sw_buf_add(text, sw_buf_text(&kept->text), kept->text.len) == 0 ? type : 0;
}

/* The object at `offset`: its kind as git numbers it, 0 when it cannot be read here. `wanted` 0: any kind. */
static unsigned read_object(sw_buf *text, uint64_t *next, sw_pack_reader *reader, uint32_t which, uint64_t offset,
                            unsigned wanted)
{
    entry chain[DEEPEST];
    uint32_t homes[DEEPEST] = { which };
    uint64_t offsets[DEEPEST] = { offset };
    int depth = 0, deltas;
    if (!read_entry(&chain[0], reader, which, offset))
        return 0;
    while (chain[depth].type >= OFFSET_DELTA
           && !sw_pack_bases_find(reader->bases, chain[depth].base_pack, chain[depth].base)) {
        homes[depth + 1] = chain[depth].base_pack;
        offsets[depth + 1] = chain[depth].base;
        if (depth + 2 == DEEPEST
            || !read_entry(&chain[depth + 1], reader, chain[depth].base_pack, chain[depth].base))
            return 0;
        depth++;
    }
    deltas = chain[depth].type >= OFFSET_DELTA ? depth + 1 : depth;
    unsigned type = chain_end(text, next, reader, &chain[depth], homes[depth], wanted);
    if (type == TREE && deltas == depth)
        sw_pack_bases_keep(reader->bases, homes[depth], offsets[depth], type, text);
    while (type && deltas-- > 0) {
        sw_buf swap = reader->base;
        reader->base = *text;
        *text = swap;
        *next = inflate_at(&reader->delta, reader, &reader->packs->items[homes[deltas]], chain[deltas].body,
                           (size_t)chain[deltas].size);
        if (!*next || !sw_git_delta_apply(text, &reader->base, &reader->delta, LARGEST))
            type = 0;
        if (type == TREE)
            sw_pack_bases_keep(reader->bases, homes[deltas], offsets[deltas], type, text);
    }
    return type;
}

int sw_pack_read(sw_buf *text, uint64_t *next, sw_pack_reader *reader, uint32_t which, uint64_t offset)
{
    account(reader, &reader->packs->items[which], offset);
    return read_object(text, next, reader, which, offset, COMMIT) ? 1 : 0;
}

/* Into a room that is too small libdeflate writes, in order, until a match does not fit: so all but the length of the
 * longest one is there. That is how it works and not what it promises; a caller makes sure that what it gets makes sense. */
int sw_pack_read_head(sw_buf *text, sw_pack_reader *reader, uint32_t which, uint64_t offset)
{
    enum { LONGEST_MATCH = 258, ROOM = SW_PACK_HEAD + LONGEST_MATCH, FRAME = 2 };
    const sw_pack *p = &reader->packs->items[which];
    entry one;
    account(reader, p, offset);
    if (!read_entry(&one, reader, which, offset) || one.type != COMMIT || one.size <= ROOM
        || one.body + FRAME >= p->size || (p->data[one.body] & 15) != 8 || (p->data[one.body + 1] & 32))
        return 0;
    text->len = 0;
    if (sw_buf_reserve(text, ROOM + 1) < 0)
        return 0;
    memset(text->data, 0, ROOM + 1);
    if (libdeflate_deflate_decompress(reader->inflater, p->data + one.body + FRAME, (size_t)(p->size - one.body) - FRAME,
                                      text->data, ROOM, NULL) != LIBDEFLATE_INSUFFICIENT_SPACE)
        return 0;
    text->len = SW_PACK_HEAD;
    text->data[SW_PACK_HEAD] = '\0';
    return 1;
}

unsigned sw_pack_read_any(sw_buf *text, sw_pack_reader *reader, const sw_packed *where)
{
    uint64_t next;
    reader->bases = reader->bases ? reader->bases : sw_pack_bases_open();
    const sw_pack_base *kept = sw_pack_bases_find(reader->bases, where->pack, where->offset);
    if (kept) {
        text->len = 0;
        return sw_buf_add(text, sw_buf_text(&kept->text), kept->text.len) == 0 ? kept->type : 0;
    }
    return read_object(text, &next, reader, where->pack, where->offset, 0);
}

bool sw_pack_is_front(sw_packs *packs, uint32_t which, uint64_t offset)
{
    sw_pack_reader reader = { .packs = packs };
    entry found = { .type = OFFSET_DELTA, .base_pack = which, .base = offset };
    for (int depth = 0; depth < DEEPEST && found.type >= OFFSET_DELTA; depth++)
        if (!read_entry(&found, &reader, found.base_pack, found.base))
            return false;
    return found.type == COMMIT || found.type == TAG;
}
