#include "core/git_gather.h"

#include <stdlib.h>
#include <string.h>

#include "core/git_objects.h"

enum { DEEPEST = 256 }; /* folders within folders */

typedef struct gathering {
    sw_git_gathering *out;
    sw_git_objects *objects;
    const sw_git_gather_wish *wish;
    size_t name_len;
    sw_buf path; /* of the folder at work */
    sw_error *err;
} gathering;

bool sw_git_gather_fits(const char *glob, const char *path, size_t len, bool below)
{
    for (; *glob; glob++, path++, len--) {
        if (glob[0] == '*' && glob[1] == '*') {
            glob += glob[2] == '/' ? 3 : 2;
            for (size_t skip = 0; skip <= len; skip++)
                if (sw_git_gather_fits(glob, path + skip, len - skip, below))
                    return true;
            return false;
        }
        if (*glob == '*') {
            for (size_t skip = 0;; skip++) {
                if (sw_git_gather_fits(glob + 1, path + skip, len - skip, below))
                    return true;
                if (skip == len || path[skip] == '/')
                    return false;
            }
        }
        if (!len)
            return below;
        if (*glob == '?' ? *path == '/' : *glob != *path)
            return false;
    }
    return !len;
}

static bool fits(const gathering *g, bool below)
{
    for (const char *const *glob = g->wish->globs; *glob; glob++)
        if (sw_git_gather_fits(*glob, g->path.data, g->path.len, below))
            return true;
    return false;
}

static bool is_excepted(const gathering *g, const char *name)
{
    for (const char *const *one = g->wish->except; one && *one; one++)
        if (strcmp(*one, name) == 0)
            return true;
    return false;
}

static int take(gathering *g, const git_oid *id)
{
    sw_git_gathering *out = g->out;
    if (out->count == out->cap) {
        size_t cap = out->cap ? out->cap * 2 : 64;
        sw_git_gathered *items = realloc(out->items, cap * sizeof *items);
        if (!items)
            return sw_fail_nomem(g->err);
        out->items = items;
        out->cap = cap;
    }
    sw_git_gathered *item = &out->items[out->count];
    sw_buf_init(&item->text);
    item->path = malloc(g->path.len + g->name_len + 2);
    if (!item->path)
        return sw_fail_nomem(g->err);
    memcpy(item->path, g->path.data, g->path.len);
    item->path[g->path.len] = '/';
    memcpy(item->path + g->path.len + 1, g->wish->name, g->name_len + 1);
    out->count++;
    return sw_git_objects_read(&item->text, g->objects, id, GIT_OBJECT_BLOB, g->err);
}

static int gather(gathering *g, const git_oid *tree, int depth);

/* One folder in the folder at work. */
static int enter(gathering *g, const char *name, const git_oid *id, int depth)
{
    size_t len = g->path.len;
    if ((len && is_excepted(g, name)) || depth == DEEPEST)
        return 0;
    if ((len && sw_buf_add(&g->path, "/", 1) < 0) || sw_buf_add_text(&g->path, name) < 0)
        return sw_fail_nomem(g->err);
    size_t own = g->path.len;
    bool wanted = fits(g, false);
    if (sw_buf_add(&g->path, "/", 1) < 0)
        return sw_fail_nomem(g->err);
    wanted |= fits(g, true);
    g->path.len = own;
    int rc = wanted ? gather(g, id, depth + 1) : 0;
    g->path.len = len;
    return rc;
}

/* "<mode> <name>\0<20 bytes>" again and again. */
static int gather(gathering *g, const git_oid *tree, int depth)
{
    sw_buf text;
    sw_buf_init(&text);
    int rc = sw_git_objects_read(&text, g->objects, tree, GIT_OBJECT_TREE, g->err);
    const char *at = sw_buf_text(&text), *end = at + text.len;
    bool here = g->path.len && fits(g, false);
    while (rc == 0 && at < end) {
        unsigned mode = 0;
        git_oid id;
        for (; at < end && *at >= '0' && *at <= '7'; at++)
            mode = mode * 8 + (unsigned)(*at - '0');
        const char *name = at + 1, *stop = name < end ? memchr(name, '\0', (size_t)(end - name)) : NULL;
        if (!stop || end - stop < GIT_OID_RAWSZ + 1)
            break;
        git_oid_fromraw(&id, (const unsigned char *)stop + 1);
        unsigned kind = mode & 0170000;
        if (kind == 040000)
            rc = enter(g, name, &id, depth);
        else if (here && kind == 0100000 && strcmp(name, g->wish->name) == 0)
            rc = take(g, &id);
        at = stop + 1 + GIT_OID_RAWSZ;
    }
    sw_buf_release(&text);
    return rc;
}

int sw_git_gather(sw_git_gathering *out, sw_git *git, const sw_git_gather_wish *wish, sw_error *err)
{
    git_tree *tree = NULL;
    gathering g = { .out = out, .wish = wish, .name_len = strlen(wish->name), .err = err };
    memset(out, 0, sizeof *out);
    sw_buf_init(&g.path);
    int rc = sw_git_tree(&tree, git, wish->rev, err);
    if (rc == 0)
        rc = sw_git_objects_open(&g.objects, git, err);
    if (rc == 0)
        rc = gather(&g, git_tree_id(tree), 0);
    git_tree_free(tree);
    sw_git_objects_close(g.objects);
    sw_buf_release(&g.path);
    return rc;
}

void sw_git_gathering_release(sw_git_gathering *out)
{
    for (size_t i = 0; i < out->count; i++) {
        free(out->items[i].path);
        sw_buf_release(&out->items[i].text);
    }
    free(out->items);
    memset(out, 0, sizeof *out);
}
