/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-follow-plan.h"

#include <string.h>

/* How long a drain lasts at least, and how often it is looked whether it is over. */
#define DRAIN_STEP (5 * G_USEC_PER_SEC)

static const gsize address_sizes[] = { [LF_IPV4] = 4, [LF_IPV6] = 16 };

LfFollowState *
lf_follow_state_new (void)
{
    LfFollowState *self = g_new0 (LfFollowState, 1);

    self->addresses = g_array_new (FALSE, FALSE, sizeof (LfAddress));
    self->cut = g_array_new (FALSE, FALSE, sizeof (LfAddress));
    self->drains = g_array_new (FALSE, FALSE, sizeof (LfDrain));
    return self;
}

void
lf_follow_state_free (LfFollowState *self)
{
    g_array_unref (self->addresses);
    g_array_unref (self->cut);
    g_array_unref (self->drains);
    g_free (self);
}

static gboolean
has_drain (const GArray *drains, LfFamily family, gint link)
{
    guint i;

    for (i = 0; i < drains->len; i++) {
        const LfDrain *drain = &g_array_index (drains, LfDrain, i);

        if (drain->family == family && drain->link == link)
            return TRUE;
    }
    return FALSE;
}

void
lf_follow_state_add_drain (LfFollowState *self, LfFamily family, gint link, gint64 now)
{
    LfDrain drain = { .link = link, .family = family, .since = now };

    if (!has_drain (self->drains, family, link))
        g_array_append_val (self->drains, drain);
}

void
lf_follow_plan_free (LfFollowPlan *self)
{
    g_array_unref (self->reset);
    g_array_unref (self->left);
    g_array_unref (self->rules);
    g_free (self);
}

gboolean
lf_address_is_neighbour (const LfAddress *address, LfFamily family, const guint8 *peer)
{
    guint bits = MIN (address->prefix, address_sizes[family] * 8);
    guint rest = bits % 8;

    if (address->family != family || memcmp (address->bytes, peer, bits / 8) != 0)
        return FALSE;
    return rest == 0 || (address->bytes[bits / 8] ^ peer[bits / 8]) >> (8 - rest) == 0;
}

/*****************************************************************************/

/* All that a plan is made from. */
typedef struct {
    LfFollowState    *state;
    const LfSnapshot *snapshot;
    const LfConfig   *config;
    const GArray     *addresses;
    gint64            now;
    LfFollowPlan     *plan;
    gint              before[LF_N_FAMILIES]; /* who was elected the last time, 0: nobody */
} Context;

typedef enum {
    FATE_NONE, /* no uplink: its addresses are none of our business */
    FATE_GOOD,
    FATE_DEAD,
} Fate;

static Fate
fate_of (const Context *context, LfFamily family, gint index)
{
    const LfLink *link = lf_snapshot_find_link (context->snapshot, index);

    if (!link)
        return FATE_NONE;
    switch (lf_elect_judge (context->snapshot, context->config, family, link)) {
    case LF_VERDICT_NO_ROUTE:
    case LF_VERDICT_NOT_USED:
    case LF_VERDICT_NOT_AN_UPLINK: return FATE_NONE;
    case LF_VERDICT_ELECTED:
    case LF_VERDICT_STANDBY: return FATE_GOOD;
    default: return FATE_DEAD;
    }
}

static gboolean
contains (const GArray *addresses, const LfAddress *wanted)
{
    guint i;

    for (i = 0; i < addresses->len; i++) {
        const LfAddress *address = &g_array_index (addresses, LfAddress, i);

        if (address->link == wanted->link && address->family == wanted->family &&
            memcmp (address->bytes, wanted->bytes, address_sizes[wanted->family]) == 0)
            return TRUE;
    }
    return FALSE;
}

static void
append (GArray *addresses, const LfAddress *address)
{
    if (!contains (addresses, address))
        g_array_append_val (addresses, *address);
}

