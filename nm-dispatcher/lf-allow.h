/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What may still go over LTE when its budget is used up ([budget] then=allowed): routes of ours to the networks that
 * are allowed, while no other uplink leads to the internet. All else is stopped by the plan's unreachable route.
 */

#pragma once

#include "lf-netlink.h"

/* The routes of one family (of LfRoute, owned by the caller). Pure. */
GArray *lf_allow_want (const LfSnapshot *snapshot, const LfConfig *config, LfFamily family);

/*
 * Makes the kernel's routes of ours to networks the ones that are wanted; without @snapshot, none. FALSE with
 * LF_ERROR_NETLINK, after all has been tried.
 */
gboolean lf_allow_apply (LfNetlink *netlink, const LfSnapshot *snapshot, const LfConfig *config, GError **error);
