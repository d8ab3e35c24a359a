/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether the internet is behind an uplink, in one family. Pure: the clock is a parameter.
 *
 * Probes are sent in rounds. In a steady state a round asks one target; a round that is due while the one
 * before it is not answered asks all of them. Quick to leave, slow to return: silence for a moment is death,
 * but it takes an unbroken time of answers to be good again, and the longer the more often it died.
 *
 * Times are microseconds of a clock that goes on while the machine sleeps (CLOCK_BOOTTIME).
 */

#pragma once

#include "lf-snapshot.h"

typedef struct {
    gint64 interval;         /* between rounds on the elected uplink */
    gint64 doubt_interval;   /* the same, when a round was not answered */
    gint64 dead_after;       /* an elected uplink is dead when it has been silent for so long */
    gint64 return_after;     /* a dead or new one is good after so long a time of answers */
    gint64 return_max;       /* that time doubles with each death, up to this */
    gint64 flap_window;      /* and a death is forgotten after this */
    gint64 standby_interval; /* between rounds on the others */
    gint64 metered_interval; /* between rounds on the others, if bytes cost money */
    guint  loss_max;         /* percent of rounds that may be lost; 0: any */
    gint64 latency_max;      /* that answers may take on average; 0: any */
} LfHealthLimits;

/* What the line is for at the moment. */
typedef struct {
    gboolean elected;
    gboolean metered;
    gboolean needed;    /* no other uplink of this family is good */
    gboolean consulted; /* the elected uplink is in doubt: who may take over is asked first */
    gboolean validates; /* a web page has to be seen before the line counts as good */
} LfHealthRole;

typedef enum {
    LF_HEALTH_REASON_NEW,      /* nothing is known yet */
    LF_HEALTH_REASON_ASSUMED,  /* it carried the traffic when the monitor began */
    LF_HEALTH_REASON_ANSWERED,
    LF_HEALTH_REASON_SILENT,
    LF_HEALTH_REASON_LOSSY,
    LF_HEALTH_REASON_SLOW,
    LF_HEALTH_REASON_PORTAL,   /* something on the way answers in the name of the web server */
    LF_HEALTH_REASON_CARRIER,  /* the link was down */
    LF_HEALTH_REASON_RENEWED,  /* it leads to another gateway now */
    LF_HEALTH_REASON_UNCHECKED, /* check=false */
} LfHealthReason;

typedef struct {
    LfHealth       state;
    LfHealthReason reason;
    gint64         since;            /* when state became what it is */
    gint64         due;              /* when the next round is; 0: at once */

    gint64         last_round;
    gint64         last_answer;
    gint64         latency;          /* smoothed; 0: not known */
    gint64         unanswered_since; /* the oldest round after the last answer; 0: none */
    guint          unanswered;       /* how many rounds */
    gint64         healthy_since;    /* begin of unbroken health of a line that is not good; 0: none */
    guint64        outcomes;         /* of the last rounds, a bit for each, set if lost; the lowest is the last */
    guint          n_outcomes;
    guint          flaps;
    gint64         flapped;          /* when it was good for the last time */
    gboolean       portal;
    gboolean       validated;
    gboolean       gateway_lost;     /* the gateway does not answer to its neighbour */
} LfHealthLine;

/* 1 s, 250 ms, 1.75 s, 10 s, 10 min, 10 min, 10 s, 5 min; no thresholds. */
extern const LfHealthLimits lf_health_default_limits;

/* A line that was @state when somebody looked last; ASSUMED or what @reason says. */
void lf_health_init (LfHealthLine *self, LfHealth state, LfHealthReason reason, gint64 now);

/* A round has left. */
void lf_health_sent (LfHealthLine *self, const LfHealthLimits *limits, const LfHealthRole *role, gint64 now);

/* A probe was answered. @latency: µs, 0 if not known. */
void lf_health_answered (LfHealthLine *self, const LfHealthRole *role, gint64 latency, gint64 now);

/* A web page came: the one that was expected, or another. */
void lf_health_validated (LfHealthLine *self, gboolean as_expected);

/* The gateway ceased to answer its neighbour, or does again. A sign to ask at once, and to wait less. */
void lf_health_gateway (LfHealthLine *self, gboolean reachable);

/* Something happened that makes all that is known doubtful: the next round is due now. */
void lf_health_doubt (LfHealthLine *self);

/* What was known is not true any more: the link was down, or leads elsewhere now. */
void lf_health_reset (LfHealthLine *self, const LfHealthLimits *limits, LfHealthReason reason, gint64 now);

/*
 * Draws the conclusions and sets @due; to be called when the first line is due, after what was answered has
 * been told. Returns TRUE if the state has changed.
 *
 * A call that comes long after the line was due (the machine slept, or was stopped) concludes nothing: it makes
 * the line due.
 */
gboolean lf_health_advance (LfHealthLine *self, const LfHealthLimits *limits, const LfHealthRole *role, gint64 now);

/* TRUE if the last round is late, or the one before it was not answered. */
gboolean lf_health_in_doubt (const LfHealthLine *self, const LfHealthLimits *limits, gint64 now);

/* How long the line has to answer without a break to be good again, µs. */
gint64 lf_health_return_time (const LfHealthLine *self, const LfHealthLimits *limits, gint64 now);

/* Rounds lost of the last 64, percent. */
guint lf_health_loss (const LfHealthLine *self);

/* "unknown", "good", "dead": not translated, but marked to be. */
const gchar *lf_health_to_string (LfHealth health);

/* FALSE if @text is none of those words. */
gboolean lf_health_from_string (const gchar *text, LfHealth *health);

/* Why, in words, not translated: it goes to the journal, to D-Bus and into the health file. */
const gchar *lf_health_explain (const LfHealthLine *self);
