#include "core/git_pack_bases.h"

#include <stdlib.h>

enum {
    SLOTS = 4096,
    LARGEST = 256 << 10,
    BUDGET = 24 << 20 /* bytes; beyond that all are forgotten */
};

struct sw_pack_bases {
    sw_pack_base items[SLOTS];
    size_t bytes;
};

sw_pack_bases *sw_pack_bases_open(void)
{
    return calloc(1, sizeof(sw_pack_bases));
}

static void forget(sw_pack_bases *bases)
{
    for (size_t i = 0; i < SLOTS; i++) {
        sw_buf_release(&bases->items[i].text);
        bases->items[i].offset = 0;
    }
    bases->bytes = 0;
}

void sw_pack_bases_close(sw_pack_bases *bases)
{
    if (bases)
        forget(bases);
    free(bases);
}

static size_t slot_of(uint32_t pack, uint64_t offset)
{
    uint64_t hash = (offset ^ (uint64_t)pack << 48) * 0x9e3779b97f4a7c15u;
    return (size_t)(hash >> 32) % SLOTS;
}

const sw_pack_base *sw_pack_bases_find(const sw_pack_bases *bases, uint32_t pack, uint64_t offset)
{
    const sw_pack_base *one = bases ? &bases->items[slot_of(pack, offset)] : NULL;
    return one && one->offset == offset && one->pack == pack ? one : NULL;
}

void sw_pack_bases_keep(sw_pack_bases *bases, uint32_t pack, uint64_t offset, unsigned type, const sw_buf *text)
{
    if (!bases || text->len > LARGEST)
        return;
    if (bases->bytes > BUDGET)
        forget(bases);
    sw_pack_base *one = &bases->items[slot_of(pack, offset)];
    bases->bytes -= one->text.cap;
    one->offset = 0;
    sw_buf_clear(&one->text);
    if (sw_buf_add(&one->text, sw_buf_text(text), text->len) == 0) {
        one->offset = offset;
        one->pack = pack;
        one->type = type;
    }
    bases->bytes += one->text.cap;
}
