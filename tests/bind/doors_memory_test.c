/* Memory ends inside a door: for every n, from the n-th allocation on all fail, first Lua's, then C's,
 * then both; until the call succeeds. Each time the error is an ordinary one, nothing crashes, nothing
 * is left behind (AddressSanitizer), and the door still works afterwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <lauxlib.h>
#include <lua.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/loop.h"
#include "embedded.h"
#include "host.h"

/* The sources come from SLIPWAY_SOURCE: nothing is embedded here. */
bool sw_embedded_at(sw_embedded_file *out, size_t index)
{
    (void)out;
    (void)index;
    return false;
}

bool sw_embedded_find(sw_embedded_file *out, const char *path)
{
    (void)out;
    (void)path;
    return false;
}

/* ---- memory that ends ---- */

enum { LUA_ENDS = 1, C_ENDS = 2 };

static int ends;          /* whose memory */
static long allowed = -1; /* allocations until then; negative: never */

static int spent(int who)
{
    if (!(ends & who))
        return 0;
    if (allowed > 0)
        allowed--;
    return allowed == 0;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

void *__wrap_malloc(size_t size)
{
    return spent(C_ENDS) ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return spent(C_ENDS) ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    return spent(C_ENDS) ? NULL : __real_realloc(memory, size);
}

static void *lua_memory(void *user, void *block, size_t old, size_t size)
{
    (void)user;
    if (size == 0) {
        free(block);
        return NULL;
    }
    bool grows = !block || size > old; /* Lua relies on shrinking */
    return grows && spent(LUA_ENDS) ? NULL : __real_realloc(block, size);
}

/* ---- the calls ---- */

typedef struct door_call {
    const char *title;
    const char *code; /* sees `dir`, `address`, and as `door` a table of doors */
} door_call;

static const door_call calls[] = {
    { "process.run", "local s = assert(door.secret.resolve { ref = 'file:' .. dir .. '/token' }) "
        "local r = assert(door.process.run { argv = { 'sh', '-c', 'cat; echo e >&2' }, input = 'i', env = { A = 'b' }, secrets = { T = s }, "
        "log = dir .. '/log', on_output = function(_, text) return #text end }) s:close()" },
    { "process.start, loop.wait", "local a = assert(door.process.start { argv = { 'true' } }) local b = door.loop.pause(1) "
        "while not (a:done() and b:done()) do door.loop.wait { a, b } end assert(a:result()) a:close() b:close()" },
    { "process.which", "door.process.which 'sh'" },
    { "secret.resolve, mask", "local s = assert(door.secret.resolve { ref = 'file:' .. dir .. '/token' }) "
        "local t = tostring(s) local m = door.secret.mask 'x hunter2hunter2 y' s:close()" },
    { "http.request", "local s = assert(door.secret.resolve { ref = 'file:' .. dir .. '/token' }) local a = assert(door.http.request { "
        "url = address, headers = { A = 'b' }, form = { { name = 'n', value = 'v' } }, secret = { header = 'X-T', value = s }, "
        "on_progress = function() end }) s:close()" },
    { "http.request to a file", "assert(door.http.request { url = address, to_file = dir .. '/answer' })" },
    { "http.escape", "local t = door.http.escape 'a b'" },
    /* not door.json: lua-cjson ends the program when malloc fails, and loses a buffer when Lua jumps over it */
    { "canon", "assert(door.canon.encode { b = 1, a = { 'x', true } }) assert(door.canon.digest { 1 })" },
    { "semver", "assert(door.semver.parse '1.2.3-rc.1+b') assert(door.semver.compare('1.0.0', '1.0.1'))" },
    { "pep440", "assert(door.pep440.parse '1!2.0rc1.post2.dev3+local')" },
    { "conventional", "assert(door.conventional.parse 'feat(x)!: y\\n\\nbody\\n\\nCloses: #1\\n')" },
    { "page", "local style = door.page.style { groups = { { title = 'A', types = { 'feat' } } }, links = { issue = 'x/{{number}}' } } "
        "local change = { kind = 'change', conforms = true, breaking = true, oid = ('1'):rep(40), message = 's\\n\\nCloses #2 `#3`', subject = 's', "
        "type = 'feat', scope = 'c', description = 'x `y` <b> #1 @me', body = 'Closes #2 `#3`', footers = { { token = 'BREAKING CHANGE', "
        "value = 'a\\n```\\nb\\n```', separator = ': ', breaking = true } } } "
        "local revert = { kind = 'revert', message = 'r', subject = 'r', reverts = { ('2'):rep(40) }, footers = {} } "
        "local release = { version = '1', changes = { change, revert }, contributors = { { name = 'A', first = true } } } "
        "assert(door.page.section(style, release)) assert(door.page.describe(style, release)) local a, b = door.page.line('a | b'), door.page.block 'a\\n- b'" },
    { "text", "local a, b, c = door.text.width 'ä漢', door.text.truncate('abcdef', 3), door.text.valid 'x'" },
    { "clock", "local a, b = door.clock.iso(0), door.clock.random_hex(4)" },
    { "digest", "assert(door.digest.sha256 'x') assert(door.digest.file { path = dir .. '/token', algorithms = { 'sha256', 'md5' } })" },
    { "file", "assert(door.file.write { path = dir .. '/f', text = 'x' }) assert(door.file.read(dir .. '/f')) "
        "assert(door.file.list(dir)) assert(door.file.stat(dir .. '/f')) assert(door.file.realpath(dir))" },
    { "archive", "assert(door.archive.create { file = dir .. '/a.tar.gz', from = dir .. '/from' }) "
        "assert(door.archive.list { file = dir .. '/a.tar.gz' })" },
    { "journal", "door.file.remove(dir .. '/journal') local j <close> = assert(door.journal.create { path = dir .. '/journal' }) "
        "assert(j:count() == 0)" }, /* its records are read by lua-cjson */
    { "lock", "local l <close> = assert(door.lock.acquire { path = dir .. '/lock' }) assert(l:check()) l:release()" },
    { "git, reading", "local r <close> = assert(door.git.open { path = dir .. '/repo' }) local i = assert(r:info()) assert(r:status()) "
        "for c in assert(r:log { from = 'HEAD' }) do assert(c.oid) end assert(r:refs 'refs/') assert(r:list { at = 'HEAD' }) "
        "assert(r:read { at = 'HEAD', path = 'f' }) local n = r:config 'user.name'" },
    { "git, changelog", "local r <close> = assert(door.git.open { path = dir .. '/repo' }) local h = assert(r:resolve 'HEAD') "
        "local style = door.page.style { groups = {} } for _, exact in ipairs { false, true } do "
        "local walk = assert(r:changelog(style, { from = h, commits = { h }, tags = { 'v1' }, versions = { '1' }, reading = 'all', exact = exact, "
        "split = function(raw) return { { kind = 'other', message = raw.message, subject = 'x', footers = {} } } end, people = function() return {} end })) "
        "assert(walk()) assert(walk() == nil) end" },
    { "git, writing", "local r <close> = assert(door.git.open { path = dir .. '/repo' }) local h = assert(r:resolve 'HEAD') "
        "assert(r:write_commit { base = h, files = { { path = 'g', content = 'x' } }, message = 'm', time = 1 })" },
};

static char folder[] = "/tmp/slipway-memory.XXXXXX";
static char address[64];
static pid_t server;

static void serve(int fd)
{
    static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\nX-A: b\r\n\r\nhello";
    char request[4096];
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
        int one = accept(fd, NULL, NULL);
        if (fork() == 0) { /* a connection on which memory ended stays silent; the next must not wait for it */
            if (read(one, request, sizeof request) > 0)
                (void)!write(one, answer, sizeof answer - 1);
            shutdown(one, SHUT_WR);
            while (read(one, request, sizeof request) > 0)
                ;
            _exit(0);
        }
        close(one);
    }
}

