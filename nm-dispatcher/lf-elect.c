/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-elect.h"

LfVerdict
lf_elect_judge (const LfSnapshot *snapshot, const LfConfig *config, LfFamily family, const LfLink *link)
{
    const LfRoute *route = lf_snapshot_best_route (snapshot, family, link->index);

    if (!lf_config_uses (config, link))
        return LF_VERDICT_NOT_USED;
    if (lf_config_rank (config, link) < 0)
        return LF_VERDICT_NOT_AN_UPLINK;
    if (!route)
        return LF_VERDICT_NO_ROUTE;
    if (!link->carrier)
        return LF_VERDICT_NO_CARRIER;
    if (route->metric >= LF_METRIC_PENALTY)
        return LF_VERDICT_NO_INTERNET;
    return LF_VERDICT_STANDBY;
}

/* Among two of one class NetworkManager's metric decides, which is the user's word for it. */
static gboolean
goes_before (const LfSnapshot *snapshot, const LfConfig *config, LfFamily family, const LfLink *a, const LfLink *b)
{
    gint ranks[] = { lf_config_rank (config, a), lf_config_rank (config, b) };

    if (ranks[0] != ranks[1])
        return ranks[0] < ranks[1];
    return lf_snapshot_best_route (snapshot, family, a->index)->metric <
           lf_snapshot_best_route (snapshot, family, b->index)->metric;
}

static const LfLink *
first_with_verdict (const LfSnapshot *snapshot, const LfConfig *config, LfFamily family, LfVerdict verdict)
{
    const LfLink *first = NULL;
    guint         i;

    for (i = 0; i < snapshot->links->len; i++) {
        const LfLink *link = &g_array_index (snapshot->links, LfLink, i);

        if (lf_elect_judge (snapshot, config, family, link) == verdict &&
            (!first || goes_before (snapshot, config, family, link, first)))
            first = link;
    }
    return first;
}

const LfLink *
lf_elect (const LfSnapshot *snapshot, const LfConfig *config, LfFamily family)
{
    const LfLink *elected = first_with_verdict (snapshot, config, family, LF_VERDICT_STANDBY);

    return elected ? elected : first_with_verdict (snapshot, config, family, LF_VERDICT_NO_INTERNET);
}

const gchar *
lf_verdict_to_string (LfVerdict verdict)
{
    static const gchar *const words[] = {
        [LF_VERDICT_ELECTED] = "elected",
        [LF_VERDICT_STANDBY] = "standby",
        [LF_VERDICT_NO_ROUTE] = "no default route",
        [LF_VERDICT_NO_CARRIER] = "no carrier",
        [LF_VERDICT_NO_INTERNET] = "no internet",
        [LF_VERDICT_NOT_USED] = "not used",
        [LF_VERDICT_NOT_AN_UPLINK] = "not an uplink",
    };

    return words[verdict];
}
