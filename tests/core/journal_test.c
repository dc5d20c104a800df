/* What a journal must never do: pass for whole when it is not, or lose more than a torn last line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/crc32c.h"
#include "core/file.h"
#include "core/journal_format.h"

enum { RECORDS = 100 };

typedef struct sample {
    sw_buf bytes;
    sw_journal_lines lines;
    size_t ends[RECORDS + 1]; /* ends[k]: bytes of the first k records */
} sample;

static int make_sample(void **state)
{
    sample *s = calloc(1, sizeof *s);
    sw_error err;
    sw_journal_lines_init(&s->lines);
    for (size_t i = 0; i < RECORDS; i++) {
        char body[64];
        snprintf(body, sizeof body, i % 3 ? "{\"n\":%zu}" : "{\"t\":\"\\u0001\\n\xc3\xa9 %zu\"}", i);
        size_t start = s->bytes.len;
        sw_journal_record record = { .kind = (enum sw_journal_kind)(i % SW_JOURNAL_KINDS), .time = 1795260273,
                                     .body_len = strlen(body) };
        assert_int_equal(sw_journal_line_write(&s->bytes, &record, &s->lines, body, &err), 0);
        assert_int_equal(sw_journal_lines_reserve(&s->lines, &err), 0);
        assert_int_equal(sw_journal_lines_add(&s->lines, &record, s->bytes.data + start, s->bytes.len - start - 1, &err), 0);
        s->ends[i + 1] = s->bytes.len;
    }
    *state = s;
    return 0;
}

static int drop_sample(void **state)
{
    sample *s = *state;
    sw_buf_release(&s->bytes);
    sw_journal_lines_release(&s->lines);
    free(s);
    return 0;
}

static void the_whole_journal_verifies(void **state)
{
    sample *s = *state;
    sw_journal_lines found;
    sw_error err;
    sw_journal_lines_init(&found);
    assert_int_equal(sw_journal_verify(&found, s->bytes.data, s->bytes.len, &err), 0);
    assert_int_equal(found.count, RECORDS);
    assert_int_equal(found.torn, 0);
    assert_string_equal(found.head, s->lines.head);
    sw_journal_lines_release(&found);
}

/* Cut at every byte: exactly the whole records before the cut remain, the rest is a torn tail. */
static void every_truncation_leaves_exactly_the_whole_records(void **state)
{
    sample *s = *state;
    size_t whole = 0;
    for (size_t len = 0; len <= s->bytes.len; len++) {
        char *copy = malloc(len + 1); /* its own block: reading behind the cut is an ASan error */
        memcpy(copy, s->bytes.data, len);
        copy[len] = '\0';
        while (whole < RECORDS && s->ends[whole + 1] <= len)
            whole++;
        sw_journal_lines found;
        sw_error err;
        sw_journal_lines_init(&found);
        assert_int_equal(sw_journal_verify(&found, copy, len, &err), 0);
        assert_int_equal(found.count, whole);
        assert_int_equal(found.end, s->ends[whole]);
        assert_int_equal(found.torn, len - s->ends[whole]);
        sw_journal_lines_release(&found);
        free(copy);
    }
}

/* Flip every bit: always journal.corrupt, with the number of the record that holds the bit. The lines
 * before the damaged one are verified once and taken as they are, as the reader itself does. */
static void every_flipped_bit_is_found_and_named(void **state)
{
    sample *s = *state;
    char *bytes = malloc(s->bytes.len + 1);
    memcpy(bytes, s->bytes.data, s->bytes.len + 1);
    for (size_t k = 0; k < RECORDS; k++) {
        sw_journal_lines before;
        sw_error err;
        sw_journal_lines_init(&before);
        assert_int_equal(sw_journal_verify(&before, bytes, s->ends[k], &err), 0);
        char expected[32];
        snprintf(expected, sizeof expected, "record %zu ", k + 1);
        for (size_t bit = s->ends[k] * 8; bit < s->ends[k + 1] * 8; bit++) {
            sw_journal_lines found = before;
            found.items = malloc(RECORDS * sizeof *found.items);
            found.cap = RECORDS;
            if (k > 0)
                memcpy(found.items, before.items, k * sizeof *found.items);
            bytes[bit / 8] ^= (char)(1 << bit % 8);
            assert_int_equal(sw_journal_verify(&found, bytes, s->bytes.len, &err), SW_E_CORRUPT);
            bytes[bit / 8] ^= (char)(1 << bit % 8);
            assert_string_equal(err.code, "journal.corrupt");
            assert_non_null(strstr(err.message, expected));
            free(found.items);
        }
        sw_journal_lines_release(&before);
    }
    free(bytes);
}

