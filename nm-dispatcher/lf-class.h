/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which kind of uplink a network interface is, by what sysfs says about it. */

#pragma once

#include "lf-snapshot.h"

/*
 * @sysfs: where sysfs is mounted, "/sys" outside of tests. @type: the interface's ARPHRD_* number.
 *
 * A USB device with a network function is LTE if the kernel says wwan, if the device has a serial or
 * control function of a modem beside it, or if its maker makes nothing but modems. A USB Ethernet adapter
 * and a tethered phone are Ethernet, as NetworkManager has it; [uplink NAME] class=lte says otherwise.
 */
LfClass lf_class_of_interface (const gchar *sysfs, const gchar *name, guint type);
