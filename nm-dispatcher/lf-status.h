/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `lte-failover status` says, as text and as JSON. */

#pragma once

#include "lf-pass.h"

/* A table of the uplinks and a sentence for each family. Owned by the caller. */
gchar *lf_status_to_text (const LfView *view, gboolean colours);

/* Why each uplink is where it is, family by family, in words. Owned by the caller. */
gchar *lf_status_explain (const LfView *view);

/*
 * The same as the table for programs; keys are only ever added:
 *   uplinks: [{interface, class, carrier, ipv4: {verdict, metric|null, health, health_reason, since, latency_us,
 *              loss_percent}, ipv6: {...}}]
 *     (health and what follows if the monitor runs; since: s since 1970; of the last questions: the average of the
 *     answers' latencies, 0 if there were none, and how many were lost)
 *   ipv4, ipv6: {elected|null, carries|null, our_metric|null, reason}
 *   monitor: true if it runs
 *   problems: [text]
 * Owned by the caller.
 */
gchar *lf_status_to_json (const LfView *view);
