/* Running the `git` program (and nothing else) by argv: no shell, output captured. The user's own
 * environment is passed on, because it is the user's tool; what a surrounding hook left behind
 * (GIT_DIR and its like) is taken away, so are variables that hold secrets of ours (a hook would see
 * them) unless git has to find a credential by itself, and the answers are asked for in English. */
#ifndef SW_CORE_GIT_PROGRAM_H
#define SW_CORE_GIT_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/error.h"
#include "core/texts.h"

typedef struct sw_git_call {
    sw_texts argv;     /* argv[0] is "git" */
    sw_texts env;      /* "NAME=value": set for this child, over the user's own */
    const char *dir;   /* where it runs; NULL: here. Borrowed */
    const char *input; /* its standard input; NULL: empty. Borrowed */
    size_t input_len;
    int timeout;       /* milliseconds; 0: no limit */
    bool as_user;      /* it finds its credentials as the user's own git would, in variables, too */
} sw_git_call;

typedef struct sw_git_result {
    sw_buf out;
    sw_buf err;
    int code; /* exit code, or 128 + signal */
} sw_git_result;

void sw_git_call_init(sw_git_call *call, const char *dir);
void sw_git_call_release(sw_git_call *call);
void sw_git_call_arg(sw_git_call *call, const char *text);
void sw_git_call_args(sw_git_call *call, ...) __attribute__((sentinel)); /* texts, ended by NULL */
/* A configuration value for this child only, through its environment: never seen in argv. It comes
 * behind the values that the user gives in the same way (GIT_CONFIG_COUNT). */
void sw_git_call_config(sw_git_call *call, const char *key, const char *value);

/* What the child stores is on the disk before it ends, as with our own writes: git's default
 * leaves single objects and refs to the system. */
void sw_git_call_durable(sw_git_call *call);

void sw_git_result_init(sw_git_result *result);
void sw_git_result_release(sw_git_result *result);

/* A child that was started and not yet waited for. */
typedef struct sw_git_running {
    int pid; /* 0: none */
    int in, out, err, ended;
    int timeout;
} sw_git_running;

/* Starts it; what it says is read by sw_git_call_finish, which must follow (or sw_git_call_drop). */
int sw_git_call_start(sw_git_running *running, sw_git_call *call, sw_error *err);
int sw_git_call_finish(sw_git_result *result, sw_git_running *running, sw_error *err);
/* Ends it, if it runs; nobody wants its answer any more. */
void sw_git_call_drop(sw_git_running *running);

/* Runs it to its end. 0 whatever its exit code was; git.no_program, git.timeout (the child is
 * ended), or an error of the operating system. `result` is overwritten. */
int sw_git_call_run(sw_git_result *result, sw_git_call *call, sw_error *err);
/* The same, and an exit code other than 0 is git.failed with the last lines of stderr as cause. */
int sw_git_call_done(sw_git_result *result, sw_git_call *call, sw_error *err);
/* An error for a child that ended badly: `code` unless stderr names a lock, a full disk or a
 * folder that cannot be written. Returns a negative sw_code. */
int sw_git_result_fail(const sw_git_result *result, sw_error *err, const char *code,
                       const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Puts the last lines of the child's stderr into err->cause. */
void sw_git_result_cause(const sw_git_result *result, sw_error *err);

#endif
