/* Finding the secret a reference names. */
#include "core/secret_source.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/locked.h"
#include "core/process.h"
#include "core/program.h"

enum { PATIENCE = 120 * 1000, WORDS = 8, VARIABLES = 16 };

static const char *const schemes[] = { "env:", "file:", "op://", "pass:", "keyring:", "gh:", "git-credential:", "oidc:" };

static int bad_reference(const char *reference, const char *why, sw_error *err)
{
    /* What is no reference may be the secret itself, so no more of it is told than a scheme that is known. */
    int told = 0;
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (strncmp(reference, schemes[i], strlen(schemes[i])) == 0)
            told = (int)strlen(schemes[i]);
    sw_fail(err, SW_E_ARGUMENT, "secret.bad_reference", "'%.*s…' names no secret: %s", told, reference, why);
    sw_error_hint(err, "use env:NAME, file:PATH, op://vault/item/field, pass:PATH, keyring:SERVICE/ACCOUNT, "
        "gh:HOST or git-credential:URL");
    return SW_E_ARGUMENT;
}

/* ---- env:NAME ---- */

static int from_environment(sw_secret **out, const char *reference, const char *name, sw_error *err)
{
    bool good = *name && !isdigit((unsigned char)*name);
    for (const char *c = name; *c; c++)
        good = good && (isalnum((unsigned char)*c) || *c == '_');
    if (!good)
        return bad_reference(reference, "that is no name of a variable", err);
    const char *value = getenv(name);
    if (sw_secret_withhold(name) < 0)
        return sw_fail_nomem(err);
    if (value && *value)
        return sw_secret_new(out, reference, NULL, value, strlen(value), err);
    sw_fail(err, SW_E_NOT_FOUND, "secret.missing", "the variable %s is %s", name, value ? "empty" : "not set");
    sw_error_hint(err, "export %s, or name another place under `secrets` in slipway.lua", name);
    return SW_E_NOT_FOUND;
}

/* ---- file:PATH ---- */

static int expand(sw_buf *out, const char *path, const char *dir)
{
    const char *home = getenv("HOME");
    if (strncmp(path, "~/", 2) == 0 && home)
        return sw_buf_addf(out, "%s%s", home, path + 1);
    if (path[0] != '/' && dir)
        return sw_buf_addf(out, "%s/%s", dir, path);
    return sw_buf_add_text(out, path);
}

static int check_file(int fd, const char *path, sw_error *err)
{
    struct stat found;
    if (fstat(fd, &found) < 0)
        return sw_fail_errno(err, errno, "secret.missing", "cannot read %s", path);
    if (!S_ISREG(found.st_mode))
        return sw_fail(err, SW_E_REFUSED, "secret.refused", "%s is not a file", path);
    if (found.st_mode & 077) {
        sw_fail(err, SW_E_REFUSED, "secret.refused", "%s can be read by others (mode %04o)", path,
            (unsigned)found.st_mode & 07777);
        sw_error_hint(err, "chmod 600 %s", path);
        return SW_E_REFUSED;
    }
    if (found.st_uid != geteuid() && found.st_uid != 0)
        return sw_fail(err, SW_E_REFUSED, "secret.refused", "%s belongs to somebody else", path);
    return 0;
}

static int read_secret(sw_secret **out, int fd, const char *reference, const char *path, sw_error *err)
{
    size_t room = SW_SECRET_LONGEST + 3, len = 0; /* a newline, and one byte more to notice too much */
    char *text = sw_locked_new(room);
    if (!text)
        return sw_fail_nomem(err);
    ssize_t got;
    do {
        got = read(fd, text + len, room - len);
        len += got > 0 ? (size_t)got : 0;
    } while ((got > 0 && len < room) || (got < 0 && errno == EINTR));
    int rc = got < 0 ? sw_fail_errno(err, errno, "secret.missing", "cannot read %s", path)
                     : sw_secret_new(out, reference, NULL, text, len, err);
    sw_locked_free(text);
    return rc;
}

