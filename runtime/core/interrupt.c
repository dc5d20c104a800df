#include "core/interrupt.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { PATIENCE = 3 };

static volatile sig_atomic_t last_signal, arrived, unseen;
static sig_atomic_t answered, counted;
static int event_fd = -1;

static void note(int signal_number)
{
    int saved = errno;
    last_signal = signal_number;
    arrived++;
    if (++unseen >= PATIENCE) {
        signal(signal_number, SIG_DFL);
        raise(signal_number);
    }
    uint64_t one = 1;
    (void)!write(event_fd, &one, sizeof one);
    errno = saved;
}

void sw_interrupt_watch(void)
{
    if (event_fd >= 0)
        return;
    event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (event_fd < 0)
        return;
    static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
    struct sigaction child;
    if (sigaction(SIGCHLD, NULL, &child) == 0 && child.sa_handler == SIG_IGN)
        signal(SIGCHLD, SIG_DFL); /* inherited: the kernel would take away the exit codes of our children */
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct sigaction old, fresh = { .sa_handler = note, .sa_flags = SA_RESTART };
        sigemptyset(&fresh.sa_mask);
        if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
            sigaction(signals[i], &fresh, NULL);
    }
}

int sw_interrupt_signal(void)
{
    unseen = 0;
    return last_signal;
}

int sw_interrupt_count_once(void)
{
    int count = arrived == counted ? 0 : arrived;
    counted = arrived;
    return count;
}

bool sw_interrupt_fresh(void)
{
    if (answered == arrived)
        return false;
    answered = arrived;
    unseen = 0;
    return true;
}

void sw_interrupt_forget(void)
{
    last_signal = arrived = unseen = 0;
    answered = counted = 0;
}

int sw_interrupt_fd(void)
{
    return event_fd;
}

void sw_interrupt_quiet(void)
{
    uint64_t count;
    (void)!read(event_fd, &count, sizeof count);
}
