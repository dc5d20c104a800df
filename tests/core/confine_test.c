/* What a confined process cannot do any more, and that it can still compute. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/confine.h"

static long refused(long number, long a, long b, long c)
{
    errno = 0;
    return syscall(number, a, b, c) == -1 && errno == EPERM ? 0 : number + 1;
}

/* The number of the first call that got through, plus one; 0 when none did. */
static long first_leak(void)
{
    const long numbers[] = {
        SYS_openat, SYS_openat2, SYS_mkdirat, SYS_unlinkat, SYS_linkat, SYS_symlinkat, SYS_renameat2, SYS_truncate, SYS_ftruncate, SYS_fchmodat,
        SYS_fchownat, SYS_utimensat, SYS_mknodat, SYS_socket, SYS_socketpair, SYS_connect, SYS_bind, SYS_clone, SYS_clone3, SYS_execve, SYS_execveat,
        SYS_ptrace, SYS_kill, SYS_tkill, SYS_tgkill, SYS_process_vm_readv, SYS_process_vm_writev, SYS_pidfd_open, SYS_io_uring_setup, SYS_bpf,
        SYS_memfd_create, SYS_mount, SYS_unshare, SYS_setns, SYS_keyctl, SYS_perf_event_open, SYS_prctl, SYS_dup, SYS_setrlimit,
#ifdef SYS_open
        SYS_open, SYS_creat, SYS_unlink, SYS_rename, SYS_mkdir, SYS_rmdir, SYS_link, SYS_symlink, SYS_chmod, SYS_fork, SYS_vfork,
        0x40000000 | SYS_open, /* the x32 way */
#endif
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (refused(numbers[i], 0, 0, 0))
            return numbers[i] + 1;
    return 0;
}

static void nothing_leaves(void **state)
{
    (void)state;
    int report[2];
    assert_int_equal(pipe(report), 0);
    pid_t pid = fork();
    if (pid == 0) {
        long leak = sw_confine() < 0 ? -1 : first_leak();
        char *block = malloc(32 << 20); /* computing goes on */
        if (block)
            memset(block, 1, 32 << 20);
        else
            leak = -2;
        (void)!write(report[1], &leak, sizeof leak);
        _exit(0);
    }
    long leak = -3;
    assert_int_equal(read(report[0], &leak, sizeof leak), sizeof leak);
    assert_int_equal(leak, 0);
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(nothing_leaves) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
