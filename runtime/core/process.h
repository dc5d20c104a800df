/* Child processes: by argv, in a group of their own, with an environment built from nothing and no
 * inherited descriptor. A child is a job of core/loop.h. What it writes is masked (core/mask.h) before
 * anybody sees it. */
#ifndef SW_CORE_PROCESS_H
#define SW_CORE_PROCESS_H

#include "core/buf.h"
#include "core/environment.h"
#include "core/loop.h"
#include "core/secret.h"

typedef struct sw_process_options {
    const char *const *argv; /* NULL-terminated, at least one */
    const char *dir;         /* NULL: where this process stands */
    const sw_variable *variables;
    size_t variable_count;
    bool clean;        /* nothing of this process's environment */
    const char *input; /* NULL: standard input is empty */
    size_t input_len;
    const char *input_file;        /* standard input is this file, whatever its size; NULL: it is not */
    const sw_secret *input_secret; /* follows `input`, and a newline; NULL: none */
    int64_t timeout;  /* milliseconds; 0: none */
    size_t keep;      /* bytes kept of each stream, the last ones */
    const char *log;  /* appended to by both streams; NULL: none */
    bool want_output; /* sw_process_take_output will be called */
    bool hold;        /* standard streams are this process's own, terminal handed over */
    bool terminal;    /* the terminal is handed over, output is still kept */
    bool private_output; /* not masked, wiped when released: the answer is a secret */
} sw_process_options;

/* Everything in `options` is copied. Owned by the caller: sw_job_release, which ends the whole group of
 * a running child by SIGKILL.
 * Errors: process.not_found, process.no_folder, process.not_runnable, process.bad_variable,
 * process.log_failed, process.no_input, process.no_process. The job's own: process.timeout, process.cancelled. */
int sw_process_start(sw_job **out, const sw_process_options *options, sw_error *err);

typedef struct sw_process_result {
    int code;   /* exit code, or 128 + signal */
    int signal; /* 0: none */
    const sw_buf *out, *err; /* borrowed from the job */
    int64_t ms;
    bool cut;              /* a stream was longer than `keep`: its beginning is missing */
    const char *log_error; /* the log could not be written to its end; NULL: it could */
} sw_process_result;

/* For a job that is done without error. */
void sw_process_result_of(const sw_job *job, sw_process_result *result);

/* One piece of output in the order it was read: a header, then `len` bytes. */
typedef struct sw_process_piece {
    int stream; /* 1 standard output, 2 standard error */
    size_t len;
} sw_process_piece;
/* Swaps the pieces waiting into `out`, which must be empty. A child is not read while more than a
 * megabyte waits. */
void sw_process_take_output(sw_job *job, sw_buf *out);

#endif
