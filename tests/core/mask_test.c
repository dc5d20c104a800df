/* The masker: a secret split at every byte, in every form, never comes out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/mask.h"
#include "core/secret.h"

static sw_secret *make(const char *value)
{
    sw_secret *secret = NULL;
    sw_error err;
    assert_int_equal(sw_secret_new(&secret, "env:TEST", NULL, value, strlen(value), &err), 0);
    return secret;
}

/* The text through one masker, in the pieces [0,a) [a,b) [b,len). */
static void mask_split(sw_buf *out, const char *text, size_t len, size_t a, size_t b)
{
    sw_mask *mask;
    sw_buf_clear(out);
    assert_int_equal(sw_mask_open(&mask), 0);
    assert_int_equal(sw_mask_add(mask, text, a, out), 0);
    assert_int_equal(sw_mask_add(mask, text + a, b - a, out), 0);
    assert_int_equal(sw_mask_add(mask, text + b, len - b, out), 0);
    assert_int_equal(sw_mask_end(mask, out), 0);
    sw_mask_close(mask);
}

/* Every split into three pieces gives `expected`. */
static void check_splits(const char *text, const char *expected)
{
    sw_buf out;
    sw_buf_init(&out);
    size_t len = strlen(text);
    for (size_t a = 0; a <= len; a++)
        for (size_t b = a; b <= len; b++) {
            mask_split(&out, text, len, a, b);
            assert_string_equal(sw_buf_text(&out), expected);
        }
    sw_buf_release(&out);
}

static void plain_value(void **state)
{
    (void)state;
    sw_secret *secret = make("ghp_0123456789\n");
    assert_int_equal(sw_secret_length(secret), 14);
    check_splits("token ghp_0123456789 and ghp_0123456789ghp_0123456789.", "token *** and ******.");
    check_splits("ghp_012345678", "ghp_012345678"); /* not whole: nothing to hide */
    check_splits("ghp_ghp_0123456789", "ghp_***");  /* its own beginning before it */
    sw_secret_release(secret);
}

static void overlapping_secrets(void **state)
{
    (void)state;
    sw_secret *a = make("abcdefgh"), *b = make("efghijkl"), *c = make("abcdefghXYZ12");
    check_splits("-abcdefghijkl-", "-***-");
    check_splits("-abcdefghXYZ12-abcdefghXYZ1-", "-***-***XYZ1-");
    check_splits("abcdefghabcdefgh", "******");
    sw_secret_release(a);
    sw_secret_release(b);
    sw_secret_release(c);
    check_splits("-abcdefghijkl-", "-abcdefghijkl-");
}

/* Base64 of `prefix` and the value: at each of the three alignments at most the two characters that
 * also hold neighbouring bits stay. */
static void base64_forms(void **state)
{
    (void)state;
    sw_secret *secret = make("s3cr3t-t0ken/+?&");
    check_splits("x czNjcjN0LXQwa2VuLys/Jg== y", "x *** y");
    check_splits("x czNjcjN0LXQwa2VuLys_Jg y", "x *** y");
    check_splits("dTpzM2NyM3QtdDBrZW4vKz8m", "dTp***");         /* "u:" before it */
    check_splits("dXNlcjpzM2NyM3QtdDBrZW4vKz8m", "dXNlcjp***"); /* "user:" */
    check_splits("YTpzM2NyM3QtdDBrZW4vKz8mOmI=", "YTp***OmI=");
    sw_secret_release(secret);
}