static int prepare(void **state)
{
    (void)state;
    char command[512];
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(fd, (struct sockaddr *)&at, len) < 0 || listen(fd, 64) < 0 || getsockname(fd, (struct sockaddr *)&at, &len) < 0)
        return -1;
    snprintf(address, sizeof address, "http://127.0.0.1:%d/", ntohs(at.sin_port));
    server = fork();
    if (server == 0)
        serve(fd);
    close(fd);
    if (!mkdtemp(folder))
        return -1;
    snprintf(command, sizeof command, "cd %s && umask 077 && echo hunter2hunter2 >token && mkdir from && echo x >from/x "
        "&& git init -q repo && cd repo && echo x >f && git add f && git -c user.name=n -c user.email=e@x commit -qm c "
        "&& git config user.name n && git config user.email e@x", folder);
    return system(command);
}

static int clear_away(void **state)
{
    (void)state;
    char command[128];
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

/* ---- the exhaustion ---- */

static int open_all(lua_State *L)
{
    static const char *const names[] = { "process", "loop", "secret", "http", "json", "canon", "semver", "pep440", "conventional",
        "text", "page", "clock", "digest", "file", "archive", "journal", "lock", "git" };
    sw_host_open(L, SW_TRUST_WRITING, SLIPWAY_SOURCE);
    lua_newtable(L);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        lua_getglobal(L, "require");
        lua_pushfstring(L, "door.%s", names[i]);
        lua_call(L, 1, 1);
        lua_setfield(L, -2, names[i]);
    }
    lua_setglobal(L, "door");
    lua_pushstring(L, folder);
    lua_setglobal(L, "dir");
    lua_pushstring(L, address);
    lua_setglobal(L, "address");
    return 0;
}

