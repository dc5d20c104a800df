/* A lock between processes, for people's machines: who holds it is written beside it, it dies with its
 * holder, and it gets along with scripts that lock by `mkdir NAME.lock.d`.
 *
 * The lock is an flock on the file itself: the kernel gives it to one process and takes it back when
 * that process dies. The file holds the owner's record, is never removed by us, and is checked to be
 * still the one at its path, because people do remove it by hand.
 *
 * Compatibility. With `compat` the holder also owns the folder PATH.d, as old scripts do, who remove
 * it when its modification time is older than ten minutes. It is put in place in one step with the
 * owner's record inside, refreshed every minute by a thread of its own, and removed at the end. A
 * foreign folder is respected; it is taken over only by whoever holds the flock, when its owner is
 * dead or, having none, when it is older than `stale_after`. Taking over exchanges the two folders in
 * one step (renameat2), so that there is no moment without one, and looks at what was exchanged: if it
 * is not the folder that was judged, they are exchanged back.
 *
 * What no lock can do: a script that removes PATH.d without looking (rm -rf) takes it from anybody.
 * sw_lock_check tells; call it before everything that cannot be taken back. */
#ifndef SW_CORE_LOCK_H
#define SW_CORE_LOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/error.h"

enum { SW_LOCK_STALE_AFTER = 600 }; /* seconds; what the old scripts use */

typedef struct sw_lock_owner {
    int64_t pid;
    int64_t start;     /* field 22 of /proc/PID/stat: pids are used again, (pid, start) is not */
    char boot[40];     /* the kernel's boot id */
    char host[65];
    char nonce[33];    /* of this one acquisition */
    char reason[200];
    int64_t since;     /* seconds */
    int64_t heartbeat; /* seconds: last sign of life */
    bool alive;        /* as far as can be told from here */
    bool script;       /* a PATH.d without record: only since and heartbeat are known */
} sw_lock_owner;

typedef struct sw_lock sw_lock;

/* Takes the lock, making its folder if need be, or returns SW_E_LOCKED (lock.held) with `*holder`
 * filled. `reason` is shown to whoever finds it held. Never waits for another holder. */
int sw_lock_acquire(sw_lock **out, const char *path, const char *reason, bool compat, int64_t stale_after,
                    sw_lock_owner *holder, sw_error *err);
/* SW_E_CONFLICT lock.lost when it is no longer ours: broken by force, or removed by hand. */
int sw_lock_check(const sw_lock *lock, sw_error *err);
/* sw_lock_check, then a sign of life. */
int sw_lock_refresh(sw_lock *lock, sw_error *err);
/* Gives it back and frees it. In a process that was forked from the holder it only frees. */
void sw_lock_release(sw_lock *lock); /* NULL is fine */
const sw_lock_owner *sw_lock_record(const sw_lock *lock); /* borrowed */

/* `*held` tells whether there is a holder, also a dead one whose PATH.d still stands (not alive). */
int sw_lock_show(sw_lock_owner *holder, bool *held, const char *path, int64_t stale_after, sw_error *err);
/* Clears what a dead holder has left. A living one is SW_E_LOCKED, unless `force`; it then finds
 * lock.lost at its next check. The reason stays in the lock file until somebody takes the lock. */
int sw_lock_break(const char *path, const char *reason, bool force, int64_t stale_after, sw_lock_owner *holder,
                  sw_error *err);

#endif
