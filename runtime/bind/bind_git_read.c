/* door.git: reading: revisions, refs, tags, trees, status. */
#include <string.h>

#include "bind/bind_git.h"
#include "core/git_gather.h"
#include "core/git_read.h"
#include "core/git_refs.h"
#include "core/git_releases.h"
#include "core/git_status.h"

/* ---- names ---- */

static int repo_resolve(lua_State *L) /* repo:resolve(rev) -> oid | nil, err */
{
    sw_git *git = sw_check_git(L, 1);
    const char *rev = sw_arg_text(L, 2);
    sw_scope *scope = sw_scope_open(L);
    sw_oid_text oid;
    if (sw_git_resolve(oid, git, rev, sw_scope_error(scope)) < 0)
        return sw_push_error(L, sw_scope_error(scope));
    lua_pushstring(L, oid);
    return 1;
}

static int repo_ref(lua_State *L) /* repo:ref(name) -> oid | nil | nil, err */
{
    sw_git *git = sw_check_git(L, 1);
    const char *name = sw_arg_text(L, 2);
    sw_scope *scope = sw_scope_open(L);
    git_oid id;
    char hex[SW_OID_HEX + 1];
    int rc = sw_git_ref_read(&id, git, name, sw_scope_error(scope));
    if (rc < 0)
        return sw_push_error(L, sw_scope_error(scope));
    if (rc == 0)
        lua_pushnil(L);
    else
        lua_pushstring(L, git_oid_tostr(hex, sizeof hex, &id));
    return 1;
}

static int repo_state(lua_State *L) /* repo:state() -> digest | nil, err */
{
    sw_git *git = sw_check_git(L, 1);
    sw_scope *scope = sw_scope_open(L);
    sw_oid_text state;
    if (sw_git_state(state, git, sw_scope_error(scope)) < 0)
        return sw_push_error(L, sw_scope_error(scope));
    lua_pushstring(L, state);
    return 1;
}

static int repo_symbolic(lua_State *L) /* repo:symbolic(name) -> ref name | nil | nil, err */
{
    sw_git *git = sw_check_git(L, 1);
    const char *name = sw_arg_text(L, 2);
    sw_scope *scope = sw_scope_open(L);
    sw_buf *target = sw_scope_buf(L, scope);
    int rc = sw_git_ref_target(target, git, name, sw_scope_error(scope));
    if (rc < 0)
        return sw_push_error(L, sw_scope_error(scope));
    if (rc > 0)
        return sw_push_buf(L, target);
    lua_pushnil(L);
    return 1;
}

static void release_refs(void *refs)
{
    sw_git_refs_release(refs);
}

static void set_id(lua_State *L, const char *key, const git_oid *id)
{
    char hex[SW_OID_HEX + 1];
    if (!git_oid_is_zero(id))
        sw_set_text(L, key, git_oid_tostr(hex, sizeof hex, id));
}

