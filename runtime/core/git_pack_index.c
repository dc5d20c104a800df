/* The indexes of packs: which are there, and where an object is. */
#include <dirent.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/git_pack_private.h"

enum {
    HEADER = 8,
    FANOUT = 256 * 4,
    ID = SW_PACK_ID,
    TRAILER = 40,
    MAPPED_INDEX = 32 << 20, /* larger ones are read piece by piece: every look-up touches another page */
    NEAR = 96,               /* ids to each side of where an id should stand */
    MARKED = 32,             /* ids from one that the guide has to the next */
    ALTERNATES = 5           /* how deep, as git */
};

static uint32_t number(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* ---- opening ---- */

static const unsigned char *map_file(uint64_t *size, const char *path)
{
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    void *data = MAP_FAILED;
    if (fd < 0)
        return NULL;
    if (fstat(fd, &about) == 0 && about.st_size > 0)
        data = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    *size = (uint64_t)about.st_size;
    return data == MAP_FAILED ? NULL : data;
}

static void close_pack(sw_pack *p)
{
    if (p->data)
        munmap((void *)(uintptr_t)p->data, (size_t)p->size);
    if (p->index)
        munmap((void *)(uintptr_t)p->index, (size_t)p->index_size);
    if (p->index_fd >= 0)
        close(p->index_fd);
    free(p->labels);
    free(p->guide);
    sw_pack_front_close(p->front);
}

static bool open_index(sw_pack *p, const char *path)
{
    unsigned char head[HEADER + FANOUT];
    struct stat about;
    p->index_fd = open(path, O_RDONLY | O_CLOEXEC);
    if (p->index_fd < 0 || fstat(p->index_fd, &about) < 0
        || pread(p->index_fd, head, sizeof head, 0) != (ssize_t)sizeof head
        || memcmp(head, "\377tOc\0\0\0\2", HEADER) != 0)
        return false;
    for (int i = 0; i < 256; i++) {
        p->fanout[i] = number(head + HEADER + i * 4);
        if (i && p->fanout[i] < p->fanout[i - 1])
            return false;
    }
    p->count = p->fanout[255];
    p->index_size = (uint64_t)about.st_size;
    if (p->index_size < sizeof head + (uint64_t)p->count * (ID + 8) + TRAILER)
        return false;
    if (p->index_size <= MAPPED_INDEX) {
        void *data = mmap(NULL, (size_t)p->index_size, PROT_READ, MAP_PRIVATE, p->index_fd, 0);
        p->index = data == MAP_FAILED ? NULL : data;
    }
    return true;
}

/* 0 also when the pack is of a kind that is not known here. */
static int add_pack(sw_packs *packs, const char *folder, const char *name)
{
    char path[4096];
    size_t len = strlen(name);
    sw_pack p = { .index_fd = -1 };
    if (len < 5 || strcmp(name + len - 4, ".idx") != 0)
        return 0;
    if (packs->count == packs->cap) {
        uint32_t cap = packs->cap ? packs->cap * 2 : 8;
        sw_pack *items = realloc(packs->items, cap * sizeof *items);
        if (!items)
            return SW_E_NOMEM;
        packs->items = items;
        packs->cap = cap;
    }
    snprintf(path, sizeof path, "%s/pack/%s", folder, name);
    bool good = open_index(&p, path);
    snprintf(path, sizeof path, "%s/pack/%.*s.pack", folder, (int)(len - 4), name);
    if (good)
        p.data = map_file(&p.size, path);
    if (good && p.data && p.size > 32 && memcmp(p.data, "PACK", 4) == 0) {
        p.labels = calloc(p.count + 1, sizeof *p.labels);
        packs->items[packs->count++] = p;
        return p.labels ? 0 : SW_E_NOMEM;
    }
    close_pack(&p);
    return 0;
}

static int add_folder(sw_packs *packs, const char *folder, int depth)
{
    char path[4096], line[4096];
    int rc = 0;
    snprintf(path, sizeof path, "%s/pack", folder);
    DIR *dir = opendir(path);
    for (struct dirent *entry; dir && rc == 0 && (entry = readdir(dir));)
        rc = add_pack(packs, folder, entry->d_name);
    if (dir)
        closedir(dir);
    snprintf(path, sizeof path, "%s/info/alternates", folder);
    FILE *file = rc == 0 && depth < ALTERNATES ? fopen(path, "re") : NULL;
    while (file && rc == 0 && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '/') /* those that are told from the folder itself are left to libgit2 */
            rc = add_folder(packs, line, depth + 1);
    }
    if (file)
        fclose(file);
    return rc;
}

