#include "core/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/file.h"
#include "core/journal_format.h"
#include "core/json_scan.h"

#define JOURNAL_LIMIT ((int64_t)1 << 30)

struct sw_journal {
    int fd;
    bool writable;
    bool failed; /* what is on the disk is unknown: no append any more */
    size_t torn;
    sw_buf bytes; /* the verified lines, exactly as in the file */
    sw_journal_lines lines;
    char *path; /* for messages */
};

void sw_journal_close(sw_journal *journal)
{
    if (!journal)
        return;
    if (journal->fd >= 0)
        close(journal->fd);
    sw_buf_release(&journal->bytes);
    sw_journal_lines_release(&journal->lines);
    free(journal->path);
    free(journal);
}

static int new_journal(sw_journal **out, const char *path, bool writable, sw_error *err)
{
    sw_journal *journal = calloc(1, sizeof *journal);
    if (!journal)
        return sw_fail_nomem(err);
    journal->fd = -1;
    journal->writable = writable;
    sw_journal_lines_init(&journal->lines);
    journal->path = strdup(path);
    if (!journal->path) {
        sw_journal_close(journal);
        return sw_fail_nomem(err);
    }
    *out = journal;
    return 0;
}

static int take_lock(sw_journal *journal, sw_error *err)
{
    if (flock(journal->fd, LOCK_EX | LOCK_NB) == 0)
        return 0;
    if (errno != EWOULDBLOCK)
        return sw_file_fail(err, errno, "lock", journal->path);
    sw_fail(err, SW_E_LOCKED, "journal.busy", "another process is writing %s", journal->path);
    sw_error_hint(err, "wait until it has ended: slipway lock");
    if (err)
        err->retry = true;
    return SW_E_LOCKED;
}

int sw_journal_create(sw_journal **out, const char *path, sw_error *err)
{
    sw_journal *journal = NULL;
    int rc = new_journal(&journal, path, true, err);
    if (rc < 0)
        return rc;
    journal->fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
    if (journal->fd < 0) {
        rc = sw_file_fail(err, errno, "make", path);
        goto done;
    }
    rc = take_lock(journal, err);
    if (rc == 0 && fsync(journal->fd) < 0)
        rc = sw_file_fail(err, errno, "sync", path);
    if (rc == 0)
        rc = sw_file_sync_folder(path, err);
done:
    if (rc == 0)
        *out = journal;
    else
        sw_journal_close(journal);
    return rc;
}

/* ---- opening ---- */

