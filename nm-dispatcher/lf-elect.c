/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-elect.h"

#include <glib/gi18n-lib.h>

LfVerdict
lf_elect_judge (const LfSnapshot *snapshot, const LfConfig *config, LfFamily family, const LfLink *link)
{
    const LfRoute *route = lf_snapshot_best_route (snapshot, family, link->index);

    if (!lf_config_uses (config, link))
        return LF_VERDICT_NOT_USED;
    if (link->spent)
        return LF_VERDICT_SPENT;
    if (lf_config_rank (config, link) < 0)
        return LF_VERDICT_NOT_AN_UPLINK;
    if (!route)
        return LF_VERDICT_NO_ROUTE;
    if (!link->carrier)
        return LF_VERDICT_NO_CARRIER;
    if (link->health[family] == LF_HEALTH_DEAD)
        return LF_VERDICT_DEAD;
    /* The monitor's word is fresher than NetworkManager's, and does not depend on one server. */
    if (route->metric >= LF_METRIC_PENALTY && link->health[family] != LF_HEALTH_GOOD)
        return LF_VERDICT_NO_INTERNET;
    return LF_VERDICT_STANDBY;
}

typedef struct {
    const LfSnapshot *snapshot;
    const LfConfig   *config;
    LfFamily          family;
} Election;

/* Among two of one class NetworkManager's metric decides, which is the user's word for it. */
static gint
compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
    const Election *it = user_data;
    const LfLink   *links[] = { *(const LfLink *const *) a, *(const LfLink *const *) b };
    gint64          keys[2][4];
    guint           i;

    for (i = 0; i < 2; i++) {
        keys[i][0] = links[i]->health[it->family] != LF_HEALTH_GOOD;
        keys[i][1] = lf_elect_judge (it->snapshot, it->config, it->family, links[i]) == LF_VERDICT_NO_INTERNET;
        keys[i][2] = lf_config_rank (it->config, links[i]);
        keys[i][3] = lf_snapshot_best_route (it->snapshot, it->family, links[i]->index)->metric;
    }
    for (i = 0; i < 4; i++) {
        if (keys[0][i] != keys[1][i])
            return keys[0][i] < keys[1][i] ? -1 : 1;
    }
    return 0;
}

GPtrArray *
lf_elect_order (const LfSnapshot *snapshot, const LfConfig *config, LfFamily family)
{
    GPtrArray *order = g_ptr_array_new ();
    Election   election = { snapshot, config, family };
    guint      i;

    for (i = 0; i < snapshot->links->len; i++) {
        LfLink    *link = &g_array_index (snapshot->links, LfLink, i);
        LfVerdict  verdict = lf_elect_judge (snapshot, config, family, link);

        if (verdict == LF_VERDICT_STANDBY || verdict == LF_VERDICT_NO_INTERNET ||
            verdict == LF_VERDICT_DEAD || (verdict == LF_VERDICT_NO_CARRIER && config->linkdown))
            g_ptr_array_add (order, link);
    }
    g_ptr_array_sort_with_data (order, compare, &election);
    return order;
}

const LfLink *
lf_elect (const LfSnapshot *snapshot, const LfConfig *config, LfFamily family)
{
    g_autoptr(GPtrArray) order = lf_elect_order (snapshot, config, family);
    guint                i;

    for (i = 0; i < order->len; i++) {
        const LfLink *link = order->pdata[i];

        if (link->carrier)
            return link;
    }
    return NULL;
}

const gchar *
lf_verdict_to_string (LfVerdict verdict)
{
    static const gchar *const words[] = {
        [LF_VERDICT_ELECTED] = N_("elected"),
        [LF_VERDICT_STANDBY] = N_("standby"),
        [LF_VERDICT_NO_ROUTE] = N_("no default route"),
        [LF_VERDICT_NO_CARRIER] = N_("no carrier"),
        [LF_VERDICT_NO_INTERNET] = N_("no internet"),
        [LF_VERDICT_DEAD] = N_("dead"),
        [LF_VERDICT_SPENT] = N_("budget used up"),
        [LF_VERDICT_NOT_USED] = N_("not used"),
        [LF_VERDICT_NOT_AN_UPLINK] = N_("not an uplink"),
    };

    return words[verdict];
}
