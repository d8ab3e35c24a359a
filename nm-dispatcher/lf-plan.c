/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-plan.h"

#include <glib/gi18n-lib.h>
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

/* The smallest metric of the uplinks that are not in the order: unlisted, or not to be used. */
static guint32
best_metric_beside (const LfSnapshot *snapshot, const LfConfig *config, LfFamily family, const GPtrArray *order)
{
    guint32 best = G_MAXUINT32;
    guint   i;

    for (i = 0; i < snapshot->routes[family]->len; i++) {
        const LfRoute *route = &g_array_index (snapshot->routes[family], LfRoute, i);
        const LfLink  *link = lf_snapshot_find_link (snapshot, route->link);

        if (!is_ours (route) && is_uplink (snapshot, config, route) &&
            !g_ptr_array_find ((GPtrArray *) order, link, NULL))
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
    return a->link == b->link && a->metric == b->metric &&
           a->has_gateway == b->has_gateway && a->has_source == b->has_source &&
           a->n_metrics == b->n_metrics && memcmp (a->metrics, b->metrics, a->n_metrics) == 0 &&
           memcmp (a->gateway, b->gateway, sizeof a->gateway) == 0 &&
           memcmp (a->source, b->source, sizeof a->source) == 0;
}

static void
note_problem (LfPlan *self, const LfLink *link, const LfRoute *own, guint32 next, guint32 lowest)
{
    if (self->problem)
        return;
    self->problem = own->special
        ? g_strdup_printf (_("%s cannot have its place: its default route is of a kind that cannot be copied"), link->name)
        : g_strdup_printf (_("%s cannot have its place: another uplink has metric %u, and a route of ours may not "
                           "go below %u (metric-min, or a VPN's)"), link->name, next, lowest);
}

/* Several lines that the administrator has bundled in one route stay together. */
static gboolean
has_its_place (const LfRoute *own, guint32 next)
{
    return own->metric < next || (own->multipath && own->metric == next);
}

/* The smallest metric of an uplink whose budget is used up; 0 if there is none. */
static guint32
spent_metric (const LfSnapshot *snapshot, LfFamily family)
{
    guint32 best = 0;
    guint   i;

    for (i = 0; i < snapshot->links->len; i++) {
        const LfLink  *link = &g_array_index (snapshot->links, LfLink, i);
        const LfRoute *own = link->spent ? lf_snapshot_best_route (snapshot, family, link->index) : NULL;

        if (own && (!best || own->metric < best))
            best = own->metric;
    }
    return best;
}

/* Nothing goes over an uplink whose budget is used up: what no other uplink carries is told that there is no way. */
static void
fence_spent (LfPlan *self, GArray *wanted, const LfSnapshot *snapshot, const LfConfig *config, LfFamily family,
             guint32 *next)
{
    guint32 spent = spent_metric (snapshot, family);
    guint32 lowest = lowest_metric (snapshot, config, family, spent);
    LfRoute fence = { .protocol = LF_ROUTE_PROTOCOL };

    if (spent == 0)
        return;
    fence.metric = metric_below (snapshot, family, spent, lowest);
    if (fence.metric == 0) {
        self->problem = g_strdup_printf (_("LTE cannot be fenced off: it has metric %u, and a route of ours may not go "
                                         "below %u (metric-min, or a VPN's)"), spent, lowest);
        return;
    }
    *next = MIN (*next, fence.metric);
    g_array_append_val (wanted, fence);
}

/* The routes of ours that are wanted (of LfRoute), from the last uplink of the order to the first. */
static GArray *
want_routes (LfPlan *self, const LfSnapshot *snapshot, const LfConfig *config, LfFamily family)
{
    g_autoptr(GPtrArray)  order = lf_elect_order (snapshot, config, family);
    GArray               *wanted = g_array_new (FALSE, FALSE, sizeof (LfRoute));
    guint32               next = best_metric_beside (snapshot, config, family, order);
    guint                 i;

    fence_spent (self, wanted, snapshot, config, family, &next);

    for (i = order->len; i > 0; i--) {
        const LfLink  *link = order->pdata[i - 1];
        const LfRoute *own = lf_snapshot_best_route (snapshot, family, link->index);
        LfRoute        copy = *own;
        guint32        lowest;

        if (has_its_place (own, next)) {
            next = own->metric;
            continue;
        }
        lowest = lowest_metric (snapshot, config, family, next);
        copy.metric = metric_below (snapshot, family, next, lowest);
        copy.protocol = LF_ROUTE_PROTOCOL;
        if (copy.metric == 0 || own->special) {
            note_problem (self, link, own, next, lowest);
            continue;
        }
        next = copy.metric;
        g_array_append_val (wanted, copy);
    }
    return wanted;
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

static const LfRoute *
find_metric (const GArray *routes, guint32 metric)
{
    guint i;

    for (i = 0; i < routes->len; i++) {
        const LfRoute *route = &g_array_index (routes, LfRoute, i);

        if (route->metric == metric)
            return route;
    }
    return NULL;
}

/* What is there already need not be added; what is there and not wanted goes. */
static void
compare_with_ours (LfPlan *self, const LfSnapshot *snapshot, LfFamily family, const GArray *wanted)
{
    g_autoptr(GArray) ours = g_array_new (FALSE, FALSE, sizeof (LfRoute));
    guint             i;

    for (i = 0; i < snapshot->routes[family]->len; i++) {
        const LfRoute *route = &g_array_index (snapshot->routes[family], LfRoute, i);

        if (!is_ours (route))
            continue;
        g_array_append_val (ours, *route);
        if (!find_metric (wanted, route->metric))
            g_array_append_val (self->remove, *route);
    }
    for (i = 0; i < wanted->len; i++) {
        LfAddition     addition = { .route = g_array_index (wanted, LfRoute, i) };
        const LfRoute *there = find_metric (ours, addition.route.metric);

        addition.replaces = there != NULL;
        if (!there || !same_route (there, &addition.route))
            g_array_append_val (self->add, addition);
    }
}

LfPlan *
lf_plan_new (const LfSnapshot *snapshot, const LfConfig *config, LfFamily family, gboolean active)
{
    LfPlan            *self = g_new0 (LfPlan, 1);
    g_autoptr(GArray)  wanted = NULL;

    self->add = g_array_new (FALSE, FALSE, sizeof (LfAddition));
    self->remove = g_array_new (FALSE, FALSE, sizeof (LfRoute));
    self->once_more = has_merged_route (snapshot, family);
    wanted = active && !self->once_more ? want_routes (self, snapshot, config, family)
                                        : g_array_new (FALSE, FALSE, sizeof (LfRoute));
    compare_with_ours (self, snapshot, family, wanted);
    return self;
}

void
lf_plan_free (LfPlan *self)
{
    g_array_unref (self->add);
    g_array_unref (self->remove);
    g_free (self->problem);
    g_free (self);
}
