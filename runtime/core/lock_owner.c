#include "core/lock_owner.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/file.h"
#include "core/json_scan.h"
#include "core/json_write.h"
#include "core/utf8.h"

enum { RECORD_LIMIT = 4096 };

/* ---- this process ---- */

/* When the process began, in clock ticks after boot; -1 when it is not to be seen, 0 when it is dead
 * and only not yet buried by its parent. */
static int64_t start_of(int64_t pid)
{
    char path[64];
    sw_buf stat = { NULL, 0, 0 };
    snprintf(path, sizeof path, "/proc/%lld/stat", (long long)pid);
    int64_t start = -1;
    if (sw_file_read(&stat, path, RECORD_LIMIT, NULL) == 0) {
        const char *at = strrchr(sw_buf_text(&stat), ')'); /* the name before it may hold anything */
        bool dead = at && (strncmp(at, ") Z", 3) == 0 || strncmp(at, ") X", 3) == 0);
        for (int field = 2; at && field < 22; field++)
            at = strchr(at + 1, ' ');
        if (at)
            start = dead ? 0 : strtoll(at + 1, NULL, 10);
    }
    sw_buf_release(&stat);
    return start;
}

static void read_boot(char out[40])
{
    sw_buf text = { NULL, 0, 0 };
    out[0] = '\0';
    if (sw_file_read(&text, "/proc/sys/kernel/random/boot_id", RECORD_LIMIT, NULL) == 0)
        snprintf(out, 40, "%.*s", (int)strcspn(sw_buf_text(&text), "\n"), sw_buf_text(&text));
    sw_buf_release(&text);
}

/* Copies what fits, cut between characters. */
static void copy_text(char *to, size_t size, const char *from)
{
    size_t len = strlen(from), at = 0;
    while (at < len) {
        size_t step = sw_utf8_step(from + at, len - at, NULL);
        if (step == 0 || at + step >= size)
            break;
        at += step;
    }
    memcpy(to, from, at);
    to[at] = '\0';
}

int sw_lock_owner_self(sw_lock_owner *out, const char *reason, sw_error *err)
{
    memset(out, 0, sizeof *out);
    out->pid = getpid();
    out->start = start_of(out->pid);
    read_boot(out->boot);
    char host[256] = "";
    gethostname(host, sizeof host - 1);
    copy_text(out->host, sizeof out->host, host);
    copy_text(out->reason, sizeof out->reason, reason);
    out->since = out->heartbeat = sw_clock_now();
    out->alive = true;
    return sw_clock_random_hex(out->nonce, 16, err);
}

/* ---- writing and reading ---- */

static int add_text(sw_buf *out, const char *key, const char *value, sw_error *err)
{
    int rc = sw_buf_addf(out, "\"%s\":", key) < 0 ? sw_fail_nomem(err) : 0;
    return rc < 0 ? rc : sw_json_write_text(out, value, strlen(value), err);
}

int sw_lock_owner_write(sw_buf *out, const sw_lock_owner *owner, sw_error *err)
{
    int rc = sw_buf_addf(out, "{\"pid\":%lld,\"start\":%lld,\"since\":%lld,", (long long)owner->pid,
                         (long long)owner->start, (long long)owner->since)
                     < 0
                 ? sw_fail_nomem(err)
                 : 0;
    const char *const texts[][2] = {
        { "boot", owner->boot }, { "host", owner->host }, { "nonce", owner->nonce }, { "reason", owner->reason },
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts && rc == 0; i++) {
        if (i > 0)
            rc = sw_buf_add_char(out, ',') < 0 ? sw_fail_nomem(err) : 0;
        if (rc == 0)
            rc = add_text(out, texts[i][0], texts[i][1], err);
    }
    return rc < 0 ? rc : sw_buf_add_text(out, "}\n") < 0 ? sw_fail_nomem(err) : 0;
}

static bool take_number(int64_t *out, const char *text, const char *key)
{
    const char *value = sw_json_member(text, key);
    if (!value || (*value != '-' && (*value < '0' || *value > '9')))
        return false;
    sw_json_number number = sw_json_number_read(value);
    *out = number.whole;
    return number.kind == SW_JSON_WHOLE;
}

static bool take_text(char *out, size_t size, const char *text, const char *key)
{
    const char *value = sw_json_member(text, key);
    sw_buf plain = { NULL, 0, 0 };
    if (!value || *value != '"' || sw_json_text_read(&plain, value) < 0) {
        sw_buf_release(&plain);
        return false;
    }
    copy_text(out, size, sw_buf_text(&plain));
    sw_buf_release(&plain);
    return true;
}

static bool judge(const sw_lock_owner *owner, int64_t stale_after)
{
    sw_lock_owner self = { 0 };
    char host[256] = "";
    gethostname(host, sizeof host - 1);
    copy_text(self.host, sizeof self.host, host);
    if (strcmp(owner->host, self.host) != 0)
        return sw_clock_now() - owner->heartbeat < stale_after;
    read_boot(self.boot);
    if (strcmp(owner->boot, self.boot) != 0)
        return false;
    int64_t start = start_of(owner->pid);
    if (start < 0) /* hidden processes are still there to be signalled */
        return owner->pid > 0 && (kill((pid_t)owner->pid, 0) == 0 || errno == EPERM);
    return start == owner->start;
}

bool sw_lock_owner_read(sw_lock_owner *out, const char *text, size_t len, int64_t heartbeat, int64_t stale_after)
{
    sw_json_limits limits = { 4, RECORD_LIMIT, false };
    sw_json_where where;
    memset(out, 0, sizeof *out);
    out->heartbeat = heartbeat;
    bool good = sw_json_scan(text, len, &limits, &where, NULL) == 0 && take_number(&out->pid, text, "pid")
                && take_number(&out->start, text, "start") && take_number(&out->since, text, "since")
                && take_text(out->boot, sizeof out->boot, text, "boot")
                && take_text(out->host, sizeof out->host, text, "host")
                && take_text(out->nonce, sizeof out->nonce, text, "nonce")
                && take_text(out->reason, sizeof out->reason, text, "reason");
    if (good)
        out->alive = judge(out, stale_after);
    return good;
}
