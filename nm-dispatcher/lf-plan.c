/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-plan.h"

#include <string.h>

static gboolean
is_ours (const LfRoute *route)
{
    return route->protocol == LF_ROUTE_PROTOCOL;
}

/*
 * Whether the kernel might choose @route over the elected uplink's although it should not.
 *
 * An uplink that goes before the elected one and has no carrier is no rival: when its carrier is back it is
 * to take over at once, without waiting for us.
 */
static gboolean
is_rival (const LfSnapshot *snapshot, const LfConfig *config, const LfRoute *route, const LfLink *elected)
{
    const LfLink *link = lf_snapshot_find_link (snapshot, route->link);
    gint          rank;

    if (is_ours (route) || !link || link->index == elected->index || link->class == LF_CLASS_OTHER)
        return FALSE;
    rank = lf_config_rank (config, link);
    return link->carrier || rank < 0 || rank > lf_config_rank (config, elected);
}

/* The smallest metric of a rival, or G_MAXUINT32 if there is none. */
static guint32
best_rival_metric (const LfSnapshot *snapshot, const LfConfig *config, LfFamily family, const LfLink *elected)
{
    guint32 best = G_MAXUINT32;
    guint   i;

    for (i = 0; i < snapshot->routes[family]->len; i++) {
        const LfRoute *route = &g_array_index (snapshot->routes[family], LfRoute, i);

        if (is_rival (snapshot, config, route, elected))
            best = MIN (best, route->metric);
    }
    return best;
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

/* The largest free metric below @rival that is not below @minimum; 0 if there is none. */
static guint32
free_metric_below (const LfSnapshot *snapshot, LfFamily family, guint32 rival, guint32 minimum)
{
    guint32 metric;

    for (metric = rival; metric > minimum; metric--) {
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
    guint32        rival = best_rival_metric (snapshot, config, family, elected);
    guint32        metric;

    if (own->metric < rival)
        return;
    metric = free_metric_below (snapshot, family, rival, config->metric_min);
    if (metric == 0) {
        self->problem = g_strdup_printf ("%s cannot be put first: a route of another uplink has metric %u, and ours "
                                         "may not go below %u (metric-min)", elected->name, rival, config->metric_min);
        return;
    }
    self->add = *own;
    self->add.metric = metric;
    self->add.protocol = LF_ROUTE_PROTOCOL;
    self->has_add = TRUE;
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
    if (elected)
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
