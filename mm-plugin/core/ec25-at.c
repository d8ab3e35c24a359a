/* SPDX-License-Identifier: GPL-2.0-or-later */
/* AT text of the EC25: parsers of responses. */

#include <string.h>

#include "ec25-at.h"
#include "ec25-at-line.h"
#include "ec25-error.h"

/* No response read here comes near this: what is longer is not a response. */
#define MAX_RESPONSE_LENGTH 4096

GMatchInfo *
ec25_at_match (const gchar  *what,
               const gchar  *pattern,
               const gchar  *text,
               GError      **error)
{
    g_autoptr(GRegex)     regex = g_regex_new (pattern, G_REGEX_RAW, 0, NULL);
    g_autoptr(GMatchInfo) info = NULL;

    if (text && strnlen (text, MAX_RESPONSE_LENGTH + 1) <= MAX_RESPONSE_LENGTH &&
        g_regex_match (regex, text, 0, &info))
        return g_steal_pointer (&info);

    ec25_at_set_parse_error (error, what, text);
    return NULL;
}

static guint
fetch_digit (GMatchInfo *info,
             gint        group)
{
    g_autofree gchar *text = g_match_info_fetch (info, group);

    return g_ascii_digit_value (text[0]);
}

/* [<CR><LF>]+QSIMSTAT: <0|1>,<0|1|2>[<CR><LF>] */
gboolean
ec25_at_parse_simstat (const gchar      *text,
                       gboolean         *urc_enabled,
                       Ec25SimPresence  *presence,
                       GError          **error)
{
    g_autoptr(GMatchInfo) info = NULL;

    info = ec25_at_match ("+QSIMSTAT", "^\\s*\\+QSIMSTAT:\\s*([01]),\\s*([012])\\s*$", text, error);
    if (!info)
        return FALSE;

    *urc_enabled = fetch_digit (info, 1) == 1;
    *presence = fetch_digit (info, 2);
    return TRUE;
}

/* +CTZU: (<mode>[,<mode>]...), a mode being one digit */
gboolean
ec25_at_choose_time_zone_mode (const gchar  *test_response,
                               guint        *mode,
                               GError      **error)
{
    g_autoptr(GMatchInfo) info = NULL;
    g_autofree gchar     *modes = NULL;

    info = ec25_at_match ("+CTZU=?", "^\\s*\\+CTZU:\\s*\\((\\d(?:\\s*,\\s*\\d)*)\\)\\s*$", test_response, error);
    if (!info)
        return FALSE;

    modes = g_match_info_fetch (info, 1);
    if (strchr (modes, '3'))
        *mode = 3;
    else if (strchr (modes, '1'))
        *mode = 1;
    else {
        g_set_error (error, EC25_ERROR, EC25_ERROR_UNSUPPORTED,
                     "+CTZU=?: the module offers none of the time zone modes 3 and 1 but (%s)", modes);
        return FALSE;
    }
    return TRUE;
}

/* +CTZU: <mode> */
gboolean
ec25_at_parse_time_zone_mode (const gchar  *response,
                              guint        *mode,
                              GError      **error)
{
    g_autoptr(GMatchInfo) info = NULL;

    info = ec25_at_match ("+CTZU?", "^\\s*\\+CTZU:\\s*(\\d)\\s*$", response, error);
    if (!info)
        return FALSE;

    *mode = fetch_digit (info, 1);
    return TRUE;
}

/* Quectel<CR><LF><model><CR><LF>Revision: <revision> */
gchar *
ec25_at_parse_model (const gchar  *response,
                     GError      **error)
{
    g_autoptr(GMatchInfo) info = NULL;

    info = ec25_at_match ("ATI", "^\\s*[^\\r\\n]+[\\r\\n]+([A-Za-z0-9-]{1,32})[\\r\\n]+Revision:", response, error);
    return info ? g_match_info_fetch (info, 1) : NULL;
}
