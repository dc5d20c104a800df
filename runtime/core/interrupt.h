/* Ctrl-C and SIGTERM are requests: a handler notes them, the loop and the engine answer. A program that
 * does not look for three signals in a row is ended by the third. */
#ifndef SW_CORE_INTERRUPT_H
#define SW_CORE_INTERRUPT_H

#include <stdbool.h>

/* Installs the handlers for SIGINT, SIGTERM and SIGHUP once; one of them that is ignored stays ignored. */
void sw_interrupt_watch(void);
int sw_interrupt_signal(void); /* the latest signal, or 0 */
/* How many signals came since the last forget; 0 when that was already answered. For the loop. */
int sw_interrupt_count_once(void);
/* True when a signal arrived since the last call with true as its answer. */
bool sw_interrupt_fresh(void);
void sw_interrupt_forget(void);
/* Readable while a signal has not been seen by sw_interrupt_quiet: for poll. -1 before watch. */
int sw_interrupt_fd(void);
void sw_interrupt_quiet(void);

#endif
