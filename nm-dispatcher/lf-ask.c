/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-ask.h"

#include <gio/gio.h>

#include "lm-bus.h"

#define TIME_LIMIT 500 /* ms */

static LfHealthEntry *
find_by_name (const LfHealthReport *report, const gchar *name)
{
    guint i;

    for (i = 0; i < report->entries->len; i++) {
        LfHealthEntry *entry = report->entries->pdata[i];

        if (g_str_equal (entry->name, name))
            return entry;
    }
    return NULL;
}

static void
take_over (LfHealthReport *report, GVariant *uplink)
{
    const gchar   *name = "", *family_name = "";
    LfHealthEntry *entry;
    LfFamily       family;

    g_variant_lookup (uplink, "interface", "&s", &name);
    g_variant_lookup (uplink, "family", "&s", &family_name);
    family = g_str_equal (family_name, "ipv6") ? LF_IPV6 : LF_IPV4;
    entry = find_by_name (report, name);
    if (!entry)
        return;
    g_variant_lookup (uplink, "latency_us", "x", &entry->latency[family]);
    g_variant_lookup (uplink, "loss_percent", "u", &entry->loss[family]);
}

gboolean
lf_ask_monitor (LfHealthReport *report)
{
    g_autoptr(GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, NULL);
    g_autoptr(GVariant)        answer = NULL, uplinks = NULL;
    gsize                      i;

    if (bus)
        answer = g_dbus_connection_call_sync (bus, LM_BUS_NAME, LM_BUS_PATH, "org.freedesktop.DBus.Properties", "Get",
                                              g_variant_new ("(ss)", LM_BUS_INTERFACE, "Uplinks"),
                                              G_VARIANT_TYPE ("(v)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, TIME_LIMIT,
                                              NULL, NULL);
    if (!answer)
        return FALSE;
    g_variant_get (answer, "(v)", &uplinks);
    if (!g_variant_is_of_type (uplinks, G_VARIANT_TYPE ("aa{sv}")))
        return FALSE;
    for (i = 0; i < g_variant_n_children (uplinks); i++) {
        g_autoptr(GVariant) uplink = g_variant_get_child_value (uplinks, i);

        take_over (report, uplink);
    }
    return TRUE;
}
