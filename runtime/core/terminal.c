#include "core/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static int from_environment(const char *name, int otherwise)
{
    const char *text = getenv(name);
    long value = text ? strtol(text, NULL, 10) : 0;
    return value > 0 && value < 10000 ? (int)value : otherwise;
}

void sw_terminal_size(int *columns, int *rows)
{
    struct winsize size;
    for (int fd = 1; fd <= 2; fd++) {
        if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
            *columns = size.ws_col;
            *rows = size.ws_row;
            return;
        }
    }
    *columns = from_environment("COLUMNS", 80);
    *rows = from_environment("LINES", 24);
}

static int write_text(int fd, const char *text)
{
    size_t len = strlen(text);
    while (len > 0) {
        ssize_t wrote = write(fd, text, len);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return SW_E_IO;
        text += wrote;
        len -= (size_t)wrote;
    }
    return 0;
}

/* Reads up to the newline, byte by byte so that nothing behind it is taken. While it waits Ctrl-C
 * is a byte, not a signal: the terminal must be set back in any case. */
static int read_answer(int fd, sw_buf *answer, sw_error *err)
{
    for (;;) {
        char c;
        ssize_t got = read(fd, &c, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got == 1 && c == '\n')
            return 0;
        if (got != 1 || c == 3)
            return sw_fail(err, SW_E_CANCELLED, "term.interrupted", "no answer was given");
        if (sw_buf_add_char(answer, c) < 0)
            return sw_fail_nomem(err);
    }
}

int sw_terminal_ask(sw_buf *answer, const char *prompt, bool secret, sw_error *err)
{
    struct termios before, during;
    bool changed = false;
    int rc;
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (fd < 0 || tcgetattr(fd, &before) < 0) {
        rc = sw_fail_errno(err, errno, "term.no_terminal", "there is no terminal to ask on");
        goto done;
    }
    during = before;
    during.c_lflag |= ICANON | ECHO;
    during.c_cc[VINTR] = _POSIX_VDISABLE;
    during.c_cc[VEOL] = 3; /* Ctrl-C ends the line and is seen by read_answer */
    if (secret)
        during.c_lflag &= ~(tcflag_t)ECHO;
    changed = tcsetattr(fd, TCSAFLUSH, &during) == 0;
    rc = write_text(fd, prompt);
    if (rc < 0) {
        sw_fail_errno(err, errno, "term.no_terminal", "cannot write to the terminal");
        goto done;
    }
    rc = read_answer(fd, answer, err);
    if (secret || rc < 0)
        write_text(fd, "\n");
done:
    if (changed)
        tcsetattr(fd, TCSAFLUSH, &before);
    if (fd >= 0)
        close(fd);
    return rc;
}
