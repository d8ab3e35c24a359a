/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plays the kernel's qmi_wwan and cdc_mbim drivers: a TUN interface for the host, in QMI and MBIM mode. */

#pragma once

#include "air-link.h"

typedef struct _HostQmiWwan HostQmiWwan;

/* raw_ip: (nullable): file to mount qmi_wwan's attribute over; without, raw IP is on. */
HostQmiWwan *host_qmi_wwan_new  (Model *model, AirLink *air, const char *netdev, const char *raw_ip,
                                 GError **error);
void         host_qmi_wwan_free (HostQmiWwan *self);

gboolean host_qmi_wwan_raw_ip (HostQmiWwan *self); /* the kernel's side */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostQmiWwan, host_qmi_wwan_free)
