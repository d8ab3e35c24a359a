/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signal, technology and operator, as Quectel's own commands tell them. */

#include "ec25-signal.h"

#include <string.h>

#include "ec25-at-line.h"

/* +QCSQ: "LTE",<rssi>,<rsrp>,<sinr>,<rsrq> */
static gboolean
parse_lte (gchar      **fields,
           Ec25Signal  *signal)
{
    gint64 rssi, rsrp, sinr, rsrq;

    if (!ec25_at_field_number (fields, 1, -140, 0, &rssi) || !ec25_at_field_number (fields, 2, -156, 0, &rsrp) ||
        !ec25_at_field_number (fields, 3, 0, 250, &sinr) || !ec25_at_field_number (fields, 4, -43, 20, &rsrq))
        return FALSE;
    *signal = (Ec25Signal) { EC25_RAT_LTE, rssi, rsrp, rsrq, sinr / 5.0 - 20 };
    return TRUE;
}

/* +QCSQ: "WCDMA",<rssi>,<rscp>,<ecio> */
static gboolean
parse_umts (gchar      **fields,
            Ec25Signal  *signal)
{
    gint64 rssi, rscp, ecio;

    if (!ec25_at_field_number (fields, 1, -140, 0, &rssi) || !ec25_at_field_number (fields, 2, -140, 0, &rscp) ||
        !ec25_at_field_number (fields, 3, -40, 20, &ecio))
        return FALSE;
    *signal = (Ec25Signal) { EC25_RAT_UMTS, rssi, rscp, ecio, 0 };
    return TRUE;
}

/* +QCSQ: "GSM",<rssi> */
static gboolean
parse_gsm (gchar      **fields,
           Ec25Signal  *signal)
{
    gint64 rssi;

    if (!ec25_at_field_number (fields, 1, -140, 0, &rssi))
        return FALSE;
    *signal = (Ec25Signal) { EC25_RAT_GSM, rssi, 0, 0, 0 };
    return TRUE;
}

static gboolean
parse_no_service (gchar      **fields,
                  Ec25Signal  *signal)
{
    *signal = (Ec25Signal) { EC25_RAT_NONE, 0, 0, 0, 0 };
    return TRUE;
}

static const struct {
    const gchar *name;
    gboolean   (*parse) (gchar **, Ec25Signal *);
} signal_kinds[] = {
    { "LTE",       parse_lte },
    { "CAT-M1",    parse_lte },
    { "WCDMA",     parse_umts },
    { "TDSCDMA",   parse_umts },
    { "GSM",       parse_gsm },
    { "NOSERVICE", parse_no_service },
};

gboolean
ec25_signal_parse_qcsq (const gchar  *response,
                        Ec25Signal   *signal,
                        GError      **error)
{
    const gchar   *cursor = response;
    g_auto(GStrv)  fields = ec25_at_next_line (&cursor, "+QCSQ:");
    guint          i;

    for (i = 0; i < G_N_ELEMENTS (signal_kinds); i++) {
        if (g_str_equal (ec25_at_field (fields, 0), signal_kinds[i].name) && signal_kinds[i].parse (fields, signal))
            return TRUE;
    }
    ec25_at_set_parse_error (error, "+QCSQ", response);
    return FALSE;
}

/*****************************************************************************/

/* The longer names first: HSPA+ begins like HSPA. */
static const struct {
    const gchar    *name;
    Ec25Technology  technology;
} technologies[] = {
    { "FDD LTE", EC25_TECHNOLOGY_LTE },
    { "TDD LTE", EC25_TECHNOLOGY_LTE },
    { "LTE",     EC25_TECHNOLOGY_LTE },
    { "HSPA+",   EC25_TECHNOLOGY_HSPA_PLUS },
    { "HSPA",    EC25_TECHNOLOGY_HSPA },
    { "HSUPA",   EC25_TECHNOLOGY_HSUPA },
    { "HSDPA",   EC25_TECHNOLOGY_HSDPA },
    { "WCDMA",   EC25_TECHNOLOGY_UMTS },
    { "TDSCDMA", EC25_TECHNOLOGY_UMTS },
    { "EDGE",    EC25_TECHNOLOGY_EDGE },
    { "GPRS",    EC25_TECHNOLOGY_GPRS },
    { "GSM",     EC25_TECHNOLOGY_GSM },
};

static gboolean
is_operator_code (const gchar *text)
{
    gsize length = strlen (text);

    return (length == 5 || length == 6) && strspn (text, "0123456789") == length;
}

/* +QNWINFO: <technology>,<operator>,<band>,<channel>, or +QNWINFO: No Service */
gboolean
ec25_signal_parse_qnwinfo (const gchar     *response,
                           Ec25Technology  *technology,
                           gchar          **operator_code,
                           GError         **error)
{
    const gchar    *cursor = response;
    g_auto(GStrv)   fields = ec25_at_next_line (&cursor, "+QNWINFO:");
    const gchar    *code = ec25_at_field (fields, 1);
    Ec25Technology  found = EC25_TECHNOLOGY_UNKNOWN;
    guint           i;

    for (i = 0; i < G_N_ELEMENTS (technologies) && found == EC25_TECHNOLOGY_UNKNOWN; i++) {
        if (g_str_has_prefix (ec25_at_field (fields, 0), technologies[i].name))
            found = technologies[i].technology;
    }
    if (found == EC25_TECHNOLOGY_UNKNOWN && g_ascii_strcasecmp (ec25_at_field (fields, 0), "No Service") != 0) {
        ec25_at_set_parse_error (error, "+QNWINFO", response);
        return FALSE;
    }
    *technology = found;
    if (operator_code)
        *operator_code = is_operator_code (code) ? g_strdup (code) : NULL;
    return TRUE;
}

/* +QSPN: <full name>,<short name>,<service provider>,<alphabet>,<operator>; alphabet 0 is GSM 7 bit, 1 is UCS2 */
gchar *
ec25_signal_parse_qspn (const gchar *response)
{
    const gchar   *cursor = response;
    g_auto(GStrv)  fields = ec25_at_next_line (&cursor, "+QSPN:");
    gint64         alphabet;
    guint          i;

    if (!ec25_at_field_number (fields, 3, 0, 0, &alphabet))
        return NULL;
    for (i = 0; i < 2; i++) {
        if (*ec25_at_field (fields, i) && g_utf8_validate (fields[i], -1, NULL))
            return g_strdup (fields[i]);
    }
    return NULL;
}
