/* Never two holders: many processes, stale folders, old scripts, killed holders. The proof of holding is
 * a folder that only the holder makes and removes: two holders would meet there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/file.h"
#include "core/lock.h"

enum { RACERS = 8, MILLISECONDS = 2500 };

typedef struct arena {
    pthread_barrier_t line;
    atomic_int inside, meetings, wins, faults, rounds;
    atomic_bool over;
    char dir[64], path[96], folder[96], proof[96];
} arena;

static int make_arena(void **state)
{
    arena *a = mmap(NULL, sizeof *a, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(a != MAP_FAILED);
    memset(a, 0, sizeof *a);
    snprintf(a->dir, sizeof a->dir, "/tmp/slipway-lock-XXXXXX");
    assert_non_null(mkdtemp(a->dir));
    snprintf(a->path, sizeof a->path, "%.40s/release-linux.lock", a->dir);
    snprintf(a->folder, sizeof a->folder, "%.40s/release-linux.lock.d", a->dir);
    snprintf(a->proof, sizeof a->proof, "%.40s/proof", a->dir);
    pthread_barrierattr_t shared;
    pthread_barrierattr_init(&shared);
    pthread_barrierattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
    pthread_barrier_init(&a->line, &shared, RACERS);
    *state = a;
    return 0;
}

static int drop_arena(void **state)
{
    arena *a = *state;
    sw_file_remove_tree(a->dir, "/tmp", NULL);
    munmap(a, sizeof *a);
    return 0;
}

static void hold(arena *a, unsigned *seed)
{
    if (mkdir(a->proof, 0777) < 0 || atomic_fetch_add(&a->inside, 1) != 0)
        atomic_fetch_add(&a->meetings, 1);
    usleep((useconds_t)(rand_r(seed) % 300));
    atomic_fetch_sub(&a->inside, 1);
    if (rmdir(a->proof) < 0)
        atomic_fetch_add(&a->meetings, 1);
}

static void leave_a_stale_folder(const arena *a)
{
    struct timespec old[2] = { { .tv_sec = sw_clock_now() - 1000 }, { .tv_sec = sw_clock_now() - 1000 } };
    if (mkdir(a->folder, 0777) == 0)
        utimensat(AT_FDCWD, a->folder, old, 0);
}

static void try_once(arena *a, bool compat, unsigned *seed)
{
    sw_lock *lock = NULL;
    sw_lock_owner holder;
    sw_error err;
    int rc = sw_lock_acquire(&lock, a->path, "race", compat, SW_LOCK_STALE_AFTER, &holder, &err);
    if (rc == 0) {
        hold(a, seed);
        atomic_fetch_add(&a->wins, 1);
        if (sw_lock_check(lock, &err) < 0)
            atomic_fetch_add(&a->faults, 1);
        sw_lock_release(lock);
    } else if (rc != SW_E_LOCKED) {
        fprintf(stderr, "%s %s %s\n", err.code, err.message, err.cause);
        atomic_fetch_add(&a->faults, 1);
    }
}

/* Each round begins with a stale folder; all racers go for it at the same moment. */
static void race(arena *a, int number, int64_t end)
{
    unsigned seed = (unsigned)number + 1;
    for (;;) {
        if (pthread_barrier_wait(&a->line) == PTHREAD_BARRIER_SERIAL_THREAD) {
            atomic_store(&a->over, sw_clock_now_ms() >= end);
            leave_a_stale_folder(a);
            atomic_fetch_add(&a->rounds, 1);
        }
        pthread_barrier_wait(&a->line);
        if (atomic_load(&a->over))
            return;
        try_once(a, true, &seed);
    }
}

static void wait_for(pid_t *children, int count)
{
    for (int i = 0; i < count; i++) {
        int status = 0;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
}

static void eight_racers_on_a_stale_lock_never_meet(void **state)
{
    arena *a = *state;
    pid_t children[RACERS];
    int64_t end = sw_clock_now_ms() + MILLISECONDS;
    for (int i = 0; i < RACERS; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            race(a, i, end);
            _exit(0);
        }
    }
    wait_for(children, RACERS);
    print_message("%d rounds, %d wins\n", a->rounds, a->wins);
    assert_int_equal(a->meetings, 0);
    assert_int_equal(a->faults, 0);
    assert_true(a->rounds > 3);
    assert_true(a->wins >= a->rounds - 1);
}

