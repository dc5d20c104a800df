/* Memory ends in the middle of a story: from the n-th allocation of ours on each one fails, for every n until the story
 * is told, by date, by descent, and from the one to the other where clocks were wrong. Nothing crashes, nothing is left
 * behind (AddressSanitizer), and both ways tell the same commits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

#include "core/git_read.h"
#include "core/git_story.h"
#include "end_of_memory.h"

static char repository[] = "/tmp/slipway-story-memory-XXXXXX";
static sw_git *shared;
static sw_error failure;
static sw_oid_text tags[2];
static bool exact;
enum { RELEASES = 3, BETWEEN = 140, ROOM = (BETWEEN + 10) * 8 };
static char stories[2][RELEASES][ROOM]; /* by date and exact: the commits of each release */

/* Writes who is in which release; what is told again replaces what is not over. */
static int telling(void)
{
    const char *const tagged[] = { tags[0], tags[1], NULL };
    sw_story_wish wish = { .from = "main", .tagged = tagged, .exact = exact };
    sw_story *story = NULL;
    sw_story_told told;
    uint32_t over = 0;
    int rc = sw_story_open(&story, shared, &wish, &failure);
    memset(stories[exact], 0, sizeof stories[exact]);
    while (rc >= 0 && (rc = sw_story_next(&told, story, &failure)) > 0) {
        assert_int_not_equal(rc, SW_STORY_SKEWED);
        for (uint32_t i = over; rc == SW_STORY_AGAIN && i < RELEASES; i++)
            stories[exact][i][0] = '\0';
        over += rc == SW_STORY_RELEASE;
        if (rc == SW_STORY_COMMIT)
            strncat(stories[exact][told.release], told.oid, 8);
    }
    sw_story_close(story);
    return rc;
}

static void both_ways_survive_and_agree(void **state)
{
    (void)state;
    static const size_t commits[RELEASES] = { 1, BETWEEN + 2, 2 };
    exact = true;
    survive(telling, &failure);
    exact = false;
    survive(telling, &failure);
    for (int i = 0; i < RELEASES; i++) {
        assert_int_equal(strlen(stories[true][i]), commits[i] * 8);
        assert_string_equal(stories[true][i], stories[false][i]);
    }
}

static int make_repository(void **state)
{
    /* The base is dated after what was built on it, and is met so long before the older release's side of it that it has
     * been told by then. */
    static const char make[] =
        "git init -q -b main . && { c() { echo \"commit refs/heads/$1\nmark :$2\ncommitter A <a@b.c> $3 +0000\ndata 5\nfix: \n$4\"; };"
        " c main 1 9000; c main 2 100 'from :1'; c side 3 600 'from :1'; i=11; c main 10 101 'from :2';"
        " while [ $i -lt 150 ]; do c main $i $((91 + i)) \"from :$((i - 1))\"; i=$((i + 1)); done;"
        " c main 4 700 'from :149\nmerge :3'; c main 5 800 'from :4';"
        " printf 'reset refs/tags/v1\nfrom :2\n\nreset refs/tags/v2\nfrom :4\n\n'; } | git fast-import --quiet";
    (void)state;
    if (!mkdtemp(repository) || chdir(repository) < 0 || system(make) != 0
        || sw_git_open(&shared, repository, NULL, NULL) < 0)
        return -1;
    return sw_git_resolve(tags[0], shared, "v1", NULL) | sw_git_resolve(tags[1], shared, "v2", NULL);
}

static int remove_repository(void **state)
{
    (void)state;
    char command[128];
    sw_git_close(shared);
    snprintf(command, sizeof command, "cd / && rm -rf %s", repository);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(both_ways_survive_and_agree) };
    return cmocka_run_group_tests(tests, make_repository, remove_repository);
}
