/* The scanner and the order of semantic versions, without Lua: bytes in, codes out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "core/semver.h"

static int parse(sw_semver *out, const char *text, unsigned flags)
{
    return sw_semver_parse(out, text, strlen(text), flags, NULL);
}

static void only_the_specification_is_accepted(void **state)
{
    (void)state;
    static const char *const good[] = { "0.0.0", "1.2.3-rc.1+b.01", "1.0.0--", "1.0.0-0a", "1.0.0-a.b-c",
                                        "99999999999999999999999.0.1" };
    static const char *const bad[] = { "", "1", "1.2", "1.2.", "01.2.3", "1.02.3", "1.2.3-", "1.2.3+", "1.2.3-01",
                                       "1.2.3-a..b", "1.2.3-a_b", "v1.2.3", " 1.2.3", "1.2.3 ", "1.2.3+a+b" };
    sw_semver v;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_int_equal(parse(&v, good[i], SW_SEMVER_STRICT), 0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(parse(&v, bad[i], SW_SEMVER_STRICT), SW_E_PARSE);
    assert_int_equal(sw_semver_parse(&v, "1.2.3\0", 6, SW_SEMVER_STRICT, NULL), SW_E_PARSE);
}

static void an_error_names_the_byte(void **state)
{
    (void)state;
    sw_semver v;
    sw_error err;
    assert_int_equal(sw_semver_parse(&v, "1.2.x", 5, SW_SEMVER_STRICT, &err), SW_E_PARSE);
    assert_string_equal(err.code, "version.invalid");
    assert_non_null(strstr(err.message, "byte 5"));
}

static void the_specifications_order_holds(void **state)
{
    (void)state;
    static const char *const order[] = { "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta",
                                         "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "2.0.0",
                                         "2.1.0", "2.1.1", "2.1.99999999999999999999", "2.1.100000000000000000000" };
    size_t count = sizeof order / sizeof *order;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < count; k++) {
            sw_semver a, b;
            assert_int_equal(parse(&a, order[i], 0), 0);
            assert_int_equal(parse(&b, order[k], 0), 0);
            assert_int_equal(sw_semver_compare(&a, &b), (i > k) - (i < k));
        }
    }
}

static void build_metadata_decides_only_the_total_order(void **state)
{
    (void)state;
    sw_semver a, b;
    parse(&a, "1.0.0+1", 0);
    parse(&b, "1.0.0+2", 0);
    assert_int_equal(sw_semver_compare(&a, &b), 0);
    assert_int_equal(sw_semver_compare_build(&a, &b), -1);
    parse(&a, "1.0.0", 0);
    assert_int_equal(sw_semver_compare_build(&a, &b), -1);
}

static void the_canonical_text_drops_prefix_and_zeros(void **state)
{
    (void)state;
    sw_semver v;
    sw_buf text;
    sw_buf_init(&text);
    assert_int_equal(parse(&v, " =v01.02.3beta.04 ", SW_SEMVER_LOOSE), 0);
    assert_int_equal(sw_semver_write(&text, &v), 0);
    assert_string_equal(sw_buf_text(&text), "1.2.3-beta.4");
    sw_buf_clear(&text);
    assert_int_equal(parse(&v, "v1", SW_SEMVER_GO), 0);
    assert_int_equal(sw_semver_write(&text, &v), 0);
    assert_string_equal(sw_buf_text(&text), "1.0.0");
    assert_int_equal(parse(&v, "1.0.0", SW_SEMVER_GO), SW_E_PARSE);
    assert_int_equal(parse(&v, "v1-pre", SW_SEMVER_GO), SW_E_PARSE);
    sw_buf_release(&text);
}

static void numbers_of_any_length_are_counted(void **state)
{
    (void)state;
    static const char *const pairs[][2] = { { "0", "1" }, { "9", "10" }, { "1999", "2000" },
                                            { "99999999999999999999", "100000000000000000000" } };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        sw_buf next;
        sw_buf_init(&next);
        assert_int_equal(sw_digits_increment(&next, (sw_span){ pairs[i][0], strlen(pairs[i][0]) }), 0);
        assert_string_equal(sw_buf_text(&next), pairs[i][1]);
        sw_buf_release(&next);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_specification_is_accepted),
        cmocka_unit_test(an_error_names_the_byte),
        cmocka_unit_test(the_specifications_order_holds),
        cmocka_unit_test(build_metadata_decides_only_the_total_order),
        cmocka_unit_test(the_canonical_text_drops_prefix_and_zeros),
        cmocka_unit_test(numbers_of_any_length_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
