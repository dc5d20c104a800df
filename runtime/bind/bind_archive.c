/* door.archive: list and extract (the safe reader), create (the reproducible writer). */
#include <stdlib.h>

#include "bind/bind.h"
#include "bind/open.h"
#include "core/archive_create.h"
#include "core/archive_extract.h"

typedef struct read_args {
    const char *file, *to;
    int64_t max_entries, max_size, max_ratio, strip;
} read_args;

static const sw_field extract_fields[] = {
    { "file", SW_ARG_TEXT, offsetof(read_args, file), true },
    { "to", SW_ARG_TEXT, offsetof(read_args, to), true },
    { "max_entries", SW_ARG_INT, offsetof(read_args, max_entries), false },
    { "max_size", SW_ARG_INT, offsetof(read_args, max_size), false },
    { "max_ratio", SW_ARG_INT, offsetof(read_args, max_ratio), false },
    { "strip", SW_ARG_INT, offsetof(read_args, strip), false },
    { 0 },
};

static const sw_field list_fields[] = {
    { "file", SW_ARG_TEXT, offsetof(read_args, file), true },
    { "max_entries", SW_ARG_INT, offsetof(read_args, max_entries), false },
    { "max_size", SW_ARG_INT, offsetof(read_args, max_size), false },
    { "max_ratio", SW_ARG_INT, offsetof(read_args, max_ratio), false },
    { 0 },
};

static sw_archive_limits limits_of(lua_State *L, const read_args *a)
{
    if (a->max_entries < 0 || a->max_size < 0 || a->max_ratio < 0 || a->strip < 0 || a->strip > 1000)
        luaL_error(L, "a limit is negative");
    return (sw_archive_limits){ .entries = (uint64_t)a->max_entries, .size = (uint64_t)a->max_size,
                                .ratio = (uint64_t)a->max_ratio, .strip = (unsigned)a->strip };
}

static void release_listing(void *memory)
{
    sw_archive_listing_release(memory);
}

static int archive_extract(lua_State *L)
{
    read_args a = { 0 };
    sw_args_read(L, 1, extract_fields, &a);
    sw_archive_limits limits = limits_of(L, &a);
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    sw_archive_listing *listing = sw_scope_block(L, scope, sizeof *listing, release_listing);
    if (sw_archive_extract(listing, a.file, a.to, &limits, err) < 0)
        return sw_push_error(L, err);
    lua_createtable(L, 0, 2);
    sw_set_int(L, "entries", (int64_t)listing->entries);
    sw_set_int(L, "size", (int64_t)listing->size);
    return 1;
}

static int archive_list(lua_State *L)
{
    static const char *const kinds[] = { "file", "folder", "symlink", "hardlink" };
    read_args a = { 0 };
    sw_args_read(L, 1, list_fields, &a);
    sw_archive_limits limits = limits_of(L, &a);
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    sw_archive_listing *listing = sw_scope_block(L, scope, sizeof *listing, release_listing);
    if (sw_archive_list(listing, a.file, &limits, err) < 0)
        return sw_push_error(L, err);
    lua_createtable(L, (int)listing->count, 0);
    for (size_t i = 0; i < listing->count; i++) {
        const sw_archive_item *item = &listing->items[i];
        lua_createtable(L, 0, 5);
        sw_set_text(L, "path", item->path);
        sw_set_text(L, "target", item->target);
        sw_set_text(L, "kind", kinds[item->kind]);
        sw_set_int(L, "mode", item->mode);
        sw_set_int(L, "size", (int64_t)item->size);
        lua_seti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

typedef struct create_args {
    const char *file, *from, *format, *prefix;
    int files;
    sw_list exclude;
    int64_t time, level;
} create_args;

static const sw_field create_fields[] = {
    { "file", SW_ARG_TEXT, offsetof(create_args, file), true },
    { "from", SW_ARG_TEXT, offsetof(create_args, from), false },
    { "files", SW_ARG_TABLE, offsetof(create_args, files), false },
    { "format", SW_ARG_TEXT, offsetof(create_args, format), false },
    { "prefix", SW_ARG_TEXT, offsetof(create_args, prefix), false },
    { "exclude", SW_ARG_LIST, offsetof(create_args, exclude), false },
    { "time", SW_ARG_INT, offsetof(create_args, time), false },
    { "level", SW_ARG_INT, offsetof(create_args, level), false },
    { 0 },
};

typedef struct input_args {
    const char *path, *as;
    int64_t mode;
} input_args;

static const sw_field input_fields[] = {
    { "path", SW_ARG_TEXT, offsetof(input_args, path), true },
    { "as", SW_ARG_TEXT, offsetof(input_args, as), true },
    { "mode", SW_ARG_INT, offsetof(input_args, mode), false },
    { 0 },
};

/* Fills the inputs; the array is a userdata left on the stack, the texts belong to the caller's tables. */
static size_t read_inputs(lua_State *L, const create_args *a, const sw_archive_input **out)
{
    if ((a->from != NULL) == (a->files != 0))
        luaL_error(L, "either 'from' or 'files' is needed");
    size_t count = a->from ? 1 : (size_t)luaL_len(L, a->files);
    sw_archive_input *inputs = lua_newuserdatauv(L, (count + 1) * sizeof *inputs, 0);
    *out = inputs;
    if (a->from)
        inputs[0] = (sw_archive_input){ a->from, "", 0 };
    for (size_t i = 0; !a->from && i < count; i++) {
        input_args one = { 0 };
        lua_geti(L, a->files, (lua_Integer)i + 1);
        luaL_checktype(L, -1, LUA_TTABLE);
        sw_args_read(L, lua_gettop(L), input_fields, &one);
        inputs[i] = (sw_archive_input){ one.path, one.as, (unsigned)one.mode };
        lua_pop(L, 1);
    }
    return count;
}

/* The time of every entry when the caller names none: SOURCE_DATE_EPOCH as reproducible-builds.org has it, else
 * the first day a zip knows, 1980-01-01. -1: the variable holds no number. */
static int64_t default_time(void)
{
    const char *text = getenv("SOURCE_DATE_EPOCH");
    if (!text || !*text)
        return 315532800;
    int64_t time = 0;
    for (; *text; text++) {
        if (*text < '0' || *text > '9' || time > INT64_MAX / 100)
            return -1;
        time = time * 10 + (*text - '0');
    }
    return time;
}

static int archive_create(lua_State *L)
{
    create_args a = { .time = INT64_MIN };
    sw_archive_recipe recipe = { 0 };
    sw_args_read(L, 1, create_fields, &a);
    recipe.count = read_inputs(L, &a, &recipe.inputs);
    if (a.level < 0 || a.level > 100)
        luaL_error(L, "field 'level': out of range");
    recipe.file = a.file;
    recipe.format = a.format;
    recipe.prefix = a.prefix;
    recipe.exclude = a.exclude.items;
    recipe.time = a.time == INT64_MIN ? default_time() : a.time;
    recipe.level = (int)a.level;
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    uint64_t size = 0, entries = 0;
    if (sw_archive_create(&size, &entries, &recipe, err) < 0)
        return sw_push_error(L, err);
    lua_createtable(L, 0, 2);
    sw_set_int(L, "size", (int64_t)size);
    sw_set_int(L, "entries", (int64_t)entries);
    return 1;
}

static const luaL_Reg functions[] = {
    { "create", archive_create },
    { "extract", archive_extract },
    { "list", archive_list },
    { NULL, NULL },
};

int sw_open_archive(lua_State *L)
{
    luaL_newlib(L, functions);
    return 1;
}