static void
append_those_of (GArray *addresses, const GArray *from, LfFamily family, gint link)
{
    guint i;

    for (i = 0; i < from->len; i++) {
        const LfAddress *address = &g_array_index (from, LfAddress, i);

        if (address->family == family && address->link == link)
            append (addresses, address);
    }
}

static gboolean
has_address (const GArray *addresses, LfFamily family, gint link)
{
    g_autoptr(GArray) found = g_array_new (FALSE, FALSE, sizeof (LfAddress));

    append_those_of (found, addresses, family, link);
    return found->len > 0;
}

/*****************************************************************************/
/* Resets */

/* Addresses on dead uplinks; each once, until the uplink is good again. Not if there is nothing better. */
static void
plan_deaths (Context *context)
{
    g_autoptr(GArray) cut = g_array_new (FALSE, FALSE, sizeof (LfAddress));
    guint             i;

    for (i = 0; i < context->addresses->len; i++) {
        const LfAddress *address = &g_array_index (context->addresses, LfAddress, i);
        gint             elected = context->plan->elected[address->family];

        if (elected == address->link || fate_of (context, address->family, elected) != FATE_GOOD ||
            fate_of (context, address->family, address->link) != FATE_DEAD)
            continue;
        append (cut, address);
        if (!contains (context->state->cut, address))
            append (context->plan->reset, address);
    }
    g_array_unref (context->state->cut);
    context->state->cut = g_steal_pointer (&cut);
}

/* Addresses that uplinks had and have no longer. Until there is another way they are kept in mind. */
static void
plan_losses (Context *context)
{
    g_autoptr(GArray) present = g_array_new (FALSE, FALSE, sizeof (LfAddress));
    guint             i;

    for (i = 0; i < context->addresses->len; i++) {
        const LfAddress *address = &g_array_index (context->addresses, LfAddress, i);

        if (fate_of (context, address->family, address->link) != FATE_NONE)
            append (present, address);
    }
    for (i = 0; i < context->state->addresses->len; i++) {
        const LfAddress *address = &g_array_index (context->state->addresses, LfAddress, i);
        gint             elected = context->plan->elected[address->family];

        if (contains (present, address))
            continue;
        if (has_address (context->addresses, address->family, elected))
            append (context->plan->reset, address);
        else
            append (present, address);
    }
    g_array_unref (context->state->addresses);
    context->state->addresses = g_steal_pointer (&present);
}

/*****************************************************************************/
/* Drains */

static gboolean
is_over (const LfDrain *drain, const LfConfig *config, gint64 now)
{
    return now - drain->since >= config->drain_time * G_USEC_PER_SEC;
}

/* The first in the order has nobody to give back to. */
static gboolean
may_give_back (const Context *context, gint index)
{
    const LfLink *link = lf_snapshot_find_link (context->snapshot, index);

    return link && lf_config_rank (context->config, link) > 0;
}

/* FALSE: the drain ends. */
static gboolean
continue_drain (Context *context, LfDrain *drain)
{
    if (fate_of (context, drain->family, drain->link) != FATE_GOOD)
        return FALSE;
    if (drain->link == context->plan->elected[drain->family]) {
        drain->since = 0;
        return may_give_back (context, drain->link);
    }
    if (drain->since == 0)
        drain->since = context->now;
    if (is_over (drain, context->config, context->now)) {
        append_those_of (context->plan->reset, context->addresses, drain->family, drain->link);
        return FALSE;
    }
    return !drain->empty || context->now - drain->since < DRAIN_STEP;
}

/* When a drain is to be looked at again. */
static gint64
next_look (const LfDrain *drain, const LfConfig *config, gint64 now)
{
    return MIN (now + DRAIN_STEP, drain->since + config->drain_time * G_USEC_PER_SEC);
}

