/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One switch from an uplink to another, as it is told: to the journal, on the bus, to the administrator's scripts. */

#pragma once

#include "lf-elect.h"
#include "lf-health-file.h"

typedef struct {
    LfFamily family;
    gchar   *from;      /* interface; "" if there was none */
    gchar   *to;        /* interface; "" if there is none */
    gchar   *reason;    /* in words */
    gint64   detect;    /* from the last answer of the line that was left until it was found dead, µs; 0: it was not
                           silence that told */
    gint64   took;      /* that our routes took, µs; 0: the kernel needed none */
    guint64  lte_bytes; /* sent and received over LTE since the switch before */
} LmSwitch;

void lm_switch_free (LmSwitch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LmSwitch, lm_switch_free)

/*
 * What has happened, if @before (interface index and name, 0 and "" for none) carried the traffic of a family, and
 * now @elected (NULL: nobody) does. Times and bytes are the caller's to fill in. @report says why lines are dead.
 */
LmSwitch *lm_switch_new (const LfSnapshot *snapshot, const LfConfig *config, const LfHealthReport *report,
                         LfFamily family, gint before, const gchar *before_name, const LfLink *elected);

/* The arguments of the signal on the bus (floating), and back: NULL if they are none. */
GVariant *lm_switch_to_variant (const LmSwitch *self);
LmSwitch *lm_switch_from_variant (GVariant *arguments);

/* "IPv4", "IPv6". */
const gchar *lm_family_to_string (LfFamily family);

/* A sentence for the journal and the terminal. Owned by the caller. */
gchar *lm_switch_to_string (const LmSwitch *self);
