#include "embedded.h"

#include <stdint.h>
#include <string.h>

/* From embed.cmake: a row for each file, sorted by path. */
typedef struct row {
    uint32_t path, start, end; /* distances from the two blobs below */
} row;

extern const char sw_embedded_paths[], sw_embedded_texts[];
extern const row sw_embedded_rows[];
extern const uint64_t sw_embedded_count;

bool sw_embedded_at(sw_embedded_file *out, size_t index)
{
    if (index >= sw_embedded_count)
        return false;
    const row *found = &sw_embedded_rows[index];
    *out = (sw_embedded_file) {
        .path = sw_embedded_paths + found->path,
        .start = sw_embedded_texts + found->start,
        .size = found->end - found->start,
    };
    return true;
}

bool sw_embedded_find(sw_embedded_file *out, const char *path)
{
    size_t low = 0, high = sw_embedded_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(path, sw_embedded_paths + sw_embedded_rows[middle].path);
        if (order == 0)
            return sw_embedded_at(out, middle);
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}