static lua_State *open_state(void)
{
    lua_State *L = lua_newstate(lua_memory, NULL);
    lua_pushcfunction(L, open_all);
    if (lua_pcall(L, 0, 0, 0) != LUA_OK)
        fail_msg("%s", lua_tostring(L, -1));
    return L;
}

/* One attempt with `n` allocations; true when it succeeded without having run out. */
static bool attempt(lua_State *L, const door_call *call, int whose, long n)
{
    lua_settop(L, 1); /* the compiled call */
    lua_pushvalue(L, 1);
    ends = whose;
    allowed = n;
    int rc = lua_pcall(L, 0, 0, 0);
    long left = allowed;
    ends = 0;
    allowed = -1;
    if (left > 0 && rc != LUA_OK) {
        luaL_getmetafield(L, -1, "__name");
        lua_settop(L, 2);
        if (lua_istable(L, 2))
            lua_getfield(L, 2, "message");
        fail_msg("%s with memory left: %s", call->title, lua_tostring(L, -1));
    }
    lua_settop(L, 1);
    lua_gc(L, LUA_GCCOLLECT);
    lua_gc(L, LUA_GCCOLLECT);
    assert_null(sw_job_first());
    return left > 0;
}

static void exhaust(const door_call *call, int whose)
{
    lua_State *L = open_state();
    if (luaL_loadstring(L, call->code) != LUA_OK)
        fail_msg("%s", lua_tostring(L, -1));
    assert_true(attempt(L, call, 0, 1)); /* first with all the memory there is: libraries get loaded */
    long n = 1;
    while (!attempt(L, call, whose, n))
        n += n < 300 ? 1 : n / 40; /* long calls repeat themselves */
    assert_true(attempt(L, call, 0, 1));
    lua_close(L);
    print_message("           %-24s %ld allocations\n", call->title, n);
}

static void every_call(int whose)
{
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        exhaust(&calls[i], whose);
}

static void lua_memory_ends(void **state)
{
    (void)state;
    every_call(LUA_ENDS);
}

static void c_memory_ends(void **state)
{
    (void)state;
    every_call(C_ENDS);
}

static void all_memory_ends(void **state)
{
    (void)state;
    every_call(LUA_ENDS | C_ENDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lua_memory_ends),
        cmocka_unit_test(c_memory_ends),
        cmocka_unit_test(all_memory_ends),
    };
    return cmocka_run_group_tests(tests, prepare, clear_away);
}
