/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plays the router that the module is in ECM and RNDIS mode, and the host's Ethernet interface to it. */

#pragma once

#include "air-link.h"

typedef struct _HostMobileAp HostMobileAp;

/*
 * netdev: the host's interface, which is there while the module is attached in one of these modes; each time
 * with a new hardware address, as the module's.
 *
 * The router is Linux, in a network namespace of its own, with dnsmasq and nftables; it ends with this process.
 */
HostMobileAp *host_mobile_ap_new  (Model *model, AirLink *air, const char *netdev, GError **error);
void          host_mobile_ap_free (HostMobileAp *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostMobileAp, host_mobile_ap_free)
