#include "core/http.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/http_private.h"
#include "core/json_scan.h"

static CURLM *multi;
static int transfer_count;

static sw_http *http_of(sw_job *job)
{
    return (sw_http *)job; /* its first member */
}

/* ---- in and out of the pool ---- */

static int add(sw_http *http, sw_error *err)
{
    if (http->curl->curl_multi_add_handle(multi, http->easy) != CURLM_OK)
        return sw_fail_nomem(err);
    http->added = true;
    transfer_count++;
    return 0;
}

static void take_out(sw_http *http)
{
    if (!http->added)
        return;
    http->curl->curl_multi_remove_handle(multi, http->easy);
    http->added = false;
    transfer_count--;
}

static void earliest(int64_t *deadline, int64_t at)
{
    if (at > 0 && (*deadline == 0 || at < *deadline))
        *deadline = at;
}

static void set_deadline(sw_http *http)
{
    int64_t next = 0;
    earliest(&next, http->total_at);
    if (http->idle_timeout > 0)
        earliest(&next, http->moved_at + http->idle_timeout);
    http->job.deadline = next;
}

/* ---- the end ---- */

static void note_sent(sw_http *http)
{
    long request = 0;
    if (http->curl->curl_easy_getinfo(http->easy, CURLINFO_REQUEST_SIZE, &request) == CURLE_OK && request > 0)
        http->was_sent = true;
}

static void end(sw_http *http, int rc)
{
    note_sent(http);
    take_out(http);
    if (rc < 0)
        sw_answer_clear(&http->answer);
    http->job.rc = rc;
    http->job.deadline = 0;
    http->job.news = http->want_progress;
    http->job.done = true;
}

static int fail(sw_http *http, int rc, const char *code, const char *what, bool retry)
{
    sw_error *err = &http->job.err;
    sw_fail(err, rc, code, "%s %s://%s:%s: %s", http->request.method, http->url.scheme, http->url.host, http->url.port, what);
    sw_error_cause(err, "%s", http->curl_text);
    err->retry = retry;
    return rc;
}

static int fail_tls(sw_http *http, CURLcode result)
{
    if (result == CURLE_SSL_CONNECT_ERROR && (strstr(http->curl_text, "SYSCALL") || strstr(http->curl_text, "reset")
        || strstr(http->curl_text, "unexpected eof")))
        return fail(http, SW_E_NETWORK, "http.unreachable", "the connection broke while it was being secured", true);
    int rc = fail(http, SW_E_REFUSED, "http.tls", "no trusted connection", false);
    sw_error_hint(&http->job.err,
        "check the clock and the certificate; for an authority of your own: SSL_CERT_FILE=FILE, or ca_file");
    return rc;
}

static int fail_late(sw_http *http)
{
    double ready = 0;
    http->curl->curl_easy_getinfo(http->easy, CURLINFO_PRETRANSFER_TIME, &ready);
    if (ready <= 0)
        return fail(http, SW_E_NETWORK, "http.unreachable", "no connection in time", true);
    return fail(http, SW_E_TIMEOUT, "http.timeout", "hardly anything moved for too long", true);
}

static int fail_by(sw_http *http, CURLcode result)
{
    if (http->local_failure)
        return SW_E_IO;
    if (!http->curl_text[0])
        strncpy(http->curl_text, http->curl->curl_easy_strerror(result), CURL_ERROR_SIZE - 1);
    switch (result) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
        return fail(http, SW_E_NETWORK, "http.unreachable", "the server cannot be reached", true);
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_ENGINE_INITFAILED:
        return fail_tls(http, result);
    case CURLE_OPERATION_TIMEDOUT:
        return fail_late(http);
    case CURLE_OUT_OF_MEMORY:
        return sw_fail_nomem(&http->job.err);
    default:
        return fail(http, SW_E_NETWORK, "http.interrupted", "the exchange broke off", true);
    }
}

/* ---- redirects ---- */

static bool wants_redirect(const sw_http *http)
{
    int status = http->answer.status;
    bool asks = status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    bool may = strcmp(http->request.method, "GET") == 0 || strcmp(http->request.method, "HEAD") == 0;
    return http->follow && asks && may && sw_answer_header(&http->answer, "location");
}

