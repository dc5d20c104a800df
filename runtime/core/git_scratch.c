/* Looking ahead: objects are written below a folder of our own and found there first; the
 * repository's are read, and not even the time of one of its files changes. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <git2/odb_backend.h>
#include <git2/sys/odb_backend.h>
#include <git2/sys/repository.h>

#include "core/git_handle.h"

enum { DEEPEST = 5 }; /* alternates of alternates, as git itself follows them */

static int make_folder(const char *base, const char *name, sw_error *err)
{
    char path[4096];
    if ((size_t)snprintf(path, sizeof path, "%s/%s", base, name) >= sizeof path)
        return sw_fail(err, SW_E_LIMIT, "git.scratch", "the path %s is too long", base);
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0777);
        *slash = '/';
    }
    if (mkdir(path, 0777) < 0 && errno != EEXIST)
        return sw_fail_errno(err, errno, "git.scratch", "cannot make the folder %s", path);
    return 0;
}

static int add_backend(git_odb *odb, git_odb_backend *backend, int priority, bool alternate)
{
    if (!alternate)
        return git_odb_add_backend(odb, backend, priority);
    backend->freshen = NULL; /* would touch the file of an object that is written again */
    return git_odb_add_alternate(odb, backend, priority);
}

/* Loose objects and packs of one folder. */
static int add_objects(git_odb *odb, const char *objects, bool alternate)
{
    git_odb_backend *loose = NULL, *pack = NULL;
    int rc = git_odb_backend_loose(&loose, objects, -1, 0, 0, 0);
    if (rc == 0)
        rc = add_backend(odb, loose, 2, alternate);
    if (rc == 0)
        rc = git_odb_backend_pack(&pack, objects);
    return rc == 0 ? add_backend(odb, pack, 1, alternate) : rc;
}

/* A folder and those that its info/alternates names: one a line, relative to itself. */
static int add_all(git_odb *odb, const char *objects, int depth)
{
    char path[4096], line[4096];
    int rc = add_objects(odb, objects, true);
    bool fits = (size_t)snprintf(path, sizeof path, "%s/info/alternates", objects) < sizeof path;
    FILE *file = rc == 0 && fits && depth < DEEPEST ? fopen(path, "re") : NULL;
    while (rc == 0 && file && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\r\n")] = '\0';
        if (!*line || *line == '#')
            continue;
        bool whole = *line == '/';
        if ((size_t)snprintf(path, sizeof path, "%s%s%s", whole ? "" : objects, whole ? "" : "/",
                             line)
            < sizeof path)
            rc = add_all(odb, path, depth + 1);
    }
    if (file)
        fclose(file);
    return rc;
}

int sw_git_scratch_use(sw_git *git, sw_error *err)
{
    char objects[4096];
    git_odb *odb = NULL;
    snprintf(objects, sizeof objects, "%s/objects", git->scratch);
    int rc = make_folder(objects, "pack", err);
    if (rc == 0)
        rc = make_folder(objects, "info", err);
    if (rc < 0)
        return rc;
    if ((rc = git_odb_new(&odb)) < 0 || (rc = add_objects(odb, objects, false)) < 0
        || (rc = add_all(odb, git->objects, 0)) < 0
            || (rc = git_repository_set_odb(git->repo, odb)) < 0)
        rc = sw_git_fail(git, err, rc, "git.scratch", "cannot use %s for looking ahead", objects);
    git_odb_free(odb); /* the repository holds it */
    return rc;
}
