/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks targets over one uplink in one family, whoever carries the traffic.
 *
 * Every socket is bound to the uplink's device, so that the kernel takes no other way, and the address is the
 * device's own. Nothing is waited for: answers stay in the sockets until they are collected, which is what
 * keeps a line that is well at one wake-up a round.
 */

#pragma once

#include "lf-config.h"

typedef struct _LmProber LmProber;

typedef enum {
    LM_ASK_ONE,     /* the target that answered last, or the first */
    LM_ASK_ALL,     /* but web pages */
    LM_ASK_PAGES,
} LmAsk;

typedef struct {
    gboolean answered;
    gint64   latency;     /* of the fastest, µs; 0 if it was not measured */
    gboolean page;        /* a web page came */
    gboolean as_expected;
} LmAnswer;

/* @name: the interface. */
LmProber *lm_prober_new (const gchar *name, LfFamily family);
void      lm_prober_free (LmProber *self);

/* The line leads to another network: what is asked there is not to tell that the same machine asked elsewhere. */
void lm_prober_renew (LmProber *self);

/*
 * Sends probes to targets of the family. Returns how many have left: 0 if there is no target, or the kernel does
 * not let any go, which it does not say again while it lasts.
 */
guint lm_prober_send (LmProber *self, const LfConfig *config, LmAsk ask);

/* What has come since the last time. */
LmAnswer lm_prober_collect (LmProber *self, const LfConfig *config);

/* TRUE if @config has a web page to be asked for in this family. */
gboolean lm_prober_has_pages (const LmProber *self, const LfConfig *config);
