#include "host.h"

#include <errno.h>
#include <lauxlib.h>
#include <lualib.h>
#include <malloc.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "bind/bind.h"
#include "bind/open.h"
#include "core/heap.h"
#include "core/mask.h"
#include "embedded.h"

static const char *host_lua_dir; /* borrowed from main's arguments or the environment */

const char *sw_host_lua_dir(void)
{
    return host_lua_dir;
}

/* ---- sources: embedded, or below --lua-dir ---- */

/* Pushes the text of a source, or nil. */
static int push_source(lua_State *L, const char *path)
{
    if (host_lua_dir) {
        const char *full = lua_pushfstring(L, "%s/%s", host_lua_dir, path);
        FILE *file = fopen(full, "rb");
        lua_pop(L, 1);
        if (file) {
            luaL_Buffer text;
            luaL_buffinit(L, &text);
            size_t got;
            do {
                got = fread(luaL_prepbuffer(&text), 1, LUAL_BUFFERSIZE, file);
                luaL_addsize(&text, got);
            } while (got > 0);
            fclose(file);
            luaL_pushresult(&text);
            return 1;
        }
    }
    sw_embedded_file file;
    if (sw_embedded_find(&file, path))
        lua_pushlstring(L, file.start, file.size);
    else
        lua_pushnil(L);
    return 1;
}

/* The only searcher for Lua modules: "run.plan" is stdlib/run/plan.lua. A recipe's state gets
 * "pure.*" and its own entry, nothing else. */
static int search_source(lua_State *L)
{
    const char *name = luaL_checkstring(L, 1);
    bool recipe = lua_toboolean(L, lua_upvalueindex(1));
    if (recipe && strncmp(name, "pure.", 5) != 0 && strcmp(name, "run.guest") != 0) {
        lua_pushfstring(L, "recipes reach only pure modules, not '%s'", name);
        return 1;
    }
    const char *relative = luaL_gsub(L, name, ".", "/");
    const char *path = lua_pushfstring(L, "stdlib/%s.lua", relative);
    const char *chunk = lua_pushfstring(L, "@%s", path);
    /* Bytecode is loaded from the program itself only, never from a file or a person. */
    sw_embedded_file compiled;
    int rc;
    if (!host_lua_dir && sw_embedded_find(&compiled, lua_pushfstring(L, "bytecode/%s", path))) {
        rc = luaL_loadbufferx(L, compiled.start, compiled.size, chunk, "b");
    } else {
        push_source(L, path);
        if (lua_isnil(L, -1)) {
            lua_pushfstring(L, "no file '%s'", path);
            return 1;
        }
        size_t len;
        const char *text = lua_tolstring(L, -1, &len);
        rc = luaL_loadbufferx(L, text, len, chunk, "t");
    }
    if (rc != LUA_OK)
        return lua_error(L);
    lua_pushstring(L, path);
    return 2;
}

/* ---- door.host ---- */

static int host_source(lua_State *L) /* host.source(path) -> text | nil */
{
    return push_source(L, sw_arg_text(L, 1));
}

static int host_sources(lua_State *L) /* host.sources(prefix) -> embedded paths, sorted */
{
    const char *prefix = sw_arg_text(L, 1);
    size_t len = strlen(prefix);
    lua_newtable(L);
    lua_Integer count = 0;
    sw_embedded_file file;
    for (size_t i = 0; sw_embedded_at(&file, i); i++) {
        if (strncmp(file.path, prefix, len) != 0)
            continue;
        lua_pushstring(L, file.path);
        lua_seti(L, -2, ++count);
    }
    return 1;
}

/* host.crash_point(name): debug builds die here, as by kill -9, when SLIPWAY_CRASH names it. */
static int host_crash_point(lua_State *L)
{
    const char *name = sw_arg_text(L, 1);
#ifdef SLIPWAY_CRASH_POINTS
    const char *wanted = getenv("SLIPWAY_CRASH");
    if (wanted && strcmp(wanted, name) == 0) {
        fflush(NULL);
        raise(SIGKILL);
    }
#else
    (void)name;
#endif
    return 0;
}

static int host_getenv(lua_State *L) /* host.getenv(name) -> text | nil */
{
    lua_pushstring(L, getenv(sw_arg_text(L, 1)));
    return 1;
}

/* host.write(fd, text) -> written, gone: unbuffered, for the command line only. Whatever is shown is masked, wherever
 * it came from. Gone: nobody reads any more; SIGPIPE is ignored, so that this ends no run. */
