/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin: which devices it takes, and which modem class drives them. */

#include "mm-compat.h"

#include "mm-abi-guard.h"
#include "mm-bearer-mbim-ec25.h"
#include "mm-broadband-modem-ec25.h"
#include "mm-broadband-modem-mbim-ec25.h"
#include "mm-broadband-modem-qmi-ec25.h"
#include "mm-log-printable.h"
#include "mm-plugin-common.h"
#include "mm-shared-ec25-mode.h"
#include "mm-shared-ec25-recovery.h"

#define MM_TYPE_PLUGIN_QUECTEL_EC25 mm_plugin_quectel_ec25_get_type ()
MM_DEFINE_PLUGIN (QUECTEL_EC25, quectel_ec25, QuectelEc25)

typedef MMBaseModem *(*NewModem) (const gchar  *uid,
                                  const gchar  *physdev,
                                  const gchar **drivers,
                                  const gchar  *plugin,
                                  guint16       vendor,
                                  guint16       product);

/*****************************************************************************/
/* What the ports say of the module */

static Ec25Mode
find_mode (GList *probes)
{
    for (; probes; probes = probes->next) {
        MMKernelDevice *port = mm_port_probe_peek_port (probes->data);
        Ec25Interface   interface = {
            mm_kernel_device_get_driver (port),
            mm_kernel_device_get_interface_class (port),
            mm_kernel_device_get_interface_subclass (port),
            mm_kernel_device_get_interface_protocol (port),
        };
        Ec25Mode        mode = ec25_mode_of_interface (&interface);

        if (mode != EC25_MODE_UNKNOWN)
            return mode;
    }
    return EC25_MODE_UNKNOWN;
}

static const gchar *
find_property (GList       *probes,
               const gchar *name)
{
    for (; probes; probes = probes->next) {
        MMKernelDevice *port = mm_port_probe_peek_port (probes->data);

        if (mm_kernel_device_has_global_property (port, name))
            return mm_kernel_device_get_global_property (port, name);
        if (mm_kernel_device_has_property (port, name))
            return mm_kernel_device_get_property (port, name);
    }
    return NULL;
}

static MMEc25RecoverySettings
find_recovery_settings (GList *probes)
{
    const gchar            *speed = find_property (probes, "ID_MM_QUECTEL_EC25_RECOVERY_SPEED");
    MMEc25RecoverySettings  settings = {
        .off = g_strcmp0 (find_property (probes, "ID_MM_QUECTEL_EC25_RECOVERY"), "off") == 0,
        .port_power = g_strcmp0 (find_property (probes, "ID_MM_QUECTEL_EC25_PORT_POWER"), "1") == 0,
        .speed = speed ? CLAMP (g_ascii_strtoull (speed, NULL, 10), 1, 100) : 1,
    };

    return settings;
}

static gboolean
has_net_port (GList *probes)
{
    for (; probes; probes = probes->next) {
        if (g_str_equal (mm_port_probe_get_port_subsys (probes->data), "net"))
            return TRUE;
    }
    return FALSE;
}

/*
 * The boot loader without firmware: the same USB ids, one interface, seen after a reset of an EG25-G. It is no
 * modem, and nothing that can be sent to it makes it one.
 */
static gboolean
is_boot_loader (GList *probes)
{
    const gchar *product = mm_kernel_device_get_physdev_product (mm_port_probe_peek_port (probes->data));

    return g_strcmp0 (product, "QHSUSB__BULK") == 0;
}

/* The modem is driven by AT then, and dials PPP as if it had no network interface. */
static void
report_hollow_mbim (MMBaseModem *modem)
{
    g_autoptr(GError) error = g_error_new (MM_CORE_ERROR, MM_CORE_ERROR_FAILED, "the function does not open");

    mm_bearer_mbim_ec25_explain (&error);
    mm_obj_warn (modem, "%s", error->message);
    mm_shared_ec25_report_connection (modem, error);
}

/*****************************************************************************/

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
    const gchar            *plugin = mm_plugin_get_name (self);
    Ec25Mode                mode = find_mode (probes);
    MMEc25RecoverySettings  recovery = find_recovery_settings (probes);
    MMBaseModem            *modem;
    NewModem                new_modem;

    if (is_boot_loader (probes)) {
        mm_shared_ec25_recovery_report_boot_loader (uid, physdev, &recovery);
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_UNSUPPORTED,
                     "the module at %s is stuck in its boot loader (QHSUSB__BULK): take its power away, "
                     "for ten seconds at least; a reset does not help", uid);
        return NULL;
    }
    if (mm_port_probe_list_has_qmi_port (probes))
        new_modem = (NewModem) mm_broadband_modem_qmi_ec25_new;
    else if (mm_port_probe_list_has_mbim_port (probes))
        new_modem = (NewModem) mm_broadband_modem_mbim_ec25_new;
    else if (has_net_port (probes) && mode != EC25_MODE_MBIM)
        new_modem = (NewModem) mm_broadband_modem_ec25_new;
    else
        new_modem = (NewModem) mm_broadband_modem_ec25_new_without_net;
    modem = new_modem (uid, physdev, drivers, plugin, vendor, product);
    mm_shared_ec25_mode_export (modem, mode, find_property (probes, "ID_MM_QUECTEL_EC25_MODE"));
    mm_shared_ec25_recovery_attach (modem, &recovery);
    if (mode == EC25_MODE_MBIM && !mm_port_probe_list_has_mbim_port (probes))
        report_hollow_mbim (modem);
    return modem;
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