int sw_packs_open(sw_packs **out, const char *objects, sw_error *err)
{
    *out = NULL;
    sw_packs *packs = calloc(1, sizeof *packs);
    if (!packs)
        return sw_fail_nomem(err);
    if (add_folder(packs, objects, 0) < 0) {
        sw_packs_close(packs);
        return sw_fail_nomem(err);
    }
    *out = packs;
    return 0;
}

void sw_packs_close(sw_packs *packs)
{
    if (!packs)
        return;
    for (uint32_t i = 0; i < packs->count; i++)
        close_pack(&packs->items[i]);
    free(packs->items);
    free(packs);
}

/* ---- finding ---- */

/* Bytes of an index: borrowed from the map, or read to `room`. NULL when they cannot be had. */
static const unsigned char *piece(const sw_pack *p, unsigned char *room, uint64_t at, size_t len)
{
    if (at + len > p->index_size)
        return NULL;
    if (p->index)
        return p->index + at;
    return pread(p->index_fd, room, len, (off_t)at) == (ssize_t)len ? room : NULL;
}

static const uint64_t ids = HEADER + FANOUT;

static uint64_t key_of(const unsigned char *id)
{
    uint64_t key;
    memcpy(&key, id, sizeof key);
    return __builtin_bswap64(key);
}

/* The id among `count` sorted ones, looked for around `guess` in growing steps; -1: it is not there. */
static int64_t search(const unsigned char *list, uint32_t count, uint32_t guess, const unsigned char *id)
{
    uint64_t key = key_of(id);
    uint32_t low = 0, high = count, step = 4;
    if (key_of(list + (size_t)guess * ID) < key) {
        for (low = guess; guess + step < count && key_of(list + (size_t)(guess + step) * ID) < key; step *= 2)
            low = guess + step;
        high = guess + step < count ? guess + step + 1 : count;
    } else {
        for (high = guess + 1; guess > step && key_of(list + (size_t)(guess - step) * ID) >= key; step *= 2)
            high = guess - step + 1;
        low = guess > step ? guess - step : 0;
    }
    while (low < high) { /* the first that is not below the key */
        uint32_t middle = low + (high - low) / 2;
        if (key_of(list + (size_t)middle * ID) < key)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < count && key_of(list + (size_t)low * ID) == key; low++)
        if (memcmp(list + (size_t)low * ID, id, ID) == 0)
            return low;
    return -1;
}

/* The guide: reads get six times shorter by it. */
static void make_guide(sw_pack *p)
{
    enum { AT_ONCE = MARKED * 1024 };
    uint32_t *guide = malloc((p->count / MARKED + 1) * sizeof *guide);
    unsigned char *room = malloc((size_t)AT_ONCE * ID);
    bool good = guide && room;
    for (uint32_t from = 0; good && from < p->count; from += AT_ONCE) {
        uint32_t count = p->count - from < AT_ONCE ? p->count - from : AT_ONCE;
        const unsigned char *at = piece(p, room, ids + (uint64_t)from * ID, count * (size_t)ID);
        good = at != NULL;
        for (uint32_t i = 0; good && i < count; i += MARKED)
            guide[(from + i) / MARKED] = number(at + (size_t)i * ID);
    }
    free(room);
    uint32_t *none = NULL; /* another thread may have been quicker */
    if (!good || !atomic_compare_exchange_strong(&p->guide, &none, guide))
        free(guide);
}

void sw_packs_guide(sw_packs *packs)
{
    for (uint32_t i = 0; i < packs->count; i++)
        if (!packs->items[i].index && !packs->items[i].guide && !packs->items[i].front)
            make_guide(&packs->items[i]);
}

bool sw_packs_is_mapped(const sw_packs *packs, uint32_t which)
{
    return packs->items[which].index != NULL;
}

/* Narrows where an id can stand. */
static void follow_guide(uint32_t *from, uint32_t *to, const sw_pack *p, const unsigned char *id)
{
    const uint32_t *guide = p->guide;
    uint32_t key = number(id), low = *from / MARKED, high = (*to + MARKED - 1) / MARKED, end = high;
    if (!guide || *from == *to)
        return;
    while (low + 1 < high) { /* the last that begins below the key */
        uint32_t middle = low + (high - low) / 2;
        if (guide[middle] < key)
            low = middle;
        else
            high = middle;
    }
    while (high < end && guide[high] == key)
        high++;
    *from = low * MARKED > *from ? low * MARKED : *from;
    *to = high * MARKED < *to ? high * MARKED : *to;
}

