/* What a walk has read is of use to the next one: the nearest tag of any kind, the nearest stable one
 * and the commits since then are three walks through the same commits. The repository's handle keeps
 * the last walk's commits for the next; a walk that begins while another goes on reads for itself. */
#include <stdlib.h>
#include <string.h>

#include "core/git_history.h"

enum { MOST = 1 << 18 }; /* commits that are worth their memory */

void sw_history_free(sw_history *h)
{
    for (uint32_t i = 0; i < h->count; i++)
        free(h->commits[i].text);
    free(h->commits);
    free(h->slots);
    free(h->links);
    free(h->trees);
    free(h->shallow);
    sw_git_commits_close(&h->reader);
}

static bool same_ends(const sw_history *a, const sw_history *b)
{
    return a->shallow_count == b->shallow_count
           && (!a->shallow_count || memcmp(a->shallow, b->shallow, a->shallow_count * sizeof *a->shallow) == 0);
}

void sw_history_take_spare(sw_history *h)
{
    sw_history *spare = h->git->spare;
    if (!spare)
        return;
    h->git->spare = NULL;
    if (same_ends(spare, h)) {
        sw_git *git = h->git;
        unsigned keep = h->keep;
        free(h->shallow);
        *h = *spare;
        h->git = git;
        h->keep = keep;
        for (uint32_t i = 0; i < h->count; i++)
            h->commits[i].flags &= SW_PARSED;
    } else {
        sw_history_free(spare);
    }
    free(spare);
}

bool sw_history_leave_spare(sw_history *h)
{
    sw_git *git = h->git;
    if (git->spare || (h->keep & SW_KEEP_TREES) || !h->count || h->count > MOST)
        return false;
    sw_history *spare = malloc(sizeof *spare);
    if (!spare)
        return false;
    *spare = (sw_history){
        .commits = h->commits, .count = h->count, .cap = h->cap, .slots = h->slots, .slot_count = h->slot_count,
        .links = h->links, .link_count = h->link_count, .link_cap = h->link_cap, .kept = h->kept,
        .shallow = h->shallow, .shallow_count = h->shallow_count, .reader = h->reader,
    };
    sw_git_commits_rest(&spare->reader);
    git->spare = spare;
    return true;
}

void sw_git_drop_spare(sw_git *git)
{
    if (git->spare)
        sw_history_free(git->spare);
    free(git->spare);
    git->spare = NULL;
}
