/* The table of a pack's commits against a plain search of the index it was made from: what is in front is found with its
 * offset, nothing else is, and where ids cannot be told apart there is no table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/git_pack_front.h"

enum { COUNT = 30000, ID = 20, FRONT = 11000 * 50 }; /* commits stand before this offset */

static unsigned char ids[COUNT * ID + COUNT * 4];
static bool broken;

static uint32_t dice(void)
{
    static uint64_t state = 7;
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(state >> 33);
}

static int by_id(const void *a, const void *b)
{
    return memcmp(a, b, ID);
}

static uint32_t offset_at(uint32_t i)
{
    const unsigned char *at = ids + COUNT * ID + (size_t)i * 4;
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static int make_index(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT * ID; i++)
        ids[i] = (unsigned char)dice();
    for (uint32_t i = 100; i < 140; i++) /* many begin alike */
        memcpy(ids + (size_t)i * ID, ids + 100 * ID, 8);
    qsort(ids, COUNT, ID, by_id);
    uint32_t step = 7919; /* offsets in another order than ids; one in sixteen is beyond two gigabytes */
    for (uint32_t i = 0; i < COUNT; i++) {
        uint32_t offset = i % 16 == 3 ? UINT32_C(1) << 31 | i : (uint32_t)((uint64_t)i * step % COUNT) * 50 + 12;
        unsigned char *at = ids + COUNT * ID + (size_t)i * 4;
        for (int b = 0; b < 4; b++)
            at[b] = (unsigned char)(offset >> (24 - b * 8));
    }
    return 0;
}

static const unsigned char *piece(const void *context, unsigned char *room, uint64_t at, size_t len)
{
    (void)context;
    if (broken)
        return NULL;
    assert_true(at + len <= sizeof ids);
    memcpy(room, ids + at, len);
    return room;
}

static bool is_front(const void *context, uint64_t offset)
{
    (void)context;
    return offset < FRONT;
}

static bool nothing_is_front(const void *context, uint64_t offset)
{
    (void)context;
    (void)offset;
    return false;
}

static const sw_pack_front_source source = { NULL, piece, is_front, COUNT, 0, COUNT * ID };

static void commits_are_found_with_their_offset(void **state)
{
    (void)state;
    sw_pack_front *front = sw_pack_front_open(&source);
    assert_non_null(front);
    uint32_t found = 0, commits = 0;
    for (uint32_t i = 0; i < COUNT; i++) {
        unsigned char id[ID];
        uint32_t which = 0;
        uint64_t offset = 0;
        memcpy(id, ids + (size_t)i * ID, ID);
        commits += offset_at(i) < FRONT;
        if (sw_pack_front_find(&which, &offset, front, id)) {
            assert_int_equal(offset, offset_at(i));
            assert_int_equal(*sw_pack_front_label(front, which), 0);
            *sw_pack_front_label(front, which) = ++found;
        } else {
            assert_true(offset_at(i) >= FRONT);
        }
        id[11] ^= 1; /* another object */
        assert_false(sw_pack_front_find(&which, &offset, front, id));
    }
    assert_in_range(found, commits, commits + COUNT / 10); /* a few of what follows may be in it */
    sw_pack_front_close(front);
}

static void there_is_no_table_without_commits_or_an_index(void **state)
{
    (void)state;
    sw_pack_front_source other = source;
    broken = true;
    assert_null(sw_pack_front_open(&other));
    broken = false;
    memset(ids + COUNT * ID, 0xff, COUNT * 4); /* everything is far away */
    assert_null(sw_pack_front_open(&other));
    make_index(NULL);
    other.is_front = nothing_is_front;
    sw_pack_front *few = sw_pack_front_open(&other);
    uint32_t which;
    uint64_t offset;
    for (uint32_t i = 0; few && i < COUNT; i++)
        assert_true(!sw_pack_front_find(&which, &offset, few, ids + (size_t)i * ID) || offset == offset_at(i));
    sw_pack_front_close(few);
}

static void ids_that_begin_alike_make_no_table(void **state)
{
    (void)state;
    memcpy(ids + 500 * ID, ids + 501 * ID, 12);
    for (uint32_t i = 500; i < 502; i++)
        memset(ids + COUNT * ID + (size_t)i * 4, 0, 4);
    assert_null(sw_pack_front_open(&source));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(commits_are_found_with_their_offset, make_index),
        cmocka_unit_test_setup(there_is_no_table_without_commits_or_an_index, make_index),
        cmocka_unit_test_setup(ids_that_begin_alike_make_no_table, make_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
