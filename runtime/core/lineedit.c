#include "core/lineedit.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "core/lazy_edit.h"

enum { HISTORY_SIZE = 2000, PASTE_LIMIT = 1 << 20 };

#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"

struct sw_lineedit {
    const sw_edit *lib; /* borrowed */
    EditLine *el;       /* NULL: lines are read plainly */
    HistoryW *history;
    locale_t locale; /* UTF-8, used only while libedit runs: the process keeps its own */
    char *history_path;
    char *last; /* newest entry of the history */
    wchar_t prompt[128];
    bool active;      /* the terminal is in editing mode */
    bool completing;  /* set by the keys, answered by sw_lineedit_read */
    bool interrupted;
    bool ended;
    bool suspended;
};

/* ---- keys: they only take notes in the struct ---- */

static sw_lineedit *of(EditLine *el)
{
    void *edit = NULL;
    sw_edit_load(NULL)->el_wget(el, EL_CLIENTDATA, &edit);
    return edit;
}

static wchar_t *prompt_text(EditLine *el)
{
    return of(el)->prompt;
}

static unsigned char key_complete(EditLine *el, wint_t key)
{
    (void)key;
    of(el)->completing = true;
    return CC_NORM;
}

static unsigned char key_interrupt(EditLine *el, wint_t key)
{
    (void)key;
    of(el)->interrupted = true;
    return CC_NORM;
}

static unsigned char key_suspend(EditLine *el, wint_t key)
{
    (void)key;
    of(el)->suspended = true;
    return CC_NORM;
}

static unsigned char key_end(EditLine *el, wint_t key) /* Ctrl-D: the end, or delete what follows */
{
    (void)key;
    sw_lineedit *edit = of(el);
    const LineInfoW *line = edit->lib->el_wline(el);
    if (line->lastchar == line->buffer) {
        edit->ended = true;
        return CC_NORM;
    }
    if (line->cursor == line->lastchar)
        return CC_ERROR;
    edit->lib->el_cursor(el, 1);
    edit->lib->el_deletestr(el, 1);
    return CC_REFRESH;
}

/* Bracketed paste: everything up to ESC [ 201 ~ is text, Tab and newline included. */
static unsigned char key_paste(EditLine *el, wint_t key)
{
    (void)key;
    static const wchar_t mark[] = L"\033[201~";
    const size_t mark_len = sizeof mark / sizeof *mark - 1;
    sw_lineedit *edit = of(el);
    size_t len = 0, cap = 256;
    wchar_t *text = malloc(cap * sizeof *text);
    wchar_t c;
    while (text && len < PASTE_LIMIT && edit->lib->el_wgetc(el, &c) == 1) {
        if (len + 2 > cap) {
            wchar_t *more = realloc(text, 2 * cap * sizeof *text);
            if (!more)
                break;
            text = more;
            cap *= 2;
        }
        text[len++] = c == L'\r' ? L'\n' : c;
        if (len >= mark_len && wmemcmp(text + len - mark_len, mark, mark_len) == 0) {
            len -= mark_len;
            break;
        }
    }
    if (!text)
        return CC_ERROR;
    size_t kept = 0;
    for (size_t i = 0; i < len; i++)
        if (text[i] >= L' ' || text[i] == L'\n' || text[i] == L'\t')
            text[kept++] = text[i];
    while (kept > 0 && text[kept - 1] == L'\n')
        kept--;
    text[kept] = 0;
    int rc = kept > 0 ? edit->lib->el_winsertstr(el, text) : 0;
    free(text);
    return rc < 0 ? CC_ERROR : CC_REFRESH;
}

/* ---- UTF-8 and wide characters ---- */

static int to_utf8(sw_buf *out, const wchar_t *text, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        unsigned long c = (unsigned long)text[i];
        char bytes[4];
        size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
        static const unsigned char lead[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
        for (size_t at = len - 1; at > 0; at--, c >>= 6)
            bytes[at] = (char)(0x80 | (c & 0x3F));
        bytes[0] = (char)(lead[len] | c);
        int rc = sw_buf_add(out, bytes, len);
        if (rc < 0)
            return rc;
    }
    return 0;
}