static void wrapped_base64(void **state)
{
    (void)state;
    char value[121];
    for (int i = 0; i < 120; i++)
        value[i] = (char)('a' + i * 7 % 26);
    value[120] = '\0';
    sw_secret *secret = make(value);
    sw_buf out;
    sw_buf_init(&out);
    /* base64 of the value as base64(1) prints it: 76 characters a line */
    const char *wrapped = "YWhvdmNqcXhlbHN6Z251Ymlwd2Rrcnlmc"; /* the beginning only: shown as it is */
    assert_int_equal(sw_mask_text(wrapped, strlen(wrapped), &out), 0);
    assert_string_equal(sw_buf_text(&out), wrapped);
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char text[200];
    size_t at = 0, column = 0;
    for (size_t i = 0; i < 120; i += 3) {
        unsigned bits = (unsigned)value[i] << 16 | (unsigned)value[i + 1] << 8 | (unsigned)value[i + 2];
        for (int part = 18; part >= 0; part -= 6) {
            text[at++] = alphabet[bits >> part & 63];
            if (++column % 76 == 0)
                text[at++] = '\n';
        }
    }
    text[at] = '\0';
    sw_buf_clear(&out);
    assert_int_equal(sw_mask_text(text, at, &out), 0);
    assert_string_equal(sw_buf_text(&out), "***\n***\n***");
    sw_buf_release(&out);
    sw_secret_release(secret);
}

static void other_forms(void **state)
{
    (void)state;
    sw_secret *secret = make("p\"w/ \\<\xc3\xa4\t8");
    check_splits("hex 7022772f205c3cc3a40938 HEX 7022772F205C3CC3A40938", "hex *** HEX ***");
    check_splits("url p%22w%2F%20%5C%3C%C3%A4%098 p%22w%2f%20%5c%3c%c3%a4%098 p%22w%2F+%5C%3C%C3%A4%098.", "url *** *** ***.");
    check_splits("path p%22w/%20%5C%3C%C3%A4%098", "path ***");
    check_splits("json p\\\"w/ \\\\<\xc3\xa4\\t8 p\\\"w\\/ \\\\<\\u00e4\\t8 p\\\"w/ \\\\\\u003c\xc3\xa4\\t8", "json *** *** ***");
    sw_secret_release(secret);
}

static void lines_of_a_key(void **state)
{
    (void)state;
    sw_secret *secret = make("-----BEGIN KEY-----\nb3BlbnNzaC1rZXk\r\nshort\nAAAAC3NzaC1lZDI\n");
    check_splits("got AAAAC3NzaC1lZDI and b3BlbnNzaC1rZXk, short", "got *** and ***, short");
    sw_secret_release(secret);
}

static void random_splits_of_many(void **state)
{
    (void)state;
    sw_secret *secrets[20];
    char value[32];
    unsigned seed = 4242;
    sw_buf text, whole, out;
    sw_buf_init(&text);
    sw_buf_init(&whole);
    sw_buf_init(&out);
    for (int i = 0; i < 20; i++) { /* few letters, so that beginnings are alike */
        for (int c = 0; c < 31; c++)
            value[c] = "ab"[(seed = seed * 1103515245u + 12345u) >> 16 & 1];
        value[8 + i] = '\0';
        secrets[i] = make(value);
        for (int c = 0; c < 5; c++)
            sw_buf_add_char(&text, "ab"[(seed = seed * 1103515245u + 12345u) >> 16 & 1]);
        sw_buf_add_text(&text, value);
    }
    assert_int_equal(sw_mask_text(text.data, text.len, &whole), 0);
    for (int i = 0; i < 20; i++)
        assert_null(strstr(sw_buf_text(&whole), sw_secret_text(secrets[i])));
    for (size_t a = 0; a <= text.len; a++) {
        mask_split(&out, text.data, text.len, a, a + (text.len - a) / 2);
        assert_string_equal(sw_buf_text(&out), sw_buf_text(&whole));
    }
    sw_mask *mask;
    assert_int_equal(sw_mask_open(&mask), 0);
    sw_buf_clear(&out);
    for (size_t i = 0; i < text.len; i++)
        assert_int_equal(sw_mask_add(mask, text.data + i, 1, &out), 0);
    assert_int_equal(sw_mask_end(mask, &out), 0);
    sw_mask_close(mask);
    assert_string_equal(sw_buf_text(&out), sw_buf_text(&whole));
    for (int i = 0; i < 20; i++)
        sw_secret_release(secrets[i]);
    sw_buf_release(&text);
    sw_buf_release(&whole);
    sw_buf_release(&out);
}

