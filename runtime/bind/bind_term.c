/* door.term: the terminal, and lines edited on it. */
#include <stddef.h>
#include <unistd.h>

#include "bind/bind.h"
#include "bind/open.h"
#include "core/lineedit.h"
#include "core/terminal.h"

/* ---- the editor ---- */

static void editor_release(void *object)
{
    sw_lineedit_close(object);
}

static int editor_line(lua_State *L);
static int editor_remember(lua_State *L);
static const luaL_Reg editor_methods[] = {
    { "line", editor_line },
    { "remember", editor_remember },
    { NULL, NULL },
};
static const sw_handle_type editor_type = { "slipway.editor", editor_release, editor_methods };

typedef struct editor_options {
    const char *history;
    int complete;
} editor_options;

static const sw_field editor_fields[] = {
    { "history", SW_ARG_TEXT, offsetof(editor_options, history), false },
    { "complete", SW_ARG_CALL, offsetof(editor_options, complete), false },
    { NULL, 0, 0, false },
};

static int term_editor(lua_State *L) /* term.editor{ history =, complete = } -> editor | nil, err */
{
    editor_options options = { 0 };
    sw_args_read(L, 1, editor_fields, &options);
    void **slot = sw_handle_new(L, &editor_type);
    int handle = lua_gettop(L);
    if (options.complete)
        sw_handle_pin(L, handle, options.complete); /* user value 1: the completing function */
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    sw_lineedit *edit = NULL;
    if (sw_lineedit_open(&edit, options.history, err) < 0)
        return sw_push_error(L, err);
    *slot = edit;
    lua_pushvalue(L, handle);
    return 1;
}

/* The terminal goes back to normal however the call ends. */
static void stop_editing(void *memory)
{
    sw_lineedit_stop(*(sw_lineedit **)memory);
}

/* Lua answers a Tab here, between two calls of core and never inside the library. The function
 * gives a list and where in the line the completed word starts. What it raises is a beep. */
static void complete(lua_State *L, sw_lineedit *edit, const sw_buf *text, size_t cursor)
{
    int top = lua_gettop(L);
    if (lua_getiuservalue(L, 1, 1) != LUA_TFUNCTION) {
        lua_settop(L, top);
        sw_lineedit_complete(edit, NULL, 0, 0);
        return;
    }
    lua_pushlstring(L, sw_buf_text(text), text->len);
    lua_pushinteger(L, (lua_Integer)cursor);
    bool ok = lua_pcall(L, 2, 2, 0) == LUA_OK && lua_istable(L, top + 1);
    lua_Integer from = ok ? lua_tointeger(L, top + 2) : 0;
    size_t count = ok ? (size_t)luaL_len(L, top + 1) : 0;
    bool usable = from >= 1 && (size_t)from <= cursor + 1;
    for (size_t i = 1; usable && i <= count; i++) {
        usable = lua_geti(L, top + 1, (lua_Integer)i) == LUA_TSTRING;
        lua_pop(L, 1);
    }
    if (usable && count > 0) {
        sw_list candidates = sw_arg_list(L, top + 1);
        sw_lineedit_complete(edit, candidates.items, candidates.count, cursor - (size_t)from + 1);
    } else {
        sw_lineedit_complete(edit, NULL, 0, 0);
    }
    lua_settop(L, top);
}

static int editor_line(lua_State *L) /* editor:line(prompt) -> text | nil, "eof"|"interrupt"|err */
{
    sw_lineedit *edit = sw_handle_check(L, 1, &editor_type);
    const char *prompt = sw_arg_text(L, 2);
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    sw_buf *text = sw_scope_buf(L, scope);
    *(sw_lineedit **)sw_scope_block(L, scope, sizeof edit, stop_editing) = edit;
    size_t cursor;
    int event = sw_lineedit_read(edit, prompt, text, &cursor, err);
    while (event == SW_LINE_COMPLETE) {
        complete(L, edit, text, cursor);
        event = sw_lineedit_read(edit, prompt, text, &cursor, err);
    }
    if (event < 0)
        return sw_push_error(L, err);
    if (event == SW_LINE_TEXT)
        return sw_push_buf(L, text);
    lua_pushnil(L);
    lua_pushstring(L, event == SW_LINE_END ? "eof" : "interrupt");
    return 2;
}

static int editor_remember(lua_State *L) /* editor:remember(text) -> true | nil, err */
{
    sw_lineedit *edit = sw_handle_check(L, 1, &editor_type);
    const char *text = sw_arg_text(L, 2);
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    if (sw_lineedit_remember(edit, text, err) < 0)
        return sw_push_error(L, err);
    lua_pushboolean(L, 1);
    return 1;
}

/* ---- the terminal ---- */

static int term_size(lua_State *L) /* term.size() -> columns, rows */
{
    int columns, rows;
    sw_terminal_size(&columns, &rows);
    lua_pushinteger(L, columns);
    lua_pushinteger(L, rows);
    return 2;
}

static int term_is_terminal(lua_State *L) /* term.is_terminal(fd) -> boolean */
{
    lua_pushboolean(L, isatty((int)luaL_checkinteger(L, 1)));
    return 1;
}

typedef struct ask_options {
    const char *prompt;
    bool secret;
} ask_options;

static const sw_field ask_fields[] = {
    { "prompt", SW_ARG_TEXT, offsetof(ask_options, prompt), true },
    { "secret", SW_ARG_BOOL, offsetof(ask_options, secret), false },
    { NULL, 0, 0, false },
};

static int term_ask(lua_State *L) /* term.ask{ prompt =, secret = } -> text | nil, err */
{
    ask_options options = { 0 };
    sw_args_read(L, 1, ask_fields, &options);
    sw_scope *scope = sw_scope_open(L);
    sw_error *err = sw_scope_error(scope);
    sw_buf *answer = sw_scope_buf(L, scope);
    if (sw_terminal_ask(answer, options.prompt, options.secret, err) < 0)
        return sw_push_error(L, err);
    return sw_push_buf(L, answer);
}

int sw_open_term(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "editor", term_editor },
        { "size", term_size },
        { "is_terminal", term_is_terminal },
        { "ask", term_ask },
        { NULL, NULL },
    };
    sw_handle_register(L, &editor_type);
    luaL_newlib(L, functions);
    return 1;
}