static int redirect(sw_http *http)
{
    sw_url next;
    if (http->redirects_left-- == 0)
        return fail(http, SW_E_LIMIT, "http.too_many_redirects", "too many redirects", false);
    const char *location = sw_answer_header(&http->answer, "location");
    int rc = sw_url_open(&next, http->curl, http->url.text, location, &http->job.err);
    if (rc < 0)
        return rc;
    if (!sw_url_same_origin(&http->url, &next))
        sw_request_leave_origin(http);
    sw_url_release(&http->url, http->curl);
    http->url = next;
    sw_answer_clear(&http->answer);
    rc = sw_request_apply(http, &http->job.err);
    return rc < 0 ? rc : add(http, &http->job.err);
}

static void complete(sw_http *http, CURLcode result)
{
    note_sent(http);
    take_out(http);
    if (result != CURLE_OK) {
        end(http, fail_by(http, result));
    } else if (wants_redirect(http)) {
        int rc = redirect(http);
        if (rc < 0)
            end(http, rc);
    } else {
        end(http, sw_answer_finish(http, &http->job.err));
    }
}

/* ---- the loop's side ---- */

static bool active(void)
{
    return transfer_count > 0;
}

static int wait_for(int fd, int timeout)
{
    const sw_curl *c = sw_curl_load(NULL);
    struct curl_waitfd extra = { .fd = fd, .events = CURL_WAIT_POLLIN };
    if (c->curl_multi_poll(multi, &extra, 1, timeout < 0 ? 60000 : timeout, NULL) != CURLM_OK)
        return SW_E_IO;
    return extra.revents != 0;
}

static void perform(int64_t now)
{
    (void)now;
    const sw_curl *c = sw_curl_load(NULL);
    int running, queued;
    c->curl_multi_perform(multi, &running);
    for (CURLMsg *message; (message = c->curl_multi_info_read(multi, &queued)) != NULL;) {
        if (message->msg != CURLMSG_DONE)
            continue;
        CURLcode result = message->data.result; /* the message goes with the handle */
        char *user = NULL;
        c->curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &user);
        complete((sw_http *)(void *)user, result);
    }
}

static void close_pool(void)
{
    if (multi)
        sw_curl_load(NULL)->curl_multi_cleanup(multi);
    multi = NULL;
    sw_curl_unload();
}

static const sw_loop_transfers transfers = { active, wait_for, perform, close_pool };

/* ---- the job ---- */

static void advance(sw_job *job, int64_t now)
{
    sw_http *http = http_of(job);
    set_deadline(http);
    if (job->deadline == 0 || job->deadline > now)
        return;
    bool idle = http->total_at == 0 || http->total_at > now;
    http->curl_text[0] = '\0';
    end(http, fail(http, SW_E_TIMEOUT, "http.timeout", idle ? "nothing moved for too long" : "not finished in time", true));
}

static void cancel(sw_job *job, bool at_once)
{
    (void)at_once;
    sw_http *http = http_of(job);
    http->curl_text[0] = '\0';
    end(http, fail(http, SW_E_CANCELLED, "http.cancelled", "ended on request", false));
}

static void release(sw_job *job)
{
    sw_http *http = http_of(job);
    take_out(http);
    if (http->easy)
        http->curl->curl_easy_cleanup(http->easy);
    sw_request_release(http);
    if (http->answer_field && http->answer.body.data)
        explicit_bzero(http->answer.body.data, http->answer.body.cap);
    sw_answer_release(&http->answer);
    sw_url_release(&http->url, http->curl);
    free(http->to_file);
    free(http->answer_field);
    free(http->answer_label);
    free(http);
}

static const sw_job_kind http_kind = { advance, cancel, release, false };

static int open_pool(const sw_curl *curl, sw_error *err)
{
    if (multi)
        return 0;
    multi = curl->curl_multi_init();
    if (!multi)
        return sw_fail_nomem(err);
    curl->curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, 64L);
    sw_loop_set_transfers(&transfers);
    return 0;
}

static void copy_options(sw_http *http, const sw_http_options *options)
{
    http->max_size = options->max_size;
    http->redirects_left = options->redirects;
    http->follow = options->redirects > 0;
    http->connect_timeout = options->connect_timeout > LONG_MAX ? LONG_MAX : options->connect_timeout;
    http->idle_timeout = options->idle_timeout;
    http->want_progress = options->want_progress;
    http->moved_at = sw_loop_now();
    http->total_at = options->timeout > 0 ? http->moved_at + options->timeout : 0;
}

/* What is wrong with it cannot be told by showing it. */
static int bad_secret_address(const sw_secret *secret, sw_error *err)
{
    return sw_fail(err, SW_E_ARGUMENT, "http.bad_url", "what %s holds is no address that can be used (https://…)",
        sw_secret_label(secret));
}

