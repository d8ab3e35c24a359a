/* SPDX-License-Identifier: GPL-2.0-or-later */
/* AT commands of Quectel's own around configuration, power and satellites. */

#include "at-command.h"

static AtResult
power_down (AtCall *call)
{
    guint mode = 1;

    if (call->n_args && !at_number (call, 0, 1, &mode))
        return CME_INVALID_PARAMETERS;
    model_power_off (call->model);
    return AT_OK;
}

static AtResult
full_revision (AtCall *call)
{
    at_line (call, "%s", call->model->profile->full_revision);
    return AT_OK;
}

static AtResult
fastboot_test (AtCall *call)
{
    if (!call->model->profile->fastboot)
        return AT_ERROR;
    at_line (call, "+QFASTBOOT: (0,1)");
    return AT_OK;
}

/* Kept in NVRAM; the running composition stays what it is until the module restarts. */
static AtResult
configure_usbnet (AtCall *call)
{
    guint mode;

    if (!call->model->profile->qcfg_usbnet)
        return AT_ERROR;
    if (call->n_args == 1) {
        at_line (call, "+QCFG: \"usbnet\",%d",
                 nvram_get_int (call->model->nvram, "module", "usbnet", call->model->profile->usbnet));
        return AT_OK;
    }
    if (!at_number (call, 1, 3, &mode))
        return AT_ERROR;
    if (!call->model->profile->keeps_usbnet)
        nvram_set_int (call->model->nvram, "module", "usbnet", mode);
    return AT_OK;
}

#define N_FUNCTIONS 5

/* As usbnet. Another vendor or product id would make it a module that nobody knows: refused here. */
static AtResult
set_functions (AtCall *call)
{
    guint functions = 0;

    if (call->n_args < 3 + N_FUNCTIONS || g_ascii_strtoull (call->args[1], NULL, 0) != 0x2c7c ||
        g_ascii_strtoull (call->args[2], NULL, 0) != 0x0125)
        return AT_ERROR;
    for (guint i = 3; i < call->n_args; i++) {
        guint on;

        if (!at_number (call, i, 1, &on) || (on && i >= 3 + N_FUNCTIONS))
            return AT_ERROR;
        functions |= on << (i - 3);
    }
    nvram_set_int (call->model->nvram, "module", "usbcfg", functions);
    return AT_OK;
}

static AtResult
configure_usbcfg (AtCall *call)
{
    guint functions = nvram_get_int (call->model->nvram, "module", "usbcfg", FUNCTION_ALL);

    if (call->n_args > 1)
        return set_functions (call);
    at_line (call, "+QCFG: \"usbcfg\",0x2C7C,0x0125,%d,%d,%d,%d,%d,0,0", !!(functions & FUNCTION_DIAG),
             !!(functions & FUNCTION_NMEA), !!(functions & FUNCTION_AT), !!(functions & FUNCTION_MODEM),
             !!(functions & FUNCTION_NET));
    return AT_OK;
}

static AtResult
configure (AtCall *call)
{
    if (g_ascii_strcasecmp (call->args[0], "usbnet") == 0)
        return configure_usbnet (call);
    if (g_ascii_strcasecmp (call->args[0], "usbcfg") == 0)
        return configure_usbcfg (call);
    return AT_ERROR;
}

static AtResult
configure_test (AtCall *call)
{
    if (call->model->profile->qcfg_usbnet)
        at_line (call, "+QCFG: \"usbnet\",(0-3)");
    at_line (call, "+QCFG: \"usbcfg\",(0x0000-0xFFFF),(0x0000-0xFFFF),"
                   "(0,1),(0,1),(0,1),(0,1),(0,1),(0,1),(0,1)");
    return AT_OK;
}

static AtResult
code_port (AtCall *call)
{
    static const char *const ports[] = { "usbat", "usbmodem", "uart1", "uart2", "all", NULL };
    g_autofree char *port = nvram_get_string (call->model->nvram, "module", "urcport", "usbat");

    if (g_ascii_strcasecmp (call->args[0], "urcport") != 0)
        return AT_ERROR;
    if (call->n_args == 1) {
        at_line (call, "+QURCCFG: \"urcport\",\"%s\"", port);
        return AT_OK;
    }
    if (!g_strv_contains (ports, call->args[1]))
        return AT_ERROR;
    nvram_set_string (call->model->nvram, "module", "urcport", call->args[1]);
    return AT_OK;
}

static AtResult
carrier_configurations (AtCall *call)
{
    const Profile *profile = call->model->profile;

    if (g_ascii_strcasecmp (call->args[0], "List") != 0)
        return AT_ERROR;
    at_line (call, "+QMBNCFG: \"List\",0,1,1,\"%s\",0x%08X,0", profile->carrier_config,
             profile->carrier_config_version);
    return AT_OK;
}

