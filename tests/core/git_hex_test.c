/* Hexadecimal digits of ids against libgit2's reading of them: those of either case are read, and one wrong byte among
 * forty is refused, whichever it is and wherever it stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <git2.h>

#include "core/git_object.h"

static uint32_t dice(uint32_t below)
{
    static uint64_t state = 11;
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(state >> 33) % below;
}

static void make(char digits[40], const char *alphabet, uint32_t count)
{
    for (int i = 0; i < 40; i++)
        digits[i] = alphabet[dice(count)];
}

static void digits_of_either_case_are_read(void **state)
{
    (void)state;
    for (int n = 0; n < 3000; n++) {
        char digits[40];
        unsigned char id[20];
        git_oid known;
        make(digits, "0123456789abcdefABCDEF", n % 2 ? 16 : 22);
        assert_true(sw_git_hex(id, digits));
        assert_int_equal(git_oid_fromstrn(&known, digits, 40), 0);
        assert_memory_equal(id, known.id, 20);
    }
}

static void one_wrong_byte_is_refused(void **state)
{
    (void)state;
    for (int place = 0; place < 40; place++)
        for (int byte = 0; byte < 256; byte++) {
            char digits[40];
            unsigned char id[20];
            make(digits, "0123456789abcdef", 16);
            digits[place] = (char)byte;
            assert_int_equal(sw_git_hex(id, digits), byte && strchr("0123456789abcdefABCDEF", byte));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digits_of_either_case_are_read),
        cmocka_unit_test(one_wrong_byte_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
