/* The recipe's process. A recipe runs in a forked child that has no token, no file, no network, a
 * memory and a time limit, and is ended by SIGKILL; only plain values cross the socket pair. So no
 * loop, pattern or finalizer of a recipe can hold or harm the host.
 *
 * Messages: 4 bytes of length in host order, then one value (value.h). The child asks, the host
 * answers; the last message of the child is its result. */
#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bind/bind.h"
#include "bind/open.h"
#include "core/confine.h"
#include "host.h"
#include "value.h"

enum { MESSAGE_LIMIT = 64 << 20 };

/* ---- messages ---- */

static int write_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t wrote = send(fd, data, len, MSG_NOSIGNAL);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return SW_E_IO;
        data += wrote;
        len -= (size_t)wrote;
    }
    return 0;
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Reads exactly `len` bytes before `deadline` (0: no limit). */
static int read_all(int fd, char *data, size_t len, int64_t deadline)
{
    while (len > 0) {
        if (deadline) {
            struct pollfd wait = { .fd = fd, .events = POLLIN };
            int64_t left = deadline - now_ms();
            int ready = left > 0 ? poll(&wait, 1, (int)left) : 0;
            if (ready < 0 && errno == EINTR)
                continue;
            if (ready <= 0)
                return SW_E_TIMEOUT;
        }
        ssize_t got = recv(fd, data, len, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return SW_E_IO;
        data += got;
        len -= (size_t)got;
    }
    return 0;
}

static int send_value(lua_State *L, int index, int fd, sw_buf *buf, sw_error *err)
{
    uint32_t size = 0;
    int rc = sw_buf_add(buf, &size, sizeof size);
    if (rc < 0)
        return sw_fail_nomem(err);
    rc = sw_value_write(L, index, buf, err);
    if (rc < 0)
        return rc;
    if (buf->len - sizeof size > MESSAGE_LIMIT)
        return sw_fail(err, SW_E_LIMIT, "value.too_large", "a message of %zu bytes is too large", buf->len);
    size = (uint32_t)(buf->len - sizeof size);
    memcpy(buf->data, &size, sizeof size);
    rc = write_all(fd, buf->data, buf->len);
    return rc < 0 ? sw_fail(err, rc, "recipe.ended", "the recipe's process has ended") : 0;
}

static int receive_bytes(int fd, int64_t deadline, sw_buf *buf, sw_error *err)
{
    uint32_t size;
    int rc = read_all(fd, (char *)&size, sizeof size, deadline);
    if (rc == 0 && size > MESSAGE_LIMIT)
        return sw_fail(err, SW_E_LIMIT, "value.too_large", "a message of %u bytes is too large", size);
    if (rc == 0)
        rc = sw_buf_reserve(buf, size);
    if (rc == 0) {
        rc = read_all(fd, buf->data, size, deadline);
        buf->len = size;
    }
    if (rc == SW_E_TIMEOUT)
        return sw_fail(err, rc, "recipe.endless", "the recipe did not end within its time limit");
    if (rc < 0)
        return sw_fail(err, rc, "recipe.ended", "the recipe's process ended without an answer");
    return 0;
}

/* ---- the child ---- */

typedef struct budget {
    size_t used;
    size_t limit;
} budget;

static void *limited_alloc(void *user, void *block, size_t old_size, size_t new_size)
{
    budget *memory = user;
    size_t old = block ? old_size : 0;
    if (new_size == 0) {
        memory->used -= old;
        free(block);
        return NULL;
    }
    if (new_size > old && memory->used - old + new_size > memory->limit)
        return NULL;
    void *fresh = realloc(block, new_size);
    if (fresh)
        memory->used = memory->used - old + new_size;
    return fresh;
}

static int guest_fd = -1;

static int guest_send(lua_State *L) /* bridge.send(value) */
{
    luaL_checkany(L, 1);
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    sw_buf *buf = sw_scope_buf(L, scope);
    if (send_value(L, 1, guest_fd, buf, err) < 0) {
        sw_push_error_value(L, err);
        return lua_error(L);
    }
    return 0;
}

static int guest_receive(lua_State *L) /* bridge.receive() -> value */
{
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    sw_buf *buf = sw_scope_buf(L, scope);
    if (receive_bytes(guest_fd, 0, buf, err) < 0 || sw_value_read(L, buf->data, buf->len, err) < 0) {
        sw_push_error_value(L, err);
        return lua_error(L);
    }
    return 1;
}

static int guest_start(lua_State *L)
{
    sw_host_open(L, SW_TRUST_RECIPE, sw_host_lua_dir());
    static const luaL_Reg functions[] = { { "send", guest_send }, { "receive", guest_receive }, { NULL, NULL } };
    lua_getglobal(L, "require");
    lua_pushliteral(L, "run.guest");
    lua_call(L, 1, 1);
    luaL_newlib(L, functions);
    /* Sources are loaded, so from here on the child can only compute and talk. With --lua-dir the
     * pure modules of a recipe still come from disk, hence the difference. */
    if (!sw_host_lua_dir())
        sw_confine();
    lua_call(L, 1, 0);
    return 0;
}

/* A recipe takes milliseconds; what it waits for (facts) costs it no computing time. */
enum { COMPUTING_SECONDS = 20 };

static void limit(int resource, rlim_t value)
{
    struct rlimit both = { value, value };
    setrlimit(resource, &both);
}

/* Closes everything but the standard streams and `fd`, which becomes the one after them. */
static int keep_only(int fd)
{
    if (fd != 3)
        dup2(fd, 3);
    if (syscall(SYS_close_range, 4U, ~0U, 0U) == 0)
        return 3;
    long limit = sysconf(_SC_OPEN_MAX); /* a kernel before 5.9 */
    for (int other = 4; other < (limit > 0 && limit < 1 << 20 ? (int)limit : 1 << 20); other++)
        close(other);
    return 3;
}

static void run_child(int fd, size_t memory_limit, int seconds)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NAME, "slipway-recipe");
    signal(SIGINT, SIG_IGN); /* the host decides when a plan is abandoned */
    guest_fd = keep_only(fd);
    clearenv();
    rlim_t computing = seconds < COMPUTING_SECONDS ? (rlim_t)seconds + 1 : COMPUTING_SECONDS;
    setrlimit(RLIMIT_CPU, &(struct rlimit){ computing, computing + 1 }); /* first SIGXCPU, which the host knows */
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_CORE, 0);
    static budget memory;
    memory.limit = memory_limit;
    lua_State *L = lua_newstate(limited_alloc, &memory);
    if (!L)
        _exit(1);
    lua_pushcfunction(L, guest_start);
    int failed = lua_pcall(L, 0, 0, 0) != LUA_OK;
    if (failed) {
        const char *text = lua_tostring(L, -1);
        if (text && write(2, text, strlen(text)) > 0)
            (void)!write(2, "\n", 1);
    }
    _exit(failed); /* nothing of the host's may run or flush here */
}

