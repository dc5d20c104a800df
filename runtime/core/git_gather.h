/* The files of one name in the folders of a commit that fit some globs, with their content: the manifests of a
 * workspace. Folders are opened only where a glob can lead. */
#ifndef SW_CORE_GIT_GATHER_H
#define SW_CORE_GIT_GATHER_H

#include "core/git_repo.h"

typedef struct sw_git_gathered {
    char *path; /* owned by the list */
    sw_buf text;
} sw_git_gathered;

typedef struct sw_git_gathering {
    sw_git_gathered *items;
    size_t count, cap;
} sw_git_gathering;

typedef struct sw_git_gather_wish {
    const char *rev;
    const char *name;          /* of the files */
    const char *const *globs;  /* NULL-ended; of whole folders: * and ? stay in one name, ** does not */
    const char *const *except; /* NULL-ended names of folders that are not opened below the root */
} sw_git_gather_wish;

/* In the order of the tree, plain files alone; what stands at the root does not fit any glob. Release with
 * sw_git_gathering_release also after a failure. */
int sw_git_gather(sw_git_gathering *out, sw_git *git, const sw_git_gather_wish *wish, sw_error *err);
void sw_git_gathering_release(sw_git_gathering *out);

/* Does the glob match the whole path, `len` bytes of it? With `below`: could it match something that begins so? */
bool sw_git_gather_fits(const char *glob, const char *path, size_t len, bool below);

#endif
