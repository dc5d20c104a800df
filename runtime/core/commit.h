/* What a commit is, seen from its first line: before anybody asks whether it is conventional. */
#ifndef SW_CORE_COMMIT_H
#define SW_CORE_COMMIT_H

#include "core/span.h"

enum sw_commit_kind {
    SW_COMMIT_PLAIN,
    SW_COMMIT_FIXUP, /* "fixup! ", "squash! " or "amend! ", as git commit --fixup writes */
    SW_COMMIT_MERGE  /* "Merge branch …", as git merge and the forges write */
};

typedef struct sw_commit_look {
    enum sw_commit_kind kind;
    sw_span subject;  /* the first line that is not blank, without white space around it */
    sw_span fixes;    /* FIXUP: the subject it belongs to */
    sw_span carries;  /* the message of its own that a forge's squash has behind its first words */
    bool may_revert;  /* begins with Revert or Reapply, or says "This reverts commit" */
} sw_commit_look;

/* Borrows from `text`; cannot fail. */
void sw_commit_look_at(sw_commit_look *out, const char *text, size_t len);

#endif
