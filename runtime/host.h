/* The host: Lua states and who sees what. The writing state has every door; a recipe's state has
 * only the doors that compute, and lives in a process of its own (bridge.c). */
#ifndef SW_HOST_H
#define SW_HOST_H

#include <lua.h>

typedef enum sw_trust {
    SW_TRUST_WRITING, /* stdlib, all doors */
    SW_TRUST_RECIPE   /* pure modules and the bridge */
} sw_trust;

/* Opens the libraries and doors of that trust; raises on failure. `lua_dir` (borrowed, may be NULL)
 * replaces the embedded sources. */
void sw_host_open(lua_State *L, sw_trust trust, const char *lua_dir);

/* Runs the program; returns the exit code. */
int sw_host_run(int argc, char **argv, const char *lua_dir);

const char *sw_host_lua_dir(void);

#endif
