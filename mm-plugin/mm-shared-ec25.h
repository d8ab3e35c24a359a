/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an EC25 does over its AT port in every USB mode, for any modem class.
 *
 * Each init function fills one interface of a modem class and chains up to the
 * parent class at run time; the modem classes must therefore be final.
 */

#pragma once

#include "mm-compat.h"

#include "mm-base-modem.h"
#include "mm-broadband-modem.h"
#include "mm-iface-modem-firmware.h"
#include "mm-iface-modem-location.h"
#include "mm-iface-modem-3gpp.h"
#include "mm-iface-modem-signal.h"
#include "mm-iface-modem-time.h"
#include "mm-iface-modem.h"
#include "mm-port-serial-at.h"

/**
 * mm_shared_ec25_setup_ports:
 *
 * For MMBroadbandModemClass.setup_ports: makes answers valid UTF-8, and listens to the unsolicited codes of
 * the module on the AT ports, if there are any. A start of the module that
 * ModemManager did not ask for ("RDY") makes it probe the modem again.
 */
void mm_shared_ec25_setup_ports (MMBroadbandModem *self);

/**
 * mm_shared_ec25_setup_side_ports:
 *
 * The same for a modem that is driven by QMI or MBIM: an AT port that does not
 * answer is named in the log, and costs no more than what goes over it.
 */
void mm_shared_ec25_setup_side_ports (MMBroadbandModem *self);

/**
 * mm_shared_ec25_listen:
 * @modem: a modem, with or without AT ports.
 * @pattern: one of the EC25_URC patterns.
 * @callback: (nullable): what to do; %NULL swallows the code.
 */
void mm_shared_ec25_listen (MMBaseModem                    *modem,
                            const gchar                    *pattern,
                            MMPortSerialAtUnsolicitedMsgFn  callback);

/**
 * mm_shared_ec25_is_silent:
 * @error: why an AT command failed.
 *
 * Returns: whether nothing was answered at all. Then further commands only cost
 * further waiting, while the modem is kept from coming up.
 */
gboolean mm_shared_ec25_is_silent (const GError *error);

/**
 * mm_shared_ec25_sim_init:
 *
 * SIM hot swap by +QUSIM, +QSIMSTAT and +CPIN, besides what the parent class
 * does. Nothing is written to the module: AT+QSIMSTAT=1 and AT+QSIMDET are
 * saved in its NVRAM and thus the user's choice. Whichever is on is used.
 */
void mm_shared_ec25_sim_init (MMIfaceModemInterface *iface);

/**
 * mm_shared_ec25_sim_expect_initialization:
 *
 * Tells that the radio is about to be switched on: the +QUSIM that follows is
 * no news.
 */
void mm_shared_ec25_sim_expect_initialization (MMIfaceModem *self);

/**
 * mm_shared_ec25_restart_init:
 *
 * Restart and power off by AT. Power off ends when the module has said POWERED
 * DOWN, or is gone.
 */
void mm_shared_ec25_restart_init (MMIfaceModemInterface *iface);

/**
 * mm_shared_ec25_power_init:
 *
 * The same, and the radio on and off by AT.
 */
void mm_shared_ec25_power_init (MMIfaceModemInterface *iface);

/**
 * mm_shared_ec25_signal_quality_init:
 *
 * Signal quality by +QCSQ (else by the parent class), access technology by
 * +QNWINFO.
 */
void mm_shared_ec25_signal_quality_init (MMIfaceModemInterface *iface);

/**
 * mm_shared_ec25_signal_init:
 *
 * RSSI, RSRP, RSRQ and SNR by +QCSQ, else by the parent class.
 */
void mm_shared_ec25_signal_init (MMIfaceModemSignalInterface *iface);

/**
 * mm_shared_ec25_operator_init:
 *
 * Name and code of the operator by the parent class, else by +QSPN and
 * +QNWINFO.
 */
void mm_shared_ec25_operator_init (MMIfaceModem3gppInterface *iface);

/**
 * mm_shared_ec25_watch_rejection:
 *
 * From now on the reason of a denied registration is asked by +CEER and put
 * into the property NetworkRejection.
 */
void mm_shared_ec25_watch_rejection (MMIfaceModem3gpp *self);

/**
 * mm_shared_ec25_tell_rejection:
 * @emm: EMM cause of 3GPP TS 24.301, 9.9.3.9; one that ModemManager does not
 *   know is not told.
 */
void mm_shared_ec25_tell_rejection (MMIfaceModem3gpp *self,
                                    guint             emm);

/**
 * mm_shared_ec25_time_init:
 *
 * Network time and time zone by +CCLK?, with the clock kept in local time.
 */
void mm_shared_ec25_time_init (MMIfaceModemTimeInterface *iface);

/**
 * mm_shared_ec25_location_init:
 *
 * The GPS sources that the parent class lacks, by +QGPS and the NMEA port.
 */
void mm_shared_ec25_location_init (MMIfaceModemLocationInterface *iface);

/**
 * mm_shared_ec25_firmware_init:
 *
 * Version, update method and device ids as fwupd needs them.
 */
void mm_shared_ec25_firmware_init (MMIfaceModemFirmwareInterface *iface);
