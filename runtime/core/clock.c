#include "core/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

static int64_t milliseconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t sw_clock_now(void)
{
    struct timespec now; /* not time(2): it may lag the finer clock by a tick */
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec;
}

int64_t sw_clock_wall_ms(void)
{
    return milliseconds(CLOCK_REALTIME);
}

int64_t sw_clock_now_ms(void)
{
    return milliseconds(CLOCK_MONOTONIC);
}

/* ---- writing ---- */

int sw_clock_iso(char out[SW_CLOCK_TEXT], int64_t seconds, sw_error *err)
{
    struct tm parts;
    time_t time = (time_t)seconds;
    if (!gmtime_r(&time, &parts) || parts.tm_year < -1900 || parts.tm_year > 8099)
        return sw_fail(err, SW_E_ARGUMENT, "clock.out_of_range", "%" PRId64 " seconds are no date of four-digit years",
                       seconds);
    snprintf(out, SW_CLOCK_TEXT, "%04d-%02d-%02dT%02d:%02d:%02dZ", parts.tm_year + 1900, parts.tm_mon + 1,
             parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
    return 0;
}

int sw_clock_date(char out[SW_CLOCK_TEXT], int64_t seconds, sw_error *err)
{
    int rc = sw_clock_iso(out, seconds, err);
    if (rc == 0)
        out[sizeof "2026-11-21" - 1] = '\0';
    return rc;
}

/* ---- reading ---- */

static bool number(const char **at, int digits, int low, int high, int *out)
{
    int value = 0;
    for (int i = 0; i < digits; i++, (*at)++) {
        if (**at < '0' || **at > '9')
            return false;
        value = value * 10 + (**at - '0');
    }
    *out = value;
    return value >= low && value <= high;
}

static bool literal(const char **at, char c)
{
    if (**at != c)
        return false;
    (*at)++;
    return true;
}

static bool read_date(const char **at, struct tm *parts)
{
    static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int year, month, day;
    if (!number(at, 4, 0, 9999, &year) || !literal(at, '-') || !number(at, 2, 1, 12, &month) || !literal(at, '-')
        || !number(at, 2, 1, 31, &day))
        return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (day > lengths[month - 1] + (month == 2 && leap))
        return false;
    parts->tm_year = year - 1900;
    parts->tm_mon = month - 1;
    parts->tm_mday = day;
    return true;
}

/* Hours, minutes, and perhaps seconds (60: a leap second) with a fraction. */
static bool read_time(const char **at, struct tm *parts)
{
    if (!number(at, 2, 0, 23, &parts->tm_hour) || !literal(at, ':') || !number(at, 2, 0, 59, &parts->tm_min))
        return false;
    if (!literal(at, ':'))
        return true;
    if (!number(at, 2, 0, 60, &parts->tm_sec))
        return false;
    if (!literal(at, '.') && !literal(at, ','))
        return true;
    int digit;
    if (!number(at, 1, 0, 9, &digit))
        return false;
    while (**at >= '0' && **at <= '9')
        (*at)++;
    return true;
}

static bool read_zone(const char **at, int *seconds)
{
    int hours = 0, minutes = 0;
    *seconds = 0;
    if (**at == '\0' || literal(at, 'Z') || literal(at, 'z'))
        return true;
    int sign = **at == '-' ? -1 : 1;
    if (!literal(at, '+') && !literal(at, '-'))
        return false;
    if (!number(at, 2, 0, 23, &hours))
        return false;
    literal(at, ':');
    if (**at != '\0' && !number(at, 2, 0, 59, &minutes))
        return false;
    *seconds = sign * (hours * 3600 + minutes * 60);
    return true;
}

int sw_clock_parse(int64_t *out, const char *text, sw_error *err)
{
    struct tm parts = { 0 };
    const char *at = text;
    int zone = 0;
    bool good = read_date(&at, &parts);
    if (good && *at != '\0') {
        good = literal(&at, 'T') || literal(&at, 't') || literal(&at, ' ');
        good = good && read_time(&at, &parts);
        if (good && *at == ' ') /* git: 2026-11-21 11:24:33 +0100 */
            at++;
        good = good && read_zone(&at, &zone) && *at == '\0';
    }
    if (!good) {
        sw_fail(err, SW_E_PARSE, "clock.malformed", "'%.60s' is no date or time", text);
        sw_error_hint(err, "write it like 2026-11-21 or 2026-11-21T11:24:33Z");
        return SW_E_PARSE;
    }
    *out = (int64_t)timegm(&parts) - zone;
    return 0;
}

/* ---- waiting, chance ---- */

bool sw_clock_sleep(int64_t ms)
{
    if (ms <= 0)
        return true;
    struct timespec time = { .tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000 };
    return clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL) == 0;
}

int sw_clock_random_hex(char *out, size_t bytes, sw_error *err)
{
    unsigned char raw[64];
    if (bytes > sizeof raw)
        return sw_fail(err, SW_E_ARGUMENT, "clock.out_of_range", "at most %zu random bytes at once", sizeof raw);
    while (getrandom(raw, bytes, 0) != (ssize_t)bytes)
        if (errno != EINTR)
            return sw_fail_errno(err, errno, "host.no_random", "the system gives no random numbers");
    for (size_t i = 0; i < bytes; i++)
        snprintf(out + 2 * i, 3, "%02x", raw[i]);
    out[2 * bytes] = '\0';
    return 0;
}
