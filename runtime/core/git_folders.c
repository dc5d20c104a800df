#include "core/git_folders.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/git_objects.h"
#include "core/texts.h"

enum { CACHE_SLOTS = 512, NO_ONE = -1 };

typedef struct folder { /* one name on the way to a folder that counts */
    char *name;
    int owner; /* NO_ONE: only on the way */
    struct folder **children; /* sorted by name */
    size_t count;
} folder;

typedef struct rule {
    bool adds;
    int owner; /* NO_ONE: every folder */
    char *glob;
} rule;

typedef struct tree { /* as stored */
    int holders;
    git_oid id;
    sw_buf text;
} tree;

struct sw_git_folders {
    sw_git *git; /* retained */
    folder root;
    size_t count;
    rule *rules;
    size_t rule_count;
    sw_git_objects *objects; /* opened when the first tree is read */
    tree *cache[CACHE_SLOTS]; /* a commit's tree is its child's old one */
    bool *touched;                      /* of the comparison at work */
    sw_buf path;                        /* where it is */
};

/* ---- globs ---- */

bool sw_git_glob(const char *glob, const char *path)
{
    for (; *glob; glob++, path++) {
        if (glob[0] == '*' && glob[1] == '*') {
            glob += glob[2] == '/' ? 3 : 2;
            for (bool at_name = true; *path; path++) {
                if (at_name && sw_git_glob(glob, path))
                    return true;
                at_name = *path == '/' || glob[-1] != '/';
            }
            return !*glob;
        }
        if (*glob == '*') {
            for (;; path++) {
                if (sw_git_glob(glob + 1, path))
                    return true;
                if (!*path || *path == '/')
                    return false;
            }
        }
        if (!*path || (*glob == '?' ? *path == '/' : *glob != *path))
            return false;
    }
    return !*path || *path == '/';
}

/* ---- the folders that count ---- */

static size_t place_of(const folder *at, const char *name, size_t len, bool *there)
{
    size_t low = 0, high = at->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strncmp(at->children[middle]->name, name, len);
        if (order == 0 && at->children[middle]->name[len])
            order = 1;
        if (order == 0) {
            *there = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *there = false;
    return low;
}

static folder *child_of(const folder *at, const char *name, size_t len)
{
    bool there;
    size_t place = at ? place_of(at, name, len, &there) : 0;
    return at && there ? at->children[place] : NULL;
}

static folder *add_child(folder *at, const char *name, size_t len)
{
    bool there;
    size_t place = place_of(at, name, len, &there);
    if (there)
        return at->children[place];
    folder **more = realloc(at->children, (at->count + 1) * sizeof *more);
    if (!more)
        return NULL;
    at->children = more;
    folder *child = calloc(1, sizeof *child);
    char *copy = strndup(name, len);
    if (!child || !copy) {
        free(child);
        free(copy);
        return NULL;
    }
    child->name = copy;
    child->owner = NO_ONE;
    memmove(more + place + 1, more + place, (at->count - place) * sizeof *more);
    more[place] = child;
    at->count++;
    return child;
}

static int add_folder(sw_git_folders *f, const char *path, int owner, sw_error *err)
{
    folder *at = &f->root;
    while (*path) {
        size_t len = strcspn(path, "/");
        if (len && !(len == 1 && *path == '.')) {
            at = add_child(at, path, len);
            if (!at)
                return sw_fail_nomem(err);
        }
        path += len + (path[len] == '/');
    }
    at->owner = owner;
    return 0;
}

static void release_folder(folder *at)
{
    for (size_t i = 0; i < at->count; i++) {
        release_folder(at->children[i]);
        free(at->children[i]->name);
        free(at->children[i]);
    }
    free(at->children);
}

static int add_rule(sw_git_folders *f, const char *text, sw_error *err)
{
    char kind[8];
    int owner, at = 0;
    if (sscanf(text, "%7s %d %n", kind, &owner, &at) != 2 || !at || owner < 0
        || (size_t)owner > f->count || (strcmp(kind, "ignore") != 0 && strcmp(kind, "add") != 0))
        return sw_fail(err, SW_E_ARGUMENT, "git.bad_rule", "'%s' is no rule about paths", text);
    rule *rules = realloc(f->rules, (f->rule_count + 1) * sizeof *rules);
    if (!rules)
        return sw_fail_nomem(err);
    f->rules = rules;
    char *glob = strdup(text + at);
    if (!glob)
        return sw_fail_nomem(err);
    rules[f->rule_count++] = (rule){ strcmp(kind, "add") == 0, owner - 1, glob };
    return 0;
}

int sw_git_folders_open(sw_git_folders **out, sw_git *git, const char *const *folders,
                        const char *const *rules, sw_error *err)
{
    *out = NULL;
    sw_git_folders *f = calloc(1, sizeof *f);
    if (!f)
        return sw_fail_nomem(err);
    f->git = sw_git_retain(git);
    f->root.owner = NO_ONE;
    sw_buf_init(&f->path);
    int rc = 0;
    for (; rc == 0 && *folders; folders++)
        rc = add_folder(f, *folders, (int)f->count++, err);
    for (; rc == 0 && rules && *rules; rules++)
        rc = add_rule(f, *rules, err);
    if (rc < 0)
        sw_git_folders_close(f);
    else
        *out = f;
    return rc;
}

static void drop_tree(tree *one)
{
    if (!one || --one->holders > 0)
        return;
    sw_buf_release(&one->text);
    free(one);
}

void sw_git_folders_close(sw_git_folders *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < CACHE_SLOTS; i++)
        drop_tree(f->cache[i]);
    sw_git_objects_close(f->objects);
    for (size_t i = 0; i < f->rule_count; i++)
        free(f->rules[i].glob);
    free(f->rules);
    release_folder(&f->root);
    sw_buf_release(&f->path);
    sw_git_close(f->git);
    free(f);
}