/* The same through the file and from the beginning, for every bit of the last record. */
static void a_flip_in_the_last_record_of_a_file_is_never_a_torn_tail(void **state)
{
    sample *s = *state;
    char path[] = "/tmp/slipway-journal-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(sw_fd_write_all(fd, s->bytes.data, s->bytes.len), 0);
    for (size_t bit = s->ends[RECORDS - 1] * 8; bit < s->bytes.len * 8; bit++) {
        char byte = (char)(s->bytes.data[bit / 8] ^ (char)(1 << bit % 8));
        assert_int_equal(pwrite(fd, &byte, 1, (off_t)(bit / 8)), 1);
        sw_journal *journal = NULL;
        sw_error err;
        assert_int_equal(sw_journal_open(&journal, path, true, &err), SW_E_CORRUPT);
        assert_null(journal);
        assert_int_equal(pwrite(fd, &s->bytes.data[bit / 8], 1, (off_t)(bit / 8)), 1);
    }
    close(fd);
    unlink(path);
}

/* A power cut may leave the length of the file without all of its content. */
static void nuls_behind_a_torn_line_are_part_of_it(void **state)
{
    sample *s = *state;
    char tail[64] = "{\"seq\":101,\"ki";
    sw_buf bytes = { NULL, 0, 0 };
    sw_journal_lines found;
    sw_error err;
    sw_journal_lines_init(&found);
    sw_buf_add(&bytes, s->bytes.data, s->bytes.len);
    sw_buf_add(&bytes, tail, sizeof tail);
    assert_int_equal(sw_journal_verify(&found, bytes.data, bytes.len, &err), 0);
    assert_int_equal(found.count, RECORDS);
    assert_int_equal(found.torn, sizeof tail);
    sw_journal_lines_release(&found);
    sw_buf_release(&bytes);
}

static void a_tail_that_no_interrupted_write_leaves_is_damage(void **state)
{
    sample *s = *state;
    static const char *const tails[] = { "x", "[", "{\"body\"", "{\"seq\":101,\x01", "{\"seq\":101\r", "\r", " {\"seq\":101" };
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        sw_buf bytes = { NULL, 0, 0 };
        sw_journal_lines found;
        sw_error err;
        sw_journal_lines_init(&found);
        sw_buf_add(&bytes, s->bytes.data, s->bytes.len);
        sw_buf_add_text(&bytes, tails[i]);
        assert_int_equal(sw_journal_verify(&found, bytes.data, bytes.len, &err), SW_E_CORRUPT);
        assert_non_null(strstr(err.message, "record 101 "));
        sw_journal_lines_release(&found);
        sw_buf_release(&bytes);
    }
}

