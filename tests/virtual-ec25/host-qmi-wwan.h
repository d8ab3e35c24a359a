/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plays the kernel's qmi_wwan driver and the radio network behind it: two TUN interfaces, one for the
 * host and one for the carrier, and packets go between them as far as the data sessions allow. */

#pragma once

#include "model.h"

typedef struct _HostQmiWwan HostQmiWwan;

typedef struct {
    const char *netdev;         /* the host's interface */
    const char *carrier_netdev; /* the carrier's: to be moved to where its router is */
    const char *raw_ip;         /* nullable: file to mount the driver's attribute over; else raw IP is on */
} HostQmiWwanConfig;

HostQmiWwan *host_qmi_wwan_new  (Model *model, const HostQmiWwanConfig *config, GError **error);
void         host_qmi_wwan_free (HostQmiWwan *self);

gboolean host_qmi_wwan_raw_ip (HostQmiWwan *self); /* the kernel's side */

/* Packets dropped that belong to no session. */
guint64 host_qmi_wwan_strays (HostQmiWwan *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostQmiWwan, host_qmi_wwan_free)
