/* A commit's message as everybody reads it: in UTF-8, with LF line ends. Nearly always that is what it
 * is already, and then it is borrowed from the commit. */
#ifndef SW_CORE_GIT_MESSAGE_H
#define SW_CORE_GIT_MESSAGE_H

#include "core/git_object.h"

/* In UTF-8; `room` holds what had to be changed. */
int sw_git_message_utf8(const char **message, size_t *len, sw_buf *room, const sw_git_raw *raw, sw_error *err);
/* What the call before gave, without CR in front of LF. */
int sw_git_message_lf(const char **message, size_t *len, sw_buf *room, sw_error *err);

#endif
