/* Who wrote a set of commits: authors and those named by Co-authored-by, each once by e-mail address,
 * called as .mailmap says. */
#ifndef SW_CORE_GIT_PEOPLE_H
#define SW_CORE_GIT_PEOPLE_H

#include <git2.h>

#include "core/git_object.h"

typedef struct sw_people sw_people;

/* `mailmap` may be NULL; borrowed. */
int sw_people_open(sw_people **out, const git_mailmap *mailmap, sw_error *err);
void sw_people_close(sw_people *people);
int sw_people_add(sw_people *people, const sw_git_raw *raw, const char *message, size_t len, sw_error *err);
/* In the order in which they were met; false at the end. Borrowed until the next is added. */
bool sw_people_at(const char **name, const char **email, const sw_people *people, size_t index);

#endif
