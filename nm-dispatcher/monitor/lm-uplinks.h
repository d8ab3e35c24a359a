/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The uplinks there are, what is known about each, and the asking. */

#pragma once

#include "lf-elect.h"
#include "lf-health-file.h"
#include "lm-prober.h"

typedef struct _LmUplinks LmUplinks;

/* @before: what another monitor has found a moment ago, or an empty report. */
LmUplinks *lm_uplinks_new (const LfHealthReport *before);
void       lm_uplinks_free (LmUplinks *self);

/*
 * Brings the table up to date. Lines that are new begin unknown, those that were down or lead to another gateway
 * begin again. Returns TRUE if that changes anybody's health. @snapshot and @config are used until the next call.
 */
gboolean lm_uplinks_update (LmUplinks *self, const LfSnapshot *snapshot, const LfConfig *config, gint64 now);

/*
 * Collects answers, concludes, and asks whom it is time to ask. Returns TRUE if anybody's health has changed: then
 * a pass is to be made, and this called again.
 */
gboolean lm_uplinks_run (LmUplinks *self, gint64 now);

/* When lm_uplinks_run() is to be called next; G_MAXINT64: nobody is to be asked. */
gint64 lm_uplinks_due (const LmUplinks *self);

/* The machine slept, or a sign from elsewhere: whoever is of that class (OTHER: all) is asked at once. */
void lm_uplinks_doubt (LmUplinks *self, LfClass class);

/* NetworkManager says whether bytes over the interface cost money; over LTE they do, whatever it says. */
void lm_uplinks_metered (LmUplinks *self, const gchar *name, gboolean metered);

/* A neighbour answers, or not. */
void lm_uplinks_neighbour (LmUplinks *self, gint link, LfFamily family, const guint8 *address, gboolean reachable);

/* What is known, for the file. Owned by the caller. */
LfHealthReport *lm_uplinks_report (const LmUplinks *self, gint64 now);

/* From the last answer of a line until it was found dead, µs; 0 if it is not dead, or not for silence. */
gint64 lm_uplinks_detection (const LmUplinks *self, gint link, LfFamily family);
