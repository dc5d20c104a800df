/* What comes back: headers, and a body in memory or beside the file it will become. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/http_private.h"

enum { HEADERS_LIMIT = 256 * 1024, SNIPPET = 1 << 20 };

void sw_answer_init(sw_http_answer_state *answer)
{
    memset(answer, 0, sizeof *answer);
    answer->file = -1;
}

static void drop_file(sw_http_answer_state *answer)
{
    if (answer->file >= 0) {
        close(answer->file);
        unlink(answer->part);
    }
    answer->file = -1;
    free(answer->part);
    answer->part = NULL;
    sw_digest_release(&answer->sha);
    memset(&answer->sha, 0, sizeof answer->sha);
}

void sw_answer_clear(sw_http_answer_state *answer)
{
    drop_file(answer);
    answer->status = 0;
    answer->size = 0;
    answer->header_bytes = 0;
    sw_buf_clear(&answer->headers);
    sw_buf_clear(&answer->body);
}

void sw_answer_release(sw_http_answer_state *answer)
{
    drop_file(answer);
    sw_buf_release(&answer->headers);
    sw_buf_release(&answer->body);
}

bool sw_answer_ok(const sw_http_answer_state *answer)
{
    return answer->status >= 200 && answer->status < 300;
}

/* ---- headers ---- */

const char *sw_answer_header(const sw_http_answer_state *answer, const char *name)
{
    const char *found = NULL;
    for (size_t at = 0; at < answer->headers.len;) {
        const char *key = answer->headers.data + at;
        const char *value = key + strlen(key) + 1;
        if (strcmp(key, name) == 0)
            found = value;
        at = (size_t)(value - answer->headers.data) + strlen(value) + 1;
    }
    return found;
}

static int keep_header(sw_http_answer_state *answer, const char *line, size_t len)
{
    const char *colon = memchr(line, ':', len);
    if (!colon || colon == line || memchr(line, '\0', len))
        return 0;
    for (const char *c = line; c < colon; c++)
        if (sw_buf_add_char(&answer->headers, (char)tolower((unsigned char)*c)) < 0)
            return SW_E_NOMEM;
    const char *value = colon + 1, *end = line + len;
    while (value < end && (*value == ' ' || *value == '\t'))
        value++;
    while (end > value && isspace((unsigned char)end[-1]))
        end--;
    int rc = sw_buf_add_char(&answer->headers, '\0');
    rc |= sw_buf_add(&answer->headers, value, (size_t)(end - value));
    return rc | sw_buf_add_char(&answer->headers, '\0');
}

/* curl hands over one line at a time; a status line begins a new answer (after 100 Continue). */
static size_t on_header(char *line, size_t size, size_t count, void *user)
{
    sw_http *http = user;
    sw_http_answer_state *answer = &http->answer;
    size_t len = size * count;
    http->moved_at = sw_loop_now();
    http->was_sent = true;
    if (len > 5 && strncmp(line, "HTTP/", 5) == 0) {
        sw_answer_clear(answer);
        const char *blank = memchr(line, ' ', len);
        for (const char *c = blank ? blank + 1 : line + len; c < line + len && isdigit((unsigned char)*c); c++)
            answer->status = answer->status * 10 + (*c - '0');
        return len;
    }
    answer->header_bytes += len;
    if (answer->header_bytes > HEADERS_LIMIT) {
        sw_fail(&http->job.err, SW_E_LIMIT, "http.too_large", "the headers of %s are larger than %d bytes",
            http->url.host, HEADERS_LIMIT);
        http->local_failure = true;
        return 0;
    }
    return keep_header(answer, line, len) < 0 ? 0 : len;
}

/* ---- body ---- */