/* ---- the host's end ---- */

typedef struct child {
    int fd;
    pid_t pid;
    int64_t deadline; /* CLOCK_MONOTONIC, milliseconds */
} child;

static void child_release(void *object)
{
    child *c = object;
    if (c->pid > 0) {
        kill(c->pid, SIGKILL);
        while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    if (c->fd >= 0)
        close(c->fd);
    free(c);
}

static int child_send(lua_State *L);
static int child_receive(lua_State *L);
static const luaL_Reg child_methods[] = { { "send", child_send }, { "receive", child_receive }, { NULL, NULL } };
static const sw_handle_type child_type = { "slipway.recipe_process", child_release, child_methods };

static int child_send(lua_State *L) /* child:send(value) -> true | nil, err */
{
    child *c = sw_handle_check(L, 1, &child_type);
    luaL_checkany(L, 2);
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    sw_buf *buf = sw_scope_buf(L, scope);
    if (send_value(L, 2, c->fd, buf, err) < 0)
        return sw_push_error(L, err);
    lua_pushboolean(L, 1);
    return 1;
}

/* The process has closed its end; did it die of too much computing? It is reaped here. */
static bool computed_too_long(child *c)
{
    int status = 0;
    for (int i = 0; i < 100 && c->pid > 0; i++) {
        if (waitpid(c->pid, &status, WNOHANG) == c->pid)
            c->pid = 0;
        else
            usleep(1000);
    }
    return c->pid == 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU;
}

static int child_receive(lua_State *L) /* child:receive() -> value | nil, err */
{
    child *c = sw_handle_check(L, 1, &child_type);
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    sw_buf *buf = sw_scope_buf(L, scope);
    int rc = receive_bytes(c->fd, c->deadline, buf, err);
    if (rc < 0 && strcmp(err->code, "recipe.ended") == 0 && computed_too_long(c))
        sw_fail(err, rc, "recipe.endless", "the recipe computed for %d s and had no plan", COMPUTING_SECONDS);
    if (rc < 0 || sw_value_read(L, buf->data, buf->len, err) < 0)
        return sw_push_error(L, err);
    return 1;
}

static int spawn(child *c, size_t memory, int seconds, sw_error *err)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
        return sw_fail_errno(err, errno, "recipe.no_process", "cannot open a socket pair for the recipe");
    pid_t pid = fork();
    if (pid < 0) {
        close(pair[0]);
        close(pair[1]);
        return sw_fail_errno(err, errno, "recipe.no_process", "cannot start a process for the recipe");
    }
    if (pid == 0)
        run_child(pair[1], memory, seconds);
    close(pair[1]);
    c->fd = pair[0];
    c->pid = pid;
    c->deadline = now_ms() + (int64_t)seconds * 1000;
    return 0;
}

static const sw_field spawn_fields[] = {
    { "memory", SW_ARG_INT, 0, false },
    { "seconds", SW_ARG_INT, sizeof(int64_t), false },
    { NULL, 0, 0, false },
};

static int bridge_spawn(lua_State *L) /* bridge.spawn{ memory = bytes, seconds = } -> child | nil, err */
{
    int64_t limits[2] = { 256 << 20, 20 };
    sw_args_read(L, 1, spawn_fields, limits);
    void **slot = sw_handle_new(L, &child_type);
    int handle = lua_gettop(L);
    child *c = calloc(1, sizeof *c);
    if (!c)
        return luaL_error(L, "out of memory");
    c->fd = -1;
    *slot = c;
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    if (spawn(c, (size_t)limits[0], (int)limits[1], err) < 0)
        return sw_push_error(L, err);
    lua_pushvalue(L, handle);
    return 1;
}

int sw_open_bridge(lua_State *L)
{
    static const luaL_Reg functions[] = { { "spawn", bridge_spawn }, { NULL, NULL } };
    sw_handle_register(L, &child_type);
    luaL_newlib(L, functions);
    return 1;
}
