/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What has to change so that the kernel chooses the elected uplink. Pure. */

#pragma once

#include "lf-elect.h"

typedef struct {
    gboolean has_add;
    gboolean replaces; /* one of ours with the same metric makes room for it */
    LfRoute  add;
    GArray  *remove;   /* of LfRoute: ours, stale; to be removed after the other is in */
    gboolean once_more; /* observe and plan again afterwards: the snapshot did not show what is whose */
    gchar   *problem;  /* why the elected uplink cannot be put first, or NULL */
} LfPlan;

/*
 * A plan for one family. @elected is what lf_elect() gave, or NULL.
 *
 * If the kernel takes the elected uplink's own default route anyway, no route of ours is there. Else a copy
 * of that route is, with a metric below those of the uplinks it has to beat: 99 if that will do, because
 * NetworkManager never gives an uplink less than 100. It is not below the configured minimum, not one that
 * somebody else uses, and not below a VPN's or any other route that beats those uplinks already.
 */
LfPlan *lf_plan_new (const LfSnapshot *snapshot, const LfConfig *config, LfFamily family, const LfLink *elected);
void    lf_plan_free (LfPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LfPlan, lf_plan_free)
