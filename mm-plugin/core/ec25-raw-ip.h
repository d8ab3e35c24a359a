/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The raw_ip attribute of a qmi_wwan network interface. */

#pragma once

#include <glib.h>

/** Where the kernel keeps the attributes of network interfaces. */
#define EC25_NET_CLASS "/sys/class/net"

/**
 * Ec25RawIp:
 * @EC25_RAW_IP_ABSENT: no such attribute: another driver, a multiplexed link,
 *   or a kernel older than 4.4.
 * @EC25_RAW_IP_OFF: packets carry an Ethernet header, which an EC25 drops.
 * @EC25_RAW_IP_ON: what an EC25 needs.
 */
typedef enum {
    EC25_RAW_IP_ABSENT,
    EC25_RAW_IP_OFF,
    EC25_RAW_IP_ON,
} Ec25RawIp;

/**
 * ec25_raw_ip_read:
 * @net_class: the folder of network interfaces, %EC25_NET_CLASS.
 * @interface: name of the interface.
 * @state: (out): untouched on error.
 * @error: %EC25_ERROR_IO, or %EC25_ERROR_PARSE if it reads neither Y nor N.
 */
gboolean ec25_raw_ip_read (const gchar  *net_class,
                           const gchar  *interface,
                           Ec25RawIp    *state,
                           GError      **error);

/**
 * ec25_raw_ip_turn_on:
 * @net_class: the folder of network interfaces, %EC25_NET_CLASS.
 * @interface: name of the interface.
 * @error: %EC25_ERROR_BUSY while the interface is up (the kernel changes the
 *   mode only of one that is down), %EC25_ERROR_IO otherwise.
 */
gboolean ec25_raw_ip_turn_on (const gchar  *net_class,
                              const gchar  *interface,
                              GError      **error);
