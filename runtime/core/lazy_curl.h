/* libcurl, loaded at its first use so that a command without network starts at once.
 * Only core/http*.c may include this; everybody else uses core/http.h. */
#ifndef SW_CORE_LAZY_CURL_H
#define SW_CORE_LAZY_CURL_H

#define CURL_DISABLE_TYPECHECK /* its macros would take the names below */
#include <curl/curl.h>

#include "core/error.h"

/* Every function used, by its real name; the type comes from curl's own header. */
#define SW_CURL_FUNCTIONS(X) \
    X(curl_global_init_mem)  \
    X(curl_global_cleanup)   \
    X(curl_easy_init)        \
    X(curl_easy_cleanup)     \
    X(curl_easy_setopt)      \
    X(curl_easy_getinfo)     \
    X(curl_easy_strerror)    \
    X(curl_mime_init)        \
    X(curl_mime_free)        \
    X(curl_mime_addpart)     \
    X(curl_mime_name)        \
    X(curl_mime_data)        \
    X(curl_mime_filedata)    \
    X(curl_mime_filename)    \
    X(curl_mime_type)        \
    X(curl_multi_init)       \
    X(curl_multi_cleanup)    \
    X(curl_multi_setopt)     \
    X(curl_multi_add_handle) \
    X(curl_multi_remove_handle) \
    X(curl_multi_perform)    \
    X(curl_multi_poll)       \
    X(curl_multi_info_read)  \
    X(curl_url)              \
    X(curl_url_cleanup)      \
    X(curl_url_set)          \
    X(curl_url_get)          \
    X(curl_url_strerror)     \
    X(curl_free)

typedef struct sw_curl {
#define SW_CURL_FIELD(name) __typeof__(&name) name;
    SW_CURL_FUNCTIONS(SW_CURL_FIELD)
#undef SW_CURL_FIELD
} sw_curl;

/* The table, initialised with memory that is wiped when freed (request headers hold tokens), or NULL
 * with `err` (library.missing) naming the Debian package. Borrowed. */
const sw_curl *sw_curl_load(sw_error *err);
void sw_curl_unload(void); /* releases what the library holds; it may be loaded again */

#endif
