/* What secret.c and mask.c share; nobody else includes it. */
#ifndef SW_CORE_SECRET_PRIVATE_H
#define SW_CORE_SECRET_PRIVATE_H

#include <stddef.h>

#include "core/secret.h"

/* One text to be masked, somewhere in the secret's locked memory. */
typedef struct sw_form {
    const char *text;
    size_t len;
} sw_form;

struct sw_secret {
    sw_secret *before, *next; /* among the living */
    int holders;
    char *value; /* locked: the value, NUL, then the texts of the forms */
    size_t len;
    sw_form *forms; /* value itself first */
    size_t form_count;
    char *label;
    char *user;
    char fingerprint[9];
};

const sw_secret *sw_secret_first(void);
unsigned sw_secret_generation(void); /* changes whenever a secret is born or wiped */

/* Allocates secret->value, copies `value` of secret->len bytes into it and lists its forms. Returns 0
 * or SW_E_NOMEM. */
int sw_mask_prepare(sw_secret *secret, const char *value);

#endif
