#include "core/git_name.h"

#include <string.h>

/* Length of the component at `text`, or -1 when it is not allowed. `stars` counts "*". */
static int component(const char *text, int *stars)
{
    int n = 0;
    for (; text[n] && text[n] != '/'; n++) {
        unsigned char c = (unsigned char)text[n];
        if (c < 0x20 || c == 0x7f || strchr(" ~^:?[\\", c))
            return -1;
        if (c == '.' && text[n + 1] == '.')
            return -1;
        if (c == '@' && text[n + 1] == '{')
            return -1;
        if (c == '*')
            ++*stars;
    }
    if (n == 0 || text[0] == '.')
        return -1;
    if (n >= 5 && strncmp(text + n - 5, ".lock", 5) == 0)
        return -1;
    return n;
}

static int collapse(sw_buf *out, const char *name)
{
    while (*name == '/')
        name++;
    int rc = 0;
    for (; *name && !rc; name++)
        if (*name != '/' || name[1] != '/')
            rc = sw_buf_add_char(out, *name);
    return rc;
}

static bool valid(const char *name, unsigned flags)
{
    int count = 0, stars = 0;
    size_t len = strlen(name);
    if (!len || name[len - 1] == '.' || strcmp(name, "@") == 0)
        return false;
    for (const char *at = name;; at++) {
        int n = component(at, &stars);
        if (n < 0)
            return false;
        count++;
        at += n;
        if (!*at)
            break;
    }
    if (stars > (flags & SW_NAME_PATTERN ? 1 : 0))
        return false;
    return count > 1 || (flags & SW_NAME_ONELEVEL);
}

bool sw_git_name_valid(sw_buf *normalized, const char *name, unsigned flags)
{
    sw_buf text;
    sw_buf_init(&text);
    int rc = flags & SW_NAME_NORMALIZE ? collapse(&text, name) : sw_buf_add_text(&text, name);
    bool answer = rc == 0 && valid(sw_buf_text(&text), flags);
    if (answer && normalized)
        answer = sw_buf_add(normalized, sw_buf_text(&text), text.len) == 0;
    sw_buf_release(&text);
    return answer;
}