static int read_all(sw_journal *journal, sw_error *err)
{
    struct stat st;
    if (fstat(journal->fd, &st) < 0)
        return sw_file_fail(err, errno, "read", journal->path);
    if (!S_ISREG(st.st_mode))
        return sw_fail(err, SW_E_CONFLICT, "file.not_a_file", "%s is no file", journal->path);
    if (st.st_size > JOURNAL_LIMIT)
        return sw_fail(err, SW_E_LIMIT, "journal.too_large", "%s has %" PRId64 " bytes, more than any journal",
                       journal->path, (int64_t)st.st_size);
    size_t want = (size_t)st.st_size;
    if (sw_buf_reserve(&journal->bytes, want) < 0)
        return sw_fail_nomem(err);
    while (journal->bytes.len < want) {
        ssize_t got = read(journal->fd, journal->bytes.data + journal->bytes.len, want - journal->bytes.len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return sw_file_fail(err, errno, "read", journal->path);
        if (got == 0)
            break;
        journal->bytes.len += (size_t)got;
    }
    if (journal->bytes.data)
        journal->bytes.data[journal->bytes.len] = '\0';
    return 0;
}

/* Forgets the torn tail and, when writing, cuts it off the file before anything is put behind it. */
static int cut_tail(sw_journal *journal, sw_error *err)
{
    journal->torn = journal->lines.torn;
    journal->lines.torn = 0;
    if (journal->torn == 0)
        return 0;
    journal->bytes.len = journal->lines.end;
    journal->bytes.data[journal->bytes.len] = '\0';
    if (!journal->writable)
        return 0;
    if (ftruncate(journal->fd, (off_t)journal->lines.end) < 0 || fdatasync(journal->fd) < 0)
        return sw_file_fail(err, errno, "cut the torn end of", journal->path);
    return 0;
}

int sw_journal_open(sw_journal **out, const char *path, bool write, sw_error *err)
{
    sw_journal *journal = NULL;
    int rc = new_journal(&journal, path, write, err);
    if (rc < 0)
        return rc;
    /* O_NONBLOCK: a pipe in the place of a journal must not hold us */
    journal->fd = open(path, (write ? O_RDWR | O_APPEND : O_RDONLY) | O_CLOEXEC | O_NONBLOCK);
    if (journal->fd < 0) {
        rc = errno == ENOENT ? sw_fail(err, SW_E_NOT_FOUND, "journal.not_found", "there is no journal %s", path)
                             : sw_file_fail(err, errno, "open", path);
        goto done;
    }
    if (write)
        rc = take_lock(journal, err);
    if (rc == 0)
        rc = read_all(journal, err);
    if (rc == 0)
        rc = sw_journal_verify(&journal->lines, sw_buf_text(&journal->bytes), journal->bytes.len, err);
    if (rc == 0)
        rc = cut_tail(journal, err);
done:
    if (rc == 0)
        *out = journal;
    else
        sw_journal_close(journal);
    return rc;
}

/* ---- writing ---- */

static int check_writable(sw_journal *journal, sw_error *err)
{
    if (!journal->writable)
        return sw_fail(err, SW_E_ARGUMENT, "journal.not_writable", "%s was opened for reading", journal->path);
    if (journal->failed)
        return sw_fail(err, SW_E_IO, "journal.failed", "writing %s has failed before; it is closed for good",
                       journal->path);
    struct stat st;
    if (fstat(journal->fd, &st) < 0)
        return sw_file_fail(err, errno, "write", journal->path);
    if ((uint64_t)st.st_size == journal->lines.end && st.st_nlink > 0)
        return 0;
    journal->failed = true;
    return sw_fail(err, SW_E_CONFLICT, "journal.changed", "%s was %s while it was open", journal->path,
                   st.st_nlink > 0 ? "changed by somebody else" : "removed");
}

/* The line stands at the end of `bytes`. A write cut short by a full disk is taken back. */
static int put_line(sw_journal *journal, size_t start, bool sync, sw_error *err)
{
    if (sw_fd_write_all(journal->fd, journal->bytes.data + start, journal->bytes.len - start) < 0) {
        int why = errno;
        bool space = why == ENOSPC || why == EDQUOT || why == EFBIG;
        if (!space || ftruncate(journal->fd, (off_t)start) < 0)
            journal->failed = true;
        return sw_file_fail(err, why, "write", journal->path);
    }
    if (sync && fdatasync(journal->fd) < 0) {
        int why = errno;
        journal->failed = true;
        return sw_fail_errno(err, why, "journal.failed", "%s did not reach the disk; it is closed for good",
                             journal->path);
    }
    return 0;
}

int sw_journal_append(sw_journal *journal, enum sw_journal_kind kind, const char *body, size_t len, int64_t time,
                      bool sync, sw_error *err)
{
    size_t start = journal->bytes.len;
    sw_journal_record record = { .kind = kind, .time = time < 0 ? sw_clock_now() : time, .body_len = len };
    int rc = check_writable(journal, err);
    if (rc < 0)
        return rc;
    if (len > SW_JSON_SIZE || start + len > (size_t)JOURNAL_LIMIT)
        return sw_fail(err, SW_E_LIMIT, "journal.too_large", "a record of %zu bytes does not fit the journal", len);
    rc = sw_journal_lines_reserve(&journal->lines, err);
    if (rc == 0)
        rc = sw_journal_line_write(&journal->bytes, &record, &journal->lines, body, err);
    if (rc == 0)
        rc = put_line(journal, start, sync, err);
    if (rc == 0) {
        rc = sw_journal_lines_add(&journal->lines, &record, journal->bytes.data + start,
                                  journal->bytes.len - start - 1, err);
        journal->failed = rc < 0;
    }
    if (rc < 0 && journal->bytes.data) {
        journal->bytes.len = start;
        journal->bytes.data[start] = '\0';
    }
    return rc;
}

int sw_journal_reserve(sw_journal *journal, uint64_t bytes, sw_error *err)
{
    int rc = check_writable(journal, err);
    if (rc < 0)
        return rc;
    if (bytes == 0 || bytes > (uint64_t)JOURNAL_LIMIT)
        return sw_fail(err, SW_E_ARGUMENT, "journal.too_large", "%" PRIu64 " bytes cannot be reserved", bytes);
    while (fallocate(journal->fd, FALLOC_FL_KEEP_SIZE, (off_t)journal->lines.end, (off_t)bytes) < 0) {
        if (errno == EINTR)
            continue;
        if (errno != EOPNOTSUPP && errno != ENOSYS)
            return sw_file_fail(err, errno, "reserve space for", journal->path);
        struct statvfs fs; /* no promise to be had: at least the space is there now */
        if (fstatvfs(journal->fd, &fs) == 0 && (uint64_t)fs.f_bavail * fs.f_frsize < bytes)
            return sw_file_fail(err, ENOSPC, "reserve space for", journal->path);
        return 0;
    }
    return 0;
}

/* ---- asking ---- */

size_t sw_journal_count(const sw_journal *journal)
{
    return journal->lines.count;
}

const sw_journal_record *sw_journal_at(const sw_journal *journal, size_t index)
{
    return index < journal->lines.count ? &journal->lines.items[index] : NULL;
}

const char *sw_journal_body(const sw_journal *journal, const sw_journal_record *record)
{
    return journal->bytes.data + record->body_at;
}

size_t sw_journal_torn(const sw_journal *journal)
{
    return journal->torn;
}

const char *sw_journal_head(const sw_journal *journal)
{
    return journal->lines.head;
}
