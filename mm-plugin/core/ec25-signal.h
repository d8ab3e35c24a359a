/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signal, technology and operator, as Quectel's own commands tell them. */

#pragma once

#include <glib.h>

/**
 * Ec25Rat: the radio access technology of the serving cell.
 */
typedef enum {
    EC25_RAT_NONE,
    EC25_RAT_GSM,
    EC25_RAT_UMTS,
    EC25_RAT_LTE,
} Ec25Rat;

/**
 * Ec25Signal:
 * @rssi: dBm, of all of them.
 * @rsrp: dBm, LTE; RSCP in UMTS.
 * @rsrq: dB, LTE; Ec/Io in UMTS.
 * @snr: dB, LTE.
 */
typedef struct {
    Ec25Rat rat;
    gdouble rssi;
    gdouble rsrp;
    gdouble rsrq;
    gdouble snr;
} Ec25Signal;

/**
 * ec25_signal_parse_qcsq:
 * @response: response to AT+QCSQ.
 * @signal: (out): the signal; of technology %EC25_RAT_NONE without service.
 * @error: %EC25_ERROR_PARSE; @signal is untouched then.
 *
 * Source: Quectel EC2x&EG2x-G&EG9x&EM05 AT Commands Manual V2.0; the SINR of
 * 0 to 250 stands for -20 to 30 dB.
 */
gboolean ec25_signal_parse_qcsq (const gchar  *response,
                                 Ec25Signal   *signal,
                                 GError      **error);

/**
 * Ec25Technology: as finely as AT+QNWINFO tells it.
 */
typedef enum {
    EC25_TECHNOLOGY_UNKNOWN,
    EC25_TECHNOLOGY_GSM,
    EC25_TECHNOLOGY_GPRS,
    EC25_TECHNOLOGY_EDGE,
    EC25_TECHNOLOGY_UMTS,
    EC25_TECHNOLOGY_HSDPA,
    EC25_TECHNOLOGY_HSUPA,
    EC25_TECHNOLOGY_HSPA,
    EC25_TECHNOLOGY_HSPA_PLUS,
    EC25_TECHNOLOGY_LTE,
} Ec25Technology;

/**
 * ec25_signal_parse_qnwinfo:
 * @response: response to AT+QNWINFO.
 * @technology: (out): unknown without service.
 * @operator_code: (out) (optional) (transfer full) (nullable): MCC and MNC.
 * @error: %EC25_ERROR_PARSE; the out values are untouched then.
 */
gboolean ec25_signal_parse_qnwinfo (const gchar     *response,
                                    Ec25Technology  *technology,
                                    gchar          **operator_code,
                                    GError         **error);

/**
 * ec25_signal_parse_qspn:
 * @response: (nullable): response to AT+QSPN.
 *
 * Returns: (transfer full) (nullable): the name of the network, of which the
 * module tells a long and a short form; %NULL when it has none, or has it in
 * UCS2.
 */
gchar *ec25_signal_parse_qspn (const gchar *response);
