/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The USB interfaces of the module in each of its network modes. */

#include "composition.h"

static const char *const names[] = { "qmi", "ecm", "mbim", "rndis" };

static const char *const role_names[N_ROLES] = {
    [ROLE_NONE] = "none",          [ROLE_QCDM] = "qcdm",
    [ROLE_GPS] = "gps",            [ROLE_AT_PRIMARY] = "at-primary",
    [ROLE_AT_SECONDARY] = "at-secondary", [ROLE_QMI] = "qmi",
    [ROLE_MBIM] = "mbim",          [ROLE_DATA] = "data",
};

#define SERIAL(first)                                                                     \
    { first + 0, 0xff, 0xff, 0xff, 2, "option", ROLE_QCDM, "ttyUSB0" },                   \
    { first + 1, 0xff, 0x00, 0x00, 3, "option", ROLE_GPS, "ttyUSB1" },                    \
    { first + 2, 0xff, 0x00, 0x00, 3, "option", ROLE_AT_PRIMARY, "ttyUSB2" },             \
    { first + 3, 0xff, 0x00, 0x00, 3, "option", ROLE_AT_SECONDARY, "ttyUSB3" }

static const Interface qmi[] = {
    SERIAL (0),
    { 4, 0xff, 0xff, 0xff, 3, "qmi_wwan", ROLE_QMI, "cdc-wdm0", TRUE },
    { 0 },
};

static const Interface ecm[] = {
    SERIAL (0),
    { 4, 0x02, 0x06, 0x00, 1, "cdc_ether", ROLE_DATA, NULL, TRUE },
    { 5, 0x0a, 0x00, 0x00, 2, "cdc_ether", ROLE_NONE },
    { 0 },
};

static const Interface mbim[] = {
    SERIAL (0),
    { 4, 0x02, 0x0e, 0x00, 1, "cdc_mbim", ROLE_MBIM, "cdc-wdm0", TRUE },
    { 5, 0x0a, 0x00, 0x02, 2, "cdc_mbim", ROLE_NONE },
    { 0 },
};

/* The serial functions keep their order but come behind the network's. */
static const Interface rndis[] = {
    { 0, 0xe0, 0x01, 0x03, 1, "rndis_host", ROLE_DATA, NULL, TRUE },
    { 1, 0x0a, 0x00, 0x00, 2, "rndis_host", ROLE_NONE },
    SERIAL (2),
    { 0 },
};

static const Interface *const modes[USBNET_N_MODES] = { qmi, ecm, mbim, rndis };

const Interface *
composition_interfaces (Usbnet mode)
{
    return modes[mode];
}

const char *
composition_name (Usbnet mode)
{
    return names[mode];
}

static void
append_string (GString *json, const char *key, const char *value)
{
    g_autofree char *escaped = g_strescape (value, NULL);

    g_string_append_printf (json, "\"%s\":\"%s\"", key, escaped);
}

static void
append_interface (GString *json, const Interface *interface, const char *net)
{
    g_string_append_printf (json,
                            "{\"number\":%u,\"class\":\"%02x\",\"subclass\":\"%02x\",\"protocol\":\"%02x\","
                            "\"endpoints\":%u,",
                            interface->number, interface->class, interface->subclass, interface->protocol,
                            interface->endpoints);
    append_string (json, "driver", interface->driver);
    g_string_append_c (json, ',');
    append_string (json, "role", role_names[interface->role]);
    g_string_append (json, ",\"nodes\":[");
    if (interface->node)
        g_string_append_printf (json, "\"%s\"", interface->node);
    g_string_append_c (json, ']');
    if (interface->net && net) {
        g_string_append_c (json, ',');
        append_string (json, "net", net);
    }
    g_string_append_c (json, '}');
}

char *
composition_describe (Usbnet mode, const Profile *profile, const char *net)
{
    GString *json = g_string_new ("{");

    append_string (json, "mode", names[mode]);
    g_string_append (json, ",\"vid\":\"2c7c\",\"pid\":\"0125\",");
    append_string (json, "bcdDevice", profile->bcd_device);
    g_string_append_c (json, ',');
    append_string (json, "manufacturer", profile->usb_manufacturer);
    g_string_append_c (json, ',');
    append_string (json, "product", profile->usb_product);
    g_string_append (json, ",\"interfaces\":[");
    for (const Interface *interface = modes[mode]; interface->driver; interface++) {
        if (interface != modes[mode])
            g_string_append_c (json, ',');
        append_interface (json, interface, net);
    }
    g_string_append (json, "]}");
    return g_string_free (json, FALSE);
}