static int open_part(sw_http *http)
{
    static unsigned serial;
    sw_http_answer_state *answer = &http->answer;
    if (asprintf(&answer->part, "%s.part.%ld.%u", http->to_file, (long)getpid(), ++serial) < 0) {
        answer->part = NULL;
        return sw_fail_nomem(&http->job.err);
    }
    answer->file = open(answer->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (answer->file < 0)
        return sw_fail_errno(&http->job.err, errno, "http.file_failed", "cannot write %s", http->to_file);
    return sw_sha256_init(&answer->sha, &http->job.err);
}

static int write_part(sw_http *http, const char *data, size_t len)
{
    sw_http_answer_state *answer = &http->answer;
    int rc = answer->file < 0 ? open_part(http) : 0;
    if (rc == 0)
        rc = sw_sha256_update(&answer->sha, data, len);
    while (rc == 0 && len > 0) {
        ssize_t wrote = write(answer->file, data, len);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return sw_fail_errno(&http->job.err, errno, "http.file_failed", "cannot write %s", http->to_file);
        data += wrote;
        len -= (size_t)wrote;
    }
    return rc;
}

static int accept_body(sw_http *http, const char *data, size_t len)
{
    sw_http_answer_state *answer = &http->answer;
    bool to_file = http->to_file && sw_answer_ok(answer);
    int64_t limit = http->max_size;
    if (http->to_file && !to_file) /* what the server says instead of the file */
        limit = SNIPPET;
    answer->size += (int64_t)len;
    if (limit > 0 && answer->size > limit)
        return sw_fail(&http->job.err, SW_E_LIMIT, "http.too_large", "the answer of %s is larger than %lld bytes",
            http->url.host, (long long)limit);
    if (to_file)
        return write_part(http, data, len);
    return sw_buf_add(&answer->body, data, len) < 0 ? sw_fail_nomem(&http->job.err) : 0;
}

static size_t on_body(char *data, size_t size, size_t count, void *user)
{
    sw_http *http = user;
    http->moved_at = sw_loop_now();
    if (accept_body(http, data, size * count) == 0)
        return size * count;
    http->local_failure = true;
    return 0;
}

static int on_progress(void *user, curl_off_t dl_total, curl_off_t dl, curl_off_t ul_total, curl_off_t ul)
{
    (void)dl_total, (void)ul_total;
    sw_http *http = user;
    if (dl == http->received && ul == http->sent)
        return 0;
    http->received = dl;
    http->sent = ul;
    http->moved_at = sw_loop_now();
    if (http->want_progress && http->moved_at - http->progress_at >= 100) {
        http->progress_at = http->moved_at;
        http->job.news = true;
    }
    return 0;
}

void sw_answer_apply(sw_http *http)
{
    const sw_curl *c = http->curl;
    c->curl_easy_setopt(http->easy, CURLOPT_HEADERFUNCTION, on_header);
    c->curl_easy_setopt(http->easy, CURLOPT_HEADERDATA, http);
    c->curl_easy_setopt(http->easy, CURLOPT_WRITEFUNCTION, on_body);
    c->curl_easy_setopt(http->easy, CURLOPT_WRITEDATA, http);
    c->curl_easy_setopt(http->easy, CURLOPT_NOPROGRESS, 0L);
    c->curl_easy_setopt(http->easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    c->curl_easy_setopt(http->easy, CURLOPT_XFERINFODATA, http);
}

int sw_answer_finish(sw_http *http, sw_error *err)
{
    sw_http_answer_state *answer = &http->answer;
    if (!http->to_file || !sw_answer_ok(answer))
        return 0;
    if (answer->file < 0 && open_part(http) < 0) { /* an empty body */
        *err = http->job.err;
        return SW_E_IO;
    }
    int rc = sw_sha256_final(&answer->sha, answer->sha256);
    if (rc < 0)
        return sw_fail(err, rc, "http.file_failed", "cannot compute the digest of %s", http->to_file);
    if (fdatasync(answer->file) < 0 || rename(answer->part, http->to_file) < 0)
        return sw_fail_errno(err, errno, "http.file_failed", "cannot write %s", http->to_file);
    close(answer->file);
    answer->file = -1;
    return 0;
}