/* For one that may give back, in good time; for one that is left although it is alive, at once. */
static void
begin_drains (Context *context, LfFamily family)
{
    gint    elected = context->plan->elected[family];
    LfDrain drain = { .link = elected, .family = family };

    if (may_give_back (context, elected) && !has_drain (context->state->drains, family, elected))
        g_array_append_val (context->state->drains, drain);
    drain.link = context->before[family];
    if (drain.link && drain.link != elected && fate_of (context, family, drain.link) == FATE_GOOD)
        lf_follow_state_add_drain (context->state, family, drain.link, context->now);
}

static void
want_rules (Context *context, const LfDrain *drain)
{
    const LfRoute *route = lf_snapshot_best_route (context->snapshot, drain->family, drain->link);
    guint          i;

    /* What the plan for the main table cannot copy cannot be copied here either. */
    if (!route || route->special || route->multipath)
        return;
    for (i = 0; i < context->addresses->len; i++) {
        LfSourceRule rule = { .address = g_array_index (context->addresses, LfAddress, i), .route = *route };

        if (rule.address.family == drain->family && rule.address.link == drain->link)
            g_array_append_val (context->plan->rules, rule);
    }
}

/* What is sent from its addresses to ask whether it works is answered through it, and that has to be let in. */
static void
plan_strict (Context *context)
{
    guint i;

    for (i = 0; i < context->snapshot->links->len; i++) {
        const LfLink *link = &g_array_index (context->snapshot->links, LfLink, i);
        LfDrain       line = { .link = link->index, .family = LF_IPV4 };

        if (link->strict && link->index != context->plan->elected[LF_IPV4] &&
            fate_of (context, LF_IPV4, link->index) != FATE_NONE &&
            !has_drain (context->state->drains, LF_IPV4, link->index))
            want_rules (context, &line);
    }
}

static void
plan_drains (Context *context)
{
    GArray *drains = context->state->drains;
    gint64  next = G_MAXINT64;
    guint   i;

    for (i = drains->len; i > 0; i--) {
        if (!context->config->drain || !continue_drain (context, &g_array_index (drains, LfDrain, i - 1)))
            g_array_remove_index (drains, i - 1);
    }
    for (i = 0; context->config->drain && i < LF_N_FAMILIES; i++)
        begin_drains (context, i);
    for (i = 0; i < drains->len; i++) {
        const LfDrain *drain = &g_array_index (drains, LfDrain, i);

        want_rules (context, drain);
        if (drain->since)
            next = MIN (next, next_look (drain, context->config, context->now));
    }
    context->plan->next = next == G_MAXINT64 ? 0 : next;
}

/*****************************************************************************/

/* Must see the state's addresses of the last time. */
static void
plan_switch (Context *context, LfFamily family)
{
    const LfLink *link = lf_elect (context->snapshot, context->config, family);
    gint          before = context->state->elected[family];
    gint          elected = link ? link->index : 0;

    context->before[family] = before;
    context->plan->elected[family] = elected;
    /* While there is no way, who had it last is kept in mind. */
    if (!elected)
        return;
    if (before && before != elected)
        append_those_of (context->plan->left, context->state->addresses, family, before);
    context->state->elected[family] = elected;
}

LfFollowPlan *
lf_follow_plan_new (LfFollowState *state, const LfSnapshot *snapshot, const LfConfig *config, const GArray *addresses,
                    gint64 now)
{
    LfFollowPlan *self = g_new0 (LfFollowPlan, 1);
    Context       context = { state, snapshot, config, addresses, now, self };
    guint         i;

    self->reset = g_array_new (FALSE, FALSE, sizeof (LfAddress));
    self->left = g_array_new (FALSE, FALSE, sizeof (LfAddress));
    self->rules = g_array_new (FALSE, FALSE, sizeof (LfSourceRule));
    for (i = 0; i < LF_N_FAMILIES; i++)
        plan_switch (&context, i);
    plan_deaths (&context);
    plan_losses (&context);
    plan_drains (&context);
    plan_strict (&context);
    for (i = 0; i < self->reset->len; i++)
        append (self->left, &g_array_index (self->reset, LfAddress, i));
    state->seen = TRUE;
    return self;
}