static const char script[] =
    "while [ ! -e \"$1/over\" ]; do\n"
    "  if mkdir \"$1/release-linux.lock.d\" 2>/dev/null; then\n"
    "    mkdir \"$1/proof\" 2>/dev/null || echo met >> \"$1/met\"\n"
    "    echo won >> \"$1/won\"\n"
    "    rmdir \"$1/proof\" 2>/dev/null || echo met >> \"$1/met\"\n"
    "    rm -rf \"$1/release-linux.lock.d\"\n"
    "  fi\n"
    "done\n";

static void old_scripts_and_we_never_meet(void **state)
{
    arena *a = *state;
    pid_t children[6];
    char name[96];
    int64_t end = sw_clock_now_ms() + MILLISECONDS;
    for (int i = 0; i < 6; i++) {
        children[i] = fork();
        if (children[i] != 0)
            continue;
        if (i < 2) {
            execl("/bin/sh", "sh", "-c", script, "sh", a->dir, (char *)NULL);
            _exit(1);
        }
        unsigned seed = (unsigned)i;
        while (sw_clock_now_ms() < end)
            try_once(a, true, &seed);
        _exit(0);
    }
    wait_for(children + 2, 4);
    snprintf(name, sizeof name, "%s/over", a->dir);
    assert_int_equal(sw_file_write(name, "", 0, -1, NULL), 0);
    wait_for(children, 2);
    struct stat st;
    snprintf(name, sizeof name, "%s/won", a->dir);
    int scripts = stat(name, &st) == 0 ? (int)st.st_size / 4 : 0;
    print_message("%d wins of ours, %d of scripts\n", a->wins, scripts);
    snprintf(name, sizeof name, "%s/met", a->dir);
    assert_int_equal(access(name, F_OK), -1);
    assert_int_equal(a->meetings, 0);
    assert_int_equal(a->faults, 0);
    assert_true(a->wins > 0);
    assert_true(scripts > 0);
}

/* Holders die at any moment, the lock folder in every state; somebody always gets on, alone. */
static void killed_holders_leave_a_lock_that_one_can_take(void **state)
{
    arena *a = *state;
    for (unsigned round = 0; round < 60; round++) {
        pid_t child = fork();
        if (child == 0) {
            unsigned seed = round;
            for (;;) {
                sw_lock *lock = NULL;
                sw_lock_owner holder;
                if (sw_lock_acquire(&lock, a->path, "to be killed", true, 600, &holder, NULL) == 0) {
                    usleep((useconds_t)(rand_r(&seed) % 500));
                    sw_lock_release(lock);
                }
            }
        }
        usleep(2000 + round * 300);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        sw_lock *lock = NULL;
        sw_lock_owner holder;
        sw_error err;
        int64_t before = sw_clock_now_ms();
        assert_int_equal(sw_lock_acquire(&lock, a->path, "heir", true, 600, &holder, &err), 0);
        assert_true(sw_clock_now_ms() - before < 1000);
        assert_int_equal(sw_lock_check(lock, &err), 0);
        sw_lock_release(lock);
        sw_names names;
        assert_int_equal(sw_file_list(&names, a->dir, &err), 0);
        assert_int_equal(names.count, 1); /* the lock file, and nothing of the dead */
        sw_names_release(&names);
    }
}

/* The recipe's process is a fork of the host: what it frees is its copy. */
static void a_forked_child_does_not_give_the_lock_back(void **state)
{
    arena *a = *state;
    sw_lock *lock = NULL, *second = NULL;
    sw_lock_owner holder;
    sw_error err;
    assert_int_equal(sw_lock_acquire(&lock, a->path, "parent", true, 600, &holder, &err), 0);
    usleep(50000); /* until its thread waits: the copy of a waiting thread once held the child for ever */
    pid_t child = fork();
    if (child == 0) {
        alarm(20);
        sw_lock_release(lock);
        _exit(0);
    }
    int status = -1;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    assert_int_equal(sw_lock_check(lock, &err), 0);
    assert_int_equal(sw_lock_acquire(&second, a->path, "other", true, 600, &holder, &err), SW_E_LOCKED);
    assert_int_equal(holder.pid, getpid());
    sw_lock_release(lock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(eight_racers_on_a_stale_lock_never_meet, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(old_scripts_and_we_never_meet, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(killed_holders_leave_a_lock_that_one_can_take, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(a_forked_child_does_not_give_the_lock_back, make_arena, drop_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
