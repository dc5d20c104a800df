#include "core/program.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
    const char *program, *package;
} packages[] = {
    { "age", "age" },
    { "ant", "ant" },
    { "bundle", "ruby-bundler" },
    { "bwrap", "bubblewrap" },
    { "bzip2", "bzip2" },
    { "cargo", "cargo" },
    { "cmake", "cmake" },
    { "curl", "curl" },
    { "debuild", "devscripts" },
    { "docker", "docker.io" },
    { "dpkg-buildpackage", "dpkg-dev" },
    { "file", "file" },
    { "g++", "g++" },
    { "gcc", "gcc" },
    { "gem", "ruby" },
    { "gh", "gh" },
    { "git", "git" },
    { "git-lfs", "git-lfs" },
    { "go", "golang-go" },
    { "gpg", "gnupg" },
    { "gradle", "gradle" },
    { "java", "default-jre-headless" },
    { "jq", "jq" },
    { "make", "make" },
    { "meson", "meson" },
    { "minisign", "minisign" },
    { "mvn", "maven" },
    { "ninja", "ninja-build" },
    { "node", "nodejs" },
    { "npm", "npm" },
    { "openssl", "openssl" },
    { "pass", "pass" },
    { "pip", "python3-pip" },
    { "pip3", "python3-pip" },
    { "podman", "podman" },
    { "python3", "python3" },
    { "rsync", "rsync" },
    { "ruby", "ruby" },
    { "rustc", "rustc" },
    { "secret-tool", "libsecret-tools" },
    { "skopeo", "skopeo" },
    { "ssh", "openssh-client" },
    { "ssh-keygen", "openssh-client" },
    { "tar", "tar" },
    { "tmux", "tmux" },
    { "twine", "twine" },
    { "xz", "xz-utils" },
    { "zip", "zip" },
    { "zstd", "zstd" },
};

const char *sw_program_package(const char *name)
{
    for (size_t i = 0; i < sizeof packages / sizeof *packages; i++)
        if (strcmp(packages[i].program, name) == 0)
            return packages[i].package;
    return NULL;
}

static int not_found(const char *name, sw_error *err)
{
    sw_fail(err, SW_E_NOT_FOUND, "process.not_found", "the program '%s' was not found on PATH", name);
    const char *package = sw_program_package(name);
    if (package)
        sw_error_hint(err, "apt-get install %s", package);
    else
        sw_error_hint(err, "install %s, or put its folder on PATH", name);
    return SW_E_NOT_FOUND;
}

int sw_program_find(sw_buf *out, const char *name, const char *path, sw_error *err)
{
    sw_buf_clear(out);
    if (strchr(name, '/'))
        return sw_buf_add_text(out, name) < 0 ? sw_fail_nomem(err) : 0;
    if (!path)
        path = getenv("PATH");
    if (!path)
        path = "/usr/local/bin:/usr/bin:/bin";
    for (const char *entry = path; name[0] && *entry;) {
        size_t len = strcspn(entry, ":");
        if (entry[0] == '/') {
            struct stat found;
            sw_buf_clear(out);
            if (sw_buf_addf(out, "%.*s/%s", (int)len, entry, name) < 0)
                return sw_fail_nomem(err);
            if (stat(out->data, &found) == 0 && S_ISREG(found.st_mode) && access(out->data, X_OK) == 0)
                return 0;
        }
        entry += len + (entry[len] == ':');
    }
    sw_buf_clear(out);
    return not_found(name, err);
}