/* Whoever can write the file can also compute checksums: the reader must refuse, not crash. */
static void a_forged_line_with_a_right_checksum_is_still_read_strictly(void **state)
{
    (void)state;
    static const char zeros[] = "0000000000000000000000000000000000000000000000000000000000000000";
    static const char *const forms[] = {
        "", "{", "{\"seq\":1", "{\"seq\":2,\"format\":1", "{\"seq\":01,\"format\":1", "{\"seq\":99999999999999999999",
        "{\"seq\":1,\"format\":0", "{\"seq\":1,\"format\":-1", "{\"seq\":1,\"format\":1,\"kind\":\"OPEN\"",
        "{\"seq\":1,\"format\":1,\"kind\":\"DONE\",\"time\":1,\"prev\":\"@\",\"body\":{}",
        "{\"seq\":1,\"format\":1,\"kind\":\"OPEN\",\"time\":1.5,\"prev\":\"@\",\"body\":{}",
        "{\"seq\":1,\"format\":1,\"kind\":\"OPEN\",\"time\":1,\"prev\":\"@\",\"body\":[]",
        "{\"seq\":1,\"format\":1,\"kind\":\"OPEN\",\"time\":1,\"prev\":\"@\",\"body\":",
        "{\"seq\":1,\"format\":1,\"kind\":\"OPEN\",\"time\":1,\"prev\":\"@\",\"body\":{\"a\":1,\"a\":2}",
        "{\"seq\":1,\"format\":1,\"kind\":\"OPEN\",\"time\":1,\"prev\":\"@\",\"body\":{} ,\"more\":1",
        "{\"seq\":1,\"format\":1,\"kind\":\"OPEN\",\"time\":1,\"prev\":\"@\",\"body\":{\"a\":9007199254740993}",
        "{\"seq\":1,\"format\":1,\"kind\":\"OPEN\",\"time\":1,\"prev\":\"1\",\"body\":{}",
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        sw_buf line = { NULL, 0, 0 };
        for (const char *c = forms[i]; *c; c++)
            *c == '@' ? sw_buf_add_text(&line, zeros) : sw_buf_add_char(&line, *c);
        sw_buf_addf(&line, ",\"crc\":\"%08x\"}\n", sw_crc32c(line.data, line.len));
        sw_journal_lines found;
        sw_error err;
        sw_journal_lines_init(&found);
        assert_int_equal(sw_journal_verify(&found, line.data, line.len, &err), SW_E_CORRUPT);
        sw_journal_lines_release(&found);
        sw_buf_release(&line);
    }
}

/* Every byte of two records set to many values, and the checksum made right again. */
static void forged_bytes_never_lead_the_reader_astray(void **state)
{
    sample *s = *state;
    for (size_t at = 0; at < s->ends[2]; at++) {
        for (int value = 0; value < 256; value += at < s->ends[1] ? 1 : 7) {
            size_t line = at < s->ends[1] ? 0 : s->ends[1], end = at < s->ends[1] ? s->ends[1] : s->ends[2];
            char *bytes = malloc(end + 1), crc[9];
            memcpy(bytes, s->bytes.data, end);
            bytes[end] = '\0';
            bytes[at] = (char)value;
            snprintf(crc, sizeof crc, "%08x", sw_crc32c(bytes + line, end - 19 - line));
            memcpy(bytes + end - 11, crc, 8);
            sw_journal_lines found;
            sw_error err;
            sw_journal_lines_init(&found);
            int rc = sw_journal_verify(&found, bytes, end, &err);
            assert_true(rc == 0 || rc == SW_E_CORRUPT || rc == SW_E_UNSUPPORTED);
            sw_journal_lines_release(&found);
            free(bytes);
        }
    }
}

static void the_checksum_is_crc32c(void **state)
{
    (void)state;
    assert_int_equal(sw_crc32c("123456789", 9), 0xE3069283u);
    assert_int_equal(sw_crc32c("", 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_checksum_is_crc32c),
        cmocka_unit_test(the_whole_journal_verifies),
        cmocka_unit_test(every_truncation_leaves_exactly_the_whole_records),
        cmocka_unit_test(every_flipped_bit_is_found_and_named),
        cmocka_unit_test(a_flip_in_the_last_record_of_a_file_is_never_a_torn_tail),
        cmocka_unit_test(nuls_behind_a_torn_line_are_part_of_it),
        cmocka_unit_test(a_tail_that_no_interrupted_write_leaves_is_damage),
        cmocka_unit_test(forged_bytes_never_lead_the_reader_astray),
        cmocka_unit_test(a_forged_line_with_a_right_checksum_is_still_read_strictly),
    };
    return cmocka_run_group_tests(tests, make_sample, drop_sample);
}
