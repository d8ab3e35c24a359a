/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The USB interfaces of the module in each of its network modes. */

#include "composition.h"

#include <string.h>

static const char *const names[] = { "qmi", "ecm", "mbim", "rndis" };

static const char *const role_names[N_ROLES] = {
    [ROLE_NONE] = "none",          [ROLE_QCDM] = "qcdm",
    [ROLE_GPS] = "gps",            [ROLE_AT_PRIMARY] = "at-primary",
    [ROLE_AT_SECONDARY] = "at-secondary", [ROLE_QMI] = "qmi",
    [ROLE_MBIM] = "mbim",          [ROLE_DATA] = "data",
};

/* In the order of Function. Interface numbers and nodes are given when they are put together. */
static const Interface serial[] = {
    { 0, 0xff, 0xff, 0xff, 2, "option", ROLE_QCDM },
    { 0, 0xff, 0x00, 0x00, 3, "option", ROLE_GPS },
    { 0, 0xff, 0x00, 0x00, 3, "option", ROLE_AT_PRIMARY },
    { 0, 0xff, 0x00, 0x00, 3, "option", ROLE_AT_SECONDARY },
};

static const char *const serial_nodes[] = { "ttyUSB0", "ttyUSB1", "ttyUSB2", "ttyUSB3" };

/* One or two interfaces each. */
static const Interface network[USBNET_N_MODES][2] = {
    [USBNET_QMI] = { { 0, 0xff, 0xff, 0xff, 3, "qmi_wwan", ROLE_QMI, "cdc-wdm0", TRUE } },
    [USBNET_ECM] = { { 0, 0x02, 0x06, 0x00, 1, "cdc_ether", ROLE_DATA, NULL, TRUE },
                     { 0, 0x0a, 0x00, 0x00, 2, "cdc_ether", ROLE_NONE } },
    [USBNET_MBIM] = { { 0, 0x02, 0x0e, 0x00, 1, "cdc_mbim", ROLE_MBIM, "cdc-wdm0", TRUE },
                      { 0, 0x0a, 0x00, 0x02, 2, "cdc_mbim", ROLE_NONE } },
    [USBNET_RNDIS] = { { 0, 0xe0, 0x01, 0x03, 1, "rndis_host", ROLE_DATA, NULL, TRUE },
                       { 0, 0x0a, 0x00, 0x00, 2, "rndis_host", ROLE_NONE } },
};

static void
add (Composition *self, const Interface *interface, const char *node)
{
    Interface *added = &self->interfaces[self->n_interfaces];

    *added = *interface;
    added->number = self->n_interfaces++;
    if (node)
        added->node = node;
}

static void
add_serial (Composition *self, guint functions)
{
    guint n_nodes = 0;

    for (guint i = 0; i < G_N_ELEMENTS (serial); i++)
        if (functions & 1 << i)
            add (self, &serial[i], serial_nodes[n_nodes++]);
}

static void
add_network (Composition *self, guint functions)
{
    const Interface *interfaces = network[self->mode];

    for (guint i = 0; functions & FUNCTION_NET && i < G_N_ELEMENTS (network[0]) && interfaces[i].driver; i++)
        add (self, &interfaces[i], NULL);
}

/* In RNDIS mode the network's function comes first; the serial ones keep their order. */
void
composition_init (Composition *self, Usbnet mode, guint functions)
{
    *self = (Composition) { .mode = mode };
    if (mode == USBNET_RNDIS)
        add_network (self, functions);
    add_serial (self, functions);
    if (mode != USBNET_RNDIS)
        add_network (self, functions);
}

void
composition_init_broken (Composition *self)
{
    const Interface loader = { 0, 0xff, 0xff, 0xff, 2, "option", ROLE_NONE };

    *self = (Composition) { .broken = TRUE };
    add (self, &loader, serial_nodes[0]);
}

const char *
composition_mode_name (Usbnet mode)
{
    return names[mode];
}

gboolean
composition_is_router (Usbnet mode)
{
    return mode == USBNET_ECM || mode == USBNET_RNDIS;
}

const char *
composition_manufacturer (const Composition *self, const Profile *profile)
{
    return self->broken ? "Qualcomm CDMA Technologies MSM" : profile->usb_manufacturer;
}

const char *
composition_product (const Composition *self, const Profile *profile)
{
    return self->broken ? "QHSUSB__BULK" : profile->usb_product;
}

char *
composition_classes (const Composition *self)
{
    GString *classes = g_string_new (":");

    for (guint i = 0; i < self->n_interfaces; i++) {
        const Interface *interface = &self->interfaces[i];
        g_autofree char *triple =
            g_strdup_printf (":%02x%02x%02x:", interface->class, interface->subclass, interface->protocol);

        if (!strstr (classes->str, triple))
            g_string_append (classes, triple + 1);
    }
    return g_string_free (classes, FALSE);
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
composition_describe (const Composition *self, const Profile *profile, const char *net)
{
    g_autofree char *classes = composition_classes (self);
    GString *json = g_string_new ("{");

    append_string (json, "mode", self->broken ? "" : names[self->mode]);
    g_string_append (json, ",\"vid\":\"2c7c\",\"pid\":\"0125\",");
    append_string (json, "bcdDevice", self->broken ? "0000" : profile->bcd_device);
    g_string_append_c (json, ',');
    append_string (json, "manufacturer", composition_manufacturer (self, profile));
    g_string_append_c (json, ',');
    append_string (json, "product", composition_product (self, profile));
    g_string_append_c (json, ',');
    append_string (json, "classes", classes);
    g_string_append (json, ",\"interfaces\":[");
    for (guint i = 0; i < self->n_interfaces; i++) {
        if (i > 0)
            g_string_append_c (json, ',');
        append_interface (json, &self->interfaces[i], net);
    }
    g_string_append (json, "]}");
    return g_string_free (json, FALSE);
}
