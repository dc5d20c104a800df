/* Filling the one error value; nothing here can fail itself. */
#include "core/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void sw_error_init(sw_error *err)
{
    if (err)
        memset(err, 0, sizeof *err);
}

/* Text that does not fit ends in "..." so that nobody takes a cut message for a whole one. */
static void put(char *to, size_t size, const char *format, va_list args)
{
    int wanted = vsnprintf(to, size, format, args);
    if (wanted < 0)
        to[0] = '\0';
    else if ((size_t)wanted >= size)
        memcpy(to + size - 4, "...", 4);
}

static int fail_v(sw_error *err, int rc, const char *code, const char *format, va_list args)
{
    if (!err)
        return rc;
    sw_error_init(err);
    snprintf(err->code, sizeof err->code, "%s", code);
    put(err->message, sizeof err->message, format, args);
    return rc;
}

int sw_fail(sw_error *err, int rc, const char *code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fail_v(err, rc, code, format, args);
    va_end(args);
    return rc;
}

int sw_fail_errno(sw_error *err, int errnum, const char *code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fail_v(err, SW_E_IO, code, format, args);
    va_end(args);
    sw_error_cause(err, "%s", strerror(errnum));
    if (err)
        err->retry = errnum == EAGAIN || errnum == EINTR;
    if (errnum == ENOSPC)
        sw_error_hint(err, "free some disk space, then: slipway resume");
    return SW_E_IO;
}

int sw_fail_nomem(sw_error *err)
{
    return sw_fail(err, SW_E_NOMEM, "host.no_memory", "out of memory");
}

void sw_error_hint(sw_error *err, const char *format, ...)
{
    if (!err)
        return;
    va_list args;
    va_start(args, format);
    put(err->hint, sizeof err->hint, format, args);
    va_end(args);
}

void sw_error_cause(sw_error *err, const char *format, ...)
{
    if (!err)
        return;
    va_list args;
    va_start(args, format);
    put(err->cause, sizeof err->cause, format, args);
    va_end(args);
}
