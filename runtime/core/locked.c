#include "core/locked.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { HEADER = 16 }; /* holds the length of the mapping and keeps the rest aligned */

void *sw_locked_new(size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    if (size > (size_t)-1 - page - HEADER)
        return NULL;
    size_t length = (size + HEADER + page - 1) / page * page;
    char *memory = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return NULL;
    (void)mlock(memory, length);
    (void)madvise(memory, length, MADV_DONTDUMP);
    (void)madvise(memory, length, MADV_WIPEONFORK);
    memcpy(memory, &length, sizeof length);
    return memory + HEADER;
}

void sw_locked_free(void *memory)
{
    if (!memory)
        return;
    char *start = (char *)memory - HEADER;
    size_t length;
    memcpy(&length, start, sizeof length);
    explicit_bzero(start, length);
    munmap(start, length);
}