/* Satellites */

static AtResult
gnss_read (AtCall *call)
{
    at_line (call, "+QGPS: %d", call->model->gnss.on);
    return AT_OK;
}

static AtResult
gnss_on (AtCall *call)
{
    if (call->model->gnss.on)
        return 504; /* session going on already (inferred) */
    model_set_gnss (call->model, TRUE);
    return AT_OK;
}

static AtResult
gnss_off (AtCall *call)
{
    if (!call->model->gnss.on)
        return CME_GNSS_NOT_ACTIVE;
    model_set_gnss (call->model, FALSE);
    return AT_OK;
}

static AtResult
gnss_position (AtCall *call)
{
    const Gnss *gnss = &call->model->gnss;
    g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
    g_autofree char *time = g_date_time_format (now, "%H%M%S.000");
    g_autofree char *date = g_date_time_format (now, "%d%m%y");
    char latitude[G_ASCII_DTOSTR_BUF_SIZE], longitude[G_ASCII_DTOSTR_BUF_SIZE];

    if (!gnss->on)
        return CME_GNSS_NOT_ACTIVE;
    if (gnss->latitude == 0 && gnss->longitude == 0)
        return CME_GNSS_NO_FIX;
    /* As with mode 2: decimal degrees. */
    at_line (call, "+QGPSLOC: %s,%s,%s,1.0,50.0,3,0.00,0.0,0.0,%s,08", time,
             g_ascii_formatd (latitude, sizeof (latitude), "%.5f", gnss->latitude),
             g_ascii_formatd (longitude, sizeof (longitude), "%.5f", gnss->longitude), date);
    return AT_OK;
}

static const struct {
    const char *key, *factory;
} gnss_settings[] = {
    { "outport", "usbnmea" }, { "nmeasrc", "0" }, { "gpsnmeatype", "31" }, { "glonassnmeatype", "0" },
    { "gnssconfig", "1" },    { "autogps", "0" },
};

static AtResult
gnss_setting (AtCall *call, const char *key, const char *factory)
{
    g_autofree char *value = nvram_get_string (call->model->nvram, "gnss", key, factory);
    gboolean text = g_str_equal (key, "outport");

    if (call->n_args > 1)
        nvram_set_string (call->model->nvram, "gnss", key, call->args[1]);
    else
        at_line (call, text ? "+QGPSCFG: \"%s\",\"%s\"" : "+QGPSCFG: \"%s\",%s", key, value);
    return AT_OK;
}

static AtResult
gnss_configure (AtCall *call)
{
    for (guint i = 0; i < G_N_ELEMENTS (gnss_settings); i++)
        if (g_ascii_strcasecmp (call->args[0], gnss_settings[i].key) == 0)
            return gnss_setting (call, gnss_settings[i].key, gnss_settings[i].factory);
    return AT_ERROR;
}

/* No AT+QNETDEVCTL: it belongs to other families of modules and is an ERROR here as it is there. */
const AtCommand at_commands_quectel[] = {
    { "+QPOWD", AT_EXECUTE, power_down },
    { "+QPOWD", AT_SET, power_down },
    { "+QPOWD", AT_TEST, NULL, "+QPOWD: (0,1)" },
    { "+QGMR", AT_EXECUTE, full_revision },
    { "+QGMR", AT_READ, full_revision },
    { "+QFASTBOOT", AT_TEST, fastboot_test },
    { "+QCFG", AT_SET, configure },
    { "+QCFG", AT_TEST, configure_test },
    { "+QURCCFG", AT_SET, code_port },
    { "+QURCCFG", AT_TEST, NULL,
      "+QURCCFG: \"urcport\",(\"usbat\",\"usbmodem\",\"uart1\",\"uart2\",\"all\")" },
    { "+QMBNCFG", AT_SET, carrier_configurations },
    { "+QMBNCFG", AT_TEST, NULL, "+QMBNCFG: \"List\"" },
    { "+QGPS", AT_READ, gnss_read },
    { "+QGPS", AT_TEST, NULL, "+QGPS: (1-4),(1-255),(1-1000),(0-1000),(1-65535)" },
    { "+QGPS", AT_SET, gnss_on },
    { "+QGPSEND", AT_EXECUTE, gnss_off },
    { "+QGPSEND", AT_TEST },
    { "+QGPSLOC", AT_READ, gnss_position },
    { "+QGPSLOC", AT_SET, gnss_position },
    { "+QGPSLOC", AT_TEST, NULL, "+QGPSLOC: (0-2)" },
    { "+QGPSCFG", AT_SET, gnss_configure },
    { NULL },
};
