/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The USB mode of the module, shown and switched: the D-Bus interface
 * org.freedesktop.ModemManager1.Modem.QuectelEc25 of each modem object.
 */

#pragma once

#include "mm-compat.h"

#include "core/ec25-mode.h"
#include "mm-base-modem.h"

/**
 * mm_shared_ec25_mode_install:
 * @klass: a modem class, from its class_init.
 *
 * Gives it the property that GDBus notifies of when the interface is put on a
 * modem: the objects of libmm-glib have one for each of their interfaces.
 */
void mm_shared_ec25_mode_install (GObjectClass *klass);

/**
 * mm_shared_ec25_mode_export:
 * @modem: a modem that has just been made, of a class with
 *   mm_shared_ec25_mode_install().
 * @running: the mode that its ports show.
 * @demanded: (nullable): the value of the udev property ID_MM_QUECTEL_EC25_MODE.
 *
 * Puts the interface on the modem object. Once ModemManager has brought the
 * modem up, the stored mode is read over the AT port, if there is one.
 *
 * Where another mode is demanded than the one that runs, it is stored and the
 * module restarted, once: as long as ModemManager runs, a module that comes
 * back in another mode all the same is left alone, with a warning.
 */
void mm_shared_ec25_mode_export (MMBaseModem *modem,
                                 Ec25Mode     running,
                                 const gchar *demanded);

/**
 * mm_shared_ec25_mode_get:
 *
 * Returns: the mode that the module runs in.
 */
Ec25Mode mm_shared_ec25_mode_get (MMBaseModem *modem);

/**
 * mm_shared_ec25_mode_show_recovery:
 * @state: as in ec25_recovery_get_state(), or "off".
 * @count: of steps taken.
 * @fault: the last fault and what came of it, for people; "" if there was none.
 *
 * For the properties RecoveryState, RecoveryCount and LastFault.
 */
void mm_shared_ec25_mode_show_recovery (MMBaseModem *modem,
                                        const gchar *state,
                                        guint        count,
                                        const gchar *fault);

/**
 * mm_shared_ec25_report_connection:
 * @modem: (nullable): a modem.
 * @error: (nullable): why an attempt to connect failed; %NULL if it did not.
 *
 * For the property ConnectionError.
 */
void mm_shared_ec25_report_connection (MMBaseModem  *modem,
                                       const GError *error);
