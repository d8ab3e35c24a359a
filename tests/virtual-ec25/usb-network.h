/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The data path of the network function, in the framing of each mode. */

#pragma once

#include "air-link.h"
#include "host-mobile-ap.h"
#include "model.h"

typedef struct _UsbNetwork UsbNetwork;

/* A transfer for the host to read. */
typedef void (*UsbNetworkWrite) (GBytes *transfer, gpointer user_data);

/* air and mobile_ap are nullable: then the mode goes nowhere. */
UsbNetwork *usb_network_new  (Model *model, AirLink *air, HostMobileAp *mobile_ap, UsbNetworkWrite write,
                              gpointer user_data);
void        usb_network_free (UsbNetwork *self);

/* A transfer that the host has written. */
void usb_network_feed (UsbNetwork *self, gconstpointer transfer, gsize size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UsbNetwork, usb_network_free)
