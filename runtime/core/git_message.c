#include "core/git_message.h"

#include <string.h>

int sw_git_message_utf8(const char **message, size_t *len, sw_buf *room, const sw_git_raw *raw, sw_error *err)
{
    *message = raw->message;
    *len = raw->message_len;
    if (raw->encoding || !sw_git_is_utf8(raw->message, raw->message_len)) {
        room->len = 0;
        if (sw_buf_reserve(room, sw_git_utf8_room(raw->message_len)) < 0)
            return sw_fail_nomem(err);
        room->len = sw_git_utf8(room->data, raw->message, raw->message_len, raw->encoding, raw->encoding_len);
        *message = room->data;
        *len = room->len;
    }
    return 0;
}

int sw_git_message_lf(const char **message, size_t *len, sw_buf *room, sw_error *err)
{
    if (!memchr(*message, '\r', *len))
        return 0;
    if (*message != room->data) {
        room->len = 0;
        if (sw_buf_add(room, *message, *len) < 0)
            return sw_fail_nomem(err);
    }
    size_t to = 0;
    for (size_t i = 0; i < *len; i++)
        if (room->data[i] != '\r' || i + 1 == *len || room->data[i + 1] != '\n')
            room->data[to++] = room->data[i];
    *message = room->data;
    *len = to;
    return 0;
}
