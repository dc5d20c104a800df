/* Commit text made fit for a Markdown page: what the author wrote stays readable, and nothing in it
 * can break the list, open HTML, notify people or pull in pictures; issues and people become links
 * where addresses are known. Code spans and links that are there already are left alone. */
#ifndef SW_CORE_PAGE_TEXT_H
#define SW_CORE_PAGE_TEXT_H

#include "core/buf.h"
#include "core/span.h"

enum sw_page_link { SW_LINK_COMMIT, SW_LINK_COMPARE, SW_LINK_ISSUE, SW_LINK_OTHER_ISSUE, SW_LINK_USER, SW_LINK_TAG, SW_LINKS };

enum { SW_LINK_PARTS = 8 };

/* An address with holes, "https://host/{{number}}": text and holes alternate, a text first. */
typedef struct sw_page_address {
    sw_span text[SW_LINK_PARTS + 1];
    sw_span hole[SW_LINK_PARTS];
    size_t holes;
    bool known;
} sw_page_address;

typedef struct sw_page_links {
    sw_page_address to[SW_LINKS];
} sw_page_links;

typedef struct sw_page_value {
    const char *name;
    sw_span value;
} sw_page_value;

/* Splits a template; borrows it. False when it holds anything but plain holes. */
bool sw_page_address_read(sw_page_address *out, const char *text, size_t len);
/* All below append to `out` and return 0 or SW_E_NOMEM. `links` may be NULL. */
int sw_page_address_fill(sw_buf *out, const sw_page_address *address, const sw_page_value *values, size_t count);
/* "#12" or "owner/name#12", linked where an address is known. */
int sw_page_reference(sw_buf *out, const sw_page_links *links, sw_span project, sw_span number);
/* "owner/name": one slash, something on both sides; the characters are the caller's business. */
bool sw_page_is_project(const char *at, const char *end);
/* One line; `linked`: issues and people become links (people become code where no address is known). */
int sw_page_line(sw_buf *out, sw_span text, bool linked, const sw_page_links *links);
/* Several lines with LF between them; `indent` goes in front of each but the first that is not empty. */
int sw_page_block(sw_buf *out, sw_span text, const char *indent, const sw_page_links *links);

#endif
