/* Commits set aside: in their order whatever became of their texts, as often as they are asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/git_spool.h"

enum { TEXT = 1000 };

static void add(sw_spool *spool, uint32_t node)
{
    sw_error err;
    char text[TEXT];
    sw_spooled entry = { .node = node };
    sw_error_init(&err);
    memset(text, (int)('a' + node % 26), sizeof text);
    assert_int_equal(sw_spool_add(spool, &entry, text, 1 + node % TEXT, &err), 0);
}

static void expect(sw_spool *spool, uint32_t count)
{
    sw_error err;
    sw_buf text;
    sw_spooled entry;
    sw_error_init(&err);
    sw_buf_init(&text);
    assert_int_equal(sw_spool_rewind(spool, &err), 0);
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(sw_spool_next(&entry, &text, spool, &err), 1);
        assert_int_equal(entry.node, i);
        assert_int_equal(entry.len, 1 + i % TEXT);
        assert_int_equal(text.len, entry.len);
        for (uint32_t at = 0; at < entry.len; at++)
            assert_int_equal(text.data[at], 'a' + i % 26);
    }
    assert_int_equal(sw_spool_next(&entry, &text, spool, &err), 0);
    sw_buf_release(&text);
}

static void order_stays(uint32_t first, uint32_t then)
{
    sw_error err;
    sw_spool *spool;
    sw_error_init(&err);
    assert_int_equal(sw_spool_open(&spool, &err), 0);
    for (uint32_t i = 0; i < first; i++)
        add(spool, i);
    expect(spool, first);
    for (uint32_t i = first; i < first + then; i++)
        add(spool, i);
    expect(spool, first + then);
    assert_false(sw_spool_is_full(spool));
    sw_spool_close(spool);
}

static void test_in_memory(void **state)
{
    (void)state;
    order_stays(0, 0);
    order_stays(0, 1);
    order_stays(100, 100);
}

static void test_in_a_file(void **state)
{
    (void)state;
    order_stays(3000, 10);
    order_stays(0, 3000);
}

static void test_from_memory_to_a_file_after_reading(void **state)
{
    (void)state;
    order_stays(100, 3000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in_memory),
        cmocka_unit_test(test_in_a_file),
        cmocka_unit_test(test_from_memory_to_a_file_after_reading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
