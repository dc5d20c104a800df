/* Finds the secret a reference names: env:NAME, file:PATH, git-credential:URL, op://vault/item/field,
 * gh:HOST, pass:PATH, keyring:SERVICE/ACCOUNT. Other programs are asked by argv, with the variables
 * they need to find their store, and their answer stays in memory that is wiped. */
#ifndef SW_CORE_SECRET_SOURCE_H
#define SW_CORE_SECRET_SOURCE_H

#include "core/secret.h"

/* `dir` (may be NULL): where relative paths begin and programs run, the project's root. Waits for the
 * program in the loop (at most two minutes). *out is owned by the caller: sw_secret_release.
 * Errors: secret.bad_reference, secret.missing, secret.program_missing, secret.refused,
 * secret.too_short, secret.too_long, secret.unsupported, secret.no_answer. */
int sw_secret_resolve(sw_secret **out, const char *reference, const char *dir, sw_error *err);

#endif
