/* Takes from the calling process, for good, what a recipe must not have: opening files, sockets,
 * programs, processes. Returns 0, or SW_E_UNSUPPORTED where the kernel has no seccomp filter: the
 * process then still has no descriptor, token or Lua function to reach the world with. */
#ifndef SW_CORE_CONFINE_H
#define SW_CORE_CONFINE_H

int sw_confine(void);

#endif
