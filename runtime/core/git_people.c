#include "core/git_people.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/span.h"

typedef struct person {
    char *name, *email; /* owned */
    uint64_t key;
} person;

struct sw_people {
    const git_mailmap *mailmap;
    person *list;
    size_t count, cap;
    uint64_t last; /* whoever wrote one commit often wrote the next */
};

int sw_people_open(sw_people **out, const git_mailmap *mailmap, sw_error *err)
{
    *out = calloc(1, sizeof **out);
    if (!*out)
        return sw_fail_nomem(err);
    (*out)->mailmap = mailmap;
    return 0;
}

void sw_people_close(sw_people *people)
{
    if (!people)
        return;
    for (size_t i = 0; i < people->count; i++) {
        free(people->list[i].name);
        free(people->list[i].email);
    }
    free(people->list);
    free(people);
}

static uint64_t key_of(const char *email)
{
    uint64_t key = UINT64_C(14695981039346656037);
    for (; *email; email++)
        key = (key ^ (unsigned char)sw_lower(*email)) * UINT64_C(1099511628211);
    return key;
}

/* UTF-8 text of its own. */
static char *text_of(sw_span text, const sw_git_raw *raw)
{
    char *own = malloc(sw_git_utf8_room(text.len) + 1);
    if (!own)
        return NULL;
    size_t len = text.len;
    if (raw->encoding || !sw_git_is_utf8(text.at, text.len))
        len = sw_git_utf8(own, text.at, text.len, raw->encoding, raw->encoding_len);
    else if (len)
        memcpy(own, text.at, len);
    own[len] = '\0';
    return own;
}

static bool is_known(sw_people *people, uint64_t key, const char *email)
{
    for (size_t i = 0; i < people->count; i++)
        if (people->list[i].key == key && strcasecmp(people->list[i].email, email) == 0)
            return true;
    return false;
}

/* Takes both texts. */
static int add(sw_people *people, char *name, char *email, sw_error *err)
{
    const char *real_name = name, *real_email = email;
    if (people->mailmap && name && email)
        git_mailmap_resolve(&real_name, &real_email, people->mailmap, name, email);
    int rc = name && email ? 0 : sw_fail_nomem(err);
    uint64_t key = rc == 0 ? key_of(real_email) : 0;
    if (rc == 0 && *real_email && !is_known(people, key, real_email)) {
        if (people->count == people->cap) {
            size_t cap = people->cap ? people->cap * 2 : 8;
            person *list = realloc(people->list, cap * sizeof *list);
            if (list) {
                people->list = list;
                people->cap = cap;
            }
        }
        person fresh = { strdup(real_name), strdup(real_email), key };
        if (people->count < people->cap && fresh.name && fresh.email) {
            people->list[people->count++] = fresh;
        } else {
            free(fresh.name);
            free(fresh.email);
            rc = sw_fail_nomem(err);
        }
    }
    free(name);
    free(email);
    return rc;
}

/* "Name <email>" behind "Co-authored-by:". */
static int add_trailer(sw_people *people, const char *at, const char *end, sw_error *err)
{
    static const sw_git_raw plain = { 0 };
    const char *open = memchr(at, '<', (size_t)(end - at));
    const char *close = open ? memchr(open, '>', (size_t)(end - open)) : NULL;
    if (!close)
        return 0;
    const char *last = open;
    while (at < last && sw_is_space(*at))
        at++;
    while (last > at && sw_is_space(last[-1]))
        last--;
    return add(people, text_of((sw_span){ at, (size_t)(last - at) }, &plain),
               text_of((sw_span){ open + 1, (size_t)(close - open) - 1 }, &plain), err);
}

static int add_trailers(sw_people *people, const char *message, size_t len, sw_error *err)
{
    static const char token[] = "-authored-by:";
    const char *at = message, *end = message + len;
    int rc = 0;
    while (rc == 0 && (at = memchr(at, '\n', (size_t)(end - at)))) {
        const char *line = ++at;
        if (end - line < 16 || (line[0] != 'C' && line[0] != 'c') || sw_lower(line[1]) != 'o'
            || strncasecmp(line + 2, token, sizeof token - 1) != 0)
            continue;
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        rc = add_trailer(people, line + 2 + sizeof token - 1, stop ? stop : end, err);
    }
    return rc;
}

int sw_people_add(sw_people *people, const sw_git_raw *raw, const char *message, size_t len, sw_error *err)
{
    sw_span name = { raw->author.name, raw->author.name_len }, email = { raw->author.email, raw->author.email_len };
    uint64_t key = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < email.len; i++)
        key = (key ^ (unsigned char)email.at[i]) * UINT64_C(1099511628211);
    for (size_t i = 0; i < name.len; i++)
        key = (key ^ (unsigned char)name.at[i]) * UINT64_C(1099511628211);
    int rc = 0;
    if (key != people->last && email.at)
        rc = add(people, text_of(name, raw), text_of(email, raw), err);
    people->last = key;
    return rc == 0 ? add_trailers(people, message, len, err) : rc;
}

bool sw_people_at(const char **name, const char **email, const sw_people *people, size_t index)
{
    if (index >= people->count)
        return false;
    *name = people->list[index].name;
    *email = people->list[index].email;
    return true;
}
