/* Conventional Commits over bytes: what is borrowed, what is refused, and what no message can do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/commit.h"
#include "core/conventional.h"

enum { ROOM = 4 };

typedef struct parsed {
    sw_conventional c;
    sw_footer room[ROOM];
    sw_error err;
} parsed;

static int parse(parsed *p, const char *text, unsigned flags)
{
    p->c = (sw_conventional){ .footers = p->room, .footer_room = ROOM };
    return sw_conventional_parse(&p->c, text, strlen(text), flags, NULL, &p->err);
}

static void the_parts_are_borrowed_pieces(void **state)
{
    (void)state;
    parsed p;
    const char *text = "feat(api(v2))!: send mail\n\nA body.\n\nTwo paragraphs.\n\nRefs: #1\n  and more\nCloses #2\n";
    assert_int_equal(parse(&p, text, 0), 0);
    assert_true(sw_span_is(p.c.type, "feat"));
    assert_true(sw_span_is(p.c.scope, "api(v2)"));
    assert_true(sw_span_is(p.c.description, "send mail"));
    assert_true(sw_span_is(p.c.body, "A body.\n\nTwo paragraphs."));
    assert_true(p.c.breaking && p.c.marked);
    assert_int_equal(p.c.footer_count, 2);
    assert_true(sw_span_is(p.c.footers[0].value, "#1\n  and more"));
    assert_true(sw_span_is(p.c.footers[1].token, "Closes") && p.c.footers[1].hash);
    assert_true(sw_span_is(p.c.footers[1].value, "2"));
}

static void a_breaking_change_is_never_overlooked(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "fix: a\n\nBREAKING CHANGE: b",       "fix: a\n\nBREAKING-CHANGE: b",
        "fix: a\n\nbody\nBREAKING CHANGE: b", "fix: a\n\nBREAKING CHANGE:\n\nb",
        "fix: a\n\nRefs: 1\nBREAKING CHANGE: b", "fix!: a",
    };
    static const char *const harmless[] = { "fix: a\n\nbreaking change: b", "fix: a\n\nBREAKING CHANGES: b",
                                            "fix: a\n\nBREAKING CHANGE was discussed." };
    parsed p;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_int_equal(parse(&p, texts[i], 0), 0);
        assert_true(p.c.breaking);
    }
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
        assert_int_equal(parse(&p, harmless[i], 0), 0);
        assert_false(p.c.breaking);
    }
}

static void what_does_not_conform_is_refused_with_the_byte(void **state)
{
    (void)state;
    static const char *const bad[] = { "", "\n\n", "feat", "feat:", "feat: ", "feat:x", "feat (a): b", "feat(a: b",
                                       "feat(a) : b", "(a): b", ": b", "feat!(a): b", "feat: a\nb" };
    parsed p;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(parse(&p, bad[i], 0), SW_E_PARSE);
        assert_string_equal(p.err.code, "commit.not_conventional");
        assert_non_null(strstr(p.err.message, "at byte "));
    }
    assert_int_equal(parse(&p, "feat: a\nb", SW_CONVENTIONAL_TIGHT), 0);
    assert_int_equal(parse(&p, "feat:x", SW_CONVENTIONAL_NO_SPACE), 0);
    assert_int_equal(parse(&p, "feat(): x", 0), 0);
    assert_int_equal(parse(&p, "feat(): x", SW_CONVENTIONAL_STRICT_SCOPE), SW_E_PARSE);
    assert_int_equal(parse(&p, "feat: x\n\nA: b\nc", SW_CONVENTIONAL_STRICT_FOOTERS), SW_E_PARSE);
}

static void footers_beyond_the_room_are_counted(void **state)
{
    (void)state;
    parsed p;
    assert_int_equal(parse(&p, "fix: a\n\nA: 1\nB: 2\nC: 3\nD: 4\nE: 5\nBREAKING CHANGE: f", 0), 0);
    assert_int_equal(p.c.footer_count, 6);
    assert_true(p.c.breaking);
    assert_true(sw_span_is(p.room[3].token, "D"));
}

/* Every prefix of every message, and every single byte changed: no reading beyond the end, and the
 * parts always lie within the message. Run under ASan in the dev preset. */
static void no_message_leads_outside_of_itself(void **state)
{
    (void)state;
    static const char text[] = "fix(a)!: b\n\nbody\n* feat: c\n\nBREAKING CHANGE: d\n\n* fix: e\n\nRefs #3\nX: y\n";
    static const char odd[] = { 0, '\n', ':', '(', ')', '!', ' ', '#', '*', '-', (char)0xff, 'A' };
    parsed p;
    for (size_t len = 0; len < sizeof text; len++) {
        for (size_t at = 0; at <= len; at++) {
            for (size_t o = 0; o < sizeof odd; o++) {
                char *copy = malloc(len ? len : 1);
                memcpy(copy, text, len);
                if (at < len)
                    copy[at] = odd[o];
                p.c = (sw_conventional){ .footers = p.room, .footer_room = ROOM };
                if (sw_conventional_parse(&p.c, copy, len, 0, NULL, &p.err) == 0) {
                    assert_true(p.c.description.at >= copy && p.c.description.at + p.c.description.len <= copy + len);
                    for (size_t i = 0; i < p.c.footer_count && i < ROOM; i++)
                        assert_true(p.room[i].value.at + p.room[i].value.len <= copy + len);
                }
                sw_commit_look look;
                sw_commit_look_at(&look, copy, len);
                assert_true(look.subject.at + look.subject.len <= copy + len);
                free(copy);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_parts_are_borrowed_pieces),
        cmocka_unit_test(a_breaking_change_is_never_overlooked),
        cmocka_unit_test(what_does_not_conform_is_refused_with_the_byte),
        cmocka_unit_test(footers_beyond_the_room_are_counted),
        cmocka_unit_test(no_message_leads_outside_of_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
