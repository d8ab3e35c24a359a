/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-health.h"

#include <glib/gi18n-lib.h>

#define SECOND G_USEC_PER_SEC
#define MINUTE (60 * (gint64) SECOND)

/* Fewer lost rounds prove nothing. */
#define ROUNDS_TO_DIE 3
/* When the gateway is known to be gone this is enough. */
#define ROUNDS_TO_DIE_WITHOUT_GATEWAY 2
#define DEAD_AFTER_WITHOUT_GATEWAY (SECOND / 2)
/* A line whose last answer is older is asked again before it takes over. */
#define FRESH (5 * SECOND)
/* Somebody has stopped the clock or us. */
#define STALLED (2 * SECOND)
/* Of all lines dead, each is asked at least this often. */
#define SLOWEST_WHEN_NEEDED (5 * SECOND)
#define ROUNDS_TO_JUDGE_LOSS 20
#define MAX_OUTCOMES 64

const LfHealthLimits lf_health_default_limits = {
    .interval = SECOND,
    .doubt_interval = SECOND / 4,
    .dead_after = 7 * SECOND / 4,
    .return_after = 10 * SECOND,
    .return_max = 10 * MINUTE,
    .flap_window = 10 * MINUTE,
    .standby_interval = 10 * SECOND,
    .metered_interval = 5 * MINUTE,
};

static const gchar *const state_names[] = {
    [LF_HEALTH_UNKNOWN] = N_("unknown"),
    [LF_HEALTH_GOOD] = N_("good"),
    [LF_HEALTH_DEAD] = N_("dead"),
};

void
lf_health_init (LfHealthLine *self, LfHealth state, LfHealthReason reason, gint64 now)
{
    *self = (LfHealthLine) { .state = state, .reason = reason, .since = now };
}

/*****************************************************************************/
/* What happens */

void
lf_health_answered (LfHealthLine *self, const LfHealthRole *role, gint64 latency, gint64 now)
{
    self->unanswered = 0;
    self->unanswered_since = 0;
    self->last_answer = now;
    if (latency > 0)
        self->latency = self->latency ? (7 * self->latency + latency) / 8 : latency;
    if (!self->healthy_since && !self->portal && (self->validated || !role->validates))
        self->healthy_since = now;
}

void
lf_health_validated (LfHealthLine *self, gboolean as_expected)
{
    self->portal = !as_expected;
    self->validated = as_expected;
    if (!as_expected)
        self->healthy_since = 0;
}

void
lf_health_gateway (LfHealthLine *self, gboolean reachable)
{
    if (!reachable && !self->gateway_lost)
        lf_health_doubt (self);
    self->gateway_lost = !reachable;
}

void
lf_health_doubt (LfHealthLine *self)
{
    self->due = 0;
    self->last_round = 0;
}

static guint
flaps_remembered (const LfHealthLine *self, const LfHealthLimits *limits, gint64 now)
{
    gint64 forgotten = (now - self->flapped) / limits->flap_window;

    return self->flaps > forgotten ? self->flaps - forgotten : 0;
}

/* A line that is good and then silent is in doubt first, unless it is the elected one: dead is what counts. */
static gboolean
is_flap (const LfHealthLine *self, LfHealth state, LfHealthReason reason)
{
    if (state == LF_HEALTH_DEAD)
        return self->state == LF_HEALTH_GOOD || self->reason == LF_HEALTH_REASON_SILENT;
    return self->state == LF_HEALTH_GOOD && reason == LF_HEALTH_REASON_CARRIER;
}

static void
set_state (LfHealthLine *self, const LfHealthLimits *limits, LfHealth state, LfHealthReason reason, gint64 now)
{
    if (is_flap (self, state, reason)) {
        self->flaps = flaps_remembered (self, limits, now) + 1;
        self->flapped = now;
    }
    self->state = state;
    self->reason = reason;
    self->since = now;
    self->healthy_since = 0;
    self->outcomes = 0;
    self->n_outcomes = 0;
}

void
lf_health_reset (LfHealthLine *self, const LfHealthLimits *limits, LfHealthReason reason, gint64 now)
{
    set_state (self, limits, LF_HEALTH_UNKNOWN, reason, now);
    self->unanswered = 0;
    self->unanswered_since = 0;
    self->portal = FALSE;
    self->validated = FALSE;
    self->gateway_lost = FALSE;
    self->latency = 0;
    lf_health_doubt (self);
}

/*****************************************************************************/
/* What follows */

guint
lf_health_loss (const LfHealthLine *self)
{
    guint64 seen = self->n_outcomes < MAX_OUTCOMES ? ((guint64) 1 << self->n_outcomes) - 1 : G_MAXUINT64;

    return self->n_outcomes ? 100 * __builtin_popcountll (self->outcomes & seen) / self->n_outcomes : 0;
}

