/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plays the router that the module is in ECM and RNDIS mode. */

#pragma once

#include "air-link.h"

typedef struct _HostMobileAp HostMobileAp;

/*
 * netdev: (nullable): the host's Ethernet interface to it, which is there while the module is attached in one of these
 * modes; each time with a new hardware address, as the module's. Without, frames come and go by the functions below.
 *
 * The router is Linux, in a network namespace of its own, with dnsmasq and nftables; it ends with this process.
 */
HostMobileAp *host_mobile_ap_new  (Model *model, AirLink *air, const char *netdev, GError **error);
void          host_mobile_ap_free (HostMobileAp *self);

/* An Ethernet frame for the host. */
typedef void (*HostMobileApSink) (gconstpointer frame, gsize size, gpointer user_data);

void host_mobile_ap_set_sink (HostMobileAp *self, HostMobileApSink sink, gpointer user_data);
void host_mobile_ap_send     (HostMobileAp *self, gconstpointer frame, gsize size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostMobileAp, host_mobile_ap_free)
