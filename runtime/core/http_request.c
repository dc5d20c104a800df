/* What is sent: headers and their check, the body, and the rules every request obeys. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/http_private.h"
#include "core/locked.h"

/* ---- headers ---- */

static bool is_token(const char *text)
{
    if (!text[0])
        return false;
    for (; *text; text++)
        if (!isalnum((unsigned char)*text) && !strchr("!#$%&'*+-.^_`|~", *text))
            return false;
    return true;
}

static bool is_value(const char *text)
{
    for (; *text; text++)
        if (((unsigned char)*text < 0x20 && *text != '\t') || *text == 0x7f)
            return false;
    return true;
}

static bool listed(const char *const *names, const char *name)
{
    for (; *names; names++)
        if (strcasecmp(*names, name) == 0)
            return true;
    return false;
}

static int check_header(const sw_http_options *options, const char *name, const char *value, sw_error *err)
{
    static const char *const ours[] = { "host", "content-length", "transfer-encoding", "connection", NULL };
    if (!is_token(name))
        return sw_fail(err, SW_E_ARGUMENT, "http.bad_header", "'%s' is not the name of a header", name);
    if (listed(ours, name))
        return sw_fail(err, SW_E_ARGUMENT, "http.bad_header", "the header %s is set by Slipway itself", name);
    if (value && options->secret && options->secret_header && strcasecmp(name, options->secret_header) == 0)
        return sw_fail(err, SW_E_ARGUMENT, "http.bad_header", "the header %s is given twice", name);
    if (value && !is_value(value))
        return sw_fail(err, SW_E_ARGUMENT, "http.bad_header", "the header %s holds a control character", name);
    return 0;
}

static int copy_headers(sw_http_request_state *request, const sw_http_options *options, sw_error *err)
{
    sw_buf all;
    sw_buf_init(&all);
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < options->header_count; i++) {
        const sw_http_header *header = &options->headers[i];
        rc = check_header(options, header->name, header->value, err);
        if (rc == 0 && (sw_buf_add(&all, header->name, strlen(header->name) + 1) < 0
            || sw_buf_add(&all, header->value, strlen(header->value) + 1) < 0))
            rc = sw_fail_nomem(err);
    }
    if (rc == 0 && sw_buf_add_char(&all, '\0') < 0)
        rc = sw_fail_nomem(err);
    if (rc == 0)
        request->headers = all.data;
    else
        sw_buf_release(&all);
    return rc;
}

/* Appends base64 of "user:value" at `at`, which has the room; nothing of it is anywhere else. */
static void append_basic(char *at, const char *user, const char *value)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t before = strlen(user), total = before + 1 + strlen(value);
    for (size_t i = 0; i < total; i += 3) {
        unsigned bits = 0;
        for (size_t j = i; j < i + 3; j++) {
            char byte = '\0';
            if (j < before)
                byte = user[j];
            else if (j == before)
                byte = ':';
            else if (j < total)
                byte = value[j - before - 1];
            bits = bits << 8 | (unsigned char)byte;
        }
        for (int part = 18; part >= 0; part -= 6)
            *at++ = alphabet[bits >> part & 63];
    }
    for (size_t pad = (3 - total % 3) % 3; pad > 0; pad--)
        at[-(ptrdiff_t)pad] = '=';
    *at = '\0';
}

/* The body is not a block that grows: such a one leaves copies behind. */
static int secret_body(sw_http_request_state *request, const sw_http_options *options, sw_error *err)
{
    const char *prefix = options->secret_prefix ? options->secret_prefix : "";
    const char *suffix = options->secret_suffix ? options->secret_suffix : "";
    size_t len = sw_secret_length(options->secret);
    request->body_len = strlen(prefix) + len + strlen(suffix);
    request->body = malloc(request->body_len + 1);
    if (!request->body)
        return sw_fail_nomem(err);
    char *at = stpcpy(request->body, prefix);
    memcpy(at, sw_secret_text(options->secret), len);
    stpcpy(at + len, suffix);
    return 0;
}

