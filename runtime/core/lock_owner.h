/* The owner's record of a lock, and the folder PATH.d: what lock.c is made of. */
#ifndef SW_CORE_LOCK_OWNER_H
#define SW_CORE_LOCK_OWNER_H

#include <stddef.h>
#include <sys/types.h>
#include <time.h>

#include "core/buf.h"
#include "core/lock.h"

/* Describes this process, with a fresh nonce. */
int sw_lock_owner_self(sw_lock_owner *out, const char *reason, sw_error *err);
/* One line of JSON. */
int sw_lock_owner_write(sw_buf *out, const sw_lock_owner *owner, sw_error *err);
/* Reads a record from a text of any origin, and judges whether its process lives: on this machine by
 * its process, elsewhere by `heartbeat`. False when it is no record. */
bool sw_lock_owner_read(sw_lock_owner *out, const char *text, size_t len, int64_t heartbeat, int64_t stale_after);

/* What stands at PATH.d. */
typedef struct sw_lock_folder {
    bool exists;
    dev_t device;
    ino_t inode;
    struct timespec changed;
    sw_lock_owner owner;
} sw_lock_folder;

int sw_lock_folder_look(sw_lock_folder *out, const char *folder, int64_t stale_after, sw_error *err);
/* Puts our record in place as PATH.d, over the judged stale folder if there is one. SW_E_LOCKED when
 * something else stands there by now. */
int sw_lock_folder_take(const char *folder, const sw_lock_owner *self, const sw_lock_folder *stale, sw_error *err);
bool sw_lock_folder_is_ours(const char *folder, const sw_lock_owner *self);
/* Removes PATH.d when it is still the one that was looked at. */
int sw_lock_folder_clear(const char *folder, const sw_lock_folder *judged, sw_error *err);
void sw_lock_folder_give_back(const char *folder, const sw_lock_owner *self);

#endif
