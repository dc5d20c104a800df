#include "core/texts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"

void sw_texts_init(sw_texts *list)
{
    memset(list, 0, sizeof *list);
}

void sw_texts_release(sw_texts *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
    sw_texts_init(list);
}

/* Takes ownership of `text`, which may be NULL after a failed allocation. */
static int take(sw_texts *list, char *text)
{
    if (text && list->count + 1 >= list->cap) {
        size_t cap = list->cap ? list->cap * 2 : 8;
        char **items = realloc(list->items, cap * sizeof *items);
        if (items) {
            list->items = items;
            list->cap = cap;
        } else {
            free(text);
            text = NULL;
        }
    }
    if (!text) {
        list->failed = true;
        return SW_E_NOMEM;
    }
    list->items[list->count++] = text;
    list->items[list->count] = NULL;
    return 0;
}

int sw_texts_add(sw_texts *list, const char *text)
{
    return take(list, strdup(text));
}

int sw_texts_addn(sw_texts *list, const char *text, size_t len)
{
    return take(list, strndup(text, len));
}

int sw_texts_addf(sw_texts *list, const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text = NULL;
    va_end(args);
    return take(list, text);
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void sw_texts_sort(sw_texts *list)
{
    if (list->count > 1)
        qsort(list->items, list->count, sizeof *list->items, compare);
}

bool sw_texts_has(const sw_texts *sorted, const char *text)
{
    return sorted->count
           && bsearch(&text, sorted->items, sorted->count, sizeof *sorted->items, compare) != NULL;
}