gint64
lf_health_return_time (const LfHealthLine *self, const LfHealthLimits *limits, gint64 now)
{
    guint  flaps = flaps_remembered (self, limits, now);
    gint64 time = limits->return_after;

    for (; flaps > 1 && time < limits->return_max; flaps--)
        time *= 2;
    return MIN (time, MAX (limits->return_max, limits->return_after));
}

gboolean
lf_health_in_doubt (const LfHealthLine *self, const LfHealthLimits *limits, gint64 now)
{
    return self->unanswered > 1 || (self->unanswered == 1 && now - self->unanswered_since >= limits->interval);
}

static gboolean
is_silent (const LfHealthLine *self, const LfHealthLimits *limits, gint64 now)
{
    gint64 silence = self->unanswered ? now - self->unanswered_since : 0;

    if (self->gateway_lost && self->unanswered >= ROUNDS_TO_DIE_WITHOUT_GATEWAY &&
        silence >= MIN (limits->dead_after, DEAD_AFTER_WITHOUT_GATEWAY))
        return TRUE;
    return self->unanswered >= ROUNDS_TO_DIE && silence >= limits->dead_after;
}

/* A bad line is better than none: thresholds count only while there is another one. */
static gboolean
is_lossy (const LfHealthLine *self, const LfHealthLimits *limits, const LfHealthRole *role)
{
    return limits->loss_max && !role->needed && self->n_outcomes >= ROUNDS_TO_JUDGE_LOSS &&
           lf_health_loss (self) > limits->loss_max;
}

static gboolean
is_slow (const LfHealthLine *self, const LfHealthLimits *limits, const LfHealthRole *role)
{
    return limits->latency_max && !role->needed && self->latency > limits->latency_max;
}

/* Better than what it is left for: a line at its threshold should not come and go. */
static gboolean
is_good_enough (const LfHealthLine *self, const LfHealthLimits *limits)
{
    if (limits->loss_max && 2 * lf_health_loss (self) > limits->loss_max)
        return FALSE;
    return !limits->latency_max || self->latency < limits->latency_max * 3 / 4;
}

static gboolean
has_returned (const LfHealthLine *self, const LfHealthLimits *limits, const LfHealthRole *role, gint64 now)
{
    if (!self->healthy_since || self->unanswered > 1)
        return FALSE;
    if (role->needed)
        return TRUE;
    return now - self->healthy_since >= lf_health_return_time (self, limits, now) && is_good_enough (self, limits);
}

static gboolean
conclude_good (LfHealthLine *self, const LfHealthLimits *limits, const LfHealthRole *role, gint64 now)
{
    LfHealthReason reason;

    if (self->portal)
        reason = LF_HEALTH_REASON_PORTAL;
    else if (is_silent (self, limits, now))
        reason = LF_HEALTH_REASON_SILENT;
    else if (is_lossy (self, limits, role))
        reason = LF_HEALTH_REASON_LOSSY;
    else if (is_slow (self, limits, role))
        reason = LF_HEALTH_REASON_SLOW;
    else {
        if (self->last_answer > self->since)
            self->reason = LF_HEALTH_REASON_ANSWERED;
        /* Nobody is to rely on it before it has answered again. */
        if (role->elected || self->unanswered <= 1)
            return FALSE;
        set_state (self, limits, LF_HEALTH_UNKNOWN, LF_HEALTH_REASON_SILENT, now);
        return TRUE;
    }
    set_state (self, limits, LF_HEALTH_DEAD, reason, now);
    return TRUE;
}

static gboolean
conclude (LfHealthLine *self, const LfHealthLimits *limits, const LfHealthRole *role, gint64 now)
{
    if (self->state == LF_HEALTH_GOOD)
        return conclude_good (self, limits, role, now);
    if (self->unanswered > 1)
        self->healthy_since = 0;
    if (has_returned (self, limits, role, now)) {
        set_state (self, limits, LF_HEALTH_GOOD, LF_HEALTH_REASON_ANSWERED, now);
        return TRUE;
    }
    if (self->state == LF_HEALTH_UNKNOWN && (self->portal || is_silent (self, limits, now))) {
        set_state (self, limits, LF_HEALTH_DEAD, self->portal ? LF_HEALTH_REASON_PORTAL : LF_HEALTH_REASON_SILENT,
                   now);
        return TRUE;
    }
    return FALSE;
}

/*****************************************************************************/
/* When to ask again */

