/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which uplink is to carry the traffic of a family. Pure: the same snapshot gives the same answer. */

#pragma once

#include "lf-config.h"

/* A route whose metric NetworkManager has raised by this much failed its connectivity check. */
#define LF_METRIC_PENALTY 20000

typedef enum {
    LF_VERDICT_ELECTED,
    LF_VERDICT_STANDBY,      /* would do, but a better one is there */
    LF_VERDICT_NO_ROUTE,     /* no default route in this family */
    LF_VERDICT_NO_CARRIER,
    LF_VERDICT_NO_INTERNET,  /* NetworkManager's connectivity check failed */
    LF_VERDICT_DEAD,         /* the monitor's probes are not answered */
    LF_VERDICT_SPENT,        /* its budget is used up */
    LF_VERDICT_NOT_USED,     /* use=false */
    LF_VERDICT_NOT_AN_UPLINK /* not in the configured order */
} LfVerdict;

/* How a link does in the election of a family, before it is known who wins: anything but ELECTED. */
LfVerdict lf_elect_judge (const LfSnapshot *snapshot, const LfConfig *config, LfFamily family, const LfLink *link);

/*
 * The elected link, or NULL if none has a default route and carrier. Owned by the snapshot.
 *
 * The first of the configured order that is known to be good. If none is, because nobody has looked or all are
 * dead, the first that does not fail NetworkManager's connectivity check; if all do, the first of those. So
 * traffic never goes to an uplink that is not known to be good while there is one that is.
 */
const LfLink *lf_elect (const LfSnapshot *snapshot, const LfConfig *config, LfFamily family);

/*
 * The links of the configured order that have a default route, best first (of const LfLink *, owned by the
 * snapshot). Those without carrier keep their place if the kernel passes over them (linkdown), else they are
 * left out; those that are not known to be good come behind those that are.
 */
GPtrArray *lf_elect_order (const LfSnapshot *snapshot, const LfConfig *config, LfFamily family);

/* The reason in words, for `lte-failover status`. */
const gchar *lf_verdict_to_string (LfVerdict verdict);
