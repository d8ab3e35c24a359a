/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An EC25 that is driven by AT: ECM and RNDIS mode, or no network function. */

#pragma once

#include "mm-compat.h"

#include "mm-broadband-modem.h"

#define MM_TYPE_BROADBAND_MODEM_EC25 (mm_broadband_modem_ec25_get_type ())
G_DECLARE_FINAL_TYPE (MMBroadbandModemEc25, mm_broadband_modem_ec25, MM, BROADBAND_MODEM_EC25, MMBroadbandModem)

/**
 * mm_broadband_modem_ec25_new:
 * @device: see #MMBaseModem:device.
 * @physdev: see #MMBaseModem:physdev.
 * @drivers: kernel drivers of the ports.
 * @plugin: name of this plugin.
 * @vendor_id: USB vendor.
 * @product_id: USB product.
 *
 * For a module with a network interface, by which it connects.
 *
 * Returns: (transfer full): a modem without ports yet.
 */
MMBroadbandModemEc25 *mm_broadband_modem_ec25_new (const gchar  *device,
                                                   const gchar  *physdev,
                                                   const gchar **drivers,
                                                   const gchar  *plugin,
                                                   guint16       vendor_id,
                                                   guint16       product_id);

/**
 * mm_broadband_modem_ec25_new_without_net:
 *
 * The same for a module without a network interface: it dials PPP.
 */
MMBroadbandModemEc25 *mm_broadband_modem_ec25_new_without_net (const gchar  *device,
                                                               const gchar  *physdev,
                                                               const gchar **drivers,
                                                               const gchar  *plugin,
                                                               guint16       vendor_id,
                                                               guint16       product_id);