static int copy_secret(sw_http_request_state *request, const sw_http_options *options, sw_error *err)
{
    if (!options->secret)
        return 0;
    if (options->secret_place != SW_HTTP_HEADER) {
        request->secret = sw_secret_retain(options->secret);
        return options->secret_place == SW_HTTP_BODY ? secret_body(request, options, err) : 0;
    }
    const char *name = options->secret_header, *prefix = options->secret_prefix ? options->secret_prefix : "";
    const char *value = sw_secret_text(options->secret);
    int rc = check_header(options, name, NULL, err);
    if (rc < 0)
        return rc;
    const char *user = options->secret_user;
    if (!is_value(prefix) || !is_value(value) || (user && (!is_value(user) || strchr(user, ':'))))
        return sw_fail(err, SW_E_ARGUMENT, "http.bad_header",
            "%s cannot be a header: it has several lines, or its user's name a colon",
            sw_secret_label(options->secret));
    size_t room = strlen(prefix) + strlen(value);
    if (user)
        room = sizeof "Basic " + (strlen(user) + 1 + strlen(value) + 2) / 3 * 4;
    request->secret_line = sw_locked_new(strlen(name) + room + 3);
    if (!request->secret_line)
        return sw_fail_nomem(err);
    char *at = stpcpy(stpcpy(request->secret_line, name), ": ");
    if (user)
        append_basic(stpcpy(at, "Basic "), user, value);
    else
        stpcpy(stpcpy(at, prefix), value);
    request->secret = sw_secret_retain(options->secret);
    return 0;
}

/* curl reads the list but copies nothing, so the nodes are made here: curl_slist_append would put the
 * secret into ordinary memory. "Name;" is curl's way to send an empty value. */
static int build_nodes(sw_http_request_state *request, sw_error *err)
{
    size_t count = request->secret_line ? 1 : 0, bytes = 1;
    for (const char *name = request->headers; *name;) {
        const char *value = name + strlen(name) + 1;
        count++;
        bytes += strlen(name) + strlen(value) + 4;
        name = value + strlen(value) + 1;
    }
    free(request->nodes);
    free(request->lines);
    request->nodes = calloc(count + 1, sizeof *request->nodes);
    char *line = request->lines = malloc(bytes);
    if (!request->nodes || !line)
        return sw_fail_nomem(err);
    size_t next = 0;
    for (const char *name = request->headers; *name;) {
        const char *value = name + strlen(name) + 1;
        request->nodes[next++].data = line;
        line = stpcpy(line, name);
        line = *value ? stpcpy(stpcpy(line, ": "), value) + 1 : stpcpy(line, ";") + 1;
        name = value + strlen(value) + 1;
    }
    if (request->secret_line)
        request->nodes[next++].data = request->secret_line;
    for (size_t i = 0; i + 1 < next; i++)
        request->nodes[i].next = &request->nodes[i + 1];
    return 0;
}

static bool has_header(const sw_http_request_state *request, const char *wanted)
{
    for (const char *name = request->headers; *name;) {
        if (strcasecmp(name, wanted) == 0)
            return true;
        const char *value = name + strlen(name) + 1;
        name = value + strlen(value) + 1;
    }
    return false;
}

void sw_request_leave_origin(sw_http *http)
{
    static const char *const harmless[] = { "accept", "accept-language", "user-agent", "range", "if-none-match",
        "if-modified-since", NULL };
    sw_http_request_state *request = &http->request;
    sw_locked_free(request->secret_line);
    request->secret_line = NULL;
    char *to = request->headers;
    for (char *name = request->headers; *name;) {
        char *value = name + strlen(name) + 1, *after = value + strlen(value) + 1;
        if (listed(harmless, name)) {
            memmove(to, name, (size_t)(after - name));
            to += after - name;
        }
        name = after;
    }
    *to = '\0';
}

/* ---- body ---- */