static int host_flush(lua_State *L)
{
    lua_Integer fd = luaL_checkinteger(L, 1);
    size_t len;
    const char *text = luaL_checklstring(L, 2, &len);
    sw_scope *scope = sw_scope_open(L);
    sw_buf *shown = sw_scope_buf(L, scope);
    if (sw_mask_concerns(text, len)) {
        if (sw_mask_text(text, len, shown) < 0)
            return luaL_error(L, "out of memory");
        text = sw_buf_text(shown);
        len = shown->len;
    }
    FILE *stream = fd == 2 ? stderr : stdout;
    bool failed = fflush(stream) != 0; /* what others have printed comes first */
    bool gone = failed && errno == EPIPE;
    if (failed)
        clearerr(stream);
    while (len > 0 && !failed) {
        ssize_t wrote = write(fd == 2 ? STDERR_FILENO : STDOUT_FILENO, text, len);
        if (wrote < 0 && errno == EINTR)
            continue;
        failed = wrote < 0;
        gone = failed && errno == EPIPE;
        text += failed ? 0 : wrote;
        len -= failed ? 0 : (size_t)wrote;
    }
    lua_pushboolean(L, !failed);
    lua_pushboolean(L, gone);
    return 2;
}

static int host_terminal(lua_State *L) /* host.is_terminal(fd) -> boolean */
{
    lua_pushboolean(L, isatty((int)luaL_checkinteger(L, 1)));
    return 1;
}

/* host.tie_to_parent(): this process ends when the one that started it does, however that ends. */
static int host_tie_to_parent(lua_State *L)
{
    (void)L;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    return 0;
}

int sw_open_host(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "source", host_source },           { "sources", host_sources },
        { "crash_point", host_crash_point }, { "getenv", host_getenv },
        { "tie_to_parent", host_tie_to_parent },
        { "write", host_flush },             { "is_terminal", host_terminal },
        { NULL, NULL },
    };
    luaL_newlib(L, functions);
    sw_set_text(L, "version", SLIPWAY_VERSION);
    sw_set_text(L, "lua_dir", host_lua_dir);
    char executable[4096];
    ssize_t len = readlink("/proc/self/exe", executable, sizeof executable - 1);
    executable[len > 0 ? len : 0] = 0;
    sw_set_text(L, "executable", executable);
#ifdef SLIPWAY_CRASH_POINTS
    sw_set_bool(L, "crash_points", true);
#else
    sw_set_bool(L, "crash_points", false);
#endif
    return 1;
}

/* ---- states ---- */

typedef struct door {
    const char *name;
    lua_CFunction open;
} door;

static const door computing_doors[] = {
    { "door.canon", sw_open_canon },   { "door.conventional", sw_open_conventional },
    { "door.json", sw_open_json },     { "door.page", sw_open_page },
    { "door.pep440", sw_open_pep440 },
    { "door.semver", sw_open_semver }, { "door.text", sw_open_text },
    { NULL, NULL },
};

static const door world_doors[] = {
    { "door.archive", sw_open_archive }, { "door.bridge", sw_open_bridge },
    { "door.clock", sw_open_clock },     { "door.digest", sw_open_digest },
    { "door.file", sw_open_file },       { "door.git", sw_open_git },
    { "door.host", sw_open_host },       { "door.http", sw_open_http },
    { "door.journal", sw_open_journal }, { "door.lock", sw_open_lock },
    { "door.loop", sw_open_loop },       { "door.process", sw_open_process },
    { "door.secret", sw_open_secret },   { "door.term", sw_open_term },
    { NULL, NULL },
};

static void preload(lua_State *L, const door *doors)
{
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
    for (; doors->name; doors++) {
        lua_pushcfunction(L, doors->open);
        lua_setfield(L, -2, doors->name);
    }
    lua_pop(L, 1);
}

static void open_library(lua_State *L, const char *name, lua_CFunction open)
{
    luaL_requiref(L, name, open, 1);
    lua_pop(L, 1);
}