static int repo_refs(lua_State *L) /* repo:refs(prefix, { quick =, limit = }) -> list | nil, err */
{
    typedef struct {
        bool quick;
        int64_t limit;
    } args;
    static const sw_field fields[] = {
        { "quick", SW_ARG_BOOL, offsetof(args, quick), false },
        { "limit", SW_ARG_INT, offsetof(args, limit), false },
        { NULL, 0, 0, false },
    };
    args a = { 0 };
    sw_git *git = sw_check_git(L, 1);
    const char *prefix = sw_arg_text(L, 2);
    if (!lua_isnoneornil(L, 3))
        sw_args_read(L, 3, fields, &a);
    sw_scope *scope = sw_scope_open(L);
    sw_git_refs *refs = sw_scope_block(L, scope, sizeof *refs, release_refs);
    if ((a.quick ? sw_git_refs_quick : sw_git_refs_list)(refs, git, prefix, sw_scope_error(scope)) < 0)
        return sw_push_error(L, sw_scope_error(scope));
    size_t count = a.limit > 0 && (size_t)a.limit < refs->count ? (size_t)a.limit : refs->count;
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_createtable(L, 0, 3);
        sw_set_text(L, "name", refs->items[i].name);
        set_id(L, "oid", &refs->items[i].id);
        set_id(L, "commit", &refs->items[i].commit);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static int repo_ref_names(lua_State *L) /* repo:ref_names(prefix) -> names, commits | nil, err */
{
    sw_git *git = sw_check_git(L, 1);
    const char *prefix = sw_arg_text(L, 2);
    size_t skip = strlen(prefix);
    sw_scope *scope = sw_scope_open(L);
    sw_git_refs *refs = sw_scope_block(L, scope, sizeof *refs, release_refs);
    if (sw_git_refs_quick(refs, git, prefix, sw_scope_error(scope)) < 0)
        return sw_push_error(L, sw_scope_error(scope));
    lua_createtable(L, (int)refs->count, 0);
    lua_createtable(L, (int)refs->count, 0);
    for (size_t i = 0; i < refs->count; i++) {
        char hex[SW_OID_HEX + 1];
        const sw_git_ref *ref = &refs->items[i];
        lua_pushstring(L, ref->name + skip);
        lua_rawseti(L, -3, (lua_Integer)i + 1);
        if (git_oid_is_zero(&ref->commit))
            lua_pushboolean(L, false);
        else
            lua_pushstring(L, git_oid_tostr(hex, sizeof hex, &ref->commit));
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 2;
}

static void release_releases(void *releases)
{
    sw_git_releases_release(releases);
}

static void push_releases(lua_State *L, const sw_git_releases *releases)
{
    lua_createtable(L, 0, 3);
    lua_createtable(L, (int)releases->count, 0);
    lua_createtable(L, (int)releases->count, 0);
    lua_createtable(L, (int)releases->count, 0);
    for (size_t i = 0; i < releases->count; i++) {
        const sw_git_release *one = &releases->items[i];
        char hex[SW_OID_HEX + 1];
        lua_pushstring(L, git_oid_tostr(hex, sizeof hex, one->commit));
        lua_rawseti(L, -4, (lua_Integer)i + 1);
        lua_pushstring(L, one->tag);
        lua_rawseti(L, -3, (lua_Integer)i + 1);
        lua_pushlstring(L, one->version.at, one->version.len);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -4, "versions");
    lua_setfield(L, -3, "tags");
    lua_setfield(L, -2, "commits");
}

static int repo_releases(lua_State *L) /* repo:releases{ before =, after =, all =, fixes = } -> { commits, tags, versions } | nil, err */
{
    typedef struct {
        const char *before, *after;
        bool all;
        int64_t fixes;
    } args;
    static const sw_field fields[] = {
        { "before", SW_ARG_TEXT, offsetof(args, before), true },
        { "after", SW_ARG_TEXT, offsetof(args, after), true },
        { "all", SW_ARG_BOOL, offsetof(args, all), false },
        { "fixes", SW_ARG_INT, offsetof(args, fixes), false },
        { NULL, 0, 0, false },
    };
    args a = { .fixes = -1 };
    sw_git *git = sw_check_git(L, 1);
    sw_args_read(L, 2, fields, &a);
    sw_scope *scope = sw_scope_open(L);
    sw_git_releases *releases = sw_scope_block(L, scope, sizeof *releases, release_releases);
    int rc = sw_git_releases_list(releases, git, a.before, a.after, sw_scope_error(scope));
    if (rc == 0 && a.fixes >= 0)
        sw_git_releases_fixes(releases, (size_t)a.fixes);
    else if (rc == 0 && !a.all)
        rc = sw_git_releases_by_commit(releases, sw_scope_error(scope));
    if (rc < 0)
        return sw_push_error(L, sw_scope_error(scope));
    push_releases(L, releases);
    return 1;
}

static void release_tag(void *tag)
{
    sw_git_tag_release(tag);
}

static int repo_tag(lua_State *L) /* repo:tag(name) -> table | nil | nil, err */
{
    sw_git *git = sw_check_git(L, 1);
    const char *name = sw_arg_text(L, 2);
    sw_scope *scope = sw_scope_open(L);
    sw_git_tag_text *tag = sw_scope_block(L, scope, sizeof *tag, release_tag);
    int rc = sw_git_tag_read(tag, git, name, sw_scope_error(scope));
    if (rc < 0)
        return sw_push_error(L, sw_scope_error(scope));
    if (rc == 0) {
        lua_pushnil(L);
        return 1;
    }
    lua_createtable(L, 0, 8);
    sw_set_text(L, "name", name);
    sw_set_text(L, "oid", tag->oid);
    sw_set_text(L, "commit", *tag->commit ? tag->commit : NULL);
    sw_set_bool(L, "annotated", tag->annotated);
    sw_set_bool(L, "signed", tag->annotated && tag->raw.signed_);
    if (!tag->annotated)
        return 1;
    sw_push_utf8(L, tag->raw.message, tag->raw.message_len, &tag->raw);
    lua_setfield(L, -2, "message");
    if (tag->raw.committer.name) {
        sw_push_signature(L, &tag->raw.committer, &tag->raw);
        lua_setfield(L, -2, "tagger");
        sw_set_int(L, "time", tag->raw.committer.time);
    }
    return 1;
}

/* ---- commits ---- */

static void release_commit(void *commit)
{
    sw_git_commit_text_release(commit);
}

static int repo_commit(lua_State *L) /* repo:commit(rev) -> slipway.Commit | nil, err */
{
    sw_git *git = sw_check_git(L, 1);
    const char *rev = sw_arg_text(L, 2);
    sw_scope *scope = sw_scope_open(L);
    sw_git_commit_text *commit = sw_scope_block(L, scope, sizeof *commit, release_commit);
    if (sw_git_commit_read(commit, git, rev, sw_scope_error(scope)) < 0)
        return sw_push_error(L, sw_scope_error(scope));
    sw_push_commit(L, commit->oid, &commit->raw);
    return 1;
}

static int repo_merge_base(lua_State *L) /* repo:merge_base(a, b) -> oid | nil | nil, err */
{
    sw_git *git = sw_check_git(L, 1);
    const char *a = sw_arg_text(L, 2), *b = sw_arg_text(L, 3);
    sw_scope *scope = sw_scope_open(L);
    sw_oid_text oid;
    int rc = sw_git_merge_base(oid, git, a, b, sw_scope_error(scope));
    if (rc < 0)
        return sw_push_error(L, sw_scope_error(scope));
    if (rc == 0)
        lua_pushnil(L);
    else
        lua_pushstring(L, oid);
    return 1;
}

static int repo_is_ancestor(lua_State *L) /* repo:is_ancestor(ancestor, descendant) -> boolean | nil, err */
{
    sw_git *git = sw_check_git(L, 1);
    const char *a = sw_arg_text(L, 2), *b = sw_arg_text(L, 3);
    sw_scope *scope = sw_scope_open(L);
    int rc = sw_git_is_ancestor(git, a, b, sw_scope_error(scope));
    if (rc < 0)
        return sw_push_error(L, sw_scope_error(scope));
    lua_pushboolean(L, rc);
    return 1;
}

static int repo_patch_id(lua_State *L) /* repo:patch_id(rev) -> text | nil | nil, err */
{
    sw_git *git = sw_check_git(L, 1);
    const char *rev = sw_arg_text(L, 2);
    sw_scope *scope = sw_scope_open(L);
    sw_oid_text id;
    int rc = sw_git_patch_id(id, git, rev, sw_scope_error(scope));
    if (rc < 0)
        return sw_push_error(L, sw_scope_error(scope));
    if (rc == 0)
        lua_pushnil(L);
    else
        lua_pushstring(L, id);
    return 1;
}

static int repo_patch_ids(lua_State *L) /* repo:patch_ids(commits) -> { [commit] = text } | nil, err */
{
    sw_git *git = sw_check_git(L, 1);
    sw_list commits = sw_arg_list(L, 2);
    sw_scope *scope = sw_scope_open(L);
    sw_buf *lines = sw_scope_buf(L, scope);
    if (sw_git_patch_ids(lines, git, commits.items, commits.count, sw_scope_error(scope)) < 0)
        return sw_push_error(L, sw_scope_error(scope));
    lua_createtable(L, 0, (int)commits.count);
    const char *at = sw_buf_text(lines), *end = at + lines->len;
    for (; end - at >= 2 * SW_OID_HEX + 1; at += 2 * SW_OID_HEX + 2) {
        lua_pushlstring(L, at + SW_OID_HEX + 1, SW_OID_HEX);
        lua_pushlstring(L, at, SW_OID_HEX);
        lua_rawset(L, -3);
    }
    return 1;
}

/* ---- files ---- */

static int repo_read(lua_State *L) /* repo:read{ at =, path = } -> bytes | nil | nil, err */
{
    static const sw_field fields[] = {
        { "at", SW_ARG_TEXT, 0, true },
        { "path", SW_ARG_TEXT, sizeof(char *), true },
        { NULL, 0, 0, false },
    };
    struct {
        const char *at, *path;
    } a = { NULL, NULL };
    sw_git *git = sw_check_git(L, 1);
    sw_args_read(L, 2, fields, &a);
    sw_scope *scope = sw_scope_open(L);
    sw_buf *bytes = sw_scope_buf(L, scope);
    int rc = sw_git_file_read(bytes, git, a.at, a.path, sw_scope_error(scope));
    if (rc < 0)
        return sw_push_error(L, sw_scope_error(scope));
    if (rc == 0)
        lua_pushnil(L);
    else
        sw_push_buf(L, bytes);
    return 1;
}

static void release_paths(void *paths)
{
    sw_git_paths_release(paths);
}

static int repo_list(lua_State *L) /* repo:list{ at =, path =, recursive =, name = } -> list | nil, err */
{
    typedef struct {
        const char *at, *path, *name;
        bool recursive;
    } args;
    static const sw_field fields[] = {
        { "at", SW_ARG_TEXT, offsetof(args, at), true },
        { "path", SW_ARG_TEXT, offsetof(args, path), false },
        { "recursive", SW_ARG_BOOL, offsetof(args, recursive), false },
        { "name", SW_ARG_TEXT, offsetof(args, name), false },
        { NULL, 0, 0, false },
    };
    static const char *const kinds[] = { "file", "folder", "link", "submodule" };
    args a = { 0 };
    sw_git *git = sw_check_git(L, 1);
    sw_args_read(L, 2, fields, &a);
    sw_scope *scope = sw_scope_open(L);
    sw_git_paths *paths = sw_scope_block(L, scope, sizeof *paths, release_paths);
    if (sw_git_list(paths, git, a.at, a.path, a.recursive, a.name, sw_scope_error(scope)) < 0)
        return sw_push_error(L, sw_scope_error(scope));
    lua_createtable(L, (int)paths->count, 0);
    for (size_t i = 0; i < paths->count; i++) {
        const sw_git_path *item = &paths->items[i];
        lua_createtable(L, 0, 4);
        sw_set_text(L, "path", item->path);
        sw_set_text(L, "kind", kinds[item->what]);
        sw_set_int(L, "mode", item->mode);
        sw_set_text(L, "oid", item->oid);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static void release_gathering(void *gathering)
{
    sw_git_gathering_release(gathering);
}

static int repo_gather(lua_State *L) /* repo:gather{ at =, name =, globs =, except = } -> list | nil, err */
{
    typedef struct {
        const char *at, *name;
        sw_list globs, except;
    } args;
    static const sw_field fields[] = {
        { "at", SW_ARG_TEXT, offsetof(args, at), true },
        { "name", SW_ARG_TEXT, offsetof(args, name), true },
        { "globs", SW_ARG_LIST, offsetof(args, globs), true },
        { "except", SW_ARG_LIST, offsetof(args, except), false },
        { NULL, 0, 0, false },
    };
    args a = { 0 };
    sw_git *git = sw_check_git(L, 1);
    sw_args_read(L, 2, fields, &a);
    sw_scope *scope = sw_scope_open(L);
    sw_git_gathering *found = sw_scope_block(L, scope, sizeof *found, release_gathering);
    sw_git_gather_wish wish = { a.at, a.name, a.globs.items, a.except.items };
    if (sw_git_gather(found, git, &wish, sw_scope_error(scope)) < 0)
        return sw_push_error(L, sw_scope_error(scope));
    lua_createtable(L, (int)found->count, 0);
    for (size_t i = 0; i < found->count; i++) {
        lua_createtable(L, 0, 2);
        sw_set_text(L, "path", found->items[i].path);
        sw_push_buf(L, &found->items[i].text);
        lua_setfield(L, -2, "text");
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static int repo_changes(lua_State *L) /* repo:changes(from, to) -> list | nil, err */
{
    static const char *const words[] = { "added", "removed", "changed" };
    sw_git *git = sw_check_git(L, 1);
    const char *from = lua_isnoneornil(L, 2) ? NULL : sw_arg_text(L, 2);
    const char *to = lua_isnoneornil(L, 3) ? NULL : sw_arg_text(L, 3);
    sw_scope *scope = sw_scope_open(L);
    sw_git_paths *paths = sw_scope_block(L, scope, sizeof *paths, release_paths);
    if (sw_git_changes(paths, git, from, to, sw_scope_error(scope)) < 0)
        return sw_push_error(L, sw_scope_error(scope));
    lua_createtable(L, (int)paths->count, 0);
    for (size_t i = 0; i < paths->count; i++) {
        lua_createtable(L, 0, 2);
        sw_set_text(L, "path", paths->items[i].path);
        sw_set_text(L, "change", words[paths->items[i].what]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static int repo_status_soon(lua_State *L) /* repo:status_soon() -> true | nil, err */
{
    sw_git *git = sw_check_git(L, 1);
    sw_scope *scope = sw_scope_open(L);
    if (sw_git_status_begin(git, sw_scope_error(scope)) < 0)
        return sw_push_error(L, sw_scope_error(scope));
    lua_pushboolean(L, true);
    return 1;
}

static int repo_status(lua_State *L) /* repo:status() -> { clean =, entries = } | nil, err */
{
    sw_git *git = sw_check_git(L, 1);
    sw_scope *scope = sw_scope_open(L);
    sw_git_paths *paths = sw_scope_block(L, scope, sizeof *paths, release_paths);
    if (sw_git_status(paths, git, sw_scope_error(scope)) < 0)
        return sw_push_error(L, sw_scope_error(scope));
    lua_createtable(L, 0, 2);
    sw_set_bool(L, "clean", paths->count == 0);
    lua_createtable(L, (int)paths->count, 0);
    for (size_t i = 0; i < paths->count; i++) {
        lua_createtable(L, 0, 2);
        sw_set_text(L, "path", paths->items[i].path);
        sw_set_text(L, "state", paths->items[i].state);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "entries");
    return 1;
}

const luaL_Reg sw_git_read_methods[] = {
    { "resolve", repo_resolve },       { "ref", repo_ref },
    { "state", repo_state },
    { "symbolic", repo_symbolic },
    { "refs", repo_refs },             { "tag", repo_tag },
    { "ref_names", repo_ref_names },   { "releases", repo_releases },
    { "commit", repo_commit },         { "merge_base", repo_merge_base },
    { "is_ancestor", repo_is_ancestor }, { "patch_id", repo_patch_id },
    { "patch_ids", repo_patch_ids },
    { "read", repo_read },             { "list", repo_list },
    { "gather", repo_gather },
    { "changes", repo_changes },       { "status", repo_status },
    { "status_soon", repo_status_soon },
    { NULL, NULL },
};
