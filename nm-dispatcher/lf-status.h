/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `lte-failover status` says, as text and as JSON. */

#pragma once

#include "lf-pass.h"

/* A table of the uplinks and a sentence for each family. Owned by the caller. */
gchar *lf_status_to_text (const LfView *view);

/* Why each uplink is where it is, family by family, in words. Owned by the caller. */
gchar *lf_status_explain (const LfView *view);

/*
 * The same as the table for programs; keys are only ever added:
 *   uplinks: [{interface, class, carrier, ipv4: {verdict, metric|null, health, health_reason}, ipv6: {...}}]
 *     (health if the monitor runs)
 *   ipv4, ipv6: {elected|null, carries|null, our_metric|null, reason}
 *   problems: [text]
 * Owned by the caller.
 */
gchar *lf_status_to_json (const LfView *view);