/* Owned by the caller, NULL without memory or when the text is no UTF-8. */
static wchar_t *to_wide(const char *text)
{
    size_t len = mbstowcs(NULL, text, 0);
    wchar_t *wide = len == (size_t)-1 ? NULL : malloc((len + 1) * sizeof *wide);
    if (wide)
        mbstowcs(wide, text, len + 1);
    return wide;
}

/* ---- history: one entry a line, newlines and backslashes escaped ---- */

static int escape(sw_buf *out, const char *text)
{
    int rc = 0;
    for (; *text && rc == 0; text++) {
        if (*text == '\n')
            rc = sw_buf_add(out, "\\n", 2);
        else if (*text == '\\')
            rc = sw_buf_add(out, "\\\\", 2);
        else
            rc = sw_buf_add_char(out, *text);
    }
    return rc < 0 ? rc : sw_buf_add_char(out, '\n');
}

static void unescape(char *line)
{
    char *to = line;
    for (const char *from = line; *from && *from != '\n'; from++) {
        if (*from == '\\' && from[1]) {
            from++;
            *to++ = *from == 'n' ? '\n' : *from;
        } else {
            *to++ = *from;
        }
    }
    *to = 0;
}

static void enter(sw_lineedit *edit, const char *text)
{
    if (!edit->history)
        return;
    locale_t before = uselocale(edit->locale);
    wchar_t *wide = to_wide(text);
    HistEventW event;
    if (wide)
        edit->lib->history_w(edit->history, &event, H_ENTER, wide);
    uselocale(before);
    free(wide);
}

static int read_history(sw_lineedit *edit, sw_error *err)
{
    FILE *file = fopen(edit->history_path, "re");
    if (!file)
        return errno == ENOENT ? 0
                               : sw_fail_errno(err, errno, "term.history", "cannot read the history %s",
                                               edit->history_path);
    char *line = NULL;
    size_t cap = 0;
    while (getline(&line, &cap, file) > 0) {
        unescape(line);
        if (*line)
            enter(edit, line);
    }
    free(line);
    fclose(file);
    return 0;
}

int sw_lineedit_remember(sw_lineedit *edit, const char *text, sw_error *err)
{
    if (!*text || (edit->last && strcmp(edit->last, text) == 0))
        return 0;
    enter(edit, text);
    free(edit->last);
    edit->last = strdup(text);
    if (!edit->history_path)
        return 0;
    sw_buf entry;
    sw_buf_init(&entry);
    int fd = -1;
    int rc = escape(&entry, text);
    if (rc < 0) {
        sw_fail_nomem(err);
        goto done;
    }
    fd = open(edit->history_path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, entry.data, entry.len) != (ssize_t)entry.len)
        rc = sw_fail_errno(err, errno, "term.history", "cannot write the history %s",
                           edit->history_path);
done:
    if (fd >= 0)
        close(fd);
    sw_buf_release(&entry);
    return rc;
}

/* ---- opening ---- */

static bool can_edit(void)
{
    const char *term = getenv("TERM");
    return isatty(0) && isatty(1) && term && *term && strcmp(term, "dumb") != 0;
}

