#include "core/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/lazy_crypto.h"
#include "core/read_ahead.h"

/* Large reads, so that the cost of the call is lost in that of the digest, into a buffer that begins a
 * page: the kernel copies into an odd address at less than half the speed. From LARGE on it pays to
 * have a thread read ahead. */
enum { READ_SIZE = 1 << 18, PAGE = 4096, LARGE = 4 << 20 };

static const struct {
    const char *name;
    const char *provider_name;
} algorithms[SW_DIGEST_ALGORITHMS] = {
    [SW_MD5] = { "md5", "MD5" },          [SW_SHA1] = { "sha1", "SHA1" },
    [SW_SHA256] = { "sha256", "SHA256" }, [SW_SHA384] = { "sha384", "SHA384" },
    [SW_SHA512] = { "sha512", "SHA512" }, [SW_BLAKE2B] = { "blake2b", "BLAKE2B-512" },
};

/* Fetched once: EVP_sha256() would look its implementation up again at every init. */
static EVP_MD *fetched[SW_DIGEST_ALGORITHMS];
static pthread_mutex_t fetching = PTHREAD_MUTEX_INITIALIZER;

int sw_digest_algorithm(enum sw_algorithm *out, const char *name, sw_error *err)
{
    for (int i = 0; i < SW_DIGEST_ALGORITHMS; i++) {
        if (strcmp(name, algorithms[i].name) == 0) {
            *out = (enum sw_algorithm)i;
            return 0;
        }
    }
    sw_fail(err, SW_E_ARGUMENT, "digest.unknown_algorithm", "no digest is called '%s'", name);
    sw_error_hint(err, "known are md5, sha1, sha256, sha384, sha512 and blake2b");
    return SW_E_ARGUMENT;
}

const char *sw_digest_name(enum sw_algorithm algorithm)
{
    return algorithms[algorithm].name;
}

static const EVP_MD *fetch(const sw_crypto *crypto, enum sw_algorithm algorithm)
{
    pthread_mutex_lock(&fetching);
    if (!fetched[algorithm])
        fetched[algorithm] = crypto->EVP_MD_fetch(NULL, algorithms[algorithm].provider_name, NULL);
    const EVP_MD *method = fetched[algorithm];
    pthread_mutex_unlock(&fetching);
    return method;
}

int sw_digest_init(sw_digest *digest, enum sw_algorithm algorithm, sw_error *err)
{
    digest->state = NULL;
    digest->algorithm = algorithm;
    const sw_crypto *crypto = sw_crypto_load(err);
    if (!crypto)
        return SW_E_UNSUPPORTED;
    const EVP_MD *method = fetch(crypto, algorithm);
    if (!method)
        return sw_fail(err, SW_E_UNSUPPORTED, "digest.unsupported", "libcrypto does not offer %s here",
                       algorithms[algorithm].name);
    digest->state = crypto->EVP_MD_CTX_new();
    if (!digest->state)
        return sw_fail_nomem(err);
    if (crypto->EVP_DigestInit_ex(digest->state, method, NULL) != 1) {
        sw_digest_release(digest);
        return sw_fail_nomem(err);
    }
    return 0;
}

int sw_digest_update(sw_digest *digest, const void *data, size_t len)
{
    return sw_crypto_load(NULL)->EVP_DigestUpdate(digest->state, data, len) == 1 ? 0 : SW_E_NOMEM;
}

int sw_digest_final(sw_digest *digest, char *hex, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char raw[EVP_MAX_MD_SIZE];
    unsigned int len = 0;
    if (sw_crypto_load(NULL)->EVP_DigestFinal_ex(digest->state, raw, &len) != 1)
        return SW_E_NOMEM;
    if (size < (size_t)len * 2 + 1)
        return SW_E_ARGUMENT;
    for (unsigned int i = 0; i < len; i++) {
        hex[2 * i] = digits[raw[i] >> 4];
        hex[2 * i + 1] = digits[raw[i] & 15];
    }
    hex[2 * len] = '\0';
    return 0;
}

void sw_digest_release(sw_digest *digest)
{
    if (digest->state)
        sw_crypto_load(NULL)->EVP_MD_CTX_free(digest->state);
    digest->state = NULL;
}

