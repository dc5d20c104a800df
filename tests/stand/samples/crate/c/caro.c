/* The same program in C, for the platforms that this machine has no Rust library of (slipway.lua). */
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    if (argc < 2)
        puts("usage: caro COMMAND");
    else if (strcmp(argv[1], "--version") == 0)
        puts("caro " VERSION);
    else
        puts(strcmp(argv[1], "rm") == 0 || strcmp(argv[1], "rmdir") == 0 || strcmp(argv[1], "shred") == 0 ? "deletes files" : "harmless");
    return 0;
}