size_t sw_git_folders_count(const sw_git_folders *f)
{
    return f->count;
}

/* ---- what a path touches ---- */

static void touch(sw_git_folders *f, int owner)
{
    if (owner != NO_ONE)
        f->touched[owner] = true;
}

static void touch_path(sw_git_folders *f, int owner)
{
    bool ignored = false;
    for (size_t i = 0; i < f->rule_count; i++) {
        const rule *one = &f->rules[i];
        if (one->adds || (one->owner != NO_ONE && one->owner != owner))
            continue;
        if (!sw_git_glob(one->glob, f->path.data))
            continue;
        if (one->owner == NO_ONE)
            return;
        ignored = true;
    }
    if (!ignored)
        touch(f, owner);
    for (size_t i = 0; i < f->rule_count; i++) {
        const rule *one = &f->rules[i];
        if (!one->adds || !sw_git_glob(one->glob, f->path.data))
            continue;
        if (one->owner != NO_ONE)
            touch(f, one->owner);
        else
            memset(f->touched, true, f->count);
    }
}

/* ---- trees ---- */

typedef struct entry {
    const char *name;
    size_t len;
    unsigned mode;
    const unsigned char *id;
    const char *next;
} entry;

static bool is_tree(const entry *e)
{
    return e->name && (e->mode & 0170000) == 040000;
}

/* "<mode> <name>\0<20 bytes>"; `name` is NULL at the end of the tree. */
static void read_entry(entry *out, const char *at, const char *end)
{
    *out = (entry){ NULL, 0, 0, NULL, end };
    unsigned mode = 0;
    for (; at < end && *at >= '0' && *at <= '7'; at++)
        mode = mode * 8 + (unsigned)(*at - '0');
    if (at >= end)
        return;
    const char *name = at + 1, *stop = memchr(name, '\0', (size_t)(end - name));
    if (!stop || end - stop < GIT_OID_RAWSZ + 1)
        return;
    *out = (entry){ name, (size_t)(stop - name), mode, (const unsigned char *)stop + 1,
                    stop + 1 + GIT_OID_RAWSZ };
}

/* git's order: a folder sorts as if a slash followed its name. */
static int order_of(const entry *a, const entry *b)
{
    if (!a->name || !b->name)
        return a->name ? -1 : b->name ? 1 : 0;
    size_t shorter = a->len < b->len ? a->len : b->len;
    int order = memcmp(a->name, b->name, shorter);
    if (order)
        return order;
    unsigned char x = a->len > shorter ? (unsigned char)a->name[shorter] : is_tree(a) ? '/' : 0;
    unsigned char y = b->len > shorter ? (unsigned char)b->name[shorter] : is_tree(b) ? '/' : 0;
    return x - y;
}

/* To be given back with drop_tree. */
static int read_tree(tree **out, sw_git_folders *f, const git_oid *id, sw_error *err)
{
    uint32_t slot;
    *out = NULL;
    if (!id)
        return 0;
    memcpy(&slot, id->id, sizeof slot);
    tree **kept = &f->cache[slot % CACHE_SLOTS];
    if (!*kept || !git_oid_equal(&(*kept)->id, id)) {
        tree *fresh = calloc(1, sizeof *fresh);
        int rc = fresh ? 0 : sw_fail_nomem(err);
        if (rc == 0 && !f->objects)
            rc = sw_git_objects_open(&f->objects, f->git, err);
        if (rc == 0)
            rc = sw_git_objects_read(&fresh->text, f->objects, id, GIT_OBJECT_TREE, err);
        if (rc < 0) {
            drop_tree(fresh);
            return rc;
        }
        fresh->id = *id;
        fresh->holders = 1;
        drop_tree(*kept);
        *kept = fresh;
    }
    (*kept)->holders++;
    *out = *kept;
    return 0;
}

