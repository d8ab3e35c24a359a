/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The USB modes of an EC25. */

#include "ec25-mode.h"

#include <glib/gi18n-lib.h>

#include "ec25-at.h"
#include "ec25-error.h"

static const struct {
    const gchar *name;
    guint        usbnet;
} modes[] = {
    [EC25_MODE_UNKNOWN] = { "" },
    [EC25_MODE_QMI] = { "qmi", 0 },
    [EC25_MODE_ECM] = { "ecm", 1 },
    [EC25_MODE_MBIM] = { "mbim", 2 },
    [EC25_MODE_RNDIS] = { "rndis", 3 },
};

const gchar *
ec25_mode_get_string (Ec25Mode mode)
{
    return modes[mode].name;
}

gboolean
ec25_mode_from_string (const gchar  *text,
                       Ec25Mode     *mode,
                       GError      **error)
{
    guint i;

    for (i = EC25_MODE_QMI; i < G_N_ELEMENTS (modes); i++) {
        if (g_strcmp0 (text, modes[i].name) == 0) {
            *mode = i;
            return TRUE;
        }
    }
    g_set_error (error, EC25_ERROR, EC25_ERROR_UNSUPPORTED,
                 _("'%.20s' is no USB mode: use qmi, ecm, mbim or rndis"), text ? text : "");
    return FALSE;
}

Ec25Mode
ec25_mode_of_interface (const Ec25Interface *interface)
{
    if (interface->class == 0x02 && interface->subclass == 0x06)
        return EC25_MODE_ECM;
    if (interface->class == 0x02 && interface->subclass == 0x0e)
        return EC25_MODE_MBIM;
    if (interface->class == 0xe0 && interface->subclass == 0x01 && interface->protocol == 0x03)
        return EC25_MODE_RNDIS;
    /* The diagnostic function has the same class as QMI's, and another driver. */
    if (interface->class == 0xff && g_strcmp0 (interface->driver, "qmi_wwan") == 0)
        return EC25_MODE_QMI;
    return EC25_MODE_UNKNOWN;
}

/* +QCFG: "usbnet",<0-3> */
gboolean
ec25_at_parse_usbnet (const gchar  *response,
                      Ec25Mode     *mode,
                      GError      **error)
{
    g_autoptr(GMatchInfo) info = NULL;
    g_autofree gchar     *number = NULL;
    guint                 i;

    info = ec25_at_match ("+QCFG", "^\\s*\\+QCFG:\\s*\"(?i:usbnet)\",\\s*([0-3])\\s*$", response, error);
    if (!info)
        return FALSE;
    number = g_match_info_fetch (info, 1);
    for (i = EC25_MODE_QMI; i < G_N_ELEMENTS (modes); i++) {
        if (modes[i].usbnet == (guint) g_ascii_digit_value (number[0]))
            *mode = i;
    }
    return TRUE;
}

gchar *
ec25_at_build_usbnet (Ec25Mode mode)
{
    return g_strdup_printf ("+QCFG=\"usbnet\",%u", modes[mode].usbnet);
}
