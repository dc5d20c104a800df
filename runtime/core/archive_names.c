#include "core/archive_names.h"

#include <stdlib.h>
#include <string.h>

#include "core/archive_path.h"

typedef struct known {
    char *folded; /* owned; `exact` lives behind it in the same block */
    char *exact;
    size_t folded_len;
    uint64_t hash;
    enum sw_entry_kind kind;
    bool implied; /* a folder nobody has named yet, only things inside it */
} known;

struct sw_archive_names {
    known *slots; /* open addressing, capacity a power of two */
    size_t capacity;
    size_t count;
    bool exact;
    sw_buf fold;
};

static uint64_t hash_of(const char *text, size_t len)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)text[i]) * 1099511628211u;
    return hash;
}

int sw_archive_names_open(sw_archive_names **out, bool exact, sw_error *err)
{
    sw_archive_names *names = calloc(1, sizeof *names);
    if (names)
        names->slots = calloc(256, sizeof *names->slots);
    if (!names || !names->slots) {
        free(names);
        return sw_fail_nomem(err);
    }
    names->capacity = 256;
    names->exact = exact;
    sw_buf_init(&names->fold);
    *out = names;
    return 0;
}

void sw_archive_names_close(sw_archive_names *names)
{
    if (!names)
        return;
    for (size_t i = 0; i < names->capacity; i++)
        free(names->slots[i].folded);
    free(names->slots);
    sw_buf_release(&names->fold);
    free(names);
}

static known *find(known *slots, size_t capacity, const char *folded, size_t len, uint64_t hash)
{
    size_t at = (size_t)hash & (capacity - 1);
    while (slots[at].folded &&
           (slots[at].hash != hash || slots[at].folded_len != len || memcmp(slots[at].folded, folded, len) != 0))
        at = (at + 1) & (capacity - 1);
    return &slots[at];
}

static int grow(sw_archive_names *names, sw_error *err)
{
    size_t capacity = names->capacity * 2;
    known *slots = calloc(capacity, sizeof *slots);
    if (!slots)
        return sw_fail_nomem(err);
    for (size_t i = 0; i < names->capacity; i++) {
        known *old = &names->slots[i];
        if (old->folded)
            *find(slots, capacity, old->folded, old->folded_len, old->hash) = *old;
    }
    free(names->slots);
    names->slots = slots;
    names->capacity = capacity;
    return 0;
}

static int clash(const known *there, const char *path, size_t len, bool parent, sw_error *err)
{
    sw_archive_shown shown, other;
    sw_archive_show(&shown, path, len);
    if (strlen(there->exact) != len || memcmp(there->exact, path, len) != 0)
        return sw_fail(err, SW_E_REFUSED, "archive.duplicate", "'%s' and '%s' are one name on some file systems",
                       sw_archive_show(&other, there->exact, strlen(there->exact)), shown.text);
    if (parent)
        return sw_fail(err, SW_E_REFUSED, "archive.duplicate", "'%s' is not a folder, but is used as one",
                       shown.text);
    return sw_fail(err, SW_E_REFUSED, "archive.duplicate", "'%s' is there twice", shown.text);
}

/* One prefix of a path: a parent (implied folder) or the path itself. */
static int add_one(sw_archive_names *names, const char *path, size_t len, size_t fold_len, bool parent,
                   enum sw_entry_kind kind, sw_error *err)
{
    const char *folded = sw_buf_text(&names->fold);
    uint64_t hash = hash_of(folded, fold_len);
    known *slot = find(names->slots, names->capacity, folded, fold_len, hash);
    if (slot->folded) {
        bool same = strlen(slot->exact) == len && memcmp(slot->exact, path, len) == 0;
        if (!same || slot->kind != SW_ENTRY_FOLDER)
            return clash(slot, path, len, parent, err);
        if (parent)
            return 0;
        if (kind != SW_ENTRY_FOLDER || !slot->implied)
            return clash(slot, path, len, false, err);
        slot->implied = false;
        return 0;
    }
    char *block = malloc(fold_len + len + 2);
    if (!block)
        return sw_fail_nomem(err);
    memcpy(block, folded, fold_len);
    block[fold_len] = '\0';
    memcpy(block + fold_len + 1, path, len);
    block[fold_len + 1 + len] = '\0';
    *slot = (known){ block, block + fold_len + 1, fold_len, hash, parent ? SW_ENTRY_FOLDER : kind, parent };
    names->count++;
    return names->count * 2 > names->capacity ? grow(names, err) : 0;
}

static int fold(sw_buf *out, const sw_archive_names *names, const char *path, sw_error *err)
{
    if (!names->exact)
        return sw_archive_path_fold(out, path, err);
    sw_buf_clear(out);
    return sw_buf_add_text(out, path) < 0 ? sw_fail_nomem(err) : 0;
}

int sw_archive_names_add(sw_archive_names *names, const char *path, enum sw_entry_kind kind, sw_error *err)
{
    int rc = fold(&names->fold, names, path, err);
    if (rc < 0)
        return rc;
    const char *folded = sw_buf_text(&names->fold);
    const char *slash = strchr(path, '/');
    const char *fold_slash = strchr(folded, '/');
    while (slash && fold_slash) {
        rc = add_one(names, path, (size_t)(slash - path), (size_t)(fold_slash - folded), true, kind, err);
        if (rc < 0)
            return rc;
        slash = strchr(slash + 1, '/');
        fold_slash = strchr(fold_slash + 1, '/');
    }
    return add_one(names, path, strlen(path), names->fold.len, false, kind, err);
}

bool sw_archive_names_is_file(const sw_archive_names *names, const char *path)
{
    sw_buf folded;
    sw_buf_init(&folded);
    bool yes = false;
    if (fold(&folded, names, path, NULL) == 0) {
        const char *text = sw_buf_text(&folded);
        const known *slot = find(names->slots, names->capacity, text, folded.len, hash_of(text, folded.len));
        yes = slot->folded && slot->kind == SW_ENTRY_FILE && strcmp(slot->exact, path) == 0;
    }
    sw_buf_release(&folded);
    return yes;
}
