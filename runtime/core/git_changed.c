#include "core/git_changed.h"

#include <stdlib.h>
#include <string.h>

#include "core/git_object.h"
#include "core/git_objects.h"
#include "core/id_table.h"

enum {
    KEPT = 64 << 20, /* bytes of trees */
    DEEPEST = 256
};

typedef struct tree { /* as stored */
    git_oid id;
    sw_buf text;
} tree;

struct sw_git_changed {
    sw_git_objects *objects;
    sw_id_table trees, commits;
    size_t bytes; /* of trees */
    sw_buf text;
    sw_error *err;
};

int sw_git_changed_open(sw_git_changed **out, sw_git *git, sw_error *err)
{
    *out = NULL;
    sw_git_changed *s = calloc(1, sizeof *s);
    if (!s)
        return sw_fail_nomem(err);
    int rc = sw_git_objects_open(&s->objects, git, err);
    if (rc < 0)
        sw_git_changed_close(s);
    else
        *out = s;
    return rc;
}

static void release_tree(void *thing)
{
    sw_buf_release(&((tree *)thing)->text);
}

void sw_git_changed_rest(sw_git_changed *s)
{
    if (s->bytes <= KEPT)
        return;
    sw_id_table_release(&s->trees, release_tree);
    s->bytes = 0;
}

void sw_git_changed_close(sw_git_changed *s)
{
    if (!s)
        return;
    sw_id_table_release(&s->trees, release_tree);
    sw_id_table_release(&s->commits, NULL);
    sw_buf_release(&s->text);
    sw_git_objects_close(s->objects);
    free(s);
}

/* ---- reading ---- */

/* Stands until trees are forgotten, which happens between two commits. */
static int read_tree(const tree **out, sw_git_changed *s, const git_oid *id)
{
    tree *found = sw_id_table_find(&s->trees, id->id, GIT_OID_RAWSZ);
    if (!found) {
        sw_buf text;
        sw_buf_init(&text);
        int rc = sw_git_objects_read(&text, s->objects, id, GIT_OBJECT_TREE, s->err);
        found = rc == 0 ? sw_id_table_add(&s->trees, id->id, GIT_OID_RAWSZ, sizeof *found) : NULL;
        if (!found) {
            sw_buf_release(&text);
            return rc < 0 ? rc : sw_fail_nomem(s->err);
        }
        found->text = text;
        s->bytes += text.cap + sizeof *found;
    }
    *out = found;
    return 0;
}

static int tree_of_commit(git_oid *out, size_t *parents, git_oid *parent, sw_git_changed *s, const git_oid *id)
{
    sw_git_raw raw;
    int rc = sw_git_objects_read(&s->text, s->objects, id, GIT_OBJECT_COMMIT, s->err);
    if (rc == 0 && sw_git_raw_commit(&raw, sw_buf_text(&s->text), s->text.len) < 0)
        rc = sw_fail(s->err, SW_E_CORRUPT, "git.broken", "a commit is damaged");
    if (rc < 0)
        return rc;
    *parents = raw.parent_count;
    if (git_oid_fromstrn(out, raw.tree, SW_OID_HEX) < 0
        || (raw.parent_count && git_oid_fromstrn(parent, raw.parents + strlen("parent "), SW_OID_HEX) < 0))
        return sw_fail(s->err, SW_E_CORRUPT, "git.broken", "a commit is damaged");
    return 0;
}

