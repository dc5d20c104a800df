#include "core/git_pack_front.h"

#include <stdlib.h>
#include <string.h>

enum {
    ID = 20,
    AT_ONCE = 8192,    /* entries of the index that are read together */
    SAMPLE = 1024,     /* entries from one that is looked at to the next */
    BUCKETS = 1 << 16, /* by the first two bytes of an id */
    MOST = 3 << 19     /* entries: 30 MiB */
};

typedef struct rest { /* of an entry; with its key twelve bytes of the id tell it from all others */
    uint32_t more, offset;
} rest;

struct sw_pack_front {
    uint32_t count;
    uint32_t starts[BUCKETS + 1];
    uint64_t *keys; /* sorted */
    rest *rests;
    uint32_t *labels;
};

static uint32_t number(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint64_t key_of(const unsigned char *id)
{
    return (uint64_t)number(id) << 32 | number(id + 4);
}

/* ---- where the front ends ---- */

static int by_size(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Offsets of every thousandth object, sorted; how many. Those beyond four gigabytes are no part of the front here. */
static uint32_t take_samples(uint32_t *samples, const sw_pack_front_source *source, unsigned char *room)
{
    uint32_t count = 0;
    for (uint32_t from = 0; from < source->count; from += AT_ONCE) {
        uint32_t len = source->count - from < AT_ONCE ? source->count - from : AT_ONCE;
        const unsigned char *at = source->piece(source->context, room, source->offsets + (uint64_t)from * 4, (size_t)len * 4);
        for (uint32_t i = 0; at && i < len; i += SAMPLE)
            if (number(at + i * 4) < UINT32_C(1) << 31)
                samples[count++] = number(at + i * 4);
    }
    qsort(samples, count, sizeof *samples, by_size);
    return count;
}

/* An offset behind which there are no commits, as far as samples tell; 0: none is known. */
static uint32_t find_end(const sw_pack_front_source *source, unsigned char *room)
{
    uint32_t *samples = malloc((source->count / SAMPLE + AT_ONCE) * sizeof *samples);
    uint32_t count = samples ? take_samples(samples, source, room) : 0, low = 0, high = count;
    while (low < high) { /* the first that is something else */
        uint32_t middle = low + (high - low) / 2;
        if (source->is_front(source->context, samples[middle]))
            low = middle + 1;
        else
            high = middle;
    }
    uint32_t end = low < count ? samples[low] : count ? samples[count - 1] + 1 : 0;
    free(samples);
    return end;
}

/* ---- making ---- */

static uint32_t count_front(const sw_pack_front_source *source, uint32_t end, unsigned char *room)
{
    uint32_t count = 0;
    for (uint32_t from = 0; from < source->count; from += AT_ONCE) {
        uint32_t len = source->count - from < AT_ONCE ? source->count - from : AT_ONCE;
        const unsigned char *at = source->piece(source->context, room, source->offsets + (uint64_t)from * 4, (size_t)len * 4);
        for (uint32_t i = 0; at && i < len; i++)
            count += number(at + i * 4) < end;
    }
    return count;
}

static bool fill(sw_pack_front *front, const sw_pack_front_source *source, uint32_t end, unsigned char *room)
{
    uint32_t cap = front->count, bucket = 0;
    front->count = 0;
    for (uint32_t from = 0; from < source->count; from += AT_ONCE) {
        uint32_t len = source->count - from < AT_ONCE ? source->count - from : AT_ONCE;
        const unsigned char *ids = source->piece(source->context, room, source->ids + (uint64_t)from * ID, (size_t)len * ID);
        const unsigned char *offsets = source->piece(source->context, room + AT_ONCE * ID,
                                                     source->offsets + (uint64_t)from * 4, (size_t)len * 4);
        if (!ids || !offsets)
            return false;
        for (uint32_t i = 0; i < len; i++) {
            uint32_t offset = number(offsets + i * 4), at = front->count;
            if (offset >= end)
                continue;
            if (at == cap)
                return false; /* the file has changed meanwhile */
            front->keys[at] = key_of(ids + (size_t)i * ID);
            front->rests[at] = (rest){ number(ids + (size_t)i * ID + 8), offset };
            if (at && (front->keys[at] < front->keys[at - 1]
                       || (front->keys[at] == front->keys[at - 1] && front->rests[at].more == front->rests[at - 1].more)))
                return false;
            while (bucket <= front->keys[at] >> 48)
                front->starts[bucket++] = at;
            front->count++;
        }
    }
    while (bucket <= BUCKETS)
        front->starts[bucket++] = front->count;
    return true;
}

sw_pack_front *sw_pack_front_open(const sw_pack_front_source *source)
{
    unsigned char *room = malloc((size_t)AT_ONCE * (ID + 4));
    sw_pack_front *front = calloc(1, sizeof *front);
    uint32_t end = room && front ? find_end(source, room) : 0;
    bool good = end > 0;
    if (good) {
        front->count = count_front(source, end, room);
        good = front->count > 0 && front->count <= MOST;
    }
    if (good) {
        front->keys = malloc(front->count * sizeof *front->keys);
        front->rests = malloc(front->count * sizeof *front->rests);
        front->labels = calloc(front->count, sizeof *front->labels);
        good = front->keys && front->rests && front->labels && fill(front, source, end, room);
    }
    free(room);
    if (good)
        return front;
    sw_pack_front_close(front);
    return NULL;
}

void sw_pack_front_close(sw_pack_front *front)
{
    if (!front)
        return;
    free(front->keys);
    free(front->rests);
    free(front->labels);
    free(front);
}

/* ---- finding ---- */

bool sw_pack_front_find(uint32_t *which, uint64_t *offset, const sw_pack_front *front, const unsigned char id[20])
{
    uint64_t key = key_of(id);
    uint32_t bucket = (uint32_t)(key >> 48), low = front->starts[bucket], high = front->starts[bucket + 1];
    uint32_t end = high, more = number(id + 8);
    while (low < high) { /* the first that is not below the key */
        uint32_t middle = low + (high - low) / 2;
        if (front->keys[middle] < key)
            low = middle + 1;
        else
            high = middle;
    }
    while (low < end && front->keys[low] == key && front->rests[low].more != more)
        low++;
    if (low == end || front->keys[low] != key)
        return false;
    *which = low;
    *offset = front->rests[low].offset;
    return true;
}

uint32_t *sw_pack_front_label(sw_pack_front *front, uint32_t which)
{
    return &front->labels[which];
}
