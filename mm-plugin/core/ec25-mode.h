/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The USB modes of an EC25: what its interfaces show, and what its memory says. */

#pragma once

#include <glib.h>

/** Ec25Mode: which network function the module has. */
typedef enum {
    EC25_MODE_UNKNOWN, /* none: switched off, or not seen */
    EC25_MODE_QMI,
    EC25_MODE_ECM,
    EC25_MODE_MBIM,
    EC25_MODE_RNDIS,
} Ec25Mode;

/**
 * ec25_mode_get_string:
 *
 * Returns: "qmi", "ecm", "mbim" or "rndis", and "" for %EC25_MODE_UNKNOWN.
 */
const gchar *ec25_mode_get_string (Ec25Mode mode);

/**
 * ec25_mode_from_string:
 * @text: one of the four words.
 * @mode: (out): untouched on error.
 * @error: %EC25_ERROR_UNSUPPORTED, naming the four.
 */
gboolean ec25_mode_from_string (const gchar  *text,
                                Ec25Mode     *mode,
                                GError      **error);

/**
 * Ec25Interface: what the kernel knows of the USB interface behind a port.
 * @driver: (nullable): the driver that is bound.
 */
typedef struct {
    const gchar *driver;
    guint        class, subclass, protocol;
} Ec25Interface;

/**
 * ec25_mode_of_interface:
 *
 * The mode that this interface gives away: by its class, as the module itself
 * says it, or by its driver where the class is the vendor's (QMI). Neither
 * the interface's number nor the device's strings say anything: numbers move
 * when functions are switched off (AT+QCFG="usbcfg"), and in RNDIS mode.
 *
 * Returns: %EC25_MODE_UNKNOWN for a serial function.
 */
Ec25Mode ec25_mode_of_interface (const Ec25Interface *interface);

/**
 * ec25_at_parse_usbnet:
 * @response: response to AT+QCFG="usbnet".
 * @mode: (out): the mode of the next start.
 * @error: %EC25_ERROR_PARSE.
 */
gboolean ec25_at_parse_usbnet (const gchar  *response,
                               Ec25Mode     *mode,
                               GError      **error);

/**
 * ec25_at_build_usbnet:
 * @mode: a known mode.
 *
 * Returns: (transfer full): the command that stores it. Source of the numbers:
 * Quectel's QCFG manual, 0 RMNET (QMI), 1 ECM, 2 MBIM, 3 RNDIS.
 */
gchar *ec25_at_build_usbnet (Ec25Mode mode);