static int from_file(sw_secret **out, const char *reference, const char *path, const char *dir, sw_error *err)
{
    sw_buf full;
    sw_buf_init(&full);
    int rc = *path ? 0 : bad_reference(reference, "the path is missing", err);
    if (rc == 0 && expand(&full, path, dir) < 0)
        rc = sw_fail_nomem(err);
    int fd = rc == 0 ? open(full.data, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
    if (rc == 0 && fd < 0)
        rc = sw_fail_errno(err, errno, "secret.missing", "cannot read %s", full.data);
    if (rc == 0)
        rc = check_file(fd, full.data, err);
    if (rc == 0)
        rc = read_secret(out, fd, reference, full.data, err);
    if (fd >= 0)
        close(fd);
    sw_buf_release(&full);
    return rc;
}

/* ---- other programs ---- */

typedef struct question {
    const char *argv[WORDS];
    const char *input;
    const char *const *variables; /* passed on beyond the usual ones */
    const char *hint;             /* when it knows no answer */
} question;

static const char *const git_variables[] = { "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM",
    "DBUS_SESSION_BUS_ADDRESS", NULL };
static const char *const op_variables[] = { "OP_SERVICE_ACCOUNT_TOKEN", "OP_CONNECT_HOST", "OP_CONNECT_TOKEN",
    "OP_ACCOUNT", "OP_CONFIG_DIR", NULL };
static const char *const gh_variables[] = { "GH_TOKEN", "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN",
    "GH_CONFIG_DIR", "DBUS_SESSION_BUS_ADDRESS", NULL };
static const char *const pass_variables[] = { "PASSWORD_STORE_DIR", "PASSWORD_STORE_GPG_OPTS", "GNUPGHOME", "GPG_TTY",
    "DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", NULL };
static const char *const keyring_variables[] = { "DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", NULL };

static size_t list_variables(sw_variable *out, const char *const *names)
{
    size_t count = 0;
    out[count++] = (sw_variable){ .name = "GIT_TERMINAL_PROMPT", .value = "0" };
    for (; *names && count < VARIABLES; names++)
        if (getenv(*names))
            out[count++] = (sw_variable){ .name = *names, .value = getenv(*names) };
    return count;
}

static int program_missing(const char *reference, const char *program, sw_error *err)
{
    const char *package = sw_program_package(program);
    sw_fail(err, SW_E_NOT_FOUND, "secret.program_missing", "%s needs the program '%s', which is not on PATH", reference,
        program);
    if (package)
        sw_error_hint(err, "apt-get install %s", package);
    else
        sw_error_hint(err, "install %s, or name another place under `secrets` in slipway.lua", program);
    return SW_E_NOT_FOUND;
}

static int no_answer(const question *q, const char *reference, const sw_process_result *result, sw_error *err)
{
    sw_fail(err, SW_E_NOT_FOUND, "secret.missing", "%s gave no answer for %s (exit code %d)", q->argv[0], reference,
        result->code);
    sw_error_cause(err, "%.300s", sw_buf_text(result->err));
    sw_error_hint(err, "%s", q->hint);
    return SW_E_NOT_FOUND;
}

/* Asks, and leaves the finished job in *job (NULL on failure). */
static int ask(sw_job **job, const question *q, const char *reference, const char *dir, sw_error *err)
{
    sw_variable variables[VARIABLES];
    sw_process_options options = {
        .argv = q->argv,
        .dir = dir,
        .variables = variables,
        .variable_count = list_variables(variables, q->variables),
        .input = q->input,
        .input_len = q->input ? strlen(q->input) : 0,
        .timeout = PATIENCE,
        .private_output = true,
        .terminal = !q->input && isatty(STDIN_FILENO), /* it may have to ask for a passphrase */
    };
    sw_process_result result;
    int rc = sw_process_start(job, &options, err);
    if (rc == SW_E_NOT_FOUND)
        return program_missing(reference, q->argv[0], err);
    if (rc == 0)
        rc = sw_loop_finish(*job, err);
    if (rc == SW_E_TIMEOUT)
        rc = sw_fail(err, rc, "secret.no_answer", "%s did not answer for %s within two minutes", q->argv[0], reference);
    if (rc == 0) {
        sw_process_result_of(*job, &result);
        if (result.code != 0 || result.out->len == 0)
            rc = no_answer(q, reference, &result, err);
    }
    if (rc < 0) {
        sw_job_release(*job);
        *job = NULL;
    }
    return rc;
}

/* The answer is the first line. */
static int from_program(sw_secret **out, const question *q, const char *reference, const char *dir, bool first_line,
    sw_error *err)
{
    sw_job *job = NULL;
    int rc = ask(&job, q, reference, dir, err);
    if (rc < 0)
        return rc;
    sw_process_result result;
    sw_process_result_of(job, &result);
    size_t len = first_line ? strcspn(result.out->data, "\r\n") : result.out->len;
    rc = sw_secret_new(out, reference, NULL, result.out->data, len, err);
    sw_job_release(job);
    return rc;
}

static const char *line_value(const char *text, const char *key)
{
    size_t len = strlen(key);
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, key, len) == 0)
            return line + len;
    }
    return NULL;
}