static void born_later_and_held(void **state)
{
    (void)state;
    sw_mask *mask;
    sw_buf out;
    sw_buf_init(&out);
    assert_int_equal(sw_mask_open(&mask), 0);
    assert_int_equal(sw_mask_add(mask, "before ", 7, &out), 0);
    sw_secret *secret = make("later-secret");
    assert_int_equal(sw_mask_add(mask, "later-sec", 9, &out), 0);
    sw_secret_release(secret); /* the masker holds it */
    assert_int_equal(sw_mask_add(mask, "ret after", 9, &out), 0);
    assert_int_equal(sw_mask_end(mask, &out), 0);
    assert_string_equal(sw_buf_text(&out), "before *** after");
    sw_mask_close(mask);
    sw_buf_release(&out);
}

static void nothing_is_held_back_without_reason(void **state)
{
    (void)state;
    sw_secret *secret = make("zzzzzzzzzz");
    sw_mask *mask;
    sw_buf out;
    sw_buf_init(&out);
    assert_int_equal(sw_mask_open(&mask), 0);
    assert_int_equal(sw_mask_add(mask, "prompt> ", 8, &out), 0);
    assert_string_equal(sw_buf_text(&out), "prompt> ");
    assert_int_equal(sw_mask_add(mask, "zzz", 3, &out), 0);
    assert_string_equal(sw_buf_text(&out), "prompt> ");
    assert_int_equal(sw_mask_add(mask, "!", 1, &out), 0);
    assert_string_equal(sw_buf_text(&out), "prompt> zzz!");
    sw_mask_close(mask);
    sw_buf_release(&out);
    sw_secret_release(secret);
}

static void refusals(void **state)
{
    (void)state;
    sw_secret *secret;
    sw_error err;
    assert_int_equal(sw_secret_new(&secret, "env:A", NULL, "1234567\n", 8, &err), SW_E_REFUSED);
    assert_string_equal(err.code, "secret.too_short");
    assert_int_equal(sw_secret_new(&secret, "env:A", NULL, "1234\0" "5678", 9, &err), SW_E_REFUSED);
    assert_string_equal(err.code, "secret.refused");
    assert_null(strstr(err.message, "1234"));
    char *large = calloc(1, SW_SECRET_LONGEST + 1);
    memset(large, 'x', SW_SECRET_LONGEST + 1);
    assert_int_equal(sw_secret_new(&secret, "env:A", NULL, large, SW_SECRET_LONGEST + 1, &err), SW_E_LIMIT);
    assert_int_equal(sw_secret_new(&secret, "env:A", NULL, large, SW_SECRET_LONGEST, &err), 0);
    sw_secret_release(secret);
    free(large);
}

static void fingerprints(void **state)
{
    (void)state;
    sw_secret *a = make("one-secret"), *b = make("one-secret"), *c = make("two-secret");
    assert_int_equal(strlen(sw_secret_fingerprint(a)), 8);
    assert_string_equal(sw_secret_fingerprint(a), sw_secret_fingerprint(b));
    assert_string_not_equal(sw_secret_fingerprint(a), sw_secret_fingerprint(c));
    sw_secret_release(a);
    sw_secret_release(b);
    sw_secret_release(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_value),
        cmocka_unit_test(overlapping_secrets),
        cmocka_unit_test(base64_forms),
        cmocka_unit_test(wrapped_base64),
        cmocka_unit_test(other_forms),
        cmocka_unit_test(lines_of_a_key),
        cmocka_unit_test(random_splits_of_many),
        cmocka_unit_test(born_later_and_held),
        cmocka_unit_test(nothing_is_held_back_without_reason),
        cmocka_unit_test(refusals),
        cmocka_unit_test(fingerprints),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
