/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The watchdog of a module: notices that it hangs, and takes the steps of
 * core/ec25-recovery.h. It belongs to the USB port and outlives the modem
 * objects, which come and go with these steps.
 */

#pragma once

#include "mm-compat.h"

#include "mm-base-modem.h"

/**
 * MMEc25RecoverySettings:
 * @off: nothing is watched; ModemManager's own rule stays, which drops a modem after ten questions without an answer.
 * @port_power: the power of the USB port may be taken away, if nothing else helps.
 * @speed: all times are divided by it; for tests.
 */
typedef struct {
    gboolean off;
    gboolean port_power;
    guint    speed;
} MMEc25RecoverySettings;

/**
 * mm_shared_ec25_recovery_attach:
 * @modem: a modem that has just been made, of a class with mm_shared_ec25_mode_install().
 *
 * The watch begins when ModemManager has brought the modem up, and ends with it.
 */
void mm_shared_ec25_recovery_attach (MMBaseModem                  *modem,
                                     const MMEc25RecoverySettings *settings);

/**
 * mm_shared_ec25_recovery_report_boot_loader:
 * @uid: of the device, as of the modem that it should be.
 * @physdev: its folder in sysfs.
 */
void mm_shared_ec25_recovery_report_boot_loader (const gchar                  *uid,
                                                 const gchar                  *physdev,
                                                 const MMEc25RecoverySettings *settings);

/**
 * mm_shared_ec25_recovery_expect_restart:
 *
 * The module is being restarted; from now on it must come back in time.
 */
void mm_shared_ec25_recovery_expect_restart (MMBaseModem *modem);
