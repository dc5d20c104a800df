/* For tests that decide when memory ends: from the n-th allocation of ours on each one fails. Linked with
 * --wrap=malloc,--wrap=calloc,--wrap=realloc (tests/CMakeLists.txt); each such program includes this once. */
#ifndef SW_TESTS_END_OF_MEMORY_H
#define SW_TESTS_END_OF_MEMORY_H

#include <stddef.h>

#include "core/error.h"

static long allowed = -1; /* allocations until memory ends; negative: it does not */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

static int spent(void)
{
    if (allowed > 0)
        allowed--;
    return allowed == 0;
}

void *__wrap_malloc(size_t size)
{
    return spent() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return spent() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    return spent() ? NULL : __real_realloc(memory, size);
}

/* Runs `work` with ever more memory until it has enough; then it succeeds. */
static inline void survive(int (*work)(void), const sw_error *failure)
{
    for (long n = 1; n < 10000; n++) {
        allowed = n;
        int rc = work();
        long left = allowed;
        allowed = -1;
        if (left > 0) {
            if (rc < 0)
                print_error("%s: %s (%s)\n", failure->code, failure->message, failure->cause);
            assert_true(rc >= 0);
            print_message("           %ld allocations\n", n);
            return;
        }
    }
    fail();
}

#endif
