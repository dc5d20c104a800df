/* The rules of names and links, without an archive around them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/archive_names.h"
#include "core/archive_path.h"

static void expect_clean(const char *name, size_t len, const char *wanted, const char *code)
{
    sw_buf out;
    sw_error err;
    sw_buf_init(&out);
    sw_error_init(&err);
    int rc = sw_archive_path_clean(&out, name, len, &err);
    assert_string_equal(err.code, code);
    if (wanted) {
        assert_int_equal(rc, 0);
        assert_string_equal(sw_buf_text(&out), wanted);
    } else {
        assert_true(rc < 0);
    }
    sw_buf_release(&out);
}

static void names_are_tidied_or_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name, *wanted, *code;
    } cases[] = {
        { "a/b", "a/b", "" },           { "./a//b/.", "a/b", "" },        { ".", "", "" },
        { "./", "", "" },               { "...", "...", "" },             { "a..b/c.", "a..b/c.", "" },
        { "", NULL, "archive.name" },   { "..", NULL, "archive.path" },   { "a/..", NULL, "archive.path" },
        { "/", NULL, "archive.path" },  { "//a", NULL, "archive.path" },  { "a\\b", NULL, "archive.path" },
        { "c:", NULL, "archive.path" }, { "aux.txt", NULL, "archive.name" }, { "Aux .x", NULL, "archive.name" },
        { "lpt9", NULL, "archive.name" }, { "lpt0", "lpt0", "" },         { ".Git", NULL, "archive.name" },
        { "x/.git./y", NULL, "archive.name" }, { ".gitmodules", ".gitmodules", "" }, { "a\tb", NULL, "archive.name" },
        { "\xff", NULL, "archive.name" }, { "\xc0\xaf", NULL, "archive.name" }, { "\xed\xa0\x80", NULL, "archive.name" },
        { "\xc2\x85", NULL, "archive.name" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_clean(cases[i].name, strlen(cases[i].name), cases[i].wanted, cases[i].code);
    expect_clean("a\0b", 3, NULL, "archive.name");
}

static void lengths_have_limits(void **state)
{
    (void)state;
    static char name[5000];
    memset(name, 'a', sizeof name);
    expect_clean(name, 256, NULL, "archive.name");
    for (size_t i = 200; i < sizeof name; i += 200)
        name[i] = '/';
    expect_clean(name, 4001, NULL, "archive.name");
    char deep[501];
    for (size_t i = 0; i < sizeof deep; i++)
        deep[i] = i % 2 ? '/' : 'a';
    expect_clean(deep, 501, NULL, "archive.name"); /* 251 folders */
    sw_buf out;
    sw_buf_init(&out);
    assert_int_equal(sw_archive_path_clean(&out, deep, 499, NULL), 0);
    assert_int_equal(sw_archive_path_clean(&out, name, 4000, NULL), 0);
    assert_int_equal(out.len, 4000);
    sw_buf_release(&out);
}

static void links_stay_inside(void **state)
{
    (void)state;
    static const struct {
        const char *path, *target;
        int inside;
    } cases[] = {
        { "l", "a", 1 },       { "l", ".", 1 },         { "d/l", "..", 1 },       { "d/l", "../x/y", 1 },
        { "l", "..", 0 },      { "d/l", "../..", 0 },   { "l", "/etc", 0 },       { "d/e/l", "../../../x", 0 },
        { "d/l", "a/../b", 0 }, { "l", "", 0 },         { "l", "c:x", 0 },        { "l", "a\\b", 0 },
        { "d/l", "./../x", 1 }, { "l", "a\nb", 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int rc = sw_archive_link_check(cases[i].path, cases[i].target, strlen(cases[i].target), NULL);
        assert_int_equal(rc == 0, cases[i].inside);
    }
}

static void names_meet_their_like(void **state)
{
    (void)state;
    sw_archive_names *names = NULL;
    assert_int_equal(sw_archive_names_open(&names, false, NULL), 0);
    assert_int_equal(sw_archive_names_add(names, "a/b", SW_ENTRY_FILE, NULL), 0);
    assert_int_equal(sw_archive_names_add(names, "a", SW_ENTRY_FOLDER, NULL), 0); /* implied before */
    assert_true(sw_archive_names_add(names, "a", SW_ENTRY_FOLDER, NULL) < 0);
    assert_true(sw_archive_names_add(names, "a/b", SW_ENTRY_FILE, NULL) < 0);
    assert_true(sw_archive_names_add(names, "a/b/c", SW_ENTRY_FILE, NULL) < 0);
    assert_true(sw_archive_names_add(names, "A/c", SW_ENTRY_FILE, NULL) < 0);
    assert_true(sw_archive_names_is_file(names, "a/b"));
    assert_false(sw_archive_names_is_file(names, "A/B"));
    assert_false(sw_archive_names_is_file(names, "a"));
    char name[16];
    for (int i = 0; i < 2000; i++) { /* beyond several growths */
        snprintf(name, sizeof name, "n%d", i);
        assert_int_equal(sw_archive_names_add(names, name, SW_ENTRY_FILE, NULL), 0);
    }
    assert_true(sw_archive_names_add(names, "N7", SW_ENTRY_FILE, NULL) < 0);
    sw_archive_names_close(names);
}

static void stripping_drops_leading_components(void **state)
{
    (void)state;
    sw_buf path;
    sw_buf_init(&path);
    assert_int_equal(sw_buf_add_text(&path, "a/b/c"), 0);
    assert_int_equal(sw_archive_path_strip(&path, 2), 1);
    assert_string_equal(sw_buf_text(&path), "c");
    assert_int_equal(sw_archive_path_strip(&path, 1), 0);
    sw_buf_release(&path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_tidied_or_refused), cmocka_unit_test(lengths_have_limits),
        cmocka_unit_test(links_stay_inside),           cmocka_unit_test(names_meet_their_like),
        cmocka_unit_test(stripping_drops_leading_components),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
