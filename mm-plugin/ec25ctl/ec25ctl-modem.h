/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The modem that a command is about. */

#pragma once

#include <libmm-glib.h>

#include "ec25ctl-gdbus.h"

/* Exit statuses, as --help documents them. */
enum {
    EC25CTL_EXIT_OK,
    EC25CTL_EXIT_FAILED,
    EC25CTL_EXIT_USAGE,
    EC25CTL_EXIT_NO_MODEM,
};

#define EC25CTL_PLUGIN_NAME "quectel-ec25"

/** Ec25ctlModem: a modem that our plugin drives. */
typedef struct {
    MMObject             *object;
    MMModem              *modem;
    Ec25GdbusQuectelEc25 *ec25;
} Ec25ctlModem;

void ec25ctl_modem_free (Ec25ctlModem *modem);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Ec25ctlModem, ec25ctl_modem_free)

/**
 * ec25ctl_manager_new:
 *
 * Returns: (transfer full): ModemManager as the system bus shows it; an error if it does not run.
 */
MMManager *ec25ctl_manager_new (GError **error);

/**
 * ec25ctl_modem_find:
 * @selector: (nullable): the modem's number, D-Bus path, or its device, "1-1"; %NULL for the first.
 * @error: says which modems there are.
 *
 * Returns: (transfer full) (nullable): a modem of ours.
 */
Ec25ctlModem *ec25ctl_modem_find (MMManager    *manager,
                                  const gchar  *selector,
                                  GError      **error);

/**
 * ec25ctl_modem_get_net:
 *
 * Returns: (transfer full) (nullable): name of the modem's network interface.
 */
gchar *ec25ctl_modem_get_net (Ec25ctlModem *modem);

/**
 * ec25ctl_modem_get_bearer:
 *
 * Returns: (transfer full) (nullable): the bearer that is connected, else any.
 */
MMBearer *ec25ctl_modem_get_bearer (Ec25ctlModem *modem);

/**
 * ec25ctl_get_addresses:
 * @interface: name of a network interface.
 *
 * Returns: (transfer full): its global addresses, separated by blanks; "" if there are none.
 */
gchar *ec25ctl_get_addresses (const gchar *interface);