static gint64
steady_pace (const LfHealthLine *self, const LfHealthLimits *limits, const LfHealthRole *role, gint64 now)
{
    if (role->consulted && now - self->last_answer > FRESH)
        return limits->doubt_interval;
    if (self->state != LF_HEALTH_GOOD)
        return role->needed ? limits->doubt_interval
                            : MAX (limits->interval, lf_health_return_time (self, limits, now) / 20);
    if (role->elected)
        return limits->interval;
    return role->metered ? limits->metered_interval : limits->standby_interval;
}

/* The longer it has been silent, the less often it is asked: a quarter of the silence so far. */
static gint64
back_off (const LfHealthLine *self, const LfHealthLimits *limits, const LfHealthRole *role, gint64 now)
{
    gint64 slowest = role->metered ? limits->metered_interval : limits->standby_interval;

    if (role->elected || role->needed)
        slowest = SLOWEST_WHEN_NEEDED;
    return CLAMP ((now - self->unanswered_since) / 4, limits->interval, MAX (slowest, limits->interval));
}

static gint64
pace (const LfHealthLine *self, const LfHealthLimits *limits, const LfHealthRole *role, gint64 now)
{
    gboolean hurry = role->elected || role->needed || role->consulted;
    gint64   steady = steady_pace (self, limits, role, now);

    if (self->unanswered == 0)
        return steady;
    if (self->unanswered == 1 && !self->gateway_lost)
        return MIN (steady, limits->interval);
    if (self->state == LF_HEALTH_DEAD)
        return back_off (self, limits, role, now);
    return hurry || self->gateway_lost ? limits->doubt_interval : limits->interval;
}

/* Rounds that are in no hurry leave together, so that one wake-up a second does for all lines. */
static gint64
next_round (const LfHealthLine *self, const LfHealthLimits *limits, const LfHealthRole *role, gint64 now)
{
    gint64 time = pace (self, limits, role, now);
    gint64 due = self->last_round + time;

    if (self->unanswered > 1 || time < limits->interval)
        return due;
    return MAX (due - due % limits->interval, self->last_round + 1);
}

static void
note_outcome (LfHealthLine *self, gboolean lost)
{
    self->outcomes = self->outcomes << 1 | lost;
    self->n_outcomes = MIN (self->n_outcomes + 1, MAX_OUTCOMES);
}

/* Rounds in quick succession are not counted: their answers may still be on the way. */
void
lf_health_sent (LfHealthLine *self, const LfHealthLimits *limits, const LfHealthRole *role, gint64 now)
{
    if (self->last_round && now - self->last_round >= limits->interval)
        note_outcome (self, self->unanswered > 0);
    if (self->unanswered++ == 0)
        self->unanswered_since = now;
    self->last_round = now;
    self->due = next_round (self, limits, role, now);
}

static void
forget_outstanding (LfHealthLine *self)
{
    self->unanswered = 0;
    self->unanswered_since = 0;
    self->healthy_since = 0;
    lf_health_doubt (self);
}

gboolean
lf_health_advance (LfHealthLine *self, const LfHealthLimits *limits, const LfHealthRole *role, gint64 now)
{
    gboolean changed = FALSE;

    if ((self->due && now > self->due + STALLED) || now < self->last_round)
        forget_outstanding (self);
    else
        changed = conclude (self, limits, role, now);
    self->due = self->last_round ? MAX (now, next_round (self, limits, role, now)) : now;
    return changed;
}

/*****************************************************************************/
/* Words */

const gchar *
lf_health_to_string (LfHealth health)
{
    return state_names[health];
}

gboolean
lf_health_from_string (const gchar *text, LfHealth *health)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (state_names); i++) {
        if (g_str_equal (text, state_names[i])) {
            *health = i;
            return TRUE;
        }
    }
    return FALSE;
}

const gchar *
lf_health_explain (const LfHealthLine *self)
{
    switch (self->reason) {
    case LF_HEALTH_REASON_ASSUMED: return N_("carried the traffic when the monitor began");
    case LF_HEALTH_REASON_ANSWERED: return N_("probes are answered");
    case LF_HEALTH_REASON_SILENT:
        return self->gateway_lost ? N_("the gateway and the probes' targets do not answer")
                                  : N_("no target of the probes answers");
    case LF_HEALTH_REASON_LOSSY: return N_("more probes are lost than loss-max allows");
    case LF_HEALTH_REASON_SLOW: return N_("answers take longer than latency-max allows");
    case LF_HEALTH_REASON_PORTAL: return N_("a captive portal answers in place of the web server");
    case LF_HEALTH_REASON_CARRIER: return N_("has been without carrier or route, and is being checked");
    case LF_HEALTH_REASON_RENEWED: return N_("leads to another gateway, and is being checked");
    case LF_HEALTH_REASON_UNCHECKED: return N_("is not checked (check=false)");
    case LF_HEALTH_REASON_NEW: break;
    }
    return N_("is new, and is being checked");
}
