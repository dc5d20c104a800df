/* Commits and tags as they are stored: read raw and scanned here, because for a long history that
 * is a third faster than building libgit2's objects. */
#ifndef SW_CORE_GIT_OBJECT_H
#define SW_CORE_GIT_OBJECT_H

#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/error.h"
#include "core/git_repo.h"

typedef struct sw_git_signature {
    const char *name; /* borrowed from the object's text */
    size_t name_len;
    const char *email;
    size_t email_len;
    int64_t time;   /* seconds since the epoch */
    int offset;     /* minutes east of UTC */
} sw_git_signature;

typedef struct sw_git_raw { /* what a commit or tag object says; everything borrowed from its text */
    const char *tree;    /* 40 digits; of a tag: its target */
    const char *parents; /* the first "parent " line, or NULL; the others follow, 48 bytes apart */
    size_t parent_count;
    sw_git_signature author;
    sw_git_signature committer; /* of a tag: the tagger */
    const char *name;           /* of a tag */
    size_t name_len;
    const char *type; /* of a tag: what its target is */
    size_t type_len;
    const char *encoding; /* NULL: UTF-8 */
    size_t encoding_len;
    bool signed_; /* a gpgsig header, or a signature under the message */
    const char *message;
    size_t message_len; /* of a tag: without the signature */
} sw_git_raw;

/* 0 or SW_E_CORRUPT. Headers that are not known are skipped. */
int sw_git_raw_commit(sw_git_raw *out, const char *text, size_t len);
int sw_git_raw_tag(sw_git_raw *out, const char *text, size_t len);
/* Only parents and the committer's time, for walks. */
int sw_git_raw_links(sw_git_raw *out, const char *text, size_t len);
/* The rest of a commit whose links were read from the same text. */
void sw_git_raw_complete(sw_git_raw *out, const char *text, size_t len);
/* 40 hexadecimal digits, of either case, as bytes; false when they are none. */
bool sw_git_hex(unsigned char out[20], const char *digits);

/* True when the bytes already are UTF-8, so that nothing has to be converted. */
bool sw_git_is_utf8(const char *text, size_t len);
/* Room that sw_git_utf8 needs for a text of `len` bytes. */
size_t sw_git_utf8_room(size_t len);
/* Writes `text` to `out` as valid UTF-8 and returns its length: converted from `encoding` (may be
 * NULL), else bytes that are no UTF-8 are taken for Latin-1. */
size_t sw_git_utf8(char *out, const char *text, size_t len, const char *encoding,
                   size_t encoding_len);
/* The first paragraph on one line, as %s of git log: where it is in the message when it is one
 * line there (*one set), else written to `out`, which needs `len` bytes. Returns its length. */
size_t sw_git_subject(const char **one, char *out, const char *message, size_t len);

/* A commit that owns its text. */
typedef struct sw_git_commit_text {
    sw_oid_text oid;
    sw_buf text;
    sw_git_raw raw;
} sw_git_commit_text;

void sw_git_commit_text_release(sw_git_commit_text *commit);
int sw_git_commit_read(sw_git_commit_text *out, sw_git *git, const char *rev, sw_error *err);

#endif