int sw_digest_bytes(char hex[SW_DIGEST_HEX], enum sw_algorithm algorithm, const void *data, size_t len,
                    sw_error *err)
{
    sw_digest digest;
    int rc = sw_digest_init(&digest, algorithm, err);
    if (rc < 0)
        return rc;
    rc = sw_digest_update(&digest, data, len);
    if (rc == 0)
        rc = sw_digest_final(&digest, hex, SW_DIGEST_HEX);
    sw_digest_release(&digest);
    return rc < 0 ? sw_fail_nomem(err) : 0;
}

/* ---- files ---- */

static int take_piece(sw_digest *digests, size_t count, const char *piece, size_t len, sw_error *err)
{
    for (size_t i = 0; i < count; i++)
        if (sw_digest_update(&digests[i], piece, len) < 0)
            return sw_fail_nomem(err);
    return 0;
}

static int read_small(int fd, const char *path, sw_digest *digests, size_t count, int64_t *size, sw_error *err)
{
    char *chunk = aligned_alloc(PAGE, READ_SIZE);
    if (!chunk)
        return sw_fail_nomem(err);
    int rc = 0;
    while (rc == 0) {
        ssize_t got = read(fd, chunk, READ_SIZE);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            rc = sw_file_fail(err, errno, "read", path);
        if (got <= 0)
            break;
        *size += got;
        rc = take_piece(digests, count, chunk, (size_t)got, err);
    }
    free(chunk);
    return rc;
}

static int read_large(int fd, const char *path, sw_digest *digests, size_t count, int64_t *size, sw_error *err)
{
    sw_read_ahead *ahead = NULL;
    int rc = sw_read_ahead_open(&ahead, fd, err);
    while (rc == 0) {
        const char *piece;
        ssize_t got = sw_read_ahead_next(ahead, &piece);
        if (got < 0)
            rc = sw_file_fail(err, errno, "read", path);
        if (got <= 0)
            break;
        *size += got;
        rc = take_piece(digests, count, piece, (size_t)got, err);
    }
    sw_read_ahead_close(ahead);
    return rc;
}

static int read_through(int fd, const char *path, sw_digest *digests, size_t count, int64_t *size, sw_error *err)
{
    struct stat st;
    bool large = fstat(fd, &st) == 0 && st.st_size >= LARGE;
    return (large ? read_large : read_small)(fd, path, digests, count, size, err);
}

int sw_digest_file(char (*hex)[SW_DIGEST_HEX], int64_t *size, const char *path,
                   const enum sw_algorithm *wanted, size_t count, sw_error *err)
{
    sw_digest digests[SW_DIGEST_ALGORITHMS] = { { NULL, SW_MD5 } };
    if (count > SW_DIGEST_ALGORITHMS)
        return sw_fail(err, SW_E_ARGUMENT, "digest.unknown_algorithm", "%zu digests at once are too many", count);
    int rc = 0;
    int64_t total = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return sw_file_fail(err, errno, "read", path);
    posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    for (size_t i = 0; i < count && rc == 0; i++)
        rc = sw_digest_init(&digests[i], wanted[i], err);
    if (rc == 0)
        rc = read_through(fd, path, digests, count, &total, err);
    for (size_t i = 0; i < count && rc == 0; i++) {
        rc = sw_digest_final(&digests[i], hex[i], SW_DIGEST_HEX);
        if (rc < 0)
            sw_fail_nomem(err);
    }
    for (size_t i = 0; i < count; i++)
        sw_digest_release(&digests[i]);
    close(fd);
    if (size)
        *size = total;
    return rc;
}

/* ---- SHA-256 ---- */

int sw_sha256_init(sw_sha256 *sha, sw_error *err)
{
    return sw_digest_init(sha, SW_SHA256, err);
}

int sw_sha256_update(sw_sha256 *sha, const void *data, size_t len)
{
    return sw_digest_update(sha, data, len);
}

int sw_sha256_final(sw_sha256 *sha, char hex[SW_SHA256_HEX])
{
    return sw_digest_final(sha, hex, SW_SHA256_HEX);
}

int sw_sha256_hex(char hex[SW_SHA256_HEX], const void *data, size_t len, sw_error *err)
{
    sw_sha256 sha;
    int rc = sw_sha256_init(&sha, err);
    if (rc < 0)
        return rc;
    rc = sw_sha256_update(&sha, data, len);
    if (rc == 0)
        rc = sw_sha256_final(&sha, hex);
    sw_digest_release(&sha);
    return rc < 0 ? sw_fail_nomem(err) : 0;
}
