/* door.lock: one holder at a time, who says who it is. */
#include "bind/bind.h"
#include "bind/open.h"
#include "core/lock.h"

static void release_lock(void *lock)
{
    sw_lock_release(lock);
}

static const sw_handle_type lock_type; /* below: it names the methods */

static void push_owner(lua_State *L, const sw_lock_owner *owner)
{
    lua_createtable(L, 0, 10);
    sw_set_int(L, "since", owner->since);
    sw_set_int(L, "heartbeat", owner->heartbeat);
    sw_set_bool(L, "alive", owner->alive);
    sw_set_bool(L, "script", owner->script);
    if (owner->pid <= 0)
        return;
    sw_set_int(L, "pid", owner->pid);
    sw_set_int(L, "start", owner->start);
    sw_set_text(L, "boot", owner->boot);
    sw_set_text(L, "host", owner->host);
    sw_set_text(L, "nonce", owner->nonce);
    sw_set_text(L, "reason", owner->reason[0] ? owner->reason : NULL);
}

/* nil, err; with err.holder when there is one */
static int push_held(lua_State *L, int rc, const sw_lock_owner *holder, const sw_error *err)
{
    int count = sw_push_error(L, err);
    if (rc == SW_E_LOCKED && (holder->pid > 0 || holder->script)) {
        push_owner(L, holder);
        lua_setfield(L, -2, "holder");
    }
    return count;
}

typedef struct lock_args {
    const char *path, *reason;
    bool compat, force;
    int64_t stale_after;
} lock_args;

static const sw_field acquire_fields[] = {
    { "path", SW_ARG_TEXT, offsetof(lock_args, path), true },
    { "reason", SW_ARG_TEXT, offsetof(lock_args, reason), false },
    { "compat", SW_ARG_BOOL, offsetof(lock_args, compat), false },
    { "stale_after", SW_ARG_INT, offsetof(lock_args, stale_after), false },
    { NULL, SW_ARG_TEXT, 0, false },
};

static int lock_acquire(lua_State *L) /* lock.acquire{ path, reason?, compat?, stale_after? } -> handle | nil, err */
{
    lock_args a = { NULL, "", false, false, SW_LOCK_STALE_AFTER };
    sw_args_read(L, 1, acquire_fields, &a);
    sw_error *err = sw_scope_error(sw_scope_open(L));
    void **slot = sw_handle_new(L, &lock_type);
    sw_lock *lock = NULL;
    sw_lock_owner holder;
    int rc = sw_lock_acquire(&lock, a.path, a.reason, a.compat, a.stale_after, &holder, err);
    if (rc < 0)
        return push_held(L, rc, &holder, err);
    *slot = lock;
    return 1;
}

static int lock_show(lua_State *L) /* lock.show(path) -> holder | nil | nil, err */
{
    const char *path = sw_arg_path(L, 1);
    sw_error *err = sw_scope_error(sw_scope_open(L));
    sw_lock_owner holder;
    bool is_held;
    if (sw_lock_show(&holder, &is_held, path, SW_LOCK_STALE_AFTER, err) < 0)
        return sw_push_error(L, err);
    if (is_held)
        push_owner(L, &holder);
    else
        lua_pushnil(L);
    return 1;
}

static const sw_field break_fields[] = {
    { "path", SW_ARG_TEXT, offsetof(lock_args, path), true },
    { "reason", SW_ARG_TEXT, offsetof(lock_args, reason), true },
    { "force", SW_ARG_BOOL, offsetof(lock_args, force), false },
    { "stale_after", SW_ARG_INT, offsetof(lock_args, stale_after), false },
    { NULL, SW_ARG_TEXT, 0, false },
};

static int lock_break(lua_State *L) /* lock.break_{ path, reason, force? } -> true | nil, err */
{
    lock_args a = { NULL, NULL, false, false, SW_LOCK_STALE_AFTER };
    sw_args_read(L, 1, break_fields, &a);
    sw_error *err = sw_scope_error(sw_scope_open(L));
    sw_lock_owner holder;
    int rc = sw_lock_break(a.path, a.reason, a.force, a.stale_after, &holder, err);
    if (rc < 0)
        return push_held(L, rc, &holder, err);
    lua_pushboolean(L, 1);
    return 1;
}

static int push_done(lua_State *L, int rc, const sw_error *err)
{
    if (rc < 0)
        return sw_push_error(L, err);
    lua_pushboolean(L, 1);
    return 1;
}

static int handle_refresh(lua_State *L) /* h:refresh() -> true | nil, err */
{
    sw_lock *lock = sw_handle_check(L, 1, &lock_type);
    sw_error *err = sw_scope_error(sw_scope_open(L));
    return push_done(L, sw_lock_refresh(lock, err), err);
}

static int handle_check(lua_State *L) /* h:check() -> true | nil, err */
{
    const sw_lock *lock = sw_handle_check(L, 1, &lock_type);
    sw_error *err = sw_scope_error(sw_scope_open(L));
    return push_done(L, sw_lock_check(lock, err), err);
}

static int handle_holder(lua_State *L) /* h:holder() -> the record others see */
{
    push_owner(L, sw_lock_record(sw_handle_check(L, 1, &lock_type)));
    return 1;
}

static int handle_release(lua_State *L) /* h:release(): twice is fine */
{
    void **slot = luaL_checkudata(L, 1, lock_type.name);
    void *lock = *slot;
    *slot = NULL;
    release_lock(lock);
    return 0;
}

static const luaL_Reg lock_methods[] = {
    { "refresh", handle_refresh }, { "check", handle_check }, { "holder", handle_holder },
    { "release", handle_release }, { NULL, NULL },
};

static const sw_handle_type lock_type = { "slipway.lock", release_lock, lock_methods };

int sw_open_lock(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "acquire", lock_acquire },
        { "show", lock_show },
        { "break_", lock_break },
        { NULL, NULL },
    };
    sw_handle_register(L, &lock_type);
    luaL_newlib(L, functions);
    return 1;
}
