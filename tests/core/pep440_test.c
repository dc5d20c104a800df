/* The scanner, the normal form and the order of PEP 440. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "core/pep440.h"

static void check_normal(const char *text, const char *normal)
{
    sw_pep440 v;
    sw_buf out;
    sw_buf_init(&out);
    assert_int_equal(sw_pep440_parse(&v, text, strlen(text), NULL), 0);
    assert_int_equal(sw_pep440_write(&out, &v), 0);
    assert_string_equal(sw_buf_text(&out), normal);
    sw_buf_release(&out);
}

static void every_spelling_has_one_normal_form(void **state)
{
    (void)state;
    check_normal(" V1!01.0-Alpha_3.POST-2dev+Ubuntu_01.0a\n", "1!1.0a3.post2.dev0+ubuntu.1.0a");
    check_normal("1.0-5", "1.0.post5");
    check_normal("1.0preview", "1.0rc0");
    check_normal("1.0a.", "1.0a0");
    check_normal("1.0.post-.dev1", "1.0.post0.dev1");
    check_normal("0!1.0", "1.0");
    check_normal("00", "0");
    check_normal("123456789012345678901234567890", "123456789012345678901234567890");
}

static void what_is_no_version_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "", "v", "1.", ".1", "1..0", "1.0+", "1.0+a..b", "1.0x", "1.0a1a2",
                                       "1!", "1!!2", "1.0.dev1.post1", "1 .0", "1.0+a+b", "1.0-" };
    sw_pep440 v;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(sw_pep440_parse(&v, bad[i], strlen(bad[i]), NULL), SW_E_PARSE);
}

static void the_order_is_pep_440s(void **state)
{
    (void)state;
    static const char *const order[] = {
        "1.dev0", "1.0.dev456", "1.0a1", "1.0a2.dev456", "1.0a12.dev456", "1.0a12", "1.0b1.dev456", "1.0b2",
        "1.0b2.post345.dev456", "1.0b2.post345", "1.0rc1.dev456", "1.0rc1", "1.0", "1.0+abc.5", "1.0+abc.7",
        "1.0+5", "1.0.post456.dev34", "1.0.post456", "1.0.15", "1.1.dev1", "1!0.1",
    };
    size_t count = sizeof order / sizeof *order;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < count; k++) {
            sw_pep440 a, b;
            assert_int_equal(sw_pep440_parse(&a, order[i], strlen(order[i]), NULL), 0);
            assert_int_equal(sw_pep440_parse(&b, order[k], strlen(order[k]), NULL), 0);
            assert_int_equal(sw_pep440_compare(&a, &b), (i > k) - (i < k));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_spelling_has_one_normal_form),
        cmocka_unit_test(what_is_no_version_is_refused),
        cmocka_unit_test(the_order_is_pep_440s),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
