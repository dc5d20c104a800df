/* What libgit2.a would need mbedTLS, libssh2, Kerberos and an HTTP parser for: its connections. Slipway never makes one
 * through libgit2 (whatever travels goes by the git program), so these stand in their place when the library is linked
 * from its archive (vendor/cmake/packages.cmake), and fifteen shared libraries are not loaded at every start. */
#include <git2.h>
#include <git2/sys/stream.h>
#include <git2/sys/transport.h>
#include <stdbool.h>

/* Names within the archive, without a public header. */
int git_mbedtls_stream_global_init(void);
int git_mbedtls__set_cert_location(const char *file, const char *path);
int git_mbedtls_stream_new(git_stream **out, const char *host, const char *port);
int git_mbedtls_stream_wrap(git_stream **out, git_stream *in, const char *host);
int git_transport_ssh_global_init(void);
extern bool git_http__expect_continue;

bool git_http__expect_continue;

static int left_out(void)
{
    git_error_set_str(GIT_ERROR_NET, "connections are made by the git program");
    return GIT_ERROR;
}

int git_mbedtls_stream_global_init(void)
{
    return 0;
}

int git_transport_ssh_global_init(void)
{
    return 0;
}

int git_mbedtls__set_cert_location(const char *file, const char *path)
{
    (void)file;
    (void)path;
    return left_out();
}

int git_mbedtls_stream_new(git_stream **out, const char *host, const char *port)
{
    (void)host;
    (void)port;
    *out = NULL;
    return left_out();
}

int git_mbedtls_stream_wrap(git_stream **out, git_stream *in, const char *host)
{
    (void)in;
    (void)host;
    *out = NULL;
    return left_out();
}

int git_smart_subtransport_http(git_smart_subtransport **out, git_transport *owner, void *param)
{
    (void)owner;
    (void)param;
    *out = NULL;
    return left_out();
}

int git_smart_subtransport_ssh(git_smart_subtransport **out, git_transport *owner, void *param)
{
    (void)owner;
    (void)param;
    *out = NULL;
    return left_out();
}

int git_transport_ssh_with_paths(git_transport **out, git_remote *owner, void *payload)
{
    (void)owner;
    (void)payload;
    *out = NULL;
    return left_out();
}
