/* door.file: files and folders. */
#include "bind/bind.h"
#include "bind/open.h"
#include "core/file.h"

/* true | nil, err */
static int push_done(lua_State *L, int rc, const sw_error *err)
{
    if (rc < 0)
        return sw_push_error(L, err);
    lua_pushboolean(L, 1);
    return 1;
}

static int file_read(lua_State *L) /* file.read(path) -> text | nil, err */
{
    const char *path = sw_arg_path(L, 1);
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    sw_buf *text = sw_scope_buf(L, scope);
    int rc = sw_file_read(text, path, 0, err);
    return rc < 0 ? sw_push_error(L, err) : sw_push_buf(L, text);
}

typedef struct piece_args {
    const char *path;
    int64_t offset, size;
} piece_args;

static const sw_field piece_fields[] = {
    { "path", SW_ARG_TEXT, offsetof(piece_args, path), true },
    { "offset", SW_ARG_INT, offsetof(piece_args, offset), true },
    { "size", SW_ARG_INT, offsetof(piece_args, size), true },
    { NULL, SW_ARG_TEXT, 0, false },
};

static int file_piece(lua_State *L) /* file.piece{ path, offset, size } -> text | nil, err */
{
    piece_args a = { NULL, 0, 0 };
    sw_args_read(L, 1, piece_fields, &a);
    if (a.offset < 0 || a.size < 0)
        return luaL_error(L, "fields 'offset' and 'size' are not negative");
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    sw_buf *text = sw_scope_buf(L, scope);
    int rc = sw_file_piece(text, a.path, (uint64_t)a.offset, (size_t)a.size, err);
    return rc < 0 ? sw_push_error(L, err) : sw_push_buf(L, text);
}

typedef struct write_args {
    const char *path;
    sw_bytes text;
    int64_t mode;
} write_args;

static const sw_field write_fields[] = {
    { "path", SW_ARG_TEXT, offsetof(write_args, path), true },
    { "text", SW_ARG_BYTES, offsetof(write_args, text), true },
    { "mode", SW_ARG_INT, offsetof(write_args, mode), false },
    { NULL, SW_ARG_TEXT, 0, false },
};

static void check_mode(lua_State *L, int64_t mode)
{
    if (mode != -1 && (mode < 0 || mode > 07777))
        luaL_error(L, "field 'mode': permission bits expected, got %I", (LUAI_UACINT)mode);
}

static int file_write(lua_State *L) /* file.write{ path, text, mode? } -> true | nil, err */
{
    write_args a = { NULL, { NULL, 0 }, -1 };
    sw_args_read(L, 1, write_fields, &a);
    check_mode(L, a.mode);
    sw_error *err = sw_scope_error(sw_scope_open(L));
    return push_done(L, sw_file_write(a.path, a.text.data, a.text.len, (int)a.mode, err), err);
}

typedef struct two_paths {
    const char *from, *to;
} two_paths;

static const sw_field from_to_fields[] = {
    { "from", SW_ARG_TEXT, offsetof(two_paths, from), true },
    { "to", SW_ARG_TEXT, offsetof(two_paths, to), true },
    { NULL, SW_ARG_TEXT, 0, false },
};

static int file_copy(lua_State *L) /* file.copy{ from, to } -> true | nil, err */
{
    two_paths a = { NULL, NULL };
    sw_args_read(L, 1, from_to_fields, &a);
    sw_error *err = sw_scope_error(sw_scope_open(L));
    return push_done(L, sw_file_copy(a.from, a.to, err), err);
}

static int file_rename(lua_State *L) /* file.rename{ from, to } -> true | nil, err */
{
    two_paths a = { NULL, NULL };
    sw_args_read(L, 1, from_to_fields, &a);
    sw_error *err = sw_scope_error(sw_scope_open(L));
    return push_done(L, sw_file_rename(a.from, a.to, err), err);
}

static const sw_field link_fields[] = {
    { "target", SW_ARG_TEXT, offsetof(two_paths, from), true },
    { "path", SW_ARG_TEXT, offsetof(two_paths, to), true },
    { NULL, SW_ARG_TEXT, 0, false },
};

static int file_link(lua_State *L) /* file.link{ target, path } -> true | nil, err */
{
    two_paths a = { NULL, NULL };
    sw_args_read(L, 1, link_fields, &a);
    sw_error *err = sw_scope_error(sw_scope_open(L));
    return push_done(L, sw_file_link(a.from, a.to, err), err);
}

typedef struct stat_args {
    bool follow;
} stat_args;

static const sw_field stat_fields[] = {
    { "follow", SW_ARG_BOOL, offsetof(stat_args, follow), false },
    { NULL, SW_ARG_TEXT, 0, false },
};

