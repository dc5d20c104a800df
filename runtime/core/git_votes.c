#include "core/git_votes.h"

#include <stdlib.h>
#include <string.h>

#include "core/change.h"
#include "core/git_message.h"
#include "core/git_walk.h"
#include "core/page.h"

typedef struct counting {
    sw_votes *votes;
    const sw_vote_rules *rules;
    sw_page *page;          /* which of the changes stand */
    unsigned char *levels;  /* of each */
    size_t level_cap;
    struct wished { /* Release-As footers, newest first */
        size_t change;
        char *version; /* owned */
        sw_oid_text by;
    } *wished;
    size_t wished_count;
    sw_buf text;
    sw_change change;
} counting;

void sw_git_votes_release(sw_votes *votes)
{
    for (size_t i = 0; i < votes->kind_count; i++)
        free(votes->kinds[i].type);
    free(votes->kinds);
    free(votes->release_as);
    memset(votes, 0, sizeof *votes);
}

static void release(counting *c)
{
    for (size_t i = 0; i < c->wished_count; i++)
        free(c->wished[i].version);
    free(c->wished);
    free(c->levels);
    sw_page_close(c->page);
    sw_buf_release(&c->text);
    sw_change_release(&c->change);
}

/* ---- one commit ---- */

static int count_kind(sw_votes *votes, sw_span type, sw_error *err)
{
    if (!type.at)
        type = (sw_span){ "other", 5 };
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < type.len; i++)
        hash = (hash ^ (unsigned char)type.at[i]) * UINT64_C(1099511628211);
    for (size_t i = 0; i < votes->kind_count; i++) {
        if (votes->kinds[i].hash == hash && sw_span_is(type, votes->kinds[i].type)) {
            votes->kinds[i].count++;
            return 0;
        }
    }
    if (votes->kind_count == votes->kind_cap) {
        size_t cap = votes->kind_cap ? votes->kind_cap * 2 : 16;
        sw_vote_kind *kinds = realloc(votes->kinds, cap * sizeof *kinds);
        if (!kinds)
            return sw_fail_nomem(err);
        votes->kinds = kinds;
        votes->kind_cap = cap;
    }
    char *name = strndup(type.at, type.len);
    if (!name)
        return sw_fail_nomem(err);
    votes->kinds[votes->kind_count++] = (sw_vote_kind){ name, hash, 1 };
    return 0;
}

/* A first line that is nothing but "BREAKING CHANGE: …" does not conform, and means it all the same. */
static bool shouts(sw_span subject)
{
    static const char one[] = "BREAKING CHANGE: ", two[] = "BREAKING-CHANGE: ";
    size_t len = sizeof one - 1;
    return subject.len >= len && (memcmp(subject.at, one, len) == 0 || memcmp(subject.at, two, len) == 0);
}

static enum sw_vote weigh(const sw_change *change, const sw_vote_rules *rules)
{
    if (change->kind == SW_CHANGE_MERGE || change->kind == SW_CHANGE_FIXUP)
        return SW_VOTE_NONE;
    if (change->kind == SW_CHANGE_REVERT && !change->conforms)
        return rules->revert;
    enum sw_vote level = change->conforms ? rules->other : rules->unconventional;
    for (size_t i = 0; change->conforms && rules->types[i]; i++) {
        if (sw_span_is(change->type, rules->types[i])) {
            level = rules->levels[i];
            break;
        }
    }
    bool breaking = change->breaking || shouts(change->subject);
    return breaking && rules->breaking >= level ? rules->breaking : level;
}

static int note_wish(counting *c, size_t at, sw_error *err)
{
    static const char token[] = "release-as";
    for (size_t i = 0; i < c->change.footer_count; i++) {
        const sw_footer *footer = &c->change.footers[i];
        size_t same = 0;
        while (same < footer->token.len && same < sizeof token - 1 && sw_lower(footer->token.at[same]) == token[same])
            same++;
        if (same != footer->token.len || same != sizeof token - 1)
            continue;
        struct wished *wished = realloc(c->wished, (c->wished_count + 1) * sizeof *wished);
        char *version = strndup(footer->value.at, footer->value.len);
        if (wished)
            c->wished = wished;
        if (!wished || !version) {
            free(version);
            return sw_fail_nomem(err);
        }
        struct wished *one = &c->wished[c->wished_count++];
        *one = (struct wished){ .change = at, .version = version };
        memcpy(one->by, c->change.oid.at, SW_OID_HEX);
        return 0;
    }
    return 0;
}