/* Which object of the index this is, or -1. Ids are spread evenly, so its place is nearly known. */
static int64_t place_of(const sw_pack *p, const unsigned char *id)
{
    unsigned char room[NEAR * 2 * ID];
    uint32_t from = id[0] ? p->fanout[id[0] - 1] : 0, to = p->fanout[id[0]];
    bool guided = p->guide != NULL;
    follow_guide(&from, &to, p, id);
    while (from < to) {
        uint32_t place = guided ? UINT32_C(1) << 31 : number(id + 1); /* as a part of what is left */
        uint32_t guess = from + (uint32_t)(((uint64_t)place * (to - from)) >> 32);
        uint32_t low = guess - from > NEAR ? guess - NEAR : from;
        uint32_t high = to - low > NEAR * 2 ? low + NEAR * 2 : to;
        const unsigned char *at = piece(p, room, ids + (uint64_t)low * ID, (high - low) * (size_t)ID);
        if (!at)
            return -1;
        if (memcmp(id, at, ID) < 0) {
            to = low;
        } else if (memcmp(id, at + (size_t)(high - low - 1) * ID, ID) > 0) {
            from = high;
        } else {
            int64_t found = search(at, high - low, guess - low, id);
            return found < 0 ? -1 : low + found;
        }
    }
    return -1;
}

static bool offset_of(uint64_t *out, const sw_pack *p, uint32_t place)
{
    unsigned char room[8];
    uint64_t offsets = ids + (uint64_t)p->count * (ID + 4);
    const unsigned char *at = piece(p, room, offsets + (uint64_t)place * 4, 4);
    if (!at)
        return false;
    *out = number(at);
    if (*out & 0x80000000u) {
        at = piece(p, room, offsets + (uint64_t)p->count * 4 + (*out & 0x7fffffffu) * 8, 8);
        if (!at)
            return false;
        *out = (uint64_t)number(at) << 32 | number(at + 4);
    }
    return *out < p->size;
}

/* The objects of a front have places of their own, behind all others. */
static bool find_in_front(sw_packed *out, sw_packs *packs, uint32_t which, const unsigned char *id)
{
    const sw_pack *p = &packs->items[which];
    const sw_pack_front *front = p->front;
    uint32_t place;
    if (!front || !sw_pack_front_find(&place, &out->offset, front, id))
        return false;
    packs->last = which;
    out->pack = which;
    out->place = p->count + place;
    return true;
}

bool sw_packs_find(sw_packed *out, sw_packs *packs, const unsigned char id[20])
{
    uint32_t first = packs->last;
    for (uint32_t i = 0; i < packs->count; i++) {
        uint32_t which = (first + i) % packs->count;
        if (find_in_front(out, packs, which, id))
            return true;
        int64_t place = place_of(&packs->items[which], id);
        if (place < 0)
            continue;
        packs->last = which;
        out->pack = which;
        out->place = (uint32_t)place;
        return offset_of(&out->offset, &packs->items[which], out->place);
    }
    return false;
}

uint32_t *sw_packs_label(sw_packs *packs, const sw_packed *where)
{
    sw_pack *p = &packs->items[where->pack];
    return where->place < p->count ? &p->labels[where->place] : sw_pack_front_label(p->front, where->place - p->count);
}

/* ---- fronts ---- */

typedef struct place { /* what a front is made from */
    sw_packs *packs;
    uint32_t which;
} place;

static const unsigned char *piece_of(const void *context, unsigned char *room, uint64_t at, size_t len)
{
    const place *from = context;
    return piece(&from->packs->items[from->which], room, at, len);
}

static bool is_front(const void *context, uint64_t offset)
{
    const place *from = context;
    return sw_pack_is_front(from->packs, from->which, offset);
}

/* Numbers that were kept by place go where they are looked for from now on; the others to memory that is not touched
 * all over. */
static bool move_labels(sw_pack *p, sw_pack_front *front)
{
    uint32_t *labels = calloc(p->count + 1, sizeof *labels);
    for (uint32_t i = 0; labels && i < p->count; i++) {
        unsigned char room[ID];
        uint32_t which;
        uint64_t offset;
        const unsigned char *id = p->labels[i] ? piece(p, room, ids + (uint64_t)i * ID, ID) : NULL;
        if (id && sw_pack_front_find(&which, &offset, front, id))
            *sw_pack_front_label(front, which) = p->labels[i];
        else if (p->labels[i])
            labels[i] = p->labels[i];
    }
    if (!labels)
        return false;
    free(p->labels);
    p->labels = labels;
    return true;
}

void sw_packs_front(sw_packs *packs)
{
    for (uint32_t i = 0; i < packs->count; i++) {
        sw_pack *p = &packs->items[i];
        place from = { packs, i };
        sw_pack_front_source source = { &from, piece_of, is_front, p->count, ids, ids + (uint64_t)p->count * (ID + 4) };
        sw_pack_front *front = p->index || p->front ? NULL : sw_pack_front_open(&source);
        if (front && move_labels(p, front))
            p->front = front;
        else
            sw_pack_front_close(front);
    }
    sw_packs_guide(packs);
}
