/* Build tool: slipway_compile OUT ROOT FILE… compiles Lua sources to bytecode below OUT, line numbers kept, so that the
 * program does not parse itself at every start (a quarter of the time). FILE is relative to ROOT and keeps that name;
 * NAME=PATH is an installed file under another one. Linked to the same Lua as the program. */
#include <lauxlib.h>
#include <lua.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int write_chunk(lua_State *L, const void *data, size_t size, void *file)
{
    (void)L;
    return fwrite(data, 1, size, file) != size;
}

/* Makes the folders of a path: "a/b/c.lua" makes a and a/b. */
static void make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0777);
        *slash = '/';
    }
}

static int compile(lua_State *L, const char *out, const char *root, char *name)
{
    char from[4096], to[4096], chunk[4096], *path = strchr(name, '=');
    if (path)
        *path++ = '\0';
    if ((size_t)snprintf(from, sizeof from, "%s%s%s", path ? "" : root, path ? "" : "/", path ? path : name) >= sizeof from
        || (size_t)snprintf(to, sizeof to, "%s/%s", out, name) >= sizeof to
        || (size_t)snprintf(chunk, sizeof chunk, "@%s", name) >= sizeof chunk)
        return fprintf(stderr, "%s: the path is too long\n", name), 1;
    FILE *file = fopen(from, "rb");
    if (!file)
        return perror(from), 1;
    luaL_Buffer text;
    luaL_buffinit(L, &text);
    size_t got;
    do {
        got = fread(luaL_prepbuffer(&text), 1, LUAL_BUFFERSIZE, file);
        luaL_addsize(&text, got);
    } while (got > 0);
    fclose(file);
    luaL_pushresult(&text);
    size_t len;
    const char *source = lua_tolstring(L, -1, &len);
    if (luaL_loadbufferx(L, source, len, chunk, "t") != LUA_OK)
        return fprintf(stderr, "%s\n", lua_tostring(L, -1)), 1;
    make_folders(to);
    file = fopen(to, "wb");
    if (!file)
        return perror(to), 1;
    int failed = lua_dump(L, write_chunk, file, 0);
    failed |= fclose(file) != 0;
    lua_settop(L, 0);
    return failed;
}

int main(int argc, char **argv)
{
    lua_State *L = argc > 3 ? luaL_newstate() : NULL;
    if (!L)
        return 2;
    int failed = 0;
    for (int i = 3; i < argc && !failed; i++)
        failed = compile(L, argv[1], argv[2], argv[i]);
    lua_close(L);
    return failed;
}
