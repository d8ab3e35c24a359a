/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-plan.h"

#include <string.h>

/* NetworkManager counts its metrics for uplinks up from 100. */
#define BELOW_NETWORK_MANAGER 99

static gboolean
is_ours (const LfRoute *route)
{
    return route->protocol == LF_ROUTE_PROTOCOL;
}

static gboolean
is_uplink (const LfSnapshot *snapshot, const LfConfig *config, const LfRoute *route)
{
    const LfLink *link = lf_snapshot_find_link (snapshot, route->link);

    return link && (link->class != LF_CLASS_OTHER || lf_config_rank (config, link) >= 0);
}

/*
 * Whether the kernel might choose @route over the elected uplink's although it should not.
 *
 * An uplink that goes before the elected one and has no carrier is no rival, where the kernel passes over such
 * links: when its carrier is back it is to take over at once, without waiting for us.
 */
static gboolean
is_rival (const LfSnapshot *snapshot, const LfConfig *config, const LfRoute *route, const LfLink *elected)
{
    const LfLink *link = lf_snapshot_find_link (snapshot, route->link);
    gint          rank;

    if (is_ours (route) || !link || link->index == elected->index)
        return FALSE;
    if (!is_uplink (snapshot, config, route))
        return FALSE;
    rank = lf_config_rank (config, link);
    return link->carrier || !config->linkdown || rank < 0 || rank > lf_config_rank (config, elected);
}

/* An administrator who spreads the traffic over several lines means it. */
static gboolean
share_a_multipath_route (const LfRoute *a, const LfRoute *b)
{
    return a->multipath && b->multipath && a->metric == b->metric;
}

/* The smallest metric of a rival, or G_MAXUINT32 if there is none. */
static guint32
best_rival_metric (const LfSnapshot *snapshot, const LfConfig *config, LfFamily family, const LfLink *elected,
                   const LfRoute *own)
{
    guint32 best = G_MAXUINT32;
    guint   i;

    for (i = 0; i < snapshot->routes[family]->len; i++) {
        const LfRoute *route = &g_array_index (snapshot->routes[family], LfRoute, i);

        if (is_rival (snapshot, config, route, elected) && !share_a_multipath_route (route, own))
            best = MIN (best, route->metric);
    }
    return best;
}

/* The smallest metric that takes nobody's precedence: above each VPN's and other's that beats the rivals. */
static guint32
lowest_metric (const LfSnapshot *snapshot, const LfConfig *config, LfFamily family, guint32 rival)
{
    guint32 lowest = config->metric_min;
    guint   i;

    for (i = 0; i < snapshot->routes[family]->len; i++) {
        const LfRoute *route = &g_array_index (snapshot->routes[family], LfRoute, i);

        if (!is_ours (route) && !is_uplink (snapshot, config, route) && route->metric < rival)
            lowest = MAX (lowest, route->metric + 1);
    }
    return lowest;
}

static gboolean
metric_is_taken (const LfSnapshot *snapshot, LfFamily family, guint32 metric)
{
    guint i;

    for (i = 0; i < snapshot->routes[family]->len; i++) {
        const LfRoute *route = &g_array_index (snapshot->routes[family], LfRoute, i);

        if (!is_ours (route) && route->metric == metric)
            return TRUE;
    }
    return FALSE;
}

/* A free metric below the rivals' that is not below @lowest; 0 if there is none. */
static guint32
metric_below (const LfSnapshot *snapshot, LfFamily family, guint32 rival, guint32 lowest)
{
    guint32 metric = rival;

    if (lowest <= BELOW_NETWORK_MANAGER && BELOW_NETWORK_MANAGER < rival)
        metric = BELOW_NETWORK_MANAGER + 1;
    for (; metric > lowest; metric--) {
        if (!metric_is_taken (snapshot, family, metric - 1))
            return metric - 1;
    }
    return 0;
}

static gboolean
same_route (const LfRoute *a, const LfRoute *b)
{
    return a->link == b->link && a->metric == b->metric && a->mtu == b->mtu &&
           a->has_gateway == b->has_gateway && a->has_source == b->has_source &&
           memcmp (a->gateway, b->gateway, sizeof a->gateway) == 0 &&
           memcmp (a->source, b->source, sizeof a->source) == 0;
}

static void
want_route (LfPlan *self, const LfSnapshot *snapshot, const LfConfig *config, LfFamily family, const LfLink *elected)
{
    const LfRoute *own = lf_snapshot_best_route (snapshot, family, elected->index);
    guint32        rival = best_rival_metric (snapshot, config, family, elected, own);
    guint32        lowest = lowest_metric (snapshot, config, family, rival);
    guint32        metric = metric_below (snapshot, family, rival, lowest);

    if (own->metric < rival)
        return;
    if (metric == 0 || own->special) {
        self->problem = own->special
            ? g_strdup_printf ("%s cannot be put first: its default route is of a kind that cannot be copied", elected->name)
            : g_strdup_printf ("%s cannot be put first: another uplink has metric %u, and a route of ours may not "
                               "go below %u (metric-min, or a VPN's)", elected->name, rival, lowest);
        return;
    }
    self->add = *own;
    self->add.metric = metric;
    self->add.protocol = LF_ROUTE_PROTOCOL;
    self->has_add = TRUE;
}

/*
 * IPv6 merges routes of one metric into one multipath route, which then carries the protocol of the first. If
 * that is ours, somebody has come to our metric: all hops under our name go, and a pass after that finds
 * another metric.
 */
static gboolean
is_merged (const LfRoute *route)
{
    return is_ours (route) && route->multipath;
}

static gboolean
has_merged_route (const LfSnapshot *snapshot, LfFamily family)
{
    guint i;

    for (i = 0; i < snapshot->routes[family]->len; i++) {
        if (is_merged (&g_array_index (snapshot->routes[family], LfRoute, i)))
            return TRUE;
    }
    return FALSE;
}

/* What is there already need not be added; what is there and not wanted goes. */
static void
compare_with_ours (LfPlan *self, const LfSnapshot *snapshot, LfFamily family)
{
    gboolean wanted = self->has_add;
    guint    i;

    for (i = 0; i < snapshot->routes[family]->len; i++) {
        const LfRoute *route = &g_array_index (snapshot->routes[family], LfRoute, i);

        if (!is_ours (route))
            continue;
        if (wanted && same_route (route, &self->add))
            self->has_add = FALSE;
        else if (wanted && route->metric == self->add.metric)
            self->replaces = TRUE;
        else
            g_array_append_val (self->remove, *route);
    }
}

LfPlan *
lf_plan_new (const LfSnapshot *snapshot, const LfConfig *config, LfFamily family, const LfLink *elected)
{
    LfPlan *self = g_new0 (LfPlan, 1);

    self->remove = g_array_new (FALSE, FALSE, sizeof (LfRoute));
    self->once_more = has_merged_route (snapshot, family);
    if (elected && !self->once_more)
        want_route (self, snapshot, config, family, elected);
    compare_with_ours (self, snapshot, family);
    return self;
}

void
lf_plan_free (LfPlan *self)
{
    g_array_unref (self->remove);
    g_free (self->problem);
    g_free (self);
}
