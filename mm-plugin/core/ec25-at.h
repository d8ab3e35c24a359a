/* SPDX-License-Identifier: GPL-2.0-or-later */
/* AT text of the EC25: patterns of unsolicited codes, parsers of responses. */

#pragma once

#include <glib.h>

/*
 * Unsolicited result codes, as patterns for GRegex with G_REGEX_RAW. Each
 * matches one whole line with its leading and trailing <CR><LF>, so that a
 * line that is still arriving is left alone until it is complete.
 */

/* <CR><LF>+QGPSURC: <anything><CR><LF>: progress of the GNSS engine */
#define EC25_URC_GNSS    "\\r\\n\\+QGPSURC:[^\\r\\n]*\\r\\n"
/* <CR><LF>+QLWURC: <anything><CR><LF>: of no use to ModemManager */
#define EC25_URC_LWM2M   "\\r\\n\\+QLWURC:[^\\r\\n]*\\r\\n"
/* <CR><LF>RDY<CR><LF>: first line after each start of the module */
#define EC25_URC_READY   "\\r\\nRDY\\r\\n"
/* <CR><LF>+QTONEDET: <tone><CR><LF>: heard in a call */
#define EC25_URC_DTMF    "\\r\\n\\+QTONEDET:\\s*(\\d{1,3})\\r\\n"
/* <CR><LF>+QUSIM: <0|1><CR><LF>: card initialized, 0 = SIM, 1 = USIM */
#define EC25_URC_USIM    "\\r\\n\\+QUSIM:\\s*[01]\\r\\n"
/* <CR><LF>+QSIMSTAT: <urc_enabled>,<inserted><CR><LF> */
#define EC25_URC_SIMSTAT "\\r\\n(\\+QSIMSTAT:\\s*[01],\\s*[012])\\r\\n"
/* <CR><LF>POWERED DOWN<CR><LF>: last line before the module is off */
#define EC25_URC_POWERED_DOWN "\\r\\nPOWERED DOWN\\r\\n"
/* <CR><LF>+CPIN: NOT READY<CR><LF>: card gone, or switched off by CFUN=0; with OK behind the answer to AT+CPIN? */
#define EC25_URC_NO_CARD "\\r\\n\\+CPIN:\\s*NOT READY\\r\\n(?!\\r\\nOK\\r\\n)"

/**
 * Ec25SimPresence: the second number of +QSIMSTAT.
 * @EC25_SIM_UNKNOWN: card detection is off (AT+QSIMDET), the factory setting.
 */
typedef enum {
    EC25_SIM_REMOVED = 0,
    EC25_SIM_INSERTED = 1,
    EC25_SIM_UNKNOWN = 2,
} Ec25SimPresence;

/**
 * ec25_at_parse_simstat:
 * @text: response to AT+QSIMSTAT?, or the unsolicited line.
 * @urc_enabled: (out): whether changes are announced.
 * @presence: (out): whether a card is in the slot.
 * @error: %EC25_ERROR_PARSE; the out values are untouched then.
 *
 * Source: Quectel EC2x&EG2x-G&EG9x&EM05 AT Commands Manual V2.0.
 */
gboolean ec25_at_parse_simstat (const gchar      *text,
                                gboolean         *urc_enabled,
                                Ec25SimPresence  *presence,
                                GError          **error);

/**
 * ec25_at_choose_time_zone_mode:
 * @test_response: response to AT+CTZU=?.
 * @mode: (out): the mode to set.
 * @error: %EC25_ERROR_PARSE, or %EC25_ERROR_UNSUPPORTED when the module offers
 *   neither mode 3 nor mode 1.
 *
 * Mode 3 keeps the clock of AT+CCLK? in local time, which is what ModemManager
 * expects; mode 1 keeps it in UTC and is second best.
 */
gboolean ec25_at_choose_time_zone_mode (const gchar  *test_response,
                                        guint        *mode,
                                        GError      **error);

/**
 * ec25_at_parse_time_zone_mode:
 * @response: response to AT+CTZU?.
 * @mode: (out): the mode that is set.
 * @error: %EC25_ERROR_PARSE.
 */
gboolean ec25_at_parse_time_zone_mode (const gchar  *response,
                                       guint        *mode,
                                       GError      **error);

/**
 * ec25_at_match:
 * @what: the command, for the error.
 * @pattern: what the response has to look like, for GRegex with G_REGEX_RAW.
 * @text: (nullable): the response.
 * @error: %EC25_ERROR_PARSE, with the text as far as it can be shown.
 *
 * Returns: (transfer full): the match.
 */
GMatchInfo *ec25_at_match (const gchar  *what,
                           const gchar  *pattern,
                           const gchar  *text,
                           GError      **error);

/**
 * ec25_at_parse_model:
 * @response: response to ATI.
 * @error: %EC25_ERROR_PARSE.
 *
 * Returns: (transfer full): the model, "EC25" or "EG25".
 */
gchar *ec25_at_parse_model (const gchar  *response,
                            GError      **error);
