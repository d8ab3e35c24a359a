/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-standby.h"

#include "lf-elect.h"

/* A link that comes back at once is not worth a call. */
#define PATIENCE (2 * (gint64) G_USEC_PER_SEC)
/* Between two attempts: doubled with each, up to the maximum. */
#define FIRST_PAUSE (10 * (gint64) G_USEC_PER_SEC)
#define LONGEST_PAUSE (300 * (gint64) G_USEC_PER_SEC)

typedef enum {
    FAILS,
    UNSURE,
    WORKS,
} State;

static gboolean
is_rival (const LfConfig *config, const LfLink *link)
{
    return link->class != LF_CLASS_LTE && lf_config_rank (config, link) >= 0;
}

static State
state_of_link (const LfSnapshot *snapshot, const LfConfig *config, LfFamily family, const LfLink *link)
{
    if (lf_elect_judge (snapshot, config, family, link) != LF_VERDICT_STANDBY)
        return FAILS;
    return link->health[family] == LF_HEALTH_GOOD ? WORKS : UNSURE;
}

/* @routed: whether anybody but LTE has this family at all. */
static State
state_of_family (const LfSnapshot *snapshot, const LfConfig *config, LfFamily family, gboolean *routed)
{
    State best = FAILS;
    guint i;

    *routed = FALSE;
    for (i = 0; i < snapshot->links->len; i++) {
        const LfLink *link = &g_array_index (snapshot->links, LfLink, i);

        if (!is_rival (config, link) || !lf_snapshot_best_route (snapshot, family, link->index))
            continue;
        *routed = TRUE;
        best = MAX (best, state_of_link (snapshot, config, family, link));
    }
    return best;
}

/* That a network has no IPv6 is no reason to bring LTE up. */
static State
state_without_lte (const LfSnapshot *snapshot, const LfConfig *config)
{
    gboolean routed4, routed6;
    State    ipv4 = state_of_family (snapshot, config, LF_IPV4, &routed4);
    State    ipv6 = state_of_family (snapshot, config, LF_IPV6, &routed6);

    if (routed4 && routed6)
        return MIN (ipv4, ipv6);
    return routed6 ? ipv6 : ipv4;
}

static gboolean
is_lte_up (const LfSnapshot *snapshot, const LfConfig *config)
{
    guint i;

    for (i = 0; i < snapshot->links->len; i++) {
        const LfLink *link = &g_array_index (snapshot->links, LfLink, i);

        if (link->class == LF_CLASS_LTE && lf_config_rank (config, link) >= 0 &&
            (lf_snapshot_best_route (snapshot, LF_IPV4, link->index) ||
             lf_snapshot_best_route (snapshot, LF_IPV6, link->index)))
            return TRUE;
    }
    return FALSE;
}

static void
note (gint64 *since, gboolean holds, gint64 now)
{
    if (!holds)
        *since = 0;
    else if (*since == 0)
        *since = now;
}

static gint64
pause_before (guint attempt)
{
    gint64 pause = attempt ? FIRST_PAUSE : 0;

    for (; attempt > 1 && pause < LONGEST_PAUSE; attempt--)
        pause *= 2;
    return MIN (pause, LONGEST_PAUSE);
}

/* TRUE if the time is reached; else it may become the next one. */
static gboolean
is_due (gint64 due, gint64 now, gint64 *next)
{
    if (now >= due)
        return TRUE;
    *next = MIN (*next, due);
    return FALSE;
}

LfStandbyAction
lf_standby_decide (LfStandby *self, const LfSnapshot *snapshot, const LfConfig *config, gint64 now, gint64 *next)
{
    State    state = state_without_lte (snapshot, config);
    gboolean up = is_lte_up (snapshot, config);

    *next = G_MAXINT64;
    note (&self->failing_since, state == FAILS, now);
    note (&self->working_since, state == WORKS, now);
    if (up)
        self->attempts = 0;
    if (!config->standby_cold)
        return LF_STANDBY_LEAVE;
    if (self->failing_since && !up &&
        is_due (MAX (self->failing_since + PATIENCE, self->asked + pause_before (self->attempts)), now, next)) {
        self->ours = TRUE;
        self->asked = now;
        self->attempts++;
        *next = now + pause_before (self->attempts);
        return LF_STANDBY_BRING_UP;
    }
    if (self->ours && self->working_since && is_due (self->working_since + config->standby_linger, now, next)) {
        self->ours = FALSE;
        self->attempts = 0;
        return LF_STANDBY_TAKE_DOWN;
    }
    return LF_STANDBY_LEAVE;
}