static size_t on_read(char *out, size_t size, size_t count, void *user)
{
    sw_http *http = user;
    sw_http_request_state *request = &http->request;
    size_t room = size * count;
    if (request->file >= 0) {
        ssize_t got;
        do {
            got = pread(request->file, out, room, request->at);
        } while (got < 0 && errno == EINTR);
        if (got < 0) {
            sw_fail_errno(&http->job.err, errno, "http.file_failed", "cannot read the file being sent");
            http->local_failure = true;
            return CURL_READFUNC_ABORT;
        }
        request->at += got;
        return (size_t)got;
    }
    size_t left = request->body_len - (size_t)request->at;
    size_t give = left < room ? left : room;
    if (give)
        memcpy(out, request->body + request->at, give);
    request->at += (int64_t)give;
    return give;
}

static int on_seek(void *user, curl_off_t offset, int origin)
{
    sw_http *http = user;
    if (origin != SEEK_SET)
        return CURL_SEEKFUNC_CANTSEEK;
    http->request.at = offset;
    return CURL_SEEKFUNC_OK;
}

static int open_body(sw_http_request_state *request, const sw_http_options *options, sw_error *err)
{
    struct stat found;
    if (options->body) {
        request->body = malloc(options->body_len + 1);
        if (!request->body)
            return sw_fail_nomem(err);
        memcpy(request->body, options->body, options->body_len);
        request->body_len = options->body_len;
    }
    if (!options->body_file)
        return 0;
    request->file = open(options->body_file, O_RDONLY | O_CLOEXEC);
    if (request->file < 0 || fstat(request->file, &found) < 0)
        return sw_fail_errno(err, errno, "http.file_failed", "cannot read %s", options->body_file);
    if (!S_ISREG(found.st_mode))
        return sw_fail(err, SW_E_ARGUMENT, "http.file_failed", "%s is not a file", options->body_file);
    request->file_size = found.st_size;
    return 0;
}

static int build_form(sw_http *http, const sw_http_options *options, sw_error *err)
{
    const sw_curl *c = http->curl;
    if (!options->form)
        return 0;
    http->request.form = c->curl_mime_init(http->easy);
    for (size_t i = 0; http->request.form && i < options->form_count; i++) {
        const sw_http_part *from = &options->form[i];
        curl_mimepart *part = c->curl_mime_addpart(http->request.form);
        CURLcode rc = part ? c->curl_mime_name(part, from->name) : CURLE_OUT_OF_MEMORY;
        if (rc == CURLE_OK && from->file && access(from->file, R_OK) < 0)
            return sw_fail_errno(err, errno, "http.file_failed", "cannot read %s", from->file);
        if (rc == CURLE_OK)
            rc = from->file ? c->curl_mime_filedata(part, from->file)
                            : c->curl_mime_data(part, from->value, from->value_len);
        if (rc == CURLE_OK && from->filename)
            rc = c->curl_mime_filename(part, from->filename);
        if (rc == CURLE_OK && from->type)
            rc = c->curl_mime_type(part, from->type);
        if (rc != CURLE_OK)
            return sw_fail_nomem(err);
    }
    return http->request.form ? 0 : sw_fail_nomem(err);
}

/* ---- the whole ---- */

static int copy_text(char **out, const char *text, sw_error *err)
{
    *out = text ? strdup(text) : NULL;
    return text && !*out ? sw_fail_nomem(err) : 0;
}

static const char *first_set(const char *a, const char *b)
{
    return a && *a ? a : b && *b ? b : NULL;
}

int sw_request_init(sw_http *http, const sw_http_options *options, sw_error *err)
{
    sw_http_request_state *request = &http->request;
    request->file = -1;
    for (const char *c = options->method; *c; c++)
        if (*c < 'A' || *c > 'Z')
            return sw_fail(err, SW_E_ARGUMENT, "http.bad_method", "'%s' is not a method", options->method);
    int rc = copy_text(&request->method, options->method, err);
    const char *ca = first_set(options->ca_file, first_set(getenv("CURL_CA_BUNDLE"), getenv("SSL_CERT_FILE")));
    if (rc == 0)
        rc = copy_text(&request->ca_file, ca, err);
    if (rc == 0)
        rc = copy_text(&request->ca_folder, first_set(getenv("SSL_CERT_DIR"), NULL), err);
    if (rc == 0)
        rc = copy_text(&request->user_agent, options->user_agent, err);
    if (rc == 0)
        rc = copy_headers(request, options, err);
    if (rc == 0)
        rc = copy_secret(request, options, err);
    if (rc == 0)
        rc = open_body(request, options, err);
    return rc == 0 ? build_form(http, options, err) : rc;
}

