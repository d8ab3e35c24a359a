/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin: which devices it takes, and which modem class drives them. */

#include "mm-compat.h"

#include <gmodule.h>

#include "mm-abi-guard.h"
#include "mm-broadband-modem.h"
#include "mm-broadband-modem-mbim.h"
#include "mm-broadband-modem-qmi-ec25.h"
#include "mm-log-object.h"
#include "mm-plugin-common.h"

#define MM_TYPE_PLUGIN_QUECTEL_EC25 mm_plugin_quectel_ec25_get_type ()
MM_DEFINE_PLUGIN (QUECTEL_EC25, quectel_ec25, QuectelEc25)

typedef MMBaseModem *(*NewModem) (const gchar  *uid,
                                  const gchar  *physdev,
                                  const gchar **drivers,
                                  const gchar  *plugin,
                                  guint16       vendor,
                                  guint16       product);

/*
 * The modem class of ModemManager's own quectel plugin, which lives in a library that the daemon loads before
 * any plugin, so that a module in a mode that we have no class for is as well off as without us. Looked up,
 * not linked: a daemon without that library has to load this plugin all the same.
 */
static NewModem
find_quectel_class (const gchar *symbol,
                    gpointer     generic)
{
    GModule  *daemon = g_module_open (NULL, 0);
    gpointer  found = NULL;

    if (!daemon || !g_module_symbol (daemon, symbol, &found) || !found)
        found = generic;
    g_clear_pointer (&daemon, g_module_close);
    return (NewModem) found;
}

static MMBaseModem *
create_modem (MMPlugin     *self,
              const gchar  *uid,
              const gchar  *physdev,
              const gchar **drivers,
              guint16       vendor,
              guint16       product,
              guint16       subsystem_vendor,
              guint16       subsystem_device,
              GList        *probes,
              GError      **error)
{
    const gchar *plugin = mm_plugin_get_name (self);
    NewModem     new_modem;

    if (mm_port_probe_list_has_qmi_port (probes))
        return MM_BASE_MODEM (mm_broadband_modem_qmi_ec25_new (uid, physdev, drivers, plugin, vendor, product));
    if (mm_port_probe_list_has_mbim_port (probes))
        new_modem = find_quectel_class ("mm_broadband_modem_mbim_quectel_new", mm_broadband_modem_mbim_new);
    else
        new_modem = find_quectel_class ("mm_broadband_modem_quectel_new", mm_broadband_modem_new);
    return new_modem (uid, physdev, drivers, plugin, vendor, product);
}

/*
 * Product ids and nothing else: a plugin without any filter on what the device
 * says about itself is certain before probing, and thus always chosen over
 * ModemManager's own "quectel", which asks for vendor strings. Any further
 * filter, or a subsystem left out, makes the choice depend on the order in
 * which the file system lists the plugins.
 */
static MMPlugin *
mm_plugin_create_quectel_ec25 (void)
{
    static const gchar          *subsystems[] = { "tty", "net", "usbmisc", "wwan", NULL };
    static const mm_uint16_pair  products[] = { { 0x2c7c, 0x0125 }, { 0, 0 } };

    if (!mm_abi_guard_check ())
        return NULL;

    return MM_PLUGIN (g_object_new (MM_TYPE_PLUGIN_QUECTEL_EC25,
                                    MM_PLUGIN_NAME,                MM_MODULE_NAME,
                                    MM_PLUGIN_ALLOWED_SUBSYSTEMS,  subsystems,
                                    MM_PLUGIN_ALLOWED_PRODUCT_IDS, products,
                                    MM_PLUGIN_ALLOWED_AT,          TRUE,
                                    MM_PLUGIN_ALLOWED_QCDM,        TRUE,
                                    MM_PLUGIN_ALLOWED_QMI,         TRUE,
                                    MM_PLUGIN_ALLOWED_MBIM,        TRUE,
                                    NULL));
}

static void
mm_plugin_quectel_ec25_init (MMPluginQuectelEc25 *self)
{
}

static void
mm_plugin_quectel_ec25_class_init (MMPluginQuectelEc25Class *klass)
{
    MM_PLUGIN_CLASS (klass)->create_modem = create_modem;
}
