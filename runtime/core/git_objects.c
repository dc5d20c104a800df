#include "core/git_objects.h"

#include <stdlib.h>

#include "core/git_pack.h"

struct sw_git_objects {
    sw_git *git; /* retained */
    sw_packs *packs; /* the repository's */
    sw_pack_reader *reader;
};

int sw_git_packs(sw_packs **out, sw_git *git, sw_error *err)
{
    int rc = git->packs ? 0 : sw_packs_open(&git->packs, git->objects, err);
    *out = git->packs;
    return rc;
}

int sw_git_objects_open(sw_git_objects **out, sw_git *git, sw_error *err)
{
    *out = NULL;
    sw_git_objects *objects = calloc(1, sizeof *objects);
    if (!objects)
        return sw_fail_nomem(err);
    objects->git = sw_git_retain(git);
    int rc = sw_git_packs(&objects->packs, git, err);
    if (rc == 0)
        rc = sw_pack_reader_open(&objects->reader, objects->packs, err);
    if (rc < 0)
        sw_git_objects_close(objects);
    else
        *out = objects;
    return rc;
}

void sw_git_objects_close(sw_git_objects *objects)
{
    if (!objects)
        return;
    sw_pack_reader_close(objects->reader);
    sw_git_close(objects->git);
    free(objects);
}

int sw_git_objects_read(sw_buf *text, sw_git_objects *objects, const git_oid *id, git_object_t type, sw_error *err)
{
    sw_git *git = objects->git;
    git_odb_object *object = NULL;
    sw_oid_text hex;
    sw_packed where;
    if (sw_packs_find(&where, objects->packs, id->id)
        && sw_pack_read_any(text, objects->reader, &where) == (unsigned)type)
        return 0;
    int rc = git_odb_read(&object, git->odb, id);
    sw_git_oid_text(hex, id);
    text->len = 0;
    if (rc < 0)
        rc = sw_git_fail(git, err, rc, "git.broken", "the object %s cannot be read", hex);
    else if (git_odb_object_type(object) != type)
        rc = sw_fail(err, SW_E_CORRUPT, "git.broken", "the object %s is of another kind than it should be", hex);
    else if (sw_buf_add(text, git_odb_object_data(object), git_odb_object_size(object)) < 0)
        rc = sw_fail_nomem(err);
    git_odb_object_free(object);
    return rc;
}
