/* Objects of a repository read one after the other: from its packs where that is possible, from libgit2 where it is
 * not (loose objects, packs of another kind, what a partial clone has left on its remote). */
#ifndef SW_CORE_GIT_OBJECTS_H
#define SW_CORE_GIT_OBJECTS_H

#include "core/git_handle.h"

typedef struct sw_git_objects sw_git_objects;

/* Holds the repository open until closed. */
int sw_git_objects_open(sw_git_objects **out, sw_git *git, sw_error *err);
void sw_git_objects_close(sw_git_objects *objects);
/* The object's bytes, replacing what `text` holds; another kind than `type` is SW_E_CORRUPT. git.broken, or what
 * libgit2 says. */
int sw_git_objects_read(sw_buf *text, sw_git_objects *objects, const git_oid *id, git_object_t type, sw_error *err);

#endif
