/* The journal of a run: an append-only file, one record a line, each chained to the one before.
 *
 * Format 1. A line is exactly this, without spaces, ended by one newline:
 *
 *   {"seq":N,"kind":"K","time":T,"prev":"P","body":B,"crc":"C"}
 *
 *   N  1, 2, 3, …       K  OPEN PLAN GATE INTENT OUTCOME NOTE NEXT SEAL       T  seconds since 1970
 *   P  SHA-256 of the line before, without its newline, in hex; 64 zeros in the first line
 *   B  an object in canonical JSON (core/json_write.h)
 *   C  CRC-32C of all bytes of the line that stand before `,"crc":`, 8 lower-case hex digits
 *
 * The first line has `"format":1,` behind its seq. A later format keeps the beginning
 * `{"seq":1,"format":F,`, the end `,"crc":"C"}` and the meaning of C, so that it can be told from damage.
 *
 * Reading. Bytes behind the last newline are a *torn tail* when they are what an interrupted write
 * leaves: the beginning of a line, perhaps followed by NULs, and not a complete record followed by
 * anything. A torn tail is no record; opening for writing cuts it off. Everything else that does not
 * verify is journal.corrupt with the number of the record and is never repaired. What a file cannot
 * tell: that whole records were cut off its end. Whoever needs to know looks for SEAL, or compares
 * sw_journal_head with a copy.
 *
 * Writing. One process at a time (flock). A write that fails for lack of space is taken back and may
 * be tried again. Any other failed write, and a failed fdatasync, is final: what is on the disk is
 * then unknown, and every later append is refused (journal.failed).
 *
 * Reserved space lies behind the end of the file and does not change its size (FALLOC_FL_KEEP_SIZE),
 * so it can never be read as records. */
#ifndef SW_CORE_JOURNAL_H
#define SW_CORE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/error.h"

enum sw_journal_kind {
    SW_OPEN, SW_PLAN, SW_GATE, SW_INTENT, SW_OUTCOME, SW_NOTE, SW_NEXT, SW_SEAL,
    SW_JOURNAL_KINDS
};

enum { SW_JOURNAL_FORMAT = 1 };

typedef struct sw_journal_record {
    uint64_t seq;
    int64_t time; /* seconds */
    enum sw_journal_kind kind;
    size_t body_at, body_len; /* into the journal's bytes */
} sw_journal_record;

typedef struct sw_journal sw_journal;

/* -> 0, or SW_E_ARGUMENT journal.unknown_kind. */
int sw_journal_kind_parse(enum sw_journal_kind *out, const char *name, sw_error *err);
const char *sw_journal_kind_name(enum sw_journal_kind kind); /* static */

/* Makes a new, empty journal open for writing; its folder is synced. file.exists when there is one. */
int sw_journal_create(sw_journal **out, const char *path, sw_error *err);
/* Reads and verifies a journal. journal.not_found, journal.corrupt, journal.newer, journal.too_large
 * (1 GiB), journal.busy (another process writes), and those of core/file.h. */
int sw_journal_open(sw_journal **out, const char *path, bool write, sw_error *err);
void sw_journal_close(sw_journal *journal); /* NULL is fine */

/* Appends a record. `body` is canonical JSON of an object; `time` < 0 means now. With `sync` it has
 * reached the disk when this returns 0. journal.failed, journal.changed (somebody else wrote to the
 * file), journal.not_writable, journal.too_large (a body of more than 64 MiB), file.no_space. */
int sw_journal_append(sw_journal *journal, enum sw_journal_kind kind, const char *body, size_t len, int64_t time,
                      bool sync, sw_error *err);
/* Makes sure that this many bytes more can be written, as far as the file system can promise it. */
int sw_journal_reserve(sw_journal *journal, uint64_t bytes, sw_error *err);

size_t sw_journal_count(const sw_journal *journal);
const sw_journal_record *sw_journal_at(const sw_journal *journal, size_t index); /* from 0; borrowed until append */
const char *sw_journal_body(const sw_journal *journal, const sw_journal_record *record); /* likewise */
size_t sw_journal_torn(const sw_journal *journal); /* bytes of a torn tail that were found when it was opened */
const char *sw_journal_head(const sw_journal *journal); /* SHA-256 of the last line, or 64 zeros; borrowed */

#endif
