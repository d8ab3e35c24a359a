/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What has to change so that the kernel follows the configured order by itself. Pure. */

#pragma once

#include "lf-elect.h"

typedef struct {
    LfRoute  route;
    gboolean replaces; /* another one of ours with the same metric */
} LfAddition;

typedef struct {
    GArray   *add;       /* of LfAddition */
    GArray   *remove;    /* of LfRoute: ours, stale; to be removed after the others are in */
    gboolean  once_more; /* observe and plan again afterwards: the snapshot did not show what is whose */
    gchar    *problem;   /* why an uplink cannot have its place, or NULL */
} LfPlan;

/*
 * A plan for one family that puts all uplinks in order, so that the kernel also knows where to go next when a
 * carrier is lost, and where to return when it is back. Not @active: a plan without any route of ours.
 *
 * Where an uplink's own default route has its place by its metric, nothing is added. Else a copy is, with a
 * metric below that of the next in order: 99 or the next ones down if that will do, because NetworkManager
 * never gives an uplink less than 100. It is not below the configured minimum, not one that somebody else
 * uses, and not below a VPN's or any other route that beats those uplinks already.
 */
LfPlan *lf_plan_new (const LfSnapshot *snapshot, const LfConfig *config, LfFamily family, gboolean active);
void    lf_plan_free (LfPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LfPlan, lf_plan_free)
