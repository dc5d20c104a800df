#include "core/mask.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/secret_private.h"

#define COVER "***"

struct sw_mask {
    unsigned generation; /* of the living secrets, when `forms` was built */
    bool ready;
    sw_secret **secrets; /* held */
    size_t secret_count;
    sw_form *forms; /* ordered by first byte; texts belong to the secrets */
    size_t first[257]; /* where the forms of a first byte begin */
    unsigned char pairs[65536 / 8]; /* a bit for each two bytes a form begins with: most text stops here */
    char *held; /* the undecided end of the stream */
    size_t held_len, held_cap;
    size_t covered; /* bytes of `held` that are already known to be secret and were shown as *** */
};

/* ---- the forms of all living secrets ---- */

static void let_go(sw_secret **secrets, size_t count)
{
    for (size_t i = 0; i < count; i++)
        sw_secret_release(secrets[i]);
    free(secrets);
}

static unsigned pair_of(const char *text)
{
    return (unsigned)(unsigned char)text[0] << 8 | (unsigned char)text[1];
}

/* Two passes of a counting sort: how many forms begin with each byte, then each to its place. */
static void sort_forms(sw_mask *mask)
{
    size_t next[256] = { 0 };
    memset(mask->first, 0, sizeof mask->first);
    memset(mask->pairs, 0, sizeof mask->pairs);
    for (size_t s = 0; s < mask->secret_count; s++)
        for (size_t f = 0; f < mask->secrets[s]->form_count; f++)
            mask->first[(unsigned char)mask->secrets[s]->forms[f].text[0] + 1]++;
    for (size_t byte = 0; byte < 256; byte++) {
        mask->first[byte + 1] += mask->first[byte];
        next[byte] = mask->first[byte];
    }
    for (size_t s = 0; s < mask->secret_count; s++)
        for (size_t f = 0; f < mask->secrets[s]->form_count; f++) {
            sw_form form = mask->secrets[s]->forms[f];
            mask->forms[next[(unsigned char)form.text[0]]++] = form;
            unsigned pair = pair_of(form.text);
            mask->pairs[pair / 8] |= (unsigned char)(1u << pair % 8);
        }
}

static int refresh(sw_mask *mask)
{
    if (mask->ready && mask->generation == sw_secret_generation())
        return 0;
    size_t secrets = 0, forms = 0;
    for (const sw_secret *s = sw_secret_first(); s; s = s->next) {
        secrets++;
        forms += s->form_count;
    }
    sw_secret **held = calloc(secrets + 1, sizeof(sw_secret *));
    sw_form *fresh = calloc(forms + 1, sizeof *fresh);
    if (!held || !fresh) {
        free(held);
        free(fresh);
        return SW_E_NOMEM;
    }
    size_t count = 0;
    for (const sw_secret *s = sw_secret_first(); s; s = s->next)
        held[count++] = sw_secret_retain(s);
    let_go(mask->secrets, mask->secret_count); /* they are living: each is held again above */
    free(mask->forms);
    mask->secrets = held;
    mask->secret_count = count;
    mask->forms = fresh;
    sort_forms(mask);
    mask->generation = sw_secret_generation();
    mask->ready = true;
    return 0;
}

/* ---- the window ---- */

int sw_mask_open(sw_mask **out)
{
    *out = calloc(1, sizeof **out);
    return *out ? 0 : SW_E_NOMEM;
}

static void wipe_held(sw_mask *mask)
{
    if (mask->held)
        explicit_bzero(mask->held, mask->held_cap);
    free(mask->held);
    mask->held = NULL;
    mask->held_len = mask->held_cap = mask->covered = 0;
}

void sw_mask_close(sw_mask *mask)
{
    if (!mask)
        return;
    wipe_held(mask);
    let_go(mask->secrets, mask->secret_count);
    free(mask->forms);
    free(mask);
}

static bool may_begin(const sw_mask *mask, const char *text, size_t left)
{
    if (left == 1)
        return mask->first[(unsigned char)text[0]] < mask->first[(unsigned char)text[0] + 1];
    unsigned pair = pair_of(text);
    return mask->pairs[pair / 8] >> pair % 8 & 1;
}

/* How many bytes at `text` are a secret (the longest form that matches). *wait is set when more input
 * could make a longer form match. */
