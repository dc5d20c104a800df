#include "core/git_changelog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/git_handle.h"
#include "core/git_message.h"

typedef struct open_page {
    sw_page *page;
    sw_people *people; /* NULL unless wished */
} open_page;

struct sw_changelog {
    sw_story *story;
    const sw_page_style *style;
    char **versions; /* owned, NULL-ended */
    enum sw_changelog_reading reading;
    open_page *pages; /* by number of the release, from `first` on */
    uint32_t first, count, cap;
    sw_page *told; /* given to the caller until the next event */
    sw_people *told_people;
    bool people;
    git_mailmap *mailmap;
    sw_oid_text *only; /* sorted; NULL: all */
    size_t only_count;
    sw_buf text;   /* a message with LF line ends and in UTF-8 */
    sw_change change;
};

static int copy_texts(char ***out, const char *const *list, sw_error *err)
{
    size_t count = 0;
    while (list && list[count])
        count++;
    *out = calloc(count + 1, sizeof **out);
    for (size_t i = 0; *out && i < count; i++)
        if (!((*out)[i] = strdup(list[i])))
            return sw_fail_nomem(err);
    return *out ? 0 : sw_fail_nomem(err);
}

static int by_oid(const void *a, const void *b)
{
    return memcmp(a, b, SW_OID_HEX);
}

static int copy_only(sw_changelog *log, const char *const *only, sw_error *err)
{
    size_t count = 0;
    if (!only)
        return 0;
    while (only[count])
        count++;
    log->only = calloc(count + 1, sizeof *log->only);
    if (!log->only)
        return sw_fail_nomem(err);
    for (size_t i = 0; i < count; i++) {
        git_oid id;
        int rc = sw_git_oid(&id, only[i], err);
        if (rc < 0)
            return rc;
        memcpy(log->only[i], only[i], SW_OID_HEX);
    }
    log->only_count = count;
    if (count)
        qsort(log->only, count, sizeof *log->only, by_oid);
    return 0;
}

static bool is_told(const sw_changelog *log, const char *oid)
{
    return !log->only || (log->only_count && bsearch(oid, log->only, log->only_count, sizeof *log->only, by_oid));
}

int sw_changelog_open(sw_changelog **out, sw_git *git, const sw_changelog_wish *wish, sw_error *err)
{
    *out = NULL;
    sw_changelog *log = calloc(1, sizeof *log);
    if (!log)
        return sw_fail_nomem(err);
    log->style = wish->style;
    log->reading = wish->reading;
    log->people = wish->people;
    if (wish->people && git_mailmap_from_repository(&log->mailmap, git->repo) < 0)
        log->mailmap = NULL; /* without one people are called as they signed */
    int rc = copy_texts(&log->versions, wish->versions, err);
    if (rc == 0)
        rc = copy_only(log, wish->only, err);
    if (rc == 0)
        rc = sw_story_open(&log->story, git, &wish->story, err);
    if (rc < 0)
        sw_changelog_close(log);
    else
        *out = log;
    return rc;
}

static void drop_open(sw_changelog *log)
{
    for (uint32_t i = 0; i < log->count; i++) {
        sw_page_close(log->pages[i].page);
        sw_people_close(log->pages[i].people);
    }
    log->count = 0;
}

void sw_changelog_close(sw_changelog *log)
{
    if (!log)
        return;
    sw_story_close(log->story);
    for (char **version = log->versions; version && *version; version++)
        free(*version);
    free(log->versions);
    free(log->only);
    drop_open(log);
    free(log->pages);
    sw_page_close(log->told);
    sw_people_close(log->told_people);
    git_mailmap_free(log->mailmap);
    sw_change_release(&log->change);
    sw_buf_release(&log->text);
    free(log);
}

/* ---- pages ---- */

static int page_of(open_page **out, sw_changelog *log, uint32_t release, int tag, sw_error *err)
{
    uint32_t at = release - log->first;
    while (at >= log->count) {
        if (log->count == log->cap) {
            uint32_t cap = log->cap ? log->cap * 2 : 16;
            open_page *pages = realloc(log->pages, cap * sizeof *pages);
            if (!pages)
                return sw_fail_nomem(err);
            log->pages = pages;
            log->cap = cap;
        }
        log->pages[log->count++] = (open_page){ 0 };
    }
    open_page *open = *out = &log->pages[at];
    int rc = open->page ? 0 : sw_page_open(&open->page, log->style, tag < 0 ? NULL : log->versions[tag], err);
    if (rc == 0 && log->people && !open->people)
        rc = sw_people_open(&open->people, log->mailmap, err);
    return rc;
}

