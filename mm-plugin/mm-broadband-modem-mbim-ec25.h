/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An EC25 in MBIM mode. */

#pragma once

#include "mm-compat.h"

#include "mm-broadband-modem-mbim.h"

#define MM_TYPE_BROADBAND_MODEM_MBIM_EC25 (mm_broadband_modem_mbim_ec25_get_type ())
G_DECLARE_FINAL_TYPE (MMBroadbandModemMbimEc25, mm_broadband_modem_mbim_ec25, MM, BROADBAND_MODEM_MBIM_EC25,
                      MMBroadbandModemMbim)

/**
 * mm_broadband_modem_mbim_ec25_new:
 * @device: identifier of the device.
 * @physdev: its path in sysfs.
 * @drivers: its kernel drivers.
 * @plugin: name of the plugin that creates it.
 * @vendor_id: its USB vendor.
 * @product_id: its USB product.
 *
 * Returns: (transfer full): the modem.
 */
MMBroadbandModemMbimEc25 *mm_broadband_modem_mbim_ec25_new (const gchar  *device,
                                                            const gchar  *physdev,
                                                            const gchar **drivers,
                                                            const gchar  *plugin,
                                                            guint16       vendor_id,
                                                            guint16       product_id);
