/* door.archive: list and extract (the safe reader), create (the reproducible writer). */
#include "bind/bind.h"
#include "bind/open.h"
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

static const luaL_Reg functions[] = {
    { "extract", archive_extract },
    { "list", archive_list },
    { NULL, NULL },
};

int sw_open_archive(lua_State *L)
{
    luaL_newlib(L, functions);
    return 1;
}
