#include "bind/bind.h"
#include "bind/open.h"

int sw_open_term(lua_State *L)
{
    lua_newtable(L);
    return 1;
}