static int prepare(sw_http *http, const sw_http_options *options, sw_error *err)
{
    http->secret_address = options->secret && options->secret_place == SW_HTTP_ADDRESS;
    const char *url = http->secret_address ? sw_secret_text(options->secret) : options->url;
    int rc = sw_url_open(&http->url, http->curl, NULL, url, err);
    if (rc < 0)
        return http->secret_address ? bad_secret_address(options->secret, err) : rc;
    http->easy = http->curl->curl_easy_init();
    http->to_file = options->to_file ? strdup(options->to_file) : NULL;
    http->answer_field = options->answer_field ? strdup(options->answer_field) : NULL;
    http->answer_label = options->answer_label ? strdup(options->answer_label) : NULL;
    if (!http->easy || (options->to_file && !http->to_file)
        || (options->answer_field && !(http->answer_field && http->answer_label)))
        return sw_fail_nomem(err);
    http->curl->curl_easy_setopt(http->easy, CURLOPT_PRIVATE, http);
    sw_answer_apply(http);
    rc = sw_request_init(http, options, err);
    return rc < 0 ? rc : sw_request_apply(http, err);
}

int sw_http_start(sw_job **out, const sw_http_options *options, sw_error *err)
{
    *out = NULL;
    const sw_curl *curl = sw_curl_load(err);
    if (!curl)
        return SW_E_UNSUPPORTED;
    int rc = open_pool(curl, err);
    if (rc < 0)
        return rc;
    sw_http *http = calloc(1, sizeof *http);
    if (!http)
        return sw_fail_nomem(err);
    http->job.kind = &http_kind;
    http->curl = curl;
    http->request.file = -1;
    sw_answer_init(&http->answer);
    copy_options(http, options);
    sw_job_add(&http->job);
    rc = prepare(http, options, err);
    if (rc == 0)
        rc = add(http, err);
    if (rc < 0) {
        sw_job_release(&http->job);
        return rc;
    }
    set_deadline(http);
    *out = &http->job;
    return 0;
}

/* ---- what came of it ---- */

void sw_http_answer_of(const sw_job *job, sw_http_answer *answer)
{
    const sw_http *http = (const sw_http *)job;
    bool to_file = http->to_file && sw_answer_ok(&http->answer);
    bool has_secret = http->answer_field && sw_answer_ok(&http->answer);
    *answer = (sw_http_answer){
        .status = http->answer.status,
        .headers = &http->answer.headers,
        .body = to_file || has_secret ? NULL : &http->answer.body,
        .has_secret = has_secret,
        .sha256 = to_file ? http->answer.sha256 : NULL,
        .size = http->answer.size,
        .url = http->secret_address ? NULL : http->url.text,
    };
}

int sw_http_answer_secret(sw_secret **out, const sw_job *job, sw_error *err)
{
    const sw_http *http = (const sw_http *)job;
    const sw_json_limits limits = { 8, 1 << 20, true };
    sw_json_where where;
    const char *text = sw_buf_text(&http->answer.body), *member = NULL;
    *out = NULL;
    if (sw_json_scan(text, http->answer.body.len, &limits, &where, NULL) == 0)
        text = sw_json_skip_space(text), member = *text == '{' ? sw_json_member(text, http->answer_field) : NULL;
    if (!member || *member != '"')
        return sw_fail(err, SW_E_REFUSED, "http.no_secret", "the answer of %s has no '%s'", http->url.host,
            http->answer_field);
    sw_buf value;
    sw_buf_init(&value);
    int rc = sw_buf_reserve(&value, http->answer.body.len); /* it does not grow: that would leave copies */
    if (rc == 0)
        rc = sw_json_text_read(&value, member);
    rc = rc < 0 ? sw_fail_nomem(err)
                : sw_secret_new(out, http->answer_label, NULL, sw_buf_text(&value), value.len, err);
    if (value.data)
        explicit_bzero(value.data, value.cap);
    sw_buf_release(&value);
    return rc;
}

bool sw_http_was_sent(const sw_job *job)
{
    return ((const sw_http *)job)->was_sent;
}

void sw_http_take_progress(sw_job *job, int64_t *sent, int64_t *received)
{
    const sw_http *http = http_of(job);
    *sent = http->sent;
    *received = http->received;
    job->news = false;
}

int sw_http_escape(sw_buf *out, const char *text, size_t len)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        char code[3] = { '%', digits[c >> 4], digits[c & 15] };
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
            || (c != 0 && strchr("-._~", c));
        if (sw_buf_add(out, plain ? (const char *)&text[i] : code, plain ? 1 : 3) < 0)
            return SW_E_NOMEM;
    }
    return 0;
}
