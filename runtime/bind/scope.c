/* What a call owns until it returns or jumps. */
#include <stdlib.h>
#include <string.h>

#include "bind/bind.h"
#include "bind/open.h"

#define SCOPE_NAME "slipway.scope"

typedef struct block {
    struct block *next;
    void (*release)(void *);
    max_align_t memory[];
} block;

struct sw_scope {
    block *blocks; /* newest first */
    sw_error error;
};

static int scope_close(lua_State *L)
{
    sw_scope *scope = lua_touserdata(L, 1);
    while (scope->blocks) {
        block *head = scope->blocks;
        scope->blocks = head->next;
        if (head->release)
            head->release(head->memory);
        free(head);
    }
    return 0;
}

/* Both are needed: when no memory is left to call __close, the collector still closes (notes.md). */
static const luaL_Reg scope_meta[] = { { "__close", scope_close }, { "__gc", scope_close }, { NULL, NULL } };

void sw_scope_register(lua_State *L)
{
    luaL_newmetatable(L, SCOPE_NAME);
    luaL_setfuncs(L, scope_meta, 0);
    lua_pop(L, 1);
}

sw_scope *sw_scope_open(lua_State *L)
{
    luaL_checkstack(L, 12, "binding");
    sw_scope *scope = lua_newuserdatauv(L, sizeof *scope, 0);
    scope->blocks = NULL;
    sw_error_init(&scope->error);
    luaL_setmetatable(L, SCOPE_NAME);
    lua_toclose(L, -1);
    return scope;
}

sw_error *sw_scope_error(sw_scope *scope)
{
    return &scope->error;
}

void *sw_scope_block(lua_State *L, sw_scope *scope, size_t size, void (*release)(void *))
{
    block *fresh = calloc(1, sizeof *fresh + size);
    if (!fresh)
        luaL_error(L, "out of memory");
    fresh->release = release;
    fresh->next = scope->blocks;
    scope->blocks = fresh;
    return fresh->memory;
}

static void release_buf(void *memory)
{
    sw_buf_release(memory);
}

sw_buf *sw_scope_buf(lua_State *L, sw_scope *scope)
{
    return sw_scope_block(L, scope, sizeof(sw_buf), release_buf);
}
