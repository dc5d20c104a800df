/* What the files of http share: http.c (the life of a transfer), http_url.c (where to, and is it
 * allowed), http_request.c (what is sent), http_answer.c (what comes back). */
#ifndef SW_CORE_HTTP_PRIVATE_H
#define SW_CORE_HTTP_PRIVATE_H

#include "core/digest.h"
#include "core/http.h"
#include "core/lazy_curl.h"

/* A checked address. */
typedef struct sw_url {
    char *text, *scheme, *host, *port; /* owned, by curl */
    bool loopback;
} sw_url;

typedef struct sw_http_answer_state {
    int status;
    sw_buf headers;
    size_t header_bytes;
    sw_buf body;
    int64_t size;
    int file; /* -1: none */
    char *part; /* the name of the file being written, owned */
    sw_sha256 sha;
    char sha256[SW_SHA256_HEX];
} sw_http_answer_state;

typedef struct sw_http_request_state {
    char *method;
    char *headers;              /* name NUL value NUL …, ends with an empty name; owned */
    char *secret_line;          /* "Authorization: Bearer …", locked memory; NULL once dropped */
    sw_secret *secret;          /* held, so that it is masked as long as it is used */
    struct curl_slist *nodes;   /* one block */
    char *lines;                /* their texts but the secret's, one block */
    char *body;
    size_t body_len;
    int file; /* -1: none */
    int64_t file_size;
    curl_mime *form;
    int64_t at; /* read so far of body or file */
    char *ca_file, *ca_folder, *user_agent;
} sw_http_request_state;

typedef struct sw_http {
    sw_job job;
    const sw_curl *curl;
    CURL *easy;
    bool added; /* to the multi handle */
    sw_url url;
    sw_http_request_state request;
    sw_http_answer_state answer;
    char *to_file;
    int64_t max_size, redirects_left;
    bool follow;
    int64_t connect_timeout, idle_timeout, total_at, moved_at;
    int64_t sent, received, progress_at; /* progress_at: when it was last told */
    bool want_progress;
    bool was_sent;
    bool secret_address;
    char *answer_field, *answer_label;
    bool local_failure; /* job.err was set by a callback of ours */
    char curl_text[CURL_ERROR_SIZE];
} sw_http;

/* http_url.c */
int sw_url_open(sw_url *out, const sw_curl *curl, const char *base, const char *text, sw_error *err);
void sw_url_release(sw_url *url, const sw_curl *curl);
bool sw_url_same_origin(const sw_url *a, const sw_url *b);

/* http_request.c */
int sw_request_init(sw_http *http, const sw_http_options *options, sw_error *err);
int sw_request_apply(sw_http *http, sw_error *err); /* to http->easy and http->url */
void sw_request_leave_origin(sw_http *http);        /* drops the credential and whatever may be one */
void sw_request_release(sw_http *http);

/* http_answer.c */
void sw_answer_init(sw_http_answer_state *answer);
void sw_answer_clear(sw_http_answer_state *answer); /* for the next answer of the same transfer */
void sw_answer_apply(sw_http *http);                /* callbacks to http->easy */
int sw_answer_finish(sw_http *http, sw_error *err); /* the file to its name */
const char *sw_answer_header(const sw_http_answer_state *answer, const char *name); /* the last, or NULL */
void sw_answer_release(sw_http_answer_state *answer);
bool sw_answer_ok(const sw_http_answer_state *answer); /* 2xx */

#endif