int sw_git_changed_commit(const sw_changed_commit **out, sw_git_changed *s, const char *hex, sw_error *err)
{
    s->err = err;
    git_oid id, parent, none;
    size_t parents, of_parent;
    sw_changed_commit fresh = { .plain = false };
    int rc = sw_git_oid(&id, hex, s->err);
    *out = rc == 0 ? sw_id_table_find(&s->commits, id.id, GIT_OID_RAWSZ) : NULL;
    if (rc < 0 || *out)
        return rc;
    rc = tree_of_commit(&fresh.own, &parents, &parent, s, &id);
    if (rc == 0 && parents == 1)
        rc = tree_of_commit(&fresh.before, &of_parent, &none, s, &parent);
    if (rc < 0)
        return rc;
    sw_changed_commit *kept = sw_id_table_add(&s->commits, id.id, GIT_OID_RAWSZ, sizeof *kept);
    if (!kept)
        return sw_fail_nomem(s->err);
    fresh.id = id;
    fresh.plain = parents == 1;
    *kept = fresh;
    *out = kept;
    return 0;
}

typedef struct entry {
    const char *name;
    size_t len;
    sw_git_place what;
    const char *next;
} entry;

/* "<mode> <name>\0<20 bytes>"; `name` is NULL at the end of the tree. */
static void read_entry(entry *out, const char *at, const char *end)
{
    unsigned mode = 0;
    memset(out, 0, sizeof *out);
    out->next = end;
    for (; at < end && *at >= '0' && *at <= '7'; at++)
        mode = mode * 8 + (unsigned)(*at - '0');
    const char *name = at + 1, *stop = name < end ? memchr(name, '\0', (size_t)(end - name)) : NULL;
    if (!stop || end - stop < GIT_OID_RAWSZ + 1)
        return;
    out->name = name;
    out->len = (size_t)(stop - name);
    out->what.mode = mode;
    git_oid_fromraw(&out->what.id, (const unsigned char *)stop + 1);
    out->next = stop + 1 + GIT_OID_RAWSZ;
}

static bool is_folder(const sw_git_place *p)
{
    return (p->mode & 0170000) == 040000;
}

static bool is_same(const sw_git_place *a, const sw_git_place *b)
{
    return a->mode == b->mode && (!a->mode || git_oid_equal(&a->id, &b->id));
}

static int look_up(sw_git_place *out, sw_git_changed *s, const sw_git_place *folder, const char *name, size_t len)
{
    const tree *t;
    entry e;
    *out = (sw_git_place){ .mode = 0 };
    if (!is_folder(folder))
        return 0;
    int rc = read_tree(&t, s, &folder->id);
    if (rc < 0)
        return rc;
    const char *at = sw_buf_text(&t->text), *end = at + t->text.len;
    for (read_entry(&e, at, end); e.name; read_entry(&e, e.next, end))
        if (e.len == len && memcmp(e.name, name, len) == 0) {
            *out = e.what;
            return 0;
        }
    return 0;
}

/* What a path has in two trees: 1 when that differs, 0, negative. */
int sw_git_changed_path(sw_git_place *old, sw_git_place *fresh, sw_git_changed *s, const sw_changed_commit *c,
                        const char *name, sw_error *err)
{
    s->err = err;
    *old = (sw_git_place){ c->before, 040000 };
    *fresh = (sw_git_place){ c->own, 040000 };
    while (*name) {
        size_t len = strcspn(name, "/");
        sw_git_place a = *old, b = *fresh;
        if (is_same(&a, &b))
            return 0;
        int rc = look_up(old, s, &a, name, len);
        if (rc == 0)
            rc = look_up(fresh, s, &b, name, len);
        if (rc < 0)
            return rc;
        name += len + (name[len] == '/');
    }
    if (is_folder(old))
        old->mode = 0;
    if (is_folder(fresh))
        fresh->mode = 0;
    return !is_same(old, fresh);
}

/* ---- every path of a commit ---- */

static int add_path(sw_changed_paths *paths, const sw_buf *name, const sw_git_place *old, const sw_git_place *fresh)
{
    if (paths->count == paths->cap) {
        size_t cap = paths->cap ? paths->cap * 2 : 16;
        sw_changed_path *items = realloc(paths->items, cap * sizeof *items);
        if (!items)
            return SW_E_NOMEM;
        paths->items = items;
        paths->cap = cap;
    }
    char *copy = strdup(sw_buf_text(name));
    if (!copy)
        return SW_E_NOMEM;
    paths->items[paths->count++] = (sw_changed_path){ .name = copy, .old = *old, .fresh = *fresh };
    return 0;
}