static int note_level(counting *c, size_t at, enum sw_vote level, sw_error *err)
{
    if (at == c->level_cap) {
        size_t cap = c->level_cap ? c->level_cap * 2 : 1024;
        unsigned char *levels = realloc(c->levels, cap);
        if (!levels)
            return sw_fail_nomem(err);
        c->levels = levels;
        c->level_cap = cap;
    }
    c->levels[at] = (unsigned char)level;
    return 0;
}

/* 0: only Lua reads it. */
static int count_commit(counting *c, const char *oid, const sw_git_raw *raw, sw_error *err)
{
    const char *message;
    size_t len, at = sw_page_count(c->page);
    sw_change *change = &c->change;
    int rc = sw_git_message_utf8(&message, &len, &c->text, raw, err);
    if (rc == 0 && memmem(message, len, "BEGIN_", 6))
        return 0;
    if (rc == 0)
        rc = sw_git_message_lf(&message, &len, &c->text, err);
    if (rc == 0)
        rc = sw_change_read(change, message, len, raw->parent_count, err);
    if (rc < 0)
        return rc;
    change->oid = (sw_span){ oid, SW_OID_HEX };
    bool fits = change->type.len < SW_CHANGE_TYPE && change->revert_count < SW_CHANGE_REVERTS;
    rc = note_level(c, at, weigh(change, c->rules), err);
    if (rc == 0 && change->footer_count)
        rc = note_wish(c, at, err);
    if (rc == 0)
        rc = count_kind(c->votes, change->conforms ? change->type : (sw_span){ 0 }, err);
    if (rc == 0)
        rc = sw_page_note(c->page, change, err);
    sw_change_release(change);
    return rc < 0 ? rc : fits;
}

/* ---- all ---- */

static int settle(counting *c, sw_error *err)
{
    sw_votes *votes = c->votes;
    int rc = sw_page_settle(c->page, err);
    for (size_t i = 0; rc == 0 && i < sw_page_count(c->page); i++)
        if (c->levels[i] > votes->level && sw_page_stands(c->page, i))
            votes->level = c->levels[i];
    for (size_t i = 0; rc == 0 && i < c->wished_count && !votes->release_as; i++) {
        if (sw_page_stands(c->page, c->wished[i].change)) {
            votes->release_as = c->wished[i].version;
            memcpy(votes->release_as_by, c->wished[i].by, sizeof votes->release_as_by);
            c->wished[i].version = NULL;
        }
    }
    votes->commits = (int64_t)sw_page_count(c->page);
    return rc;
}

int sw_git_votes_count(sw_votes *out, sw_git *git, const char *from, const char *hide, const sw_vote_rules *rules,
                       sw_error *err)
{
    const char *const hidden[] = { hide, NULL };
    sw_git_log_wish wish = { .from = from, .hide = hide ? hidden : NULL };
    counting c = { .votes = out, .rules = rules };
    sw_git_log *log = NULL;
    const char *oid;
    const sw_git_raw *raw;
    memset(out, 0, sizeof *out);
    int rc = sw_page_open(&c.page, NULL, NULL, err), plain = 1;
    if (rc == 0)
        rc = sw_git_log_open(&log, git, &wish, err);
    while (rc == 0 && plain > 0 && (rc = sw_git_log_next(log, &oid, &raw, err)) > 0) {
        plain = count_commit(&c, oid, raw, err);
        rc = plain < 0 ? plain : 0;
    }
    if (rc == 0 && plain > 0)
        rc = settle(&c, err);
    sw_git_log_close(log);
    release(&c);
    return rc < 0 ? rc : plain;
}
