/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Connections that this machine forwards for others under an uplink's address, by ctnetlink.
 *
 * The kernel keeps translating them to the address of the line they began on, also when they leave through
 * another, whose provider drops them. With the entry gone the next packet begins anew, and the peer answers
 * with a reset that the client notices.
 */

#pragma once

#include "lf-mnl.h"
#include "lf-snapshot.h"

/* A connection whose source was translated: from the client, to the peer, under our address. */
typedef struct {
    LfFamily family;
    guint8   client[16];
    guint8   peer[16];
    guint8   translated[16];
} LfForwarded;

typedef gboolean (*LfForwardedMatch) (const LfForwarded *connection, gpointer data);

/* TRUE if the machine forwards packets of this family (@proc_sys: "/proc/sys" outside of tests). */
gboolean lf_conntrack_is_router (const gchar *proc_sys, LfFamily family);

/*
 * Deletes the entries of translated connections that @match finds, one by one. A kernel that tracks no
 * connections has none. How many, in @count, which may be NULL. FALSE with LF_ERROR_NETLINK.
 */
gboolean lf_conntrack_delete (LfFamily family, LfForwardedMatch match, gpointer data, guint *count, GError **error);
