/* Blocks of all sizes, grown, shrunk and given back: each keeps what was written, and none overlaps another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/heap.h"

enum { BLOCKS = 400, ROUNDS = 40000, MOST = 1500 };

typedef struct block {
    unsigned char *at;
    size_t size;
    unsigned char mark;
} block;

static void expect_whole(const block *b, size_t size)
{
    for (size_t i = 0; i < size; i++)
        assert_int_equal(b->at[i], b->mark);
}

static void resize(sw_heap *heap, block *b, size_t size)
{
    size_t kept = b->size < size ? b->size : size;
    b->at = sw_heap_resize(heap, b->at, b->at ? b->size : 5, size);
    if (size == 0) {
        assert_null(b->at);
        b->size = 0;
        return;
    }
    assert_non_null(b->at);
    assert_int_equal((uintptr_t)b->at % 16, 0);
    expect_whole(b, kept);
    b->size = size;
    b->mark++;
    memset(b->at, b->mark, size);
}

static void test_blocks_keep_what_was_written(void **state)
{
    (void)state;
    static block blocks[BLOCKS];
    uint32_t random = 12345;
    sw_heap *heap = sw_heap_open();
    assert_non_null(heap);
    for (int i = 0; i < ROUNDS; i++) {
        random = random * 1664525 + 1013904223;
        block *b = &blocks[(random >> 8) % BLOCKS];
        size_t size = (random >> 4) % 7 == 0 ? 0 : (random >> 12) % ((random & 8) ? MOST : 80);
        expect_whole(b, b->size);
        resize(heap, b, size);
    }
    for (int i = 0; i < BLOCKS; i++) {
        expect_whole(&blocks[i], blocks[i].size);
        resize(heap, &blocks[i], 0);
    }
    sw_heap_close(heap);
}

static void test_what_is_given_back_is_taken_again(void **state)
{
    (void)state;
    sw_heap *heap = sw_heap_open();
    size_t before = 0, fresh = 0;
    for (int round = 0; round < 1000; round++) {
        void *blocks[64];
        for (int i = 0; i < 64; i++)
            blocks[i] = sw_heap_resize(heap, NULL, 0, 48);
        uintptr_t highest = 0;
        for (int i = 0; i < 64; i++)
            highest = (uintptr_t)blocks[i] > highest ? (uintptr_t)blocks[i] : highest;
        fresh += round > 0 && highest > before;
        before = highest > before ? highest : before;
        for (int i = 0; i < 64; i++)
            sw_heap_resize(heap, blocks[i], 48, 0);
    }
#if !defined(__SANITIZE_ADDRESS__) /* which keeps what was freed for a while */
    assert_int_equal(fresh, 0);
#endif
    sw_heap_close(heap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks_keep_what_was_written),
        cmocka_unit_test(test_what_is_given_back_is_taken_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