static int file_stat(lua_State *L) /* file.stat(path[, { follow }]) -> { kind, size, mode, mtime } | nil, err */
{
    const char *path = sw_arg_path(L, 1);
    stat_args a = { true };
    sw_args_read(L, 2, stat_fields, &a);
    sw_error *err = sw_scope_error(sw_scope_open(L));
    sw_file_info info;
    if (sw_file_stat(&info, path, a.follow, err) < 0)
        return sw_push_error(L, err);
    lua_createtable(L, 0, 4);
    sw_set_text(L, "kind", info.kind);
    sw_set_int(L, "size", info.size);
    sw_set_int(L, "mode", info.mode);
    sw_set_int(L, "mtime", info.mtime);
    return 1;
}

static void release_names(void *names)
{
    sw_names_release(names);
}

static int file_list(lua_State *L) /* file.list(folder) -> sorted names | nil, err */
{
    const char *path = sw_arg_path(L, 1);
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    sw_names *names = sw_scope_block(L, scope, sizeof *names, release_names);
    if (sw_file_list(names, path, err) < 0)
        return sw_push_error(L, err);
    lua_createtable(L, names->count > 1000000 ? 0 : (int)names->count, 0);
    for (size_t i = 0; i < names->count; i++) {
        lua_pushstring(L, names->items[i]);
        lua_seti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

typedef struct mkdir_args {
    const char *path;
    bool parents;
} mkdir_args;

static const sw_field mkdir_fields[] = {
    { "path", SW_ARG_TEXT, offsetof(mkdir_args, path), true },
    { "parents", SW_ARG_BOOL, offsetof(mkdir_args, parents), false },
    { NULL, SW_ARG_TEXT, 0, false },
};

static int file_mkdir(lua_State *L) /* file.mkdir{ path, parents? } -> true | nil, err */
{
    mkdir_args a = { NULL, false };
    sw_args_read(L, 1, mkdir_fields, &a);
    sw_error *err = sw_scope_error(sw_scope_open(L));
    return push_done(L, sw_file_mkdir(a.path, a.parents, err), err);
}

static int file_remove(lua_State *L) /* file.remove(path) -> true | nil, err */
{
    const char *path = sw_arg_path(L, 1);
    sw_error *err = sw_scope_error(sw_scope_open(L));
    return push_done(L, sw_file_remove(path, err), err);
}

static const sw_field tree_fields[] = {
    { "path", SW_ARG_TEXT, offsetof(two_paths, from), true },
    { "below", SW_ARG_TEXT, offsetof(two_paths, to), true },
    { NULL, SW_ARG_TEXT, 0, false },
};

static int file_remove_tree(lua_State *L) /* file.remove_tree{ path, below } -> true | nil, err */
{
    two_paths a = { NULL, NULL };
    sw_args_read(L, 1, tree_fields, &a);
    sw_error *err = sw_scope_error(sw_scope_open(L));
    return push_done(L, sw_file_remove_tree(a.from, a.to, err), err);
}

typedef struct chmod_args {
    const char *path;
    int64_t mode;
} chmod_args;

static const sw_field chmod_fields[] = {
    { "path", SW_ARG_TEXT, offsetof(chmod_args, path), true },
    { "mode", SW_ARG_INT, offsetof(chmod_args, mode), true },
    { NULL, SW_ARG_TEXT, 0, false },
};

static int file_chmod(lua_State *L) /* file.chmod{ path, mode } -> true | nil, err */
{
    chmod_args a = { NULL, 0 };
    sw_args_read(L, 1, chmod_fields, &a);
    check_mode(L, a.mode == -1 ? -2 : a.mode);
    sw_error *err = sw_scope_error(sw_scope_open(L));
    return push_done(L, sw_file_chmod(a.path, (int)a.mode, err), err);
}

static int file_temp_dir(lua_State *L) /* file.temp_dir(prefix) -> path | nil, err */
{
    const char *prefix = sw_arg_path(L, 1);
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    sw_buf *path = sw_scope_buf(L, scope);
    int rc = sw_file_temp_dir(path, prefix, err);
    return rc < 0 ? sw_push_error(L, err) : sw_push_buf(L, path);
}

static int file_realpath(lua_State *L) /* file.realpath(path) -> path | nil, err */
{
    const char *path = sw_arg_path(L, 1);
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    sw_buf *full = sw_scope_buf(L, scope);
    int rc = sw_file_realpath(full, path, err);
    return rc < 0 ? sw_push_error(L, err) : sw_push_buf(L, full);
}

static int file_cwd(lua_State *L) /* file.cwd() -> path | nil, err */
{
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    sw_buf *full = sw_scope_buf(L, scope);
    int rc = sw_file_cwd(full, err);
    return rc < 0 ? sw_push_error(L, err) : sw_push_buf(L, full);
}

int sw_open_file(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "read", file_read },         { "piece", file_piece },
        { "write", file_write },
        { "copy", file_copy },         { "rename", file_rename },
        { "link", file_link },         { "stat", file_stat },
        { "list", file_list },         { "mkdir", file_mkdir },
        { "remove", file_remove },     { "remove_tree", file_remove_tree },
        { "chmod", file_chmod },       { "temp_dir", file_temp_dir },
        { "realpath", file_realpath }, { "cwd", file_cwd },
        { NULL, NULL },
    };
    luaL_newlib(L, functions);
    return 1;
}
