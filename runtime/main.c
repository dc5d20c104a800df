/* Entry: the two things that must not wait for Lua, then the host. */
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        puts("slipway " SLIPWAY_VERSION);
        return fflush(stdout) == 0 ? 0 : 1;
    }
    signal(SIGXFSZ, SIG_IGN); /* a file at the size limit fails one write, as a full disk does; it ends no run */
    signal(SIGPIPE, SIG_IGN); /* nor does a reader that goes away: slipway run release | head */
    const char *lua_dir = getenv("SLIPWAY_LUA_DIR");
    /* --lua-dir decides where the command line itself is read from, so it is taken here. */
    int kept = 1;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--") == 0) {
            while (i < argc)
                argv[kept++] = argv[i++];
            break;
        }
        if (strcmp(argv[i], "--lua-dir") == 0) {
            if (i + 1 == argc) {
                fputs("slipway: --lua-dir needs a directory\n", stderr);
                return 2;
            }
            lua_dir = argv[++i];
        } else if (strncmp(argv[i], "--lua-dir=", 10) == 0) {
            lua_dir = argv[i] + 10;
        } else {
            argv[kept++] = argv[i];
        }
    }
    static char absolute[PATH_MAX]; /* stays right for children that run in another folder */
    if (lua_dir && realpath(lua_dir, absolute))
        lua_dir = absolute;
    return sw_host_run(kept, argv, lua_dir);
}
