/* In a job of GitHub Actions (Gitea and Forgejo take the same), the runner keeps a value out of the job's log once it
 * has been told of it: a line `::add-mask::VALUE`, which it swallows. What Slipway masks itself a child may still print
 * where Slipway does not see it. Source: GitHub Actions, "Workflow commands", masking a value in a log. */
#ifndef SW_CORE_SECRET_RUNNER_H
#define SW_CORE_SECRET_RUNNER_H

#include "core/secret.h"

/* Tells the runner of each line of the value that is long enough to be a secret, once. Elsewhere it does nothing. */
void sw_secret_tell_runner(const sw_secret *secret);

#endif
