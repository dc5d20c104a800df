/* Where a request may go. */
#include <arpa/inet.h>
#include <string.h>

#include "core/http_private.h"

/* Loopback by number, or "localhost", which curl resolves by itself to loopback. */
static bool is_loopback(const char *host)
{
    struct in_addr four;
    if (strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0)
        return true;
    return inet_pton(AF_INET, host, &four) == 1 && (ntohl(four.s_addr) >> 24) == 127;
}

void sw_url_release(sw_url *url, const sw_curl *curl)
{
    if (curl) {
        curl->curl_free(url->text);
        curl->curl_free(url->scheme);
        curl->curl_free(url->host);
        curl->curl_free(url->port);
    }
    memset(url, 0, sizeof *url);
}

bool sw_url_same_origin(const sw_url *a, const sw_url *b)
{
    return strcmp(a->scheme, b->scheme) == 0 && strcmp(a->host, b->host) == 0 && strcmp(a->port, b->port) == 0;
}

static bool has(const sw_curl *curl, CURLU *parts, CURLUPart part)
{
    char *text = NULL;
    bool found = curl->curl_url_get(parts, part, &text, 0) == CURLUE_OK;
    curl->curl_free(text);
    return found;
}

static int check(sw_url *url, const sw_curl *curl, CURLU *parts, sw_error *err)
{
    if (has(curl, parts, CURLUPART_USER) || has(curl, parts, CURLUPART_PASSWORD)) {
        sw_fail(err, SW_E_REFUSED, "http.bad_url", "a name or password stands in the address of %s", url->host);
        sw_error_hint(err, "give the credential as a secret, and the address without it");
        return SW_E_REFUSED;
    }
    url->loopback = is_loopback(url->host);
    bool https = strcmp(url->scheme, "https") == 0;
    if (!https && strcmp(url->scheme, "http") != 0)
        return sw_fail(err, SW_E_REFUSED, "http.bad_url", "%s:// is not an address for HTTP", url->scheme);
    if (!https && !url->loopback) {
        sw_fail(err, SW_E_REFUSED, "http.insecure", "http://%s is not encrypted", url->host);
        sw_error_hint(err, "use https://%s; plain http is for this machine only", url->host);
        return SW_E_REFUSED;
    }
    return 0;
}

int sw_url_open(sw_url *out, const sw_curl *curl, const char *base, const char *text, sw_error *err)
{
    int rc = 0;
    CURLUcode code = CURLUE_OUT_OF_MEMORY;
    memset(out, 0, sizeof *out);
    CURLU *parts = curl->curl_url();
    if (!parts)
        return sw_fail_nomem(err);
    if (base)
        code = curl->curl_url_set(parts, CURLUPART_URL, base, 0);
    if (!base || code == CURLUE_OK)
        code = curl->curl_url_set(parts, CURLUPART_URL, text, 0);
    if (code == CURLUE_OK) /* it stays here, it is nothing for the server */
        code = curl->curl_url_set(parts, CURLUPART_FRAGMENT, NULL, 0);
    if (code == CURLUE_OK)
        code = curl->curl_url_get(parts, CURLUPART_URL, &out->text, 0);
    if (code == CURLUE_OK)
        code = curl->curl_url_get(parts, CURLUPART_SCHEME, &out->scheme, 0);
    if (code == CURLUE_OK)
        code = curl->curl_url_get(parts, CURLUPART_HOST, &out->host, 0);
    if (code == CURLUE_OK)
        code = curl->curl_url_get(parts, CURLUPART_PORT, &out->port, CURLU_DEFAULT_PORT);
    if (code == CURLUE_OUT_OF_MEMORY) {
        rc = sw_fail_nomem(err);
    } else if (code != CURLUE_OK) {
        rc = sw_fail(err, SW_E_ARGUMENT, "http.bad_url", "'%.200s' is not an address", text);
        sw_error_cause(err, "%s", curl->curl_url_strerror(code));
    } else {
        rc = check(out, curl, parts, err);
    }
    curl->curl_url_cleanup(parts);
    if (rc < 0)
        sw_url_release(out, curl);
    return rc;
}
