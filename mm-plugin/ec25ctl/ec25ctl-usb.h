/* SPDX-License-Identifier: GPL-2.0-or-later */
/* EC25 modules on the USB bus, as sysfs shows them. */

#pragma once

#include <glib.h>

#define EC25CTL_SYS "/sys"

/** Ec25ctlInterface: a USB interface of the module. */
typedef struct {
    guint  number;
    guint  class, subclass, protocol;
    gchar *driver; /* NULL: none is bound */
} Ec25ctlInterface;

/** Ec25ctlDevice: a module (2c7c:0125). */
typedef struct {
    gchar  *name;       /* the kernel's, "1-1.2" */
    gchar  *product;    /* may be empty */
    GArray *interfaces; /* of Ec25ctlInterface, by number */
    gboolean boot_loader; /* QHSUSB__BULK: no firmware was started */
} Ec25ctlDevice;

/**
 * ec25ctl_usb_find:
 * @sys: where sysfs is, %EC25CTL_SYS.
 *
 * Returns: (transfer full): array of Ec25ctlDevice, by name.
 */
GPtrArray *ec25ctl_usb_find (const gchar *sys);

/**
 * ec25ctl_usb_wanted_driver:
 *
 * Returns: (nullable): the kernel's driver for this interface, %NULL if it needs none (Android's debugger, audio).
 */
const gchar *ec25ctl_usb_wanted_driver (const Ec25ctlDevice    *device,
                                        const Ec25ctlInterface *interface);

/**
 * ec25ctl_usb_net_driver:
 * @interface: name of a network interface.
 *
 * Returns: (transfer full) (nullable): its driver.
 */
gchar *ec25ctl_usb_net_driver (const gchar *sys,
                               const gchar *interface);
