/* The inflater against zlib: what it says is what zlib says, at every size, of every kind of text;
 * and bytes that are no stream at all are never read or written beyond their ends (AddressSanitizer). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/inflate.h"
#include "core/lazy_zlib.h"

enum { LARGEST = 70000, TAIL = 32 }; /* TAIL: what a pack always has behind an object */

static uint32_t state_of_chance = 1;

static uint32_t chance(uint32_t below)
{
    state_of_chance = state_of_chance * 1664525u + 1013904223u;
    return (state_of_chance >> 8) % below;
}

/* Words that repeat, some random bytes, long runs: all that a stream can be made of. */
static size_t make_text(unsigned char *text, size_t len)
{
    static const char words[] = "parent tree author committer fix feat change of the thing, line by line\n";
    size_t at = 0;
    uint32_t kind = chance(4);
    while (at < len) {
        uint32_t what = chance(10);
        if (kind == 0 || what == 0) {
            text[at++] = (unsigned char)chance(256);
        } else if (what == 1) {
            for (uint32_t run = chance(600); run && at < len; run--)
                text[at++] = (unsigned char)('a' + kind);
        } else {
            uint32_t from = chance(sizeof words - 2);
            for (uint32_t i = from; i < from + 1 + chance(12) && words[i] && at < len; i++)
                text[at++] = (unsigned char)words[i];
        }
    }
    return len;
}

static size_t deflate_text(unsigned char *out, size_t room, unsigned char *text, size_t len, int level, int strategy)
{
    const sw_zlib_library *z = sw_zlib(NULL);
    z_stream stream = { 0 };
    assert_non_null(z);
    assert_int_equal(z->deflateInit2_(&stream, level, Z_DEFLATED, -15, 8, strategy, ZLIB_VERSION, sizeof stream), Z_OK);
    stream.next_in = text;
    stream.avail_in = (uInt)len;
    stream.next_out = out;
    stream.avail_out = (uInt)room;
    assert_int_equal(z->deflate(&stream, Z_FINISH), Z_STREAM_END);
    size_t made = stream.total_out;
    z->deflateEnd(&stream);
    return made;
}

static void it_says_what_zlib_says(void **state)
{
    (void)state;
    static const int strategies[] = { Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY, Z_FILTERED, Z_RLE };
    unsigned char *text = malloc(LARGEST), *packed = malloc(LARGEST * 2), *out = malloc(LARGEST + SW_INFLATE_SLACK);
    static sw_inflater inflater;
    int done = 0, asked = 0;
    for (int round = 0; round < 1500; round++) {
        size_t len = make_text(text, round < 600 ? (size_t)round : round < 1450 ? chance(3000) : chance(LARGEST)), used = 0;
        size_t size = deflate_text(packed, LARGEST * 2, text, len, 1 + (int)chance(9), strategies[chance(5)]);
        unsigned char *exact = malloc(size + TAIL);
        memcpy(exact, packed, size);
        memset(exact + size, 0xA5, TAIL);
        asked++;
        if (sw_inflate_whole(&used, &inflater, out, len, exact, size + TAIL)) {
            done++;
            assert_int_equal(used, size);
            assert_memory_equal(out, text, len);
            if (len)
                assert_false(sw_inflate_whole(&used, &inflater, out, len - 1, exact, size + TAIL));
            assert_false(sw_inflate_whole(&used, &inflater, out, len + 1, exact, size + TAIL));
        }
        free(exact);
    }
    assert_true(done * 10 > asked * 7); /* it gives up only on what is rare */
    free(text);
    free(packed);
    free(out);
}

static void damage_is_never_followed_out_of_bounds(void **state)
{
    (void)state;
    enum { LEN = 900 };
    static sw_inflater inflater;
    unsigned char text[LEN], packed[LEN * 2];
    unsigned char *out = malloc(LEN + SW_INFLATE_SLACK);
    for (int round = 0; round < 20000; round++) {
        size_t used, size = deflate_text(packed, sizeof packed, text, make_text(text, LEN), 6, Z_DEFAULT_STRATEGY);
        size_t cut = 1 + chance((uint32_t)size);
        unsigned char *exact = malloc(cut);
        memcpy(exact, packed, cut);
        for (uint32_t i = chance(4); i > 0; i--)
            exact[chance((uint32_t)cut)] ^= (unsigned char)(1u << chance(8));
        if (round % 3 == 0)
            for (size_t i = 1; i < cut; i++)
                exact[i] = (unsigned char)chance(256);
        if (sw_inflate_whole(&used, &inflater, out, LEN, exact, cut))
            assert_true(used <= cut);
        free(exact);
    }
    free(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_says_what_zlib_says),
        cmocka_unit_test(damage_is_never_followed_out_of_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
