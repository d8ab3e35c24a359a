/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an EC25 firmware revision says about the module. */

#pragma once

#include <glib.h>

/**
 * Ec25Revision: "EC25EFAR06A08M4G" is release 6, minor 8 of family "EC25".
 */
typedef struct {
    gchar family[5];
    guint release;
    guint minor;
} Ec25Revision;

/**
 * ec25_revision_parse:
 * @text: the revision as AT+CGMR, AT+QGMR or QMI DMS Get Revision gives it.
 * @revision: (out): untouched on error.
 * @error: %EC25_ERROR_PARSE.
 *
 * Grammar seen on EC25, EG25 and EC21 modules:
 * <family><variant>R<release>A<minor>M<memory>G[_<suffix>].
 */
gboolean ec25_revision_parse (const gchar   *text,
                              Ec25Revision  *revision,
                              GError       **error);

/**
 * ec25_revision_has_profile_events:
 *
 * Firmware of the EC25 older than R06A10 does not stand the WDS messages that
 * turn on profile events (ModemManager 1.24.0 leaves them out as well).
 */
gboolean ec25_revision_has_profile_events (const Ec25Revision *revision);

/**
 * ec25_firmware_version_is_complete:
 * @version: response to AT+QGMR?.
 *
 * While its application processor still boots, the module answers with a
 * version that ends in ".00.000"; asking again later gives the whole one.
 */
gboolean ec25_firmware_version_is_complete (const gchar *version);
