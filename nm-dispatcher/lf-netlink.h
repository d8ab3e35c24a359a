/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's links and default routes, by rtnetlink. */

#pragma once

#include "lf-mnl.h"
#include "lf-plan.h"

/* One that speaks of links, addresses and routes. */
typedef LfMnl LfNetlink;

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
 * The default routes of one family in any table (of LfRoute, owned by the caller), none if there is no such
 * table. NULL with LF_ERROR_NETLINK.
 */
GArray *lf_netlink_default_routes (LfNetlink *self, LfFamily family, guint32 table, GError **error);

/*
 * The routes of ours in the main table that lead to networks (of LfRoute, owned by the caller). NULL with
 * LF_ERROR_NETLINK.
 */
GArray *lf_netlink_networks (LfNetlink *self, LfFamily family, GError **error);

/*
 * All addresses of global scope, private ones included (of LfAddress, owned by the caller). NULL with
 * LF_ERROR_NETLINK.
 */
GArray *lf_netlink_addresses (LfNetlink *self, GError **error);

/*
 * Adds a route of ours. With @replaces it takes the place of ours with the same metric; without, it fails if
 * any route with that metric is there. FALSE with LF_ERROR_NETLINK.
 */
gboolean lf_netlink_add_route (LfNetlink *self, LfFamily family, const LfRoute *route, gboolean replaces,
                               GError **error);

/* Removes a route of ours. One that is gone already is no error. FALSE with LF_ERROR_NETLINK. */
gboolean lf_netlink_remove_route (LfNetlink *self, LfFamily family, const LfRoute *route, GError **error);

/* The index of the interface through which the kernel would send a packet to @address now; 0 if it has no way. */
gint lf_netlink_way_to (LfNetlink *self, LfFamily family, const guint8 *address);

/*
 * The index of the interface through which the kernel would send a packet to the internet now, policy
 * rules, VPNs and all; 0 if it has no way.
 */
gint lf_netlink_way_out (LfNetlink *self, LfFamily family);
