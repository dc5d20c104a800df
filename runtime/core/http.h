/* HTTP requests by libcurl: one attempt each, many at once, in the loop of core/loop.h. An answer with
 * any status is an answer; who retries, and when, is decided above (stdlib/pure/retry.lua).
 * Always: https only outside loopback, TLS 1.2 or newer, no netrc, no Negotiate, redirects followed here
 * (GET and HEAD alone), the credential sent to the origin it was given for and to nobody else. */
#ifndef SW_CORE_HTTP_H
#define SW_CORE_HTTP_H

#include "core/buf.h"
#include "core/loop.h"
#include "core/secret.h"

typedef struct sw_http_header {
    const char *name, *value;
} sw_http_header;

typedef struct sw_http_part {
    const char *name;
    const char *value; /* or NULL and `file` */
    size_t value_len;
    const char *file, *filename, *type; /* may be NULL */
} sw_http_part;

typedef struct sw_http_options {
    const char *method, *url;
    const sw_http_header *headers;
    size_t header_count;
    const char *body; /* at most one of body, body_file, form */
    size_t body_len;
    const char *body_file;
    const sw_http_part *form;
    size_t form_count;
    const char *to_file; /* a 2xx answer is streamed beside it, then renamed */
    /* The secret stands in a header, behind the prefix; or it is the address itself (`url` is NULL); or
     * the body between prefix and suffix. */
    enum { SW_HTTP_HEADER, SW_HTTP_ADDRESS, SW_HTTP_BODY } secret_place;
    const char *secret_header, *secret_prefix, *secret_suffix;
    const char *secret_user; /* not NULL: the header says "Basic " and base64 of user:secret (RFC 7617) */
    const sw_secret *secret;
    const char *answer_field, *answer_label; /* a 2xx answer is a JSON object whose member is a secret */
    const char *ca_file;    /* NULL: CURL_CA_BUNDLE, SSL_CERT_FILE, SSL_CERT_DIR, then the system's */
    const char *user_agent; /* unless a header says otherwise */
    int64_t timeout, connect_timeout, idle_timeout; /* milliseconds; 0: none (connect: curl's own) */
    int64_t max_size; /* of an answer, bytes; 0: none */
    int64_t redirects;
    bool want_progress;
} sw_http_options;

/* Everything in `options` is copied or retained. Owned by the caller: sw_job_release aborts a transfer.
 * Errors: http.bad_url, http.insecure, http.bad_header, http.bad_method, http.file_failed,
 * http.no_library (it cannot be initialised), library.missing. The job's own: http.unreachable,
 * http.timeout, http.tls, http.interrupted, http.too_large, http.too_many_redirects, http.insecure,
 * http.bad_url, http.file_failed, http.cancelled. */
int sw_http_start(sw_job **out, const sw_http_options *options, sw_error *err);

typedef struct sw_http_answer {
    int status;
    const sw_buf *headers; /* name NUL value NUL …, names in lower case, in the order received */
    const sw_buf *body;    /* NULL when it went to the file, or holds a secret (`has_secret`) */
    bool has_secret;
    const char *sha256;    /* of what went to the file, else NULL */
    int64_t size;
    const char *url; /* after redirects; NULL when the address is a secret */
} sw_http_answer;

/* For a job that is done without error; borrowed from it. */
void sw_http_answer_of(const sw_job *job, sw_http_answer *answer);
/* For any job: whether a part of the request left this machine. */
bool sw_http_was_sent(const sw_job *job);
/* Body bytes so far; clears the job's news. */
void sw_http_take_progress(sw_job *job, int64_t *sent, int64_t *received);

/* The secret of an answer whose body was NULL because of `answer_field`. Errors: http.no_secret, those of
 * sw_secret_new. Owned by the caller. */
int sw_http_answer_secret(sw_secret **out, const sw_job *job, sw_error *err);

/* Appends `text` percent-encoded: everything but letters, digits and -._~ (RFC 3986). 0 or SW_E_NOMEM. */
int sw_http_escape(sw_buf *out, const char *text, size_t len);

#endif
