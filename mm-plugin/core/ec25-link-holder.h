/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which program keeps a network link up against our will. */

#pragma once

#include <glib.h>

/** Where the kernel shows processes. */
#define EC25_PROC "/proc"

/**
 * Ec25LinkHolder:
 * @name: the program, "dhcpcd".
 * @pid: its process.
 * @certain: a network manager that has a packet socket on the link. If %FALSE
 *   it is one or the other only, and thus a guess.
 */
typedef struct {
    gchar    *name;
    guint     pid;
    gboolean  certain;
} Ec25LinkHolder;

void ec25_link_holder_free (Ec25LinkHolder *holder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Ec25LinkHolder, ec25_link_holder_free)

/**
 * ec25_packet_sockets_parse:
 * @text: content of /proc/net/packet.
 * @ifindex: a link.
 *
 * Returns: (transfer full): the inodes (guint64) of the packet sockets that
 * are bound to the link. Lines that make no sense are passed over.
 */
GArray *ec25_packet_sockets_parse (const gchar *text,
                                   guint        ifindex);

/**
 * ec25_link_holder_find:
 * @proc: the folder of processes, %EC25_PROC.
 * @ifindex: a link.
 *
 * A DHCP client has a packet socket bound to the link it works on; who owns it
 * is seen in the file descriptors of the processes. Where those may not be
 * looked into (ModemManager's service has few capabilities) a network manager
 * that runs is the best guess.
 *
 * Returns: (transfer full) (nullable): the program, or %NULL.
 */
Ec25LinkHolder *ec25_link_holder_find (const gchar *proc,
                                       guint        ifindex);

/**
 * ec25_link_holder_describe:
 * @holder: (nullable): what was found.
 * @interface: name of the link.
 *
 * Returns: (transfer full): a clause that says who keeps the link up and what
 * to do about it.
 */
gchar *ec25_link_holder_describe (const Ec25LinkHolder *holder,
                                  const gchar          *interface);
