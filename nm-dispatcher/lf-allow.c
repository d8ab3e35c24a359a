/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-allow.h"

#include <string.h>

/* Nobody else has routes to those networks with it: NetworkManager counts from 100. */
#define METRIC 98

static gboolean
another_works (const LfSnapshot *snapshot, const LfConfig *config, LfFamily family)
{
    const LfLink *elected = lf_elect (snapshot, config, family);

    return elected && elected->health[family] != LF_HEALTH_DEAD;
}

static const LfRoute *
spent_route (const LfSnapshot *snapshot, LfFamily family)
{
    guint i;

    for (i = 0; i < snapshot->links->len; i++) {
        const LfLink  *link = &g_array_index (snapshot->links, LfLink, i);
        const LfRoute *route = link->spent ? lf_snapshot_best_route (snapshot, family, link->index) : NULL;

        if (route && !route->special)
            return route;
    }
    return NULL;
}

GArray *
lf_allow_want (const LfSnapshot *snapshot, const LfConfig *config, LfFamily family)
{
    GArray        *wanted = g_array_new (FALSE, FALSE, sizeof (LfRoute));
    const LfRoute *way = spent_route (snapshot, family);
    guint          i;

    if (!way || another_works (snapshot, config, family))
        return wanted;
    for (i = 0; i < config->allow->len; i++) {
        const LfNetwork *network = config->allow->pdata[i];
        LfRoute          route = *way;

        if (network->family != family)
            continue;
        route.metric = METRIC;
        route.protocol = LF_ROUTE_PROTOCOL;
        memcpy (route.destination, network->bytes, sizeof route.destination);
        route.prefix = network->prefix;
        g_array_append_val (wanted, route);
    }
    return wanted;
}

static gboolean
has (const GArray *routes, const LfRoute *route)
{
    guint i;

    for (i = 0; i < routes->len; i++) {
        const LfRoute *it = &g_array_index (routes, LfRoute, i);

        if (it->link == route->link && it->metric == route->metric && it->prefix == route->prefix &&
            memcmp (it->destination, route->destination, sizeof it->destination) == 0 &&
            memcmp (it->gateway, route->gateway, sizeof it->gateway) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
apply_family (LfNetlink *netlink, LfFamily family, const GArray *wanted, GError **error)
{
    g_autoptr(GArray) there = lf_netlink_networks (netlink, family, error);
    gboolean          done = there != NULL;
    guint             i;

    for (i = 0; there && i < there->len; i++) {
        const LfRoute *route = &g_array_index (there, LfRoute, i);

        if (!has (wanted, route))
            done &= lf_netlink_remove_route (netlink, family, route, done ? error : NULL);
    }
    for (i = 0; there && i < wanted->len; i++) {
        const LfRoute *route = &g_array_index (wanted, LfRoute, i);

        if (!has (there, route))
            done &= lf_netlink_add_route (netlink, family, route, FALSE, done ? error : NULL);
    }
    return done;
}

gboolean
lf_allow_apply (LfNetlink *netlink, const LfSnapshot *snapshot, const LfConfig *config, GError **error)
{
    gboolean done = TRUE;
    guint    family;

    for (family = 0; family < LF_N_FAMILIES; family++) {
        g_autoptr(GArray) wanted = snapshot ? lf_allow_want (snapshot, config, family)
                                            : g_array_new (FALSE, FALSE, sizeof (LfRoute));

        done &= apply_family (netlink, family, wanted, done ? error : NULL);
    }
    return done;
}