void sw_changed_paths_release(sw_changed_paths *paths)
{
    for (size_t i = 0; i < paths->count; i++) {
        free(paths->items[i].name);
    }
    free(paths->items);
}

static int changed_paths(sw_changed_paths *out, sw_git_changed *s, const sw_git_place *old, const sw_git_place *fresh, sw_buf *name, int depth);

/* One name of a folder with two sides. */
static int changed_name(sw_changed_paths *out, sw_git_changed *s, const entry *any, sw_git_place old, sw_git_place fresh, sw_buf *name, int depth)
{
    static const sw_git_place nothing = { .mode = 0 };
    size_t len = name->len;
    int rc = 0;
    if (is_same(&old, &fresh))
        return 0;
    if ((len && sw_buf_add(name, "/", 1) < 0) || sw_buf_add(name, any->name, any->len) < 0)
        return sw_fail_nomem(s->err);
    if (is_folder(&old) || is_folder(&fresh))
        rc = changed_paths(out, s, is_folder(&old) ? &old : &nothing, is_folder(&fresh) ? &fresh : &nothing, name,
                           depth + 1);
    old = is_folder(&old) ? nothing : old;
    fresh = is_folder(&fresh) ? nothing : fresh;
    if (rc == 0 && !is_same(&old, &fresh) && add_path(out, name, &old, &fresh) < 0)
        rc = sw_fail_nomem(s->err);
    name->len = len;
    name->data[len] = '\0';
    return rc;
}

/* Every file that differs between two folders, either of which may be nothing. */
static int changed_paths(sw_changed_paths *out, sw_git_changed *s, const sw_git_place *old, const sw_git_place *fresh, sw_buf *name, int depth)
{
    const sw_git_place *sides[2] = { fresh, old };
    int rc = depth < DEEPEST ? 0 : sw_fail(s->err, SW_E_LIMIT, "git.broken", "folders lie too deep in each other");
    for (int side = 0; side < 2 && rc == 0; side++) {
        const tree *t;
        entry e;
        if (!sides[side]->mode)
            continue;
        rc = read_tree(&t, s, &sides[side]->id);
        const char *at = rc == 0 ? sw_buf_text(&t->text) : NULL, *end = rc == 0 ? at + t->text.len : NULL;
        for (read_entry(&e, at, end); rc == 0 && e.name; read_entry(&e, e.next, end)) {
            sw_git_place other;
            rc = look_up(&other, s, sides[!side], e.name, e.len);
            if (rc == 0 && side == 0)
                rc = changed_name(out, s, &e, other, e.what, name, depth);
            else if (rc == 0 && !other.mode) /* what both have was compared before */
                rc = changed_name(out, s, &e, e.what, other, name, depth);
        }
    }
    return rc;
}

/* Every path of a commit. */
int sw_git_changed_paths(sw_changed_paths *out, sw_git_changed *s, const sw_changed_commit *c, sw_error *err)
{
    sw_buf name;
    s->err = err;
    sw_buf_init(&name);
    sw_git_place old = { c->before, 040000 }, fresh = { c->own, 040000 };
    int rc = sw_buf_reserve(&name, 1) < 0 ? sw_fail_nomem(s->err) : changed_paths(out, s, &old, &fresh, &name, 0);
    sw_buf_release(&name);
    return rc;
}

int sw_git_changed_text(sw_buf *text, sw_git_changed *s, const sw_git_place *p, sw_error *err)
{
    text->len = 0;
    if (!p->mode || (p->mode & 0170000) == 0160000)
        return 0;
    return sw_git_objects_read(text, s->objects, &p->id, GIT_OBJECT_BLOB, err);
}
