/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lm-bus.h"

#include <gio/gio.h>

#include "lm-bus-interface.h"

/* A bus that is not there is not sought more often than this. */
#define RETRY (10 * (gint64) G_USEC_PER_SEC)

struct _LmBus {
    LmBusAsk         ask;
    gpointer         data;
    guint            name;       /* 0: no bus */
    gint64           tried;      /* monotonic, µs */
    GDBusConnection *connection; /* NULL: none yet */
    guint            object;
    gchar           *elected[LF_N_FAMILIES];
};

static const gchar *const family_keys[] = { [LF_IPV4] = "ipv4", [LF_IPV6] = "ipv6" };

/*****************************************************************************/
/* Properties */

static GVariant *
elected_to_variant (const LmBus *self)
{
    GVariantBuilder builder;
    guint           family;

    g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
    for (family = 0; family < LF_N_FAMILIES; family++)
        g_variant_builder_add (&builder, "{ss}", family_keys[family], self->elected[family]);
    return g_variant_builder_end (&builder);
}

static void
add_uplink (GVariantBuilder *uplinks, const LfHealthEntry *entry, LfFamily family)
{
    g_variant_builder_open (uplinks, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add (uplinks, "{sv}", "interface", g_variant_new_string (entry->name));
    g_variant_builder_add (uplinks, "{sv}", "family", g_variant_new_string (family_keys[family]));
    g_variant_builder_add (uplinks, "{sv}", "health",
                           g_variant_new_string (lf_health_to_string (entry->health[family])));
    g_variant_builder_add (uplinks, "{sv}", "reason",
                           g_variant_new_string (entry->reason[family] ? entry->reason[family] : ""));
    g_variant_builder_add (uplinks, "{sv}", "since", g_variant_new_int64 (entry->since[family]));
    g_variant_builder_add (uplinks, "{sv}", "latency_us", g_variant_new_int64 (entry->latency[family]));
    g_variant_builder_add (uplinks, "{sv}", "loss_percent", g_variant_new_uint32 (entry->loss[family]));
    g_variant_builder_close (uplinks);
}

static GVariant *
uplinks_to_variant (const LmBus *self)
{
    g_autoptr(LfHealthReport) report = self->ask (self->data);
    GVariantBuilder           builder;
    guint                     i, family;

    g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
    for (i = 0; i < report->entries->len; i++) {
        for (family = 0; family < LF_N_FAMILIES; family++) {
            const LfHealthEntry *entry = report->entries->pdata[i];

            if (entry->has[family])
                add_uplink (&builder, entry, family);
        }
    }
    return g_variant_builder_end (&builder);
}

static GVariant *
get_property (GDBusConnection *connection, const gchar *sender, const gchar *path, const gchar *interface,
              const gchar *property, GError **error, gpointer data)
{
    return g_str_equal (property, "Elected") ? elected_to_variant (data) : uplinks_to_variant (data);
}

/*****************************************************************************/
/* The bus */

static void
forget_connection (LmBus *self)
{
    if (self->object)
        g_dbus_connection_unregister_object (self->connection, self->object);
    self->object = 0;
    g_clear_object (&self->connection);
}

static void
bus_found (GDBusConnection *connection, const gchar *name, gpointer data)
{
    static const GDBusInterfaceVTable  vtable = { .get_property = get_property };
    LmBus                             *self = data;
    g_autoptr(GError)                  error = NULL;

    forget_connection (self);
    /* A monitor that ends with the bus would leave the machine to chance. */
    g_dbus_connection_set_exit_on_close (connection, FALSE);
    self->connection = g_object_ref (connection);
    self->object = g_dbus_connection_register_object (connection, LM_BUS_PATH,
                                                      (GDBusInterfaceInfo *) &lm_bus_monitor1_interface, &vtable, self,
                                                      NULL, &error);
    if (!self->object)
        g_warning ("nothing is said on the system bus: %s", error->message);
}

static void
name_lost (GDBusConnection *connection, const gchar *name, gpointer data)
{
    LmBus *self = data;

    if (connection && !g_dbus_connection_is_closed (connection)) {
        g_warning ("the system bus does not let us be %s: is its policy installed?", name);
        return;
    }
    forget_connection (self);
    g_bus_unown_name (self->name);
    self->name = 0;
}

static void
seek_bus (LmBus *self)
{
    gint64 now = g_get_monotonic_time ();

    if (self->name || (self->tried && now - self->tried < RETRY))
        return;
    self->tried = now;
    self->name = g_bus_own_name (G_BUS_TYPE_SYSTEM, LM_BUS_NAME, G_BUS_NAME_OWNER_FLAGS_NONE, bus_found, NULL,
                                 name_lost, self, NULL);
}

LmBus *
lm_bus_new (LmBusAsk ask, gpointer data)
{
    LmBus *self = g_new0 (LmBus, 1);
    guint  family;

    self->ask = ask;
    self->data = data;
    for (family = 0; family < LF_N_FAMILIES; family++)
        self->elected[family] = g_strdup ("");
    seek_bus (self);
    return self;
}

void
lm_bus_free (LmBus *self)
{
    guint family;

    /* What was said last is to leave before the process does. */
    if (self->connection)
        g_dbus_connection_flush_sync (self->connection, NULL, NULL);
    forget_connection (self);
    if (self->name)
        g_bus_unown_name (self->name);
    for (family = 0; family < LF_N_FAMILIES; family++)
        g_free (self->elected[family]);
    g_free (self);
}

/* @changed is consumed if it floats; NULL: the property is to be read again. */
static void
property_changed (LmBus *self, const gchar *property, GVariant *changed)
{
    GVariantBuilder values;
    const gchar    *invalidated[] = { changed ? NULL : property, NULL };

    g_variant_builder_init (&values, G_VARIANT_TYPE_VARDICT);
    if (changed)
        g_variant_builder_add (&values, "{sv}", property, changed);
    g_dbus_connection_emit_signal (self->connection, NULL, LM_BUS_PATH, "org.freedesktop.DBus.Properties",
                                   "PropertiesChanged",
                                   g_variant_new ("(sa{sv}^as)", LM_BUS_INTERFACE, &values, invalidated), NULL);
}

void
lm_bus_switched (LmBus *self, const LmSwitch *happened)
{
    g_free (self->elected[happened->family]);
    self->elected[happened->family] = g_strdup (happened->to);
    seek_bus (self);
    if (!self->connection)
        return;
    g_dbus_connection_emit_signal (self->connection, NULL, LM_BUS_PATH, LM_BUS_INTERFACE, "Switched",
                                   lm_switch_to_variant (happened), NULL);
    property_changed (self, "Elected", elected_to_variant (self));
}

void
lm_bus_uplinks_changed (LmBus *self)
{
    seek_bus (self);
    if (self->connection)
        property_changed (self, "Uplinks", NULL);
}
