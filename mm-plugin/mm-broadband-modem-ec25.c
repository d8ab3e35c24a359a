/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An EC25 that is driven by AT: ModemManager's generic modem, the bearer of a
 * module that is a router (ECM and RNDIS mode), and what every EC25 does over
 * its AT port.
 */

#include "mm-broadband-modem-ec25.h"

#include "mm-broadband-bearer-ec25.h"
#include "mm-iface-modem-3gpp.h"
#include "mm-iface-modem-signal.h"
#include "mm-shared-ec25-mode.h"
#include "mm-shared-ec25.h"

struct _MMBroadbandModemEc25 {
    MMBroadbandModem parent;

    MMBearerAllowedAuth attach_auth;
};

static MMIfaceModemInterface     *modem_parent;
static MMIfaceModem3gppInterface *modem_3gpp_parent;

static void modem_init (MMIfaceModemInterface *iface);
static void modem_3gpp_init (MMIfaceModem3gppInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (
    MMBroadbandModemEc25, mm_broadband_modem_ec25, MM_TYPE_BROADBAND_MODEM,
    G_IMPLEMENT_INTERFACE (MM_TYPE_IFACE_MODEM, modem_init)
    G_IMPLEMENT_INTERFACE (MM_TYPE_IFACE_MODEM_3GPP, modem_3gpp_init)
    G_IMPLEMENT_INTERFACE (MM_TYPE_IFACE_MODEM_FIRMWARE, mm_shared_ec25_firmware_init)
    G_IMPLEMENT_INTERFACE (MM_TYPE_IFACE_MODEM_LOCATION, mm_shared_ec25_location_init)
    G_IMPLEMENT_INTERFACE (MM_TYPE_IFACE_MODEM_SIGNAL, mm_shared_ec25_signal_init)
    G_IMPLEMENT_INTERFACE (MM_TYPE_IFACE_MODEM_TIME, mm_shared_ec25_time_init))

/*****************************************************************************/
/* Bearer (Modem interface) */

static MMBaseBearer *
create_bearer_finish (MMIfaceModem  *self,
                      GAsyncResult  *res,
                      GError       **error)
{
    if (!g_async_result_is_tagged (res, create_bearer_finish))
        return modem_parent->create_bearer_finish (self, res, error);
    return g_task_propagate_pointer (G_TASK (res), error);
}

static void
create_bearer (MMIfaceModem        *self,
               MMBearerProperties  *config,
               GAsyncReadyCallback  callback,
               gpointer             user_data)
{
    g_autoptr(GTask) task = NULL;
    gboolean         is_router;

    g_object_get (self, MM_BASE_MODEM_DATA_NET_SUPPORTED, &is_router, NULL);
    if (!is_router) {
        modem_parent->create_bearer (self, config, callback, user_data);
        return;
    }
    task = g_task_new (self, NULL, callback, user_data);
    g_task_set_source_tag (task, create_bearer_finish);
    g_task_return_pointer (task, mm_broadband_bearer_ec25_new (MM_BROADBAND_MODEM (self), config), g_object_unref);
}

static void
modem_init (MMIfaceModemInterface *iface)
{
    modem_parent = g_type_interface_peek_parent (iface);

    iface->create_bearer = create_bearer;
    iface->create_bearer_finish = create_bearer_finish;
    mm_shared_ec25_power_init (iface);
    mm_shared_ec25_signal_quality_init (iface);
    mm_shared_ec25_sim_init (iface);
}

/*****************************************************************************/
/* What the module registers with (3GPP interface) */

/*
 * NetworkManager allows every way to authenticate, of which AT+CGDCONT stores none. ModemManager compares what it
 * reads back with what was asked for, and would refuse an APN that the module has taken.
 */
static void
set_initial_eps_bearer_settings (MMIfaceModem3gpp    *self,
                                 MMBearerProperties  *config,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
    MM_BROADBAND_MODEM_EC25 (self)->attach_auth = mm_bearer_properties_get_allowed_auth (config);
    modem_3gpp_parent->set_initial_eps_bearer_settings (self, config, callback, user_data);
}

static MMBearerProperties *
load_initial_eps_bearer_settings_finish (MMIfaceModem3gpp  *self,
                                         GAsyncResult      *res,
                                         GError           **error)
{
    MMBearerProperties *stored = modem_3gpp_parent->load_initial_eps_bearer_settings_finish (self, res, error);

    if (stored && mm_bearer_properties_get_allowed_auth (stored) == MM_BEARER_ALLOWED_AUTH_UNKNOWN)
        mm_bearer_properties_set_allowed_auth (stored, MM_BROADBAND_MODEM_EC25 (self)->attach_auth);
    return stored;
}

static void
modem_3gpp_init (MMIfaceModem3gppInterface *iface)
{
    modem_3gpp_parent = g_type_interface_peek_parent (iface);

    iface->set_initial_eps_bearer_settings = set_initial_eps_bearer_settings;
    iface->load_initial_eps_bearer_settings_finish = load_initial_eps_bearer_settings_finish;
    mm_shared_ec25_operator_init (iface);
}

/*****************************************************************************/

static MMBroadbandModemEc25 *
new_modem (const gchar  *device,
           const gchar  *physdev,
           const gchar **drivers,
           const gchar  *plugin,
           guint16       vendor_id,
           guint16       product_id,
           gboolean      is_router)
{
    return g_object_new (MM_TYPE_BROADBAND_MODEM_EC25,
                         MM_BASE_MODEM_DEVICE,                   device,
                         MM_BASE_MODEM_PHYSDEV,                  physdev,
                         MM_BASE_MODEM_DRIVERS,                  drivers,
                         MM_BASE_MODEM_PLUGIN,                   plugin,
                         MM_BASE_MODEM_VENDOR_ID,                vendor_id,
                         MM_BASE_MODEM_PRODUCT_ID,               product_id,
                         MM_IFACE_MODEM_FIRMWARE_IGNORE_CARRIER, TRUE,
                         MM_IFACE_MODEM_SIM_HOT_SWAP_SUPPORTED,  TRUE,
                         /* Five bars of +CIEV would fight with what +QCSQ tells. */
                         MM_BROADBAND_MODEM_INDICATORS_DISABLED, TRUE,
                         MM_BASE_MODEM_DATA_NET_SUPPORTED,       is_router,
                         MM_BASE_MODEM_DATA_TTY_SUPPORTED,       !is_router,
                         NULL);
}

MMBroadbandModemEc25 *
mm_broadband_modem_ec25_new (const gchar  *device,
                             const gchar  *physdev,
                             const gchar **drivers,
                             const gchar  *plugin,
                             guint16       vendor_id,
                             guint16       product_id)
{
    return new_modem (device, physdev, drivers, plugin, vendor_id, product_id, TRUE);
}

MMBroadbandModemEc25 *
mm_broadband_modem_ec25_new_without_net (const gchar  *device,
                                         const gchar  *physdev,
                                         const gchar **drivers,
                                         const gchar  *plugin,
                                         guint16       vendor_id,
                                         guint16       product_id)
{
    return new_modem (device, physdev, drivers, plugin, vendor_id, product_id, FALSE);
}

static void
mm_broadband_modem_ec25_init (MMBroadbandModemEc25 *self)
{
    mm_shared_ec25_watch_rejection (MM_IFACE_MODEM_3GPP (self));
}

static void
mm_broadband_modem_ec25_class_init (MMBroadbandModemEc25Class *klass)
{
    mm_shared_ec25_mode_install (G_OBJECT_CLASS (klass));
    MM_BROADBAND_MODEM_CLASS (klass)->setup_ports = mm_shared_ec25_setup_ports;
}