/* A UTF-8 locale: the user's own when it is one, so that widths are as the terminal has them. */
static locale_t utf8_locale(void)
{
    locale_t own = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
    if (own && strcmp(nl_langinfo_l(CODESET, own), "UTF-8") == 0)
        return own;
    if (own)
        freelocale(own);
    return newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

static void bind_keys(const sw_edit *lib, EditLine *el)
{
    static const struct {
        const wchar_t *key, *function;
    } keys[] = {
        { L"^I", L"slipway-complete" },
        { L"^C", L"slipway-interrupt" },
        { L"^D", L"slipway-end" },
        { L"^Z", L"slipway-suspend" },
        { L"\\e[200~", L"slipway-paste" },
        { L"^R", L"em-inc-search-prev" },
        { L"\\e[3~", L"ed-delete-next-char" },
        { L"\\e[1~", L"ed-move-to-beg" },
        { L"\\e[4~", L"ed-move-to-end" },
        { L"\\e[H", L"ed-move-to-beg" },
        { L"\\e[F", L"ed-move-to-end" },
        { L"\\e[1;5C", L"em-next-word" },
        { L"\\e[1;5D", L"ed-prev-word" },
    };
    lib->el_wset(el, EL_ADDFN, L"slipway-complete", L"complete the name", key_complete);
    lib->el_wset(el, EL_ADDFN, L"slipway-interrupt", L"drop the line", key_interrupt);
    lib->el_wset(el, EL_ADDFN, L"slipway-suspend", L"stop until fg", key_suspend);
    lib->el_wset(el, EL_ADDFN, L"slipway-end", L"end, or delete the next character", key_end);
    lib->el_wset(el, EL_ADDFN, L"slipway-paste", L"take pasted text", key_paste);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        lib->el_wset(el, EL_BIND, keys[i].key, keys[i].function, NULL);
}

static int open_terminal(sw_lineedit *edit, sw_error *err)
{
    edit->lib = sw_edit_load(err);
    if (!edit->lib)
        return SW_E_UNSUPPORTED;
    edit->locale = utf8_locale();
    if (!edit->locale)
        return sw_fail(err, SW_E_UNSUPPORTED, "term.no_locale",
                       "this system has no UTF-8 locale, not even C.UTF-8");
    locale_t before = uselocale(edit->locale);
    HistEventW event;
    edit->history = edit->lib->history_winit();
    edit->el = edit->lib->el_init("slipway", stdin, stdout, stderr);
    if (edit->el && edit->history) {
        edit->lib->history_w(edit->history, &event, H_SETSIZE, HISTORY_SIZE);
        edit->lib->history_w(edit->history, &event, H_SETUNIQUE, 1);
        edit->lib->el_wset(edit->el, EL_CLIENTDATA, edit);
        edit->lib->el_wset(edit->el, EL_EDITOR, L"emacs");
        edit->lib->el_wset(edit->el, EL_SIGNAL, 1);
        edit->lib->el_wset(edit->el, EL_HIST, edit->lib->history_w, edit->history);
        edit->lib->el_wset(edit->el, EL_PROMPT_ESC, prompt_text, L'\1');
        edit->lib->el_source(edit->el, NULL); /* the user's ~/.editrc: vi keys and the like */
        /* Ctrl-C is a key while a line is edited, and a signal again when a chunk runs. */
        edit->lib->el_wset(edit->el, EL_SETTY, L"-d", L"-isig", NULL);
        bind_keys(edit->lib, edit->el);
    }
    uselocale(before);
    return edit->el && edit->history ? 0 : sw_fail_nomem(err);
}

int sw_lineedit_open(sw_lineedit **out, const char *history, sw_error *err)
{
    sw_lineedit *edit = calloc(1, sizeof *edit);
    if (!edit)
        return sw_fail_nomem(err);
    int rc = 0;
    if (can_edit())
        rc = open_terminal(edit, err);
    if (rc == 0 && history) {
        edit->history_path = strdup(history);
        rc = edit->history_path ? read_history(edit, err) : sw_fail_nomem(err);
    }
    if (rc < 0) {
        sw_lineedit_close(edit);
        return rc;
    }
    *out = edit;
    return 0;
}

void sw_lineedit_close(sw_lineedit *edit)
{
    if (!edit)
        return;
    sw_lineedit_stop(edit);
    if (edit->el)
        edit->lib->el_end(edit->el);
    if (edit->history)
        edit->lib->history_wend(edit->history);
    if (edit->locale)
        freelocale(edit->locale);
    free(edit->history_path);
    free(edit->last);
    free(edit);
}

/* ---- the terminal ---- */

static void tell(const char *bytes)
{
    fputs(bytes, stdout);
    fflush(stdout);
}

static void set_prompt(sw_lineedit *edit, const char *prompt)
{
    const size_t cap = sizeof edit->prompt / sizeof *edit->prompt;
    size_t len = mbstowcs(edit->prompt, prompt, cap - 1);
    edit->prompt[len == (size_t)-1 ? 0 : len] = 0;
}

static void start(sw_lineedit *edit, const char *prompt)
{
    if (edit->active)
        return;
    set_prompt(edit, prompt);
    edit->active = true;
    tell(PASTE_ON);
    edit->lib->el_wset(edit->el, EL_UNBUFFERED, 1); /* prints the prompt */
}

void sw_lineedit_stop(sw_lineedit *edit)
{
    if (!edit->active)
        return;
    locale_t before = uselocale(edit->locale);
    edit->active = false;
    edit->lib->el_wset(edit->el, EL_UNBUFFERED, 0);
    tell(PASTE_OFF);
    uselocale(before);
}

static int columns(void)
{
    struct winsize size;
    return ioctl(1, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/* The screen row, counted from the prompt's, on which `end` is shown. */
static int row_of(const sw_lineedit *edit, const wchar_t *from, const wchar_t *end)
{
    int width = columns(), row = 0, column = 0;
    bool hidden = false;
    for (const wchar_t *c = edit->prompt; *c; c++) {
        if (*c == L'\1')
            hidden = !hidden;
        else if (!hidden)
            column += wcwidth(*c) > 0 ? wcwidth(*c) : 0;
    }
    for (const wchar_t *c = from; c < end; c++) {
        int step = wcwidth(*c) > 0 ? wcwidth(*c) : 0;
        if (*c == L'\n' || column + step > width) {
            row++;
            column = 0;
        }
        column += step;
    }
    return row + (column >= width);
}

/* Moves below the line that is being edited, without disturbing what libedit knows of it. */
static void go_below(sw_lineedit *edit)
{
    const LineInfoW *line = edit->lib->el_wline(edit->el);
    int rows = row_of(edit, line->buffer, line->lastchar);
    rows -= row_of(edit, line->buffer, line->cursor);
    for (int i = 0; i <= rows; i++)
        fputs("\r\n", stdout);
    fflush(stdout);
}

/* ---- reading ---- */

static int read_plainly(const char *prompt, sw_buf *text, sw_error *err)
{
    if (isatty(0) && isatty(1))
        tell(prompt);
    char *line = NULL;
    size_t cap = 0;
    errno = 0;
    ssize_t len = getline(&line, &cap, stdin);
    int rc = SW_LINE_TEXT;
    if (len < 0) {
        rc = errno == EINTR ? SW_LINE_INTERRUPT : SW_LINE_END;
        clearerr(stdin);
    } else {
        while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
            len--;
        if (sw_buf_add(text, line, (size_t)len) < 0)
            rc = sw_fail_nomem(err);
    }
    free(line);
    return rc;
}

static bool hung_up(void)
{
    struct pollfd terminal = { .fd = 0, .events = POLLIN };
    return poll(&terminal, 1, 0) < 0 || (terminal.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
}

/* The shell gets the terminal as it was; what was typed is still there when it hands it back. */
static void suspend(sw_lineedit *edit)
{
    go_below(edit);
    edit->lib->el_wset(edit->el, EL_PREP_TERM, 0);
    tell(PASTE_OFF);
    raise(SIGTSTP);
    tell(PASTE_ON);
    edit->lib->el_wset(edit->el, EL_PREP_TERM, 1);
    edit->lib->el_wset(edit->el, EL_REFRESH);
}

/* One key. Returns an event, or 0 to go on. */
static int step(sw_lineedit *edit)
{
    const LineInfoW *line = edit->lib->el_wline(edit->el);
    long before = line->lastchar - line->buffer;
    edit->completing = edit->interrupted = edit->ended = edit->suspended = false;
    int count = 0;
    const wchar_t *got = edit->lib->el_wgets(edit->el, &count);
    if (edit->interrupted)
        return SW_LINE_INTERRUPT;
    if (edit->suspended)
        suspend(edit);
    if (edit->completing)
        return SW_LINE_COMPLETE;
    if (edit->ended || (!got && (count < 0 || hung_up())))
        return SW_LINE_END;
    line = edit->lib->el_wline(edit->el);
    long after = line->lastchar - line->buffer;
    /* Enter is the only key that puts one newline at the end. */
    return after == before + 1 && line->lastchar[-1] == L'\n' ? SW_LINE_TEXT : 0;
}

int sw_lineedit_read(sw_lineedit *edit, const char *prompt, sw_buf *text, size_t *cursor,
                     sw_error *err)
{
    sw_buf_clear(text);
    *cursor = 0;
    if (!edit->el)
        return read_plainly(prompt, text, err);
    locale_t before = uselocale(edit->locale);
    start(edit, prompt);
    int event = 0;
    while (event == 0)
        event = step(edit);
    const LineInfoW *line = edit->lib->el_wline(edit->el);
    size_t len = (size_t)(line->lastchar - line->buffer);
    size_t at = (size_t)(line->cursor - line->buffer);
    int rc = 0;
    if (event == SW_LINE_TEXT || event == SW_LINE_COMPLETE) {
        len -= event == SW_LINE_TEXT;
        at = at < len ? at : len;
        rc = to_utf8(text, line->buffer, at);
        *cursor = text->len;
        if (rc == 0)
            rc = to_utf8(text, line->buffer + at, len - at);
    }
    if (event == SW_LINE_INTERRUPT || event == SW_LINE_END) {
        tell(event == SW_LINE_INTERRUPT && at == len ? "^C" : "");
        go_below(edit);
    }
    uselocale(before);
    if (event != SW_LINE_COMPLETE || rc < 0)
        sw_lineedit_stop(edit);
    return rc < 0 ? sw_fail_nomem(err) : event;
}

/* ---- completion ---- */

static size_t shared_prefix(const char *const *candidates, size_t count)
{
    size_t len = strlen(candidates[0]);
    for (size_t i = 1; i < count; i++) {
        size_t same = 0;
        while (same < len && candidates[i][same] == candidates[0][same])
            same++;
        len = same;
    }
    while (len > 0 && ((unsigned char)candidates[0][len] & 0xC0) == 0x80)
        len--; /* never half a character */
    return len;
}

static size_t width_of(const char *text)
{
    size_t width = 0;
    for (; *text; text++)
        width += ((unsigned char)*text & 0xC0) != 0x80;
    return width;
}

static void list(const char *const *candidates, size_t count)
{
    size_t widest = 0;
    for (size_t i = 0; i < count; i++)
        widest = width_of(candidates[i]) > widest ? width_of(candidates[i]) : widest;
    size_t across = (size_t)columns() / (widest + 2);
    across = across > 0 ? across : 1;
    for (size_t i = 0; i < count; i++) {
        fputs(candidates[i], stdout);
        bool last = (i + 1) % across == 0 || i + 1 == count;
        for (size_t gap = width_of(candidates[i]); !last && gap < widest + 2; gap++)
            putchar(' ');
        if (last)
            fputs("\r\n", stdout);
    }
    fflush(stdout);
}

void sw_lineedit_complete(sw_lineedit *edit, const char *const *candidates, size_t count,
                          size_t typed)
{
    if (!edit->el || !edit->active)
        return;
    if (count == 0) {
        tell("\a");
        return;
    }
    locale_t before = uselocale(edit->locale);
    size_t shared = shared_prefix(candidates, count);
    wchar_t *more = NULL;
    if (shared > typed) {
        char *missing = strndup(candidates[0] + typed, shared - typed);
        more = missing ? to_wide(missing) : NULL;
        free(missing);
    }
    if (more) {
        edit->lib->el_wpush(edit->el, more); /* as if typed, so libedit draws it itself */
    } else if (count > 1) {
        go_below(edit);
        list(candidates, count);
        edit->lib->el_wset(edit->el, EL_REFRESH);
    }
    free(more);
    uselocale(before);
}
