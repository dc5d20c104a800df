/* Memory ends: from the n-th allocation on each one fails, for every n until the work succeeds. Nothing
 * crashes, nothing is left behind (AddressSanitizer), and the next attempt works. The linker puts the
 * functions below in the place of malloc, calloc and realloc (tests/CMakeLists.txt). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/http.h"
#include "core/mask.h"
#include "core/process.h"
#include "core/secret.h"
#include "end_of_memory.h"


/* Runs `work` with ever more memory until it returns 0 without having run out; returns how often. */
static long exhaust(int (*work)(void))
{
    for (long n = 1; n < 100000; n++) {
        allowed = n;
        int rc = work();
        long left = allowed;
        allowed = -1;
        assert_null(sw_job_first());
        if (left > 0) {
            assert_int_equal(rc, 0);
            print_message("           %ld allocations\n", n);
            return n;
        }
    }
    fail();
    return 0;
}

static int masked_text(void)
{
    sw_secret *secret = NULL;
    sw_buf out;
    sw_buf_init(&out);
    int rc = sw_secret_new(&secret, "env:A", "user", "hunter2hunter2", 14, NULL);
    if (rc == 0)
        rc = sw_mask_text("a hunter2hunter2 b", 18, &out);
    if (rc == 0)
        assert_string_equal(out.data, "a *** b");
    if (out.data)
        assert_null(strstr(out.data, "hunter2hunter2"));
    sw_buf_release(&out);
    sw_secret_release(secret);
    return rc;
}

static void masking(void **state)
{
    (void)state;
    assert_true(exhaust(masked_text) > 3);
}

static int child_run(void)
{
    static const char *const argv[] = { "sh", "-c", "cat; echo err >&2", NULL };
    sw_secret *secret = NULL;
    sw_job *job = NULL;
    sw_error err;
    int rc = sw_secret_new(&secret, "env:A", NULL, "hunter2hunter2", 14, &err);
    sw_variable variable = { "TOKEN", NULL, secret };
    sw_process_options options = { .argv = argv, .variables = &variable, .variable_count = 1, .input = "in hunter2hunter2\n",
        .input_len = 18, .keep = 100, .want_output = true };
    if (rc == 0)
        rc = sw_process_start(&job, &options, &err);
    if (rc == 0)
        rc = sw_loop_finish(job, &err);
    if (rc == 0) {
        sw_process_result result;
        sw_process_result_of(job, &result);
        assert_int_equal(result.code, 0);
        if (!result.cut) {
            assert_string_equal(sw_buf_text(result.out), "in ***\n");
            assert_string_equal(sw_buf_text(result.err), "err\n");
        }
        if (result.out->data)
            assert_null(strstr(result.out->data, "hunter2"));
    }
    sw_job_release(job);
    sw_secret_release(secret);
    return rc;
}

static void children(void **state)
{
    (void)state;
    assert_true(exhaust(child_run) > 10);
}

/* ---- a server that gives one answer for ever ---- */

static pid_t server;
static char address[64];

static int start_server(void **state)
{
    (void)state;
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(fd, (struct sockaddr *)&at, len) < 0 || listen(fd, 64) < 0 || getsockname(fd, (struct sockaddr *)&at, &len) < 0)
        return -1;
    snprintf(address, sizeof address, "http://127.0.0.1:%d/", ntohs(at.sin_port));
    server = fork();
    if (server == 0) {
        static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\nX-A: b\r\n\r\nhello";
        char request[4096];
        for (;;) {
            int one = accept(fd, NULL, NULL);
            if (one >= 0 && read(one, request, sizeof request) > 0)
                (void)!write(one, answer, sizeof answer - 1);
            shutdown(one, SHUT_WR);
            while (read(one, request, sizeof request) > 0)
                ;
            close(one);
        }
    }
    close(fd);
    return server > 0 ? 0 : -1;
}

static int stop_server(void **state)
{
    (void)state;
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    sw_loop_close();
    return 0;
}

static int transfer(void)
{
    static const sw_http_header header = { "X-Mine", "1" };
    static const sw_http_part part = { .name = "a", .value = "b", .value_len = 1 };
    sw_secret *secret = NULL;
    sw_job *job = NULL;
    sw_error err;
    int rc = sw_secret_new(&secret, "env:A", NULL, "hunter2hunter2", 14, &err);
    sw_http_options options = { .method = "POST", .url = address, .headers = &header, .header_count = 1, .form = &part,
        .form_count = 1, .secret_header = "Authorization", .secret_prefix = "Bearer ", .secret = secret, .user_agent = "test",
        .timeout = 20000, .idle_timeout = 5000 };
    if (rc == 0)
        rc = sw_http_start(&job, &options, &err);
    if (rc == 0)
        rc = sw_loop_finish(job, &err);
    if (rc == 0) {
        sw_http_answer answer;
        sw_http_answer_of(job, &answer);
        assert_int_equal(answer.status, 200);
        assert_string_equal(sw_buf_text(answer.body), "hello");
    }
    sw_job_release(job);
    sw_secret_release(secret);
    sw_loop_close(); /* also the pool: each attempt begins from nothing */
    return rc;
}

static void transfers(void **state)
{
    (void)state;
    assert_true(exhaust(transfer) > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(masking),
        cmocka_unit_test(children),
        cmocka_unit_test(transfers),
    };
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
