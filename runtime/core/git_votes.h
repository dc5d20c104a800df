/* What the commits of a range vote for, and how many of each type there are: the same answers as
 * stdlib/pure/bump.lua gives for every commit by itself, for those who want no more than the sum. */
#ifndef SW_CORE_GIT_VOTES_H
#define SW_CORE_GIT_VOTES_H

#include <stdint.h>

#include "core/git_repo.h"

enum sw_vote { SW_VOTE_NONE, SW_VOTE_PATCH, SW_VOTE_MINOR, SW_VOTE_MAJOR };

typedef struct sw_vote_rules {
    const char *const *types;      /* in lower case, NULL-ended */
    const enum sw_vote *levels;    /* of these types */
    enum sw_vote other;            /* a conventional commit of another type */
    enum sw_vote unconventional;
    enum sw_vote breaking;
    enum sw_vote revert;           /* one that follows no convention and takes back what was released before */
} sw_vote_rules;

typedef struct sw_vote_kind {
    char *type; /* owned; "other" also stands for none */
    uint64_t hash;
    int64_t count;
} sw_vote_kind;

typedef struct sw_votes {
    int64_t commits;
    enum sw_vote level; /* the highest */
    sw_vote_kind *kinds;
    size_t kind_count, kind_cap;
    char *release_as; /* what the newest Release-As footer asks for, or NULL */
    sw_oid_text release_as_by; /* the commit that has it */
} sw_votes;

/* 1; 0: a commit says something that only Lua reads; negative. Release also after a failure. */
int sw_git_votes_count(sw_votes *out, sw_git *git, const char *from, const char *hide, const sw_vote_rules *rules,
                       sw_error *err);
void sw_git_votes_release(sw_votes *votes);

#endif