/* git-credential(1): key=value lines in, key=value lines out. */
static int from_git(sw_secret **out, const char *reference, const char *url, const char *dir, sw_error *err)
{
    sw_job *job = NULL;
    sw_buf input;
    sw_buf_init(&input);
    int rc = !*url || strchr(url, '\n') ? bad_reference(reference, "the address is missing", err) : 0;
    if (rc == 0 && sw_buf_addf(&input, "url=%s\n\n", url) < 0)
        rc = sw_fail_nomem(err);
    question q = { { "git", "credential", "fill" }, input.data, git_variables,
        "set up a credential helper that knows this address: git help gitcredentials" };
    if (rc == 0)
        rc = ask(&job, &q, reference, dir, err);
    sw_buf_release(&input);
    if (rc < 0)
        return rc;
    sw_process_result result;
    sw_process_result_of(job, &result);
    const char *password = line_value(result.out->data, "password=");
    const char *name = line_value(result.out->data, "username=");
    char *user = name ? strndup(name, strcspn(name, "\n")) : NULL;
    if (password)
        rc = sw_secret_new(out, reference, user, password, strcspn(password, "\n"), err);
    else
        rc = no_answer(&q, reference, &result, err);
    free(user);
    sw_job_release(job);
    return rc;
}

static int from_keyring(sw_secret **out, const char *reference, const char *rest, const char *dir, sw_error *err)
{
    const char *slash = strrchr(rest, '/');
    if (!slash || slash == rest || !slash[1])
        return bad_reference(reference, "it is keyring:SERVICE/ACCOUNT", err);
    char *service = strndup(rest, (size_t)(slash - rest));
    if (!service)
        return sw_fail_nomem(err);
    question q = { { "secret-tool", "lookup", "service", service, "account", slash + 1 }, NULL, keyring_variables,
        "secret-tool store --label=slipway service SERVICE account ACCOUNT" };
    int rc = from_program(out, &q, reference, dir, false, err);
    free(service);
    return rc;
}

/* ---- the reference ---- */

static const char *after(const char *reference, const char *scheme)
{
    size_t len = strlen(scheme);
    return strncmp(reference, scheme, len) == 0 ? reference + len : NULL;
}

/* A word for a program's argv: not empty, and nothing it would take for an option. */
static bool is_word(const char *text)
{
    return *text && *text != '-';
}

static int unsupported(const char *reference, sw_error *err)
{
    sw_fail(err, SW_E_UNSUPPORTED, "secret.unsupported", "%s: a CI job's identity is exchanged at a registry only", reference);
    sw_error_hint(err, "use it for the token of a registry (oidc:pypi, oidc:crates, oidc:npm); elsewhere use env:NAME");
    return SW_E_UNSUPPORTED;
}

int sw_secret_resolve(sw_secret **out, const char *reference, const char *dir, sw_error *err)
{
    const char *rest;
    *out = NULL;
    if ((rest = after(reference, "env:")))
        return from_environment(out, reference, rest, err);
    if ((rest = after(reference, "file:")))
        return from_file(out, reference, rest, dir, err);
    if ((rest = after(reference, "git-credential:")))
        return from_git(out, reference, rest, dir, err);
    if ((rest = after(reference, "keyring:")))
        return from_keyring(out, reference, rest, dir, err);
    if ((rest = after(reference, "oidc:")))
        return unsupported(reference, err);
    if ((rest = after(reference, "op://")) && is_word(rest)) {
        question q = { { "op", "read", reference }, NULL, op_variables, "op signin, and check the name with: op item list" };
        return from_program(out, &q, reference, dir, false, err);
    }
    if ((rest = after(reference, "gh:")) && is_word(rest)) {
        question q = { { "gh", "auth", "token", "--hostname", rest }, NULL, gh_variables, "gh auth login --hostname HOST" };
        return from_program(out, &q, reference, dir, true, err);
    }
    if ((rest = after(reference, "pass:")) && is_word(rest)) {
        question q = { { "pass", "show", rest }, NULL, pass_variables, "pass insert PATH, and look with: pass ls" };
        return from_program(out, &q, reference, dir, true, err);
    }
    return bad_reference(reference, "its scheme is not known or its locator is missing", err);
}