/* Takes the page of the release that is over, the first of those that are open. */
static int take_page(sw_changelog *log, int tag, sw_error *err)
{
    open_page *open;
    int rc = page_of(&open, log, log->first, tag, err);
    if (rc < 0)
        return rc;
    log->told = open->page;
    log->told_people = open->people;
    log->first++;
    log->count--;
    memmove(log->pages, log->pages + 1, log->count * sizeof *log->pages);
    return sw_page_arrange(log->told, err);
}

static void drop_told(sw_changelog *log)
{
    sw_page_close(log->told);
    sw_people_close(log->told_people);
    log->told = NULL;
    log->told_people = NULL;
}

/* ---- messages ---- */

/* "BEGIN_": what ends it is rare. */
static bool has_mark(const char *message, size_t len)
{
    static const char mark[] = "BEGIN";
    const char *end = message + len;
    for (const char *at = message; (at = memchr(at, '_', (size_t)(end - at))); at++)
        if (at - message >= 5 && memcmp(at - 5, mark, 5) == 0)
            return true;
    return false;
}

static bool is_odd(const sw_changelog *log, const char *message, size_t len)
{
    return log->reading == SW_READ_ALL || has_mark(message, len)
           || (log->reading == SW_READ_LISTED && memmem(message, len, "\n* ", 3));
}

/* 1: it is the caller's to read. */
static int add_commit(sw_changelog_told *told, sw_changelog *log, const sw_story_told *commit, sw_error *err)
{
    const char *message;
    size_t len;
    open_page *open = NULL;
    if (!is_told(log, commit->oid))
        return 0;
    int rc = sw_git_message_utf8(&message, &len, &log->text, commit->raw, err);
    if (rc == 0)
        rc = page_of(&open, log, commit->release, commit->tag, err);
    if (rc < 0)
        return rc;
    told->page = open->page;
    if (is_odd(log, message, len)) {
        told->oid = commit->oid;
        told->raw = commit->raw;
        told->writers = open->people;
        told->message = message;
        told->len = len;
        told->parents = commit->raw->parent_count;
        told->time = commit->raw->committer.time;
        return 1;
    }
    if (open->people)
        rc = sw_people_add(open->people, commit->raw, message, len, err);
    if (rc == 0)
        rc = sw_git_message_lf(&message, &len, &log->text, err);
    if (rc == 0)
        rc = sw_change_read(&log->change, message, len, commit->raw->parent_count, err);
    if (rc < 0)
        return rc;
    log->change.oid = (sw_span){ commit->oid, SW_OID_HEX };
    rc = sw_page_add(told->page, &log->change, err);
    sw_change_release(&log->change);
    return rc;
}

/* The day in UTC, by days since 0000-03-01 (Howard Hinnant, chrono-compatible low-level date algorithms). The C library
 * would look for the local time zone first. */
static void set_date(char out[SW_CHANGELOG_DATE], int64_t seconds)
{
    const int64_t far = INT64_C(67767976233532799); /* the last second of the year 2147483647 */
    out[0] = '\0';
    if (seconds > far || seconds < -far)
        return;
    int64_t days = (seconds - (seconds % 86400 + 86400) % 86400) / 86400 + 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int day_of_era = (int)(days - era * 146097);
    int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int month = (5 * day_of_year + 2) / 153; /* from March on */
    int64_t year = year_of_era + era * 400 + (month >= 10);
    snprintf(out, SW_CHANGELOG_DATE, "%lld-%02d-%02d", (long long)year, month < 10 ? month + 3 : month - 9,
             day_of_year - (153 * month + 2) / 5 + 1);
}

int sw_changelog_next(sw_changelog_told *told, sw_changelog *log, sw_error *err)
{
    sw_story_told event;
    drop_told(log);
    for (;;) {
        int rc = sw_story_next(&event, log->story, err);
        if (rc < 0)
            return rc;
        memset(told, 0, sizeof *told);
        if (rc == SW_STORY_END)
            return SW_CHANGELOG_END;
        if (rc == SW_STORY_SKEWED)
            return SW_CHANGELOG_SKEWED;
        if (rc == SW_STORY_AGAIN) {
            drop_open(log);
            continue;
        }
        if (rc == SW_STORY_COMMIT) {
            rc = add_commit(told, log, &event, err);
            if (rc != 0)
                return rc < 0 ? rc : SW_CHANGELOG_ODD;
            continue;
        }
        rc = take_page(log, event.tag, err);
        if (rc < 0)
            return rc;
        if (event.tag < 0 && sw_page_count(log->told) == 0) {
            drop_told(log);
            continue;
        }
        told->page = log->told;
        told->tag = event.tag;
        told->previous = event.previous;
        told->time = event.time;
        told->meets_hidden = event.meets_hidden;
        told->people = log->told_people;
        set_date(told->date, event.time);
        return SW_CHANGELOG_SECTION;
    }
}
