#include "bind/bind.h"
#include "bind/open.h"

int sw_open_json(lua_State *L)
{
    lua_newtable(L);
    return 1;
}
