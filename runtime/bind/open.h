/* Every door of the host, by name. `require "door.<name>"` reaches it from Lua. */
#ifndef SW_BIND_OPEN_H
#define SW_BIND_OPEN_H

#include <lua.h>

void sw_scope_register(lua_State *L);

/* Doors that only compute: open to recipes too. */
int sw_open_canon(lua_State *L);        /* door.canon         canonical JSON, and its digest */
int sw_open_conventional(lua_State *L); /* door.conventional  Conventional Commits parser */
int sw_open_json(lua_State *L);         /* door.json          strict JSON in and out */
int sw_open_page(lua_State *L);         /* door.page          changes as Markdown */
int sw_open_pep440(lua_State *L);       /* door.pep440 */
int sw_open_semver(lua_State *L);       /* door.semver */
int sw_open_text(lua_State *L);         /* door.text          width and validity of UTF-8 */

/* Doors to the world: open to the writing state only. */
int sw_open_archive(lua_State *L);
int sw_open_bridge(lua_State *L);
int sw_open_clock(lua_State *L);
int sw_open_digest(lua_State *L);
int sw_open_file(lua_State *L);
int sw_open_git(lua_State *L);
int sw_open_host(lua_State *L);
int sw_open_http(lua_State *L);
int sw_open_journal(lua_State *L);
int sw_open_lock(lua_State *L);
int sw_open_loop(lua_State *L);
int sw_open_process(lua_State *L);
int sw_open_secret(lua_State *L);
int sw_open_term(lua_State *L);

#endif
