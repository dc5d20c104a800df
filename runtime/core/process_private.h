/* What the files of process share: process.c (the life of a child), process_spawn.c (its birth),
 * process_stream.c (what it writes and reads). */
#ifndef SW_CORE_PROCESS_PRIVATE_H
#define SW_CORE_PROCESS_PRIVATE_H

#include <sys/types.h>
#include <termios.h>

#include "core/mask.h"
#include "core/process.h"

typedef struct sw_stream {
    sw_watch watch;
    int number;     /* 1 or 2 */
    sw_mask *mask;  /* NULL: not masked */
    sw_buf kept;
    bool cut;
} sw_stream;

typedef struct sw_process {
    sw_job job;
    pid_t pid;          /* reaped only at the very end, so the group's number stays ours; 0: none */
    char *name;         /* argv[0] */
    sw_watch exit;      /* pidfd; without one the job's deadline ticks */
    bool exited;
    int code, signal;
    sw_stream out, err;
    sw_watch in;
    sw_buf input;       /* what is still to be written, from input_at */
    size_t input_at;
    size_t keep;
    bool private_output, want_output, paused;
    sw_buf pieces;
    int log_fd;
    int log_errno;
    int64_t started, ended, timeout, timeout_at, kill_at, drain_at;
    bool ending, killed; /* SIGTERM, SIGKILL was sent to the group */
    bool has_terminal;
    struct termios modes; /* before the terminal was handed over */
} sw_process;

/* process_spawn.c: fills pid and the descriptors. */
int sw_process_spawn(sw_process *process, const sw_process_options *options, sw_error *err);
/* Gives the terminal back to this process's group. */
void sw_process_take_terminal(sw_process *process);
void sw_process_give_terminal(sw_process *process);

/* process_stream.c */
bool sw_stream_read(sw_process *process, sw_stream *stream); /* one read; closes at the end; true: it got something */
void sw_stream_drain(sw_process *process, sw_stream *stream); /* what lies in the pipe already */
void sw_stream_finish(sw_process *process, sw_stream *stream);
void sw_stream_release(sw_stream *stream, bool wipe);
void sw_process_write_input(sw_process *process);

#endif
