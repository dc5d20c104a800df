/* The one error value. Core functions take `sw_error *err` last, return 0 or one of the negative
 * codes below and, when they fail, leave here what a person needs: a dotted code that never
 * changes ("tag.exists", shown as SW-TAG-EXISTS), a message, and where possible the remedy.
 * Memory is inside the struct, so reporting an error can itself never fail. */
#ifndef SW_CORE_ERROR_H
#define SW_CORE_ERROR_H

#include <stdarg.h>
#include <stdbool.h>

enum sw_code {
    SW_OK = 0,
    SW_E_ARGUMENT = -1,    /* the caller broke the contract */
    SW_E_NOMEM = -2,
    SW_E_IO = -3,          /* the operating system refused; cause holds errno's text */
    SW_E_NOT_FOUND = -4,
    SW_E_EXISTS = -5,
    SW_E_CONFLICT = -6,    /* the world holds something else than expected */
    SW_E_REFUSED = -7,     /* the other side, or our own rule, said no */
    SW_E_AUTH = -8,
    SW_E_NETWORK = -9,
    SW_E_TIMEOUT = -10,
    SW_E_LOCKED = -11,
    SW_E_PARSE = -12,
    SW_E_LIMIT = -13,      /* too large, too deep, too many */
    SW_E_CORRUPT = -14,
    SW_E_CANCELLED = -15,
    SW_E_UNSUPPORTED = -16
};

typedef struct sw_error {
    char code[48];      /* dotted and stable, e.g. "git.not_found" */
    char message[1024]; /* what happened, where */
    char hint[512];     /* what to type or change next; may be empty */
    char cause[1024];   /* the text of the part below (errno, libgit2, curl); may be empty */
    bool retry;         /* the same call may succeed later without anything being changed */
} sw_error;

/* Every function here accepts err == NULL and then only returns its code. */
void sw_error_init(sw_error *err);
int sw_fail(sw_error *err, int rc, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
int sw_fail_errno(sw_error *err, int errnum, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
int sw_fail_nomem(sw_error *err);
void sw_error_hint(sw_error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
void sw_error_cause(sw_error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
