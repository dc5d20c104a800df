/* Linked by packages.cmake to see whether libgit2.a does with the parts that Slipway gives it. */
#include <git2.h>
#include <lua.h>

int main(void)
{
    return git_libgit2_init() < 0 || lua_version(NULL) < 0;
}
