/* Which issues a commit's text names behind its subject; for page.c only. */
#ifndef SW_CORE_PAGE_ISSUES_H
#define SW_CORE_PAGE_ISSUES_H

#include "core/change.h"
#include "core/page_text.h"

/* Appends ", closes #1 #2, references #3": each issue once, none that `shown` says already. 0 or SW_E_NOMEM. */
int sw_page_issues(sw_buf *out, const sw_change *change, sw_span shown, const sw_page_links *links);

#endif
