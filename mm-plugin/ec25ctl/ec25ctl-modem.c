/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The modem that a command is about. */

#include "ec25ctl-modem.h"

#include <arpa/inet.h>
#include <glib/gi18n.h>
#include <ifaddrs.h>
#include <string.h>

void
ec25ctl_modem_free (Ec25ctlModem *modem)
{
    g_clear_object (&modem->object);
    g_clear_object (&modem->modem);
    g_clear_object (&modem->ec25);
    g_free (modem);
}

MMManager *
ec25ctl_manager_new (GError **error)
{
    g_autoptr(GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, error);
    g_autoptr(MMManager)       manager = NULL;
    g_autofree gchar          *owner = NULL;

    if (!bus)
        return NULL;
    manager = mm_manager_new_sync (bus, G_DBUS_OBJECT_MANAGER_CLIENT_FLAGS_DO_NOT_AUTO_START, NULL, error);
    if (!manager)
        return NULL;
    owner = g_dbus_object_manager_client_get_name_owner (G_DBUS_OBJECT_MANAGER_CLIENT (manager));
    if (owner)
        return g_steal_pointer (&manager);
    g_set_error_literal (error, MM_CORE_ERROR, MM_CORE_ERROR_NOT_FOUND,
                         _("ModemManager is not running: systemctl start ModemManager"));
    return NULL;
}

static gboolean
is_selected (MMModem     *modem,
             const gchar *selector)
{
    g_autofree gchar *device = NULL;
    const gchar      *path = mm_modem_get_path (modem);

    if (!selector || g_strcmp0 (path, selector) == 0)
        return TRUE;
    device = g_path_get_basename (mm_modem_get_device (modem) ? mm_modem_get_device (modem) : "");
    return g_str_equal (selector, device) || g_strcmp0 (strrchr (path, '/') + 1, selector) == 0;
}

static Ec25ctlModem *
wrap (MMObject *object,
      MMModem  *modem)
{
    Ec25ctlModem *self = g_new0 (Ec25ctlModem, 1);

    self->object = g_object_ref (object);
    self->modem = g_object_ref (modem);
    self->ec25 = ec25_gdbus_quectel_ec25_proxy_new_for_bus_sync (
        G_BUS_TYPE_SYSTEM, G_DBUS_PROXY_FLAGS_NONE, "org.freedesktop.ModemManager1", mm_modem_get_path (modem), NULL, NULL);
    return self;
}

Ec25ctlModem *
ec25ctl_modem_find (MMManager    *manager,
                    const gchar  *selector,
                    GError      **error)
{
    g_autolist(GDBusObject)  objects = g_dbus_object_manager_get_objects (G_DBUS_OBJECT_MANAGER (manager));
    g_autoptr(GString)       others = g_string_new (NULL);
    GList                   *l;

    for (l = objects; l; l = l->next) {
        MMModem *modem = mm_object_peek_modem (MM_OBJECT (l->data));

        if (!modem)
            continue;
        if (g_strcmp0 (mm_modem_get_plugin (modem), EC25CTL_PLUGIN_NAME) == 0 && is_selected (modem, selector))
            return wrap (l->data, modem);
        g_string_append_printf (others, "\n  %s  %s  %s %s", mm_modem_get_path (modem), mm_modem_get_device (modem),
                                _("driven by plugin"), mm_modem_get_plugin (modem));
    }
    g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_NOT_FOUND, "%s%s%s", _("ModemManager has no such EC25 under plugin quectel-ec25; ec25ctl doctor says why"),
                 others->len ? _(". It has:") : "", others->str);
    return NULL;
}

gchar *
ec25ctl_modem_get_net (Ec25ctlModem *modem)
{
    const MMModemPortInfo *ports = NULL;
    guint                  n_ports = 0, i;

    mm_modem_peek_ports (modem->modem, &ports, &n_ports);
    for (i = 0; i < n_ports; i++) {
        if (ports[i].type == MM_MODEM_PORT_TYPE_NET)
            return g_strdup (ports[i].name);
    }
    return NULL;
}

MMBearer *
ec25ctl_modem_get_bearer (Ec25ctlModem *modem)
{
    g_autolist(GObject)  bearers = mm_modem_list_bearers_sync (modem->modem, NULL, NULL);
    GList               *l;

    for (l = bearers; l; l = l->next) {
        if (mm_bearer_get_connected (l->data))
            return g_object_ref (l->data);
    }
    return bearers ? g_object_ref (bearers->data) : NULL;
}

static gboolean
is_global (const struct sockaddr *address,
           gchar                 *text,
           gsize                  size)
{
    if (address->sa_family == AF_INET)
        return inet_ntop (AF_INET, &((const struct sockaddr_in *) address)->sin_addr, text, size) != NULL;
    if (address->sa_family != AF_INET6 || IN6_IS_ADDR_LINKLOCAL (&((const struct sockaddr_in6 *) address)->sin6_addr))
        return FALSE;
    return inet_ntop (AF_INET6, &((const struct sockaddr_in6 *) address)->sin6_addr, text, size) != NULL;
}

gchar *
ec25ctl_get_addresses (const gchar *interface)
{
    GString        *text = g_string_new (NULL);
    struct ifaddrs *addresses = NULL, *a;

    getifaddrs (&addresses);
    for (a = addresses; a; a = a->ifa_next) {
        gchar shown[INET6_ADDRSTRLEN];

        if (a->ifa_addr && g_strcmp0 (a->ifa_name, interface) == 0 && is_global (a->ifa_addr, shown, sizeof (shown)))
            g_string_append_printf (text, "%s%s", text->len ? " " : "", shown);
    }
    if (addresses)
        freeifaddrs (addresses);
    return g_string_free (text, FALSE);
}
