/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's links and default routes, by rtnetlink. */

#pragma once

#include "lf-plan.h"

typedef struct _LfNetlink LfNetlink;

/* NULL with LF_ERROR_NETLINK if the kernel refuses a socket. */
LfNetlink *lf_netlink_new (GError **error);
void       lf_netlink_free (LfNetlink *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LfNetlink, lf_netlink_free)

/*
 * All links, and all default routes of the main table, as they are now. Classes are left at
 * LF_CLASS_OTHER. NULL with LF_ERROR_NETLINK.
 */
LfSnapshot *lf_netlink_observe (LfNetlink *self, GError **error);

/*
 * Adds a route of ours. With @replaces it takes the place of ours with the same metric; without, it fails if
 * any route with that metric is there. FALSE with LF_ERROR_NETLINK.
 */
gboolean lf_netlink_add_route (LfNetlink *self, LfFamily family, const LfRoute *route, gboolean replaces,
                               GError **error);

/* Removes a route of ours. One that is gone already is no error. FALSE with LF_ERROR_NETLINK. */
gboolean lf_netlink_remove_route (LfNetlink *self, LfFamily family, const LfRoute *route, GError **error);

/*
 * The index of the interface through which the kernel would send a packet to the internet now, policy
 * rules, VPNs and all; 0 if it has no way.
 */
gint lf_netlink_way_out (LfNetlink *self, LfFamily family);
