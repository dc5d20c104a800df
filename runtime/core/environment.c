#include "core/environment.h"

#include <string.h>
#include <unistd.h>

#include "core/locked.h"

static const char *const passed_on[] = { "PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "TERM", "USER",
    "SSH_AUTH_SOCK" };

static bool is_passed_on(const char *name, size_t len)
{
    if (len > 4 && strncmp(name, "XDG_", 4) == 0)
        return true;
    for (size_t i = 0; i < sizeof passed_on / sizeof *passed_on; i++)
        if (strlen(passed_on[i]) == len && strncmp(passed_on[i], name, len) == 0)
            return true;
    return false;
}

static bool is_named(const sw_variable *named, size_t count, const char *name, size_t len)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(named[i].name) == len && strncmp(named[i].name, name, len) == 0)
            return true;
    return false;
}

/* Whether a variable of this process goes on to the child. */
static bool inherited(const char *entry, const sw_variable *named, size_t count)
{
    const char *equals = strchr(entry, '=');
    size_t len = equals ? (size_t)(equals - entry) : 0;
    return equals && is_passed_on(entry, len) && !is_named(named, count, entry, len);
}

static const char *value_of(const sw_variable *variable)
{
    return variable->secret ? sw_secret_text(variable->secret) : variable->value;
}

static int check(const sw_variable *named, size_t count, sw_error *err)
{
    for (size_t i = 0; i < count; i++) {
        const char *name = named[i].name;
        if (name[0] == '\0' || strchr(name, '='))
            return sw_fail(err, SW_E_ARGUMENT, "process.bad_variable", "'%s' cannot be the name of a variable", name);
        if (is_named(named, i, name, strlen(name)))
            return sw_fail(err, SW_E_ARGUMENT, "process.bad_variable",
                "the variable '%s' is given twice, as text and as a secret", name);
    }
    return 0;
}

int sw_environment_build(char ***out, const sw_variable *named, size_t count, bool clean, sw_error *err)
{
    *out = NULL;
    int rc = check(named, count, err);
    if (rc < 0)
        return rc;
    size_t entries = count + 1, bytes = 0;
    for (char **entry = environ; !clean && entry && *entry; entry++)
        if (inherited(*entry, named, count)) {
            entries++;
            bytes += strlen(*entry) + 1;
        }
    for (size_t i = 0; i < count; i++)
        bytes += strlen(named[i].name) + strlen(value_of(&named[i])) + 2;
    char **envp = sw_locked_new(entries * sizeof *envp + bytes);
    if (!envp)
        return sw_fail_nomem(err);
    char *at = (char *)(envp + entries);
    size_t next = 0;
    for (char **entry = environ; !clean && entry && *entry; entry++)
        if (inherited(*entry, named, count)) {
            envp[next++] = at;
            at = stpcpy(at, *entry) + 1;
        }
    for (size_t i = 0; i < count; i++) {
        envp[next++] = at;
        at = stpcpy(at, named[i].name);
        *at++ = '=';
        at = stpcpy(at, value_of(&named[i])) + 1;
    }
    envp[next] = NULL;
    *out = envp;
    return 0;
}

const char *sw_environment_get(char *const *envp, const char *name)
{
    size_t len = strlen(name);
    for (; *envp; envp++)
        if (strncmp(*envp, name, len) == 0 && (*envp)[len] == '=')
            return *envp + len + 1;
    return NULL;
}
