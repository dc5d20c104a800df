/* Pages of changes as Lua sees them; shared by door.page and the changelog of door.git. */
#ifndef SW_BIND_BIND_PAGE_H
#define SW_BIND_BIND_PAGE_H

#include "bind/bind.h"
#include "core/page.h"

/* The style in a userdata that keeps its texts; raises when it is none. */
const sw_page_style *sw_check_style(lua_State *L, int index);
/* Reads a slipway.Change at the top of the stack; its texts are borrowed from the table. */
void sw_read_change(lua_State *L, sw_change *out);
/* Reads the list of { name =, first = } at the top of the stack, which stays there, with what is made of it above. */
void sw_read_people(lua_State *L, sw_page_about *about);
/* The page as a table for templates. */
void sw_push_page(lua_State *L, const sw_page *page, const sw_page_about *about, const sw_buf *address);

#endif
