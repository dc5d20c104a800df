#include "core/secret.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>

#include "core/digest.h"
#include "core/locked.h"
#include "core/mask.h"
#include "core/secret_private.h"
#include "core/secret_runner.h"
#include "core/texts.h"

/* ---- fingerprint: SipHash-2-4 (Aumasson, Bernstein 2012) with a key of this process ---- */

static uint64_t rotate(uint64_t x, int by)
{
    return (x << by) | (x >> (64 - by));
}

static void sip_round(uint64_t v[4])
{
    v[0] += v[1], v[1] = rotate(v[1], 13) ^ v[0], v[0] = rotate(v[0], 32);
    v[2] += v[3], v[3] = rotate(v[3], 16) ^ v[2];
    v[0] += v[3], v[3] = rotate(v[3], 21) ^ v[0];
    v[2] += v[1], v[1] = rotate(v[1], 17) ^ v[2], v[2] = rotate(v[2], 32);
}

static uint64_t sip_hash(const uint64_t key[2], const unsigned char *data, size_t len)
{
    uint64_t v[4] = { key[0] ^ 0x736f6d6570736575u, key[1] ^ 0x646f72616e646f6du,
        key[0] ^ 0x6c7967656e657261u, key[1] ^ 0x7465646279746573u };
    for (size_t at = 0;; at += 8) {
        size_t left = len - at;
        uint64_t word = left < 8 ? (uint64_t)len << 56 : 0;
        for (size_t i = 0; i < (left < 8 ? left : 8); i++)
            word |= (uint64_t)data[at + i] << (8 * i);
        v[3] ^= word;
        sip_round(v);
        sip_round(v);
        v[0] ^= word;
        if (left < 8)
            break;
    }
    v[2] ^= 0xff;
    for (int i = 0; i < 4; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static void set_fingerprint(sw_secret *secret)
{
    static uint64_t key[2];
    static bool ready;
    if (!ready && getrandom(key, sizeof key, 0) == (ssize_t)sizeof key)
        ready = true;
    uint64_t hash = sip_hash(key, (const unsigned char *)secret->value, secret->len);
    snprintf(secret->fingerprint, sizeof secret->fingerprint, "%08x", (unsigned)(hash >> 32));
}

/* ---- the living secrets, newest first ---- */

static sw_secret *living;
static unsigned generation;

const sw_secret *sw_secret_first(void)
{
    return living;
}

unsigned sw_secret_generation(void)
{
    return generation;
}

/* While a secret lives nobody of the same user may read this process's memory (a build child could),
 * and it leaves no core dump. */
static void close_memory(bool closed)
{
    static int before = 1;
    if (closed)
        before = prctl(PR_GET_DUMPABLE);
    prctl(PR_SET_DUMPABLE, closed ? 0 : before == 1, 0, 0, 0);
}

static void enlist(sw_secret *secret)
{
    if (!living)
        close_memory(true);
    secret->next = living;
    if (living)
        living->before = secret;
    living = secret;
    generation++;
}

static void delist(sw_secret *secret)
{
    if (secret->before)
        secret->before->next = secret->next;
    else
        living = secret->next;
    if (secret->next)
        secret->next->before = secret->before;
    if (!living)
        close_memory(false);
    generation++;
}

/* ---- one secret ---- */

static void destroy(sw_secret *secret)
{
    sw_locked_free(secret->value);
    free(secret->forms);
    free(secret->label);
    free(secret->user);
    free(secret);
}

int sw_secret_new(sw_secret **out, const char *label, const char *user, const char *value, size_t len,
    sw_error *err)
{
    int rc = 0;
    *out = NULL;
    if (len > 0 && value[len - 1] == '\n')
        len -= len > 1 && value[len - 2] == '\r' ? 2 : 1;
    if (len < SW_SECRET_SHORTEST) {
        rc = sw_fail(err, SW_E_REFUSED, "secret.too_short",
            "the secret %s is shorter than %d bytes, so it cannot be kept out of logs", label, SW_SECRET_SHORTEST);
        sw_error_hint(err, "check that %s holds the token and nothing else, or make a longer one", label);
        return rc;
    }
    if (len > SW_SECRET_LONGEST)
        return sw_fail(err, SW_E_LIMIT, "secret.too_long", "the secret %s is longer than %d bytes", label,
            SW_SECRET_LONGEST);
    if (memchr(value, '\0', len))
        return sw_fail(err, SW_E_REFUSED, "secret.refused", "the secret %s holds a NUL byte", label);
    sw_secret *secret = calloc(1, sizeof *secret);
    if (!secret)
        return sw_fail_nomem(err);
    secret->holders = 1;
    secret->len = len;
    secret->label = strdup(label);
    secret->user = user ? strdup(user) : NULL;
    if (!secret->label || (user && !secret->user) || sw_mask_prepare(secret, value) < 0) {
        destroy(secret);
        return sw_fail_nomem(err);
    }
    set_fingerprint(secret);
    enlist(secret);
    sw_secret_tell_runner(secret);
    *out = secret;
    return 0;
}

sw_secret *sw_secret_retain(const sw_secret *secret)
{
    sw_secret *mine = (sw_secret *)(uintptr_t)secret;
    mine->holders++;
    return mine;
}

void sw_secret_release(sw_secret *secret)
{
    if (!secret || --secret->holders > 0)
        return;
    delist(secret);
    destroy(secret);
}

const char *sw_secret_text(const sw_secret *secret)
{
    return secret->value;
}

size_t sw_secret_length(const sw_secret *secret)
{
    return secret->len;
}

const char *sw_secret_label(const sw_secret *secret)
{
    return secret->label;
}

const char *sw_secret_user(const sw_secret *secret)
{
    return secret->user;
}

const char *sw_secret_fingerprint(const sw_secret *secret)
{
    return secret->fingerprint;
}

int sw_secret_digest(char hex[65], const sw_secret *secret, const char *salt, size_t salt_len, sw_error *err)
{
    sw_sha256 sha;
    int rc = sw_sha256_init(&sha, err);
    if (rc < 0)
        return rc;
    rc = sw_sha256_update(&sha, salt, salt_len);
    if (rc == 0)
        rc = sw_sha256_update(&sha, secret->value, secret->len);
    if (rc == 0)
        rc = sw_sha256_final(&sha, hex);
    sw_digest_release(&sha);
    return rc < 0 ? sw_fail(err, rc, "digest.unsupported", "the digest of %s cannot be computed", secret->label) : 0;
}

/* ---- variables that no program inherits ---- */

static sw_texts withheld;

bool sw_secret_is_withheld(const char *name, size_t len)
{
    for (size_t i = 0; i < withheld.count; i++)
        if (strncmp(withheld.items[i], name, len) == 0 && !withheld.items[i][len])
            return true;
    return false;
}

int sw_secret_withhold(const char *name)
{
    if (!sw_secret_is_withheld(name, strlen(name)))
        sw_texts_add(&withheld, name);
    return withheld.failed ? SW_E_NOMEM : 0;
}