static int compare(sw_git_folders *f, const git_oid *a, const git_oid *b, const folder *at,
                   int owner, sw_error *err);

static void back_to(sw_buf *path, size_t len)
{
    path->len = len;
    if (path->data)
        path->data[len] = '\0';
}

/* One name with two sides, either of which may be missing. */
static int differ(sw_git_folders *f, const entry *a, const entry *b, const folder *at, int owner,
                  sw_error *err)
{
    const entry *any = a->name ? a : b;
    const folder *child = child_of(at, any->name, any->len);
    if (child && child->owner != NO_ONE)
        owner = child->owner;
    if (!f->rule_count && (!child || !child->count)) {
        touch(f, owner);
        return 0;
    }
    size_t len = f->path.len;
    if ((len && sw_buf_add(&f->path, "/", 1) < 0)
        || sw_buf_add(&f->path, any->name, any->len) < 0)
        return sw_fail_nomem(err);
    bool file = (a->name && !is_tree(a)) || (b->name && !is_tree(b));
    int rc = 0;
    if (is_tree(a) || is_tree(b)) {
        git_oid from, to;
        if (is_tree(a))
            git_oid_fromraw(&from, a->id);
        if (is_tree(b))
            git_oid_fromraw(&to, b->id);
        rc = compare(f, is_tree(a) ? &from : NULL, is_tree(b) ? &to : NULL, child, owner, err);
    }
    if (rc == 0 && file)
        touch_path(f, owner);
    back_to(&f->path, len);
    return rc;
}

/* Steps over entries that both sides have in the same bytes: nearly all of them. */
static void skip_same(const char **a, const char *a_end, const char **b, const char *b_end)
{
    while (*a < a_end && *b < b_end) {
        const char *stop = memchr(*a, '\0', (size_t)(a_end - *a));
        if (!stop || a_end - stop < GIT_OID_RAWSZ + 1)
            return;
        size_t len = (size_t)(stop + 1 + GIT_OID_RAWSZ - *a);
        if ((size_t)(b_end - *b) < len || memcmp(*a, *b, len) != 0)
            return;
        *a += len;
        *b += len;
    }
}

static int merge(sw_git_folders *f, const tree *left, const tree *right, const folder *at,
                 int owner, sw_error *err)
{
    const char *from = left ? sw_buf_text(&left->text) : "";
    const char *to = right ? sw_buf_text(&right->text) : "";
    const char *from_end = from + (left ? left->text.len : 0);
    const char *to_end = to + (right ? right->text.len : 0);
    static const entry none = { NULL, 0, 0, NULL, NULL };
    entry a, b;
    int rc = 0;
    for (;;) {
        skip_same(&from, from_end, &to, to_end);
        read_entry(&a, from, from_end);
        read_entry(&b, to, to_end);
        if (rc < 0 || (!a.name && !b.name))
            return rc;
        int order = order_of(&a, &b);
        if (order != 0)
            rc = order < 0 ? differ(f, &a, &none, at, owner, err)
                           : differ(f, &none, &b, at, owner, err);
        else if (a.mode != b.mode || memcmp(a.id, b.id, GIT_OID_RAWSZ) != 0)
            rc = differ(f, &a, &b, at, owner, err);
        from = order <= 0 ? a.next : from;
        to = order >= 0 ? b.next : to;
    }
}

static int compare(sw_git_folders *f, const git_oid *a, const git_oid *b, const folder *at,
                   int owner, sw_error *err)
{
    tree *left = NULL, *right = NULL;
    int rc = read_tree(&left, f, a, err);
    if (rc == 0)
        rc = read_tree(&right, f, b, err);
    if (rc == 0)
        rc = merge(f, left, right, at, owner, err);
    drop_tree(left);
    drop_tree(right);
    return rc;
}

int sw_git_folders_compare(bool *touched, sw_git_folders *f, const git_oid *from, const git_oid *to,
                           sw_error *err)
{
    if (from && to && git_oid_equal(from, to))
        return 0;
    f->touched = touched;
    back_to(&f->path, 0);
    return compare(f, from, to, &f->root, f->root.owner, err);
}