static size_t match(const sw_mask *mask, const char *text, size_t left, bool *wait)
{
    unsigned char byte = (unsigned char)text[0];
    size_t longest = 0;
    for (size_t i = mask->first[byte]; i < mask->first[byte + 1]; i++) {
        const sw_form *form = &mask->forms[i];
        size_t compared = form->len < left ? form->len : left;
        if (form->len <= longest || memcmp(form->text, text, compared) != 0)
            continue;
        if (form->len > left)
            *wait = true;
        else
            longest = form->len;
    }
    return longest;
}

/* Shows what is decided of text[0..len). *covered: bytes at its start that are secret already; on
 * return, at the start of what is left. Returns how many bytes were dealt with, or a negative code. */
static ptrdiff_t show(const sw_mask *mask, const char *text, size_t len, bool end, size_t *covered, sw_buf *out)
{
    size_t at = 0, plain = 0, cover = *covered;
    if (cover > 0)
        plain = cover;
    for (; at < len; at++) {
        if (!may_begin(mask, text + at, len - at))
            continue;
        bool wait = false;
        size_t secret = match(mask, text + at, len - at, &wait);
        if (wait && !end)
            break;
        if (secret == 0 || at + secret <= cover)
            continue;
        if (at >= cover) { /* forms may overlap: all their bytes are hidden behind one *** */
            if (sw_buf_add(out, text + plain, at - plain) < 0 || sw_buf_add_text(out, COVER) < 0)
                return SW_E_NOMEM;
        }
        plain = cover = at + secret;
    }
    if (at > plain && sw_buf_add(out, text + plain, at - plain) < 0)
        return SW_E_NOMEM;
    *covered = cover > at ? cover - at : 0;
    return (ptrdiff_t)at;
}

/* Grows without realloc, which would leave a copy of the held bytes behind. */
static int hold(sw_mask *mask, const char *data, size_t len)
{
    size_t need = mask->held_len + len;
    if (need > mask->held_cap) {
        char *fresh = malloc(need * 2);
        if (!fresh)
            return SW_E_NOMEM;
        size_t kept = mask->held_len, covered = mask->covered;
        if (kept)
            memcpy(fresh, mask->held, kept);
        wipe_held(mask);
        mask->held = fresh;
        mask->held_cap = need * 2;
        mask->held_len = kept;
        mask->covered = covered;
    }
    memcpy(mask->held + mask->held_len, data, len);
    mask->held_len += len;
    return 0;
}

static int drain(sw_mask *mask, bool end, sw_buf *out)
{
    ptrdiff_t done = show(mask, mask->held, mask->held_len, end, &mask->covered, out);
    if (done < 0)
        return (int)done;
    mask->held_len -= (size_t)done;
    memmove(mask->held, mask->held + done, mask->held_len);
    return 0;
}

int sw_mask_add(sw_mask *mask, const char *data, size_t len, sw_buf *out)
{
    if (len == 0)
        return 0;
    if (refresh(mask) < 0)
        return SW_E_NOMEM;
    if (mask->held_len > 0)
        return hold(mask, data, len) < 0 ? SW_E_NOMEM : drain(mask, false, out);
    size_t covered = mask->covered; /* nothing held back: show straight from the caller's bytes */
    ptrdiff_t done = show(mask, data, len, false, &covered, out);
    if (done < 0)
        return (int)done;
    mask->covered = covered;
    return (size_t)done < len ? hold(mask, data + done, len - (size_t)done) : 0;
}

int sw_mask_end(sw_mask *mask, sw_buf *out)
{
    int rc = refresh(mask) < 0 ? SW_E_NOMEM : 0;
    if (rc == 0 && mask->held_len > 0)
        rc = drain(mask, true, out);
    wipe_held(mask);
    return rc;
}

int sw_mask_text(const char *text, size_t len, sw_buf *out)
{
    if (!sw_secret_first())
        return sw_buf_add(out, text, len);
    sw_mask *mask = NULL;
    int rc = sw_mask_open(&mask);
    if (rc == 0)
        rc = sw_mask_add(mask, text, len, out);
    if (rc == 0)
        rc = sw_mask_end(mask, out);
    sw_mask_close(mask);
    return rc;
}

bool sw_mask_concerns(const char *text, size_t len)
{
    if (!sw_secret_first())
        return false;
    sw_buf out;
    sw_buf_init(&out);
    bool same = sw_mask_text(text, len, &out) == 0 && out.len == len && (len == 0 || memcmp(out.data, text, len) == 0);
    sw_buf_release(&out);
    return !same;
}