static void apply_body(sw_http *http)
{
    const sw_curl *c = http->curl;
    const sw_http_request_state *request = &http->request;
    CURL *easy = http->easy;
    bool needs_length = strcmp(request->method, "POST") == 0 || strcmp(request->method, "PUT") == 0
        || strcmp(request->method, "PATCH") == 0;
    if (request->form) {
        c->curl_easy_setopt(easy, CURLOPT_MIMEPOST, request->form);
    } else if (request->body || request->file >= 0 || needs_length) {
        int64_t size = request->file >= 0 ? request->file_size : (int64_t)request->body_len;
        c->curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
        c->curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)size);
        c->curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
        c->curl_easy_setopt(easy, CURLOPT_READDATA, http);
        c->curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, on_seek);
        c->curl_easy_setopt(easy, CURLOPT_SEEKDATA, http);
    }
    if (strcmp(request->method, "HEAD") == 0)
        c->curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    else if (strcmp(request->method, "GET") != 0 || request->body || request->file >= 0)
        c->curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
    /* On a kept connection that has died meanwhile curl sends the request again by itself. What must
     * not happen twice therefore gets a connection of its own: one attempt is one attempt. */
    if (strcmp(request->method, "POST") == 0 || strcmp(request->method, "PATCH") == 0)
        c->curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
}

static void apply_rules(sw_http *http)
{
    const sw_curl *c = http->curl;
    CURL *easy = http->easy;
    c->curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, http->url.scheme);
    c->curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    c->curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    c->curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
    c->curl_easy_setopt(easy, CURLOPT_PROXYAUTH, (long)CURLAUTH_BASIC);
    c->curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    c->curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    if (strcmp(http->url.scheme, "http") == 0) /* what is not encrypted does not leave this machine */
        c->curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    if (http->request.ca_file)
        c->curl_easy_setopt(easy, CURLOPT_CAINFO, http->request.ca_file);
    if (http->request.ca_folder)
        c->curl_easy_setopt(easy, CURLOPT_CAPATH, http->request.ca_folder);
}

int sw_request_apply(sw_http *http, sw_error *err)
{
    const sw_curl *c = http->curl;
    CURL *easy = http->easy;
    int rc = build_nodes(&http->request, err);
    if (rc < 0)
        return rc;
    if (c->curl_easy_setopt(easy, CURLOPT_URL, http->url.text) != CURLE_OK)
        return sw_fail_nomem(err);
    apply_rules(http);
    apply_body(http);
    http->request.at = 0;
    bool any = http->request.nodes[0].data != NULL;
    c->curl_easy_setopt(easy, CURLOPT_HTTPHEADER, any ? http->request.nodes : NULL);
    if (http->request.user_agent && !has_header(&http->request, "user-agent"))
        c->curl_easy_setopt(easy, CURLOPT_USERAGENT, http->request.user_agent);
    if (!http->to_file && !has_header(&http->request, "accept-encoding"))
        c->curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
    c->curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, 256L * 1024);
    c->curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 128L * 1024);
    c->curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, http->curl_text);
    if (http->connect_timeout > 0)
        c->curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)http->connect_timeout);
    if (http->idle_timeout > 0) { /* silence is noticed in http.c; this is about a drip */
        c->curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 64L);
        c->curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)((http->idle_timeout + 999) / 1000));
    }
    return 0;
}

void sw_request_release(sw_http *http)
{
    sw_http_request_state *request = &http->request;
    if (request->form)
        http->curl->curl_mime_free(request->form);
    if (request->file >= 0)
        close(request->file);
    sw_locked_free(request->secret_line);
    sw_secret_release(request->secret);
    if (request->body)
        explicit_bzero(request->body, request->body_len);
    free(request->body);
    free(request->method);
    free(request->headers);
    free(request->nodes);
    free(request->lines);
    free(request->ca_file);
    free(request->ca_folder);
    free(request->user_agent);
}
