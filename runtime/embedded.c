#include "embedded.h"

#include <string.h>

const sw_embedded_file *sw_embedded_find(const char *path)
{
    size_t low = 0, high = sw_embedded_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(path, sw_embedded_files[middle].path);
        if (order == 0)
            return &sw_embedded_files[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}
