/* The git door in parts: each bind_git_*.c adds its methods to the one handle, slipway.repo. */
#ifndef SW_BIND_BIND_GIT_H
#define SW_BIND_BIND_GIT_H

#include "bind/bind.h"
#include "core/git_object.h"
#include "core/git_repo.h"
#include "core/texts.h"

extern const sw_handle_type sw_git_handle;
extern const luaL_Reg sw_git_read_methods[];
extern const luaL_Reg sw_git_log_methods[];
extern const luaL_Reg sw_git_touches_methods[];
extern const luaL_Reg sw_git_votes_methods[];
extern const luaL_Reg sw_git_lines_methods[];
extern const luaL_Reg sw_git_similar_methods[];
extern const luaL_Reg sw_git_changelog_methods[];
extern const luaL_Reg sw_git_write_methods[];
extern const luaL_Reg sw_git_pick_methods[];
extern const luaL_Reg sw_git_files_methods[];
extern const luaL_Reg sw_git_remote_methods[];
extern const sw_handle_type sw_git_log_handle;
extern const sw_handle_type sw_git_touches_handle;
extern const sw_handle_type sw_git_similar_handle;
extern const sw_handle_type sw_git_changelog_handle;

sw_git *sw_check_git(lua_State *L, int index); /* raises when closed */

/* A text of the scope's own. */
sw_texts *sw_scope_texts(lua_State *L, sw_scope *scope);
/* nil, err with err.paths. */
int sw_push_error_paths(lua_State *L, const sw_error *err, const sw_texts *paths);
/* A slipway.Commit, a slipway.Signature, a text of theirs: one value each. */
void sw_push_commit(lua_State *L, const char *oid, const sw_git_raw *raw);
void sw_push_brief(lua_State *L, const char *oid, const sw_git_raw *raw); /* oid, message, time, parents */
void sw_push_signature(lua_State *L, const sw_git_signature *who, const sw_git_raw *raw);
void sw_push_utf8(lua_State *L, const char *at, size_t len, const sw_git_raw *raw);

#endif
