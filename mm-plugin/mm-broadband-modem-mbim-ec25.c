/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An EC25 in MBIM mode: ModemManager's MBIM modem with the bearer that knows of
 * hollow firmware, and what every EC25 does over its AT port.
 */

#include "mm-broadband-modem-mbim-ec25.h"

#include "mm-answers-ec25.h"
#include "mm-bearer-mbim-ec25.h"
#include "mm-shared-ec25-mode.h"
#include "mm-shared-ec25.h"

/* Seconds, as long as the parent class waits. */
#define CAPS_TIMEOUT 10

struct _MMBroadbandModemMbimEc25 {
    MMBroadbandModemMbim parent;
};

static MMIfaceModemInterface *modem_parent;

static void modem_init (MMIfaceModemInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (
    MMBroadbandModemMbimEc25, mm_broadband_modem_mbim_ec25, MM_TYPE_BROADBAND_MODEM_MBIM,
    G_IMPLEMENT_INTERFACE (MM_TYPE_IFACE_MODEM, modem_init)
    G_IMPLEMENT_INTERFACE (MM_TYPE_IFACE_MODEM_FIRMWARE, mm_shared_ec25_firmware_init)
    G_IMPLEMENT_INTERFACE (MM_TYPE_IFACE_MODEM_LOCATION, mm_shared_ec25_location_init)
    G_IMPLEMENT_INTERFACE (MM_TYPE_IFACE_MODEM_SIGNAL, mm_shared_ec25_signal_init)
    G_IMPLEMENT_INTERFACE (MM_TYPE_IFACE_MODEM_TIME, mm_shared_ec25_time_init))

/*****************************************************************************/
/* A function that answered when it was probed, and does not any more (Broadband modem class) */

static gpointer
initialization_started_finish (MMBroadbandModem  *self,
                               GAsyncResult      *res,
                               GError           **error)
{
    MMBroadbandModemClass *parent = MM_BROADBAND_MODEM_CLASS (mm_broadband_modem_mbim_ec25_parent_class);
    GError                *reason = NULL;
    gpointer               ports = parent->initialization_started_finish (self, res, &reason);

    if (reason) {
        mm_bearer_mbim_ec25_explain (&reason);
        mm_shared_ec25_report_connection (MM_BASE_MODEM (self), reason);
        g_propagate_error (error, reason);
    }
    return ports;
}

/*****************************************************************************/
/* Capabilities (Modem interface) */

static MMModemCapability
load_current_capabilities_finish (MMIfaceModem  *self,
                                  GAsyncResult  *res,
                                  GError       **error)
{
    gssize capabilities = g_task_propagate_int (G_TASK (res), error);

    return capabilities < 0 ? MM_MODEM_CAPABILITY_NONE : (MMModemCapability) capabilities;
}

static void
parent_capabilities_loaded (MMIfaceModem *self,
                            GAsyncResult *res,
                            GTask        *task)
{
    GError            *error = NULL;
    MMModemCapability  capabilities = modem_parent->load_current_capabilities_finish (self, res, &error);

    if (error)
        g_task_return_error (task, error);
    else
        g_task_return_int (task, capabilities);
    g_object_unref (task);
}

static void
device_caps_queried (MbimDevice   *device,
                     GAsyncResult *res,
                     GTask        *task)
{
    g_autoptr(MbimMessage)  response = NULL;
    GError                 *error = NULL;

    response = mbim_device_command_finish (device, res, &error);
    if (!response || !mm_answers_ec25_check_device_caps (response, &error)) {
        g_task_return_error (task, error);
        g_object_unref (task);
        return;
    }
    modem_parent->load_current_capabilities (g_task_get_source_object (task),
                                             (GAsyncReadyCallback) parent_capabilities_loaded, task);
}

/* The parent class of ModemManager 1.24 frees an uninitialized pointer when this query fails: it is asked before. */
static void
load_current_capabilities (MMIfaceModem        *self,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
    GTask                  *task = g_task_new (self, NULL, callback, user_data);
    MMPortMbim             *port = mm_broadband_modem_mbim_peek_port_mbim (MM_BROADBAND_MODEM_MBIM (self));
    g_autoptr(MbimMessage)  message = mbim_message_device_caps_query_new (NULL);

    if (!port || !mm_port_mbim_is_open (port)) {
        g_task_return_new_error (task, MM_CORE_ERROR, MM_CORE_ERROR_FAILED, "the MBIM port is not open");
        g_object_unref (task);
        return;
    }
    mbim_device_command (mm_port_mbim_peek_device (port), message, CAPS_TIMEOUT, NULL,
                         (GAsyncReadyCallback) device_caps_queried, task);
}

/*****************************************************************************/
/* Bearer, radio, SIM (Modem interface) */

static MMBaseBearer *
create_bearer_finish (MMIfaceModem  *self,
                      GAsyncResult  *res,
                      GError       **error)
{
    return g_task_propagate_pointer (G_TASK (res), error);
}

static void
create_bearer (MMIfaceModem        *self,
               MMBearerProperties  *config,
               GAsyncReadyCallback  callback,
               gpointer             user_data)
{
    g_autoptr(GTask)  task = g_task_new (self, NULL, callback, user_data);
    MMBaseBearer     *bearer = mm_bearer_mbim_ec25_new (MM_BROADBAND_MODEM_MBIM (self), config);

    g_task_return_pointer (task, bearer, g_object_unref);
}

static void
modem_power_up (MMIfaceModem        *self,
                GAsyncReadyCallback  callback,
                gpointer             user_data)
{
    mm_shared_ec25_sim_expect_initialization (self);
    modem_parent->modem_power_up (self, callback, user_data);
}

static void
modem_init (MMIfaceModemInterface *iface)
{
    modem_parent = g_type_interface_peek_parent (iface);

    iface->load_current_capabilities = load_current_capabilities;
    iface->load_current_capabilities_finish = load_current_capabilities_finish;
    iface->create_bearer = create_bearer;
    iface->create_bearer_finish = create_bearer_finish;
    iface->modem_power_up = modem_power_up;
    mm_shared_ec25_restart_init (iface);
    mm_shared_ec25_sim_init (iface);
}

/*****************************************************************************/

MMBroadbandModemMbimEc25 *
mm_broadband_modem_mbim_ec25_new (const gchar  *device,
                                  const gchar  *physdev,
                                  const gchar **drivers,
                                  const gchar  *plugin,
                                  guint16       vendor_id,
                                  guint16       product_id)
{
    return g_object_new (MM_TYPE_BROADBAND_MODEM_MBIM_EC25,
                         MM_BASE_MODEM_DEVICE,                          device,
                         MM_BASE_MODEM_PHYSDEV,                         physdev,
                         MM_BASE_MODEM_DRIVERS,                         drivers,
                         MM_BASE_MODEM_PLUGIN,                          plugin,
                         MM_BASE_MODEM_VENDOR_ID,                       vendor_id,
                         MM_BASE_MODEM_PRODUCT_ID,                      product_id,
                         /* The firmware is the same for all carriers: no carrier in its device ids. */
                         MM_IFACE_MODEM_FIRMWARE_IGNORE_CARRIER,        TRUE,
                         MM_IFACE_MODEM_SIM_HOT_SWAP_SUPPORTED,         TRUE,
                         /* The function indicates each change of the signal by itself. */
                         MM_IFACE_MODEM_PERIODIC_SIGNAL_CHECK_DISABLED, TRUE,
                         MM_BASE_MODEM_DATA_NET_SUPPORTED,              TRUE,
                         MM_BASE_MODEM_DATA_TTY_SUPPORTED,              FALSE,
                         NULL);
}

static void
mm_broadband_modem_mbim_ec25_init (MMBroadbandModemMbimEc25 *self)
{
}

static void
mm_broadband_modem_mbim_ec25_class_init (MMBroadbandModemMbimEc25Class *klass)
{
    MMBroadbandModemClass *modem_class = MM_BROADBAND_MODEM_CLASS (klass);

    mm_shared_ec25_mode_install (G_OBJECT_CLASS (klass));
    modem_class->setup_ports = mm_shared_ec25_setup_side_ports;
    modem_class->initialization_started_finish = initialization_started_finish;
}
