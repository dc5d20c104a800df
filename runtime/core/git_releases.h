/* Which tags are releases: those whose name holds a semantic version where the project writes it. Read, scanned and
 * ordered here because a project may have thousands. */
#ifndef SW_CORE_GIT_RELEASES_H
#define SW_CORE_GIT_RELEASES_H

#include "core/git_refs.h"
#include "core/semver.h"

typedef struct sw_git_release {
    const char *tag;    /* without refs/tags/; everything is borrowed from the list */
    sw_span version;    /* canonical, as strict SemVer is */
    sw_semver numbers;
    const git_oid *commit;
} sw_git_release;

typedef struct sw_git_releases {
    sw_git_refs refs;
    sw_git_release *items; /* in the order of the tags' names */
    size_t count;
} sw_git_releases;

/* Release tags: `before`, a version, `after`, and a commit behind it. Release with sw_git_releases_release also after
 * a failure. */
int sw_git_releases_list(sw_git_releases *out, sw_git *git, const char *before, const char *after, sw_error *err);
/* Leaves one for each commit: the highest version, where the first of them stood. */
int sw_git_releases_by_commit(sw_git_releases *releases, sw_error *err);
/* Leaves those with another patch number than 0, and of them only the `limit` highest, highest first (0: all, as they
 * stood). */
void sw_git_releases_fixes(sw_git_releases *releases, size_t limit);
void sw_git_releases_release(sw_git_releases *releases);

#endif