/* package.searchers becomes { preload, ours }: no LUA_PATH, no C modules, no current directory. */
static void set_searchers(lua_State *L, sw_trust trust)
{
    lua_getglobal(L, "package");
    lua_getfield(L, -1, "searchers");
    lua_createtable(L, 2, 0);
    lua_geti(L, -2, 1);
    lua_seti(L, -2, 1);
    lua_pushboolean(L, trust == SW_TRUST_RECIPE);
    lua_pushcclosure(L, search_source, 1);
    lua_seti(L, -2, 2);
    lua_setfield(L, -3, "searchers");
    lua_pop(L, 1);
    lua_pushliteral(L, "");
    lua_setfield(L, -2, "cpath");
    lua_pushliteral(L, "");
    lua_setfield(L, -2, "path");
    lua_pop(L, 1);
}

void sw_host_open(lua_State *L, sw_trust trust, const char *lua_dir)
{
    host_lua_dir = lua_dir;
    open_library(L, LUA_GNAME, luaopen_base);
    open_library(L, LUA_LOADLIBNAME, luaopen_package);
    open_library(L, LUA_COLIBNAME, luaopen_coroutine);
    open_library(L, LUA_TABLIBNAME, luaopen_table);
    open_library(L, LUA_STRLIBNAME, luaopen_string);
    open_library(L, LUA_MATHLIBNAME, luaopen_math);
    open_library(L, LUA_UTF8LIBNAME, luaopen_utf8);
    open_library(L, LUA_DBLIBNAME, luaopen_debug);
    sw_scope_register(L);
    sw_error_register(L);
    preload(L, computing_doors);
    if (trust == SW_TRUST_WRITING) {
        open_library(L, LUA_IOLIBNAME, luaopen_io);
        open_library(L, LUA_OSLIBNAME, luaopen_os);
        preload(L, world_doors);
    }
    set_searchers(L, trust);
}

static int message_handler(lua_State *L)
{
    if (lua_type(L, 1) == LUA_TSTRING)
        luaL_traceback(L, L, lua_tostring(L, 1), 1);
    return 1;
}

static int start(lua_State *L)
{
    int argc = (int)lua_tointeger(L, 1);
    char **argv = lua_touserdata(L, 2);
    sw_host_open(L, SW_TRUST_WRITING, lua_touserdata(L, 3));
    lua_getglobal(L, "require");
    lua_pushliteral(L, "cli.main");
    lua_call(L, 1, 1);
    lua_createtable(L, argc, 0);
    for (int i = 1; i < argc; i++) {
        lua_pushstring(L, argv[i]);
        lua_seti(L, -2, i);
    }
    lua_call(L, 1, 1);
    return 1;
}

/* The heap of each thread grows by so much at once. By itself glibc asks for a thread's page by page, with a call each. */
static void grow_in_strides(void)
{
    mallopt(M_TOP_PAD, 512 << 10);
    mallopt(M_MMAP_THRESHOLD, 1 << 20); /* setting one fixes the others, which would have grown to this */
    mallopt(M_TRIM_THRESHOLD, 2 << 20);
}

enum { FREE_KIB = 2048 }; /* of Lua's heap before the first collection */

static int panic(lua_State *L)
{
    const char *text = lua_tostring(L, -1);
    fprintf(stderr, "slipway: internal fault, please report it\n%s\n", text ? text : "an error that is no text");
    return 0; /* Lua aborts */
}

int sw_host_run(int argc, char **argv, const char *lua_dir)
{
    int code = 1;
    grow_in_strides();
    sw_heap *heap = sw_heap_open();
    lua_State *L = heap ? lua_newstate(sw_heap_resize, heap) : NULL;
    if (!L) {
        sw_heap_close(heap);
        fputs("slipway: out of memory\n", stderr);
        return code;
    }
    lua_atpanic(L, panic);
    /* Most commands are over before a collection pays: the first one waits until so much more is in use (a step of less
     * than nothing is a credit). Commands that go on for long switch to generations (cli/main.lua). */
    lua_gc(L, LUA_GCSTEP, -FREE_KIB);
    lua_pushcfunction(L, message_handler);
    lua_pushcfunction(L, start);
    lua_pushinteger(L, argc);
    lua_pushlightuserdata(L, argv);
    lua_pushlightuserdata(L, (void *)(uintptr_t)lua_dir);
    if (lua_pcall(L, 3, 1, 1) == LUA_OK) {
        code = (int)luaL_optinteger(L, -1, 0);
    } else {
        const char *text = luaL_tolstring(L, -1, NULL);
        fprintf(stderr, "slipway: internal fault, please report it\n%s\n", text);
    }
    lua_close(L);
    sw_heap_close(heap);
    return code;
}
