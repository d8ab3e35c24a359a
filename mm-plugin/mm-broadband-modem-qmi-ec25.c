/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An EC25 in QMI mode: ModemManager's QMI modem, which talks raw IP from the
 * start and has the bearer that insists on it, and what every EC25 does over
 * its AT port.
 */

#include "mm-broadband-modem-qmi-ec25.h"

#include "core/ec25-firmware.h"
#include "mm-answers-ec25.h"
#include "mm-bearer-qmi-ec25.h"
#include "mm-iface-modem-3gpp-profile-manager.h"
#include "mm-iface-modem-3gpp.h"
#include "mm-log-printable.h"
#include "mm-raw-ip-guard.h"
#include "mm-shared-ec25-mode.h"
#include "mm-shared-ec25-recovery.h"
#include "mm-shared-ec25.h"
#include "mm-shared-qmi.h"

struct _MMBroadbandModemQmiEc25 {
    MMBroadbandModemQmi parent;
};

static MMIfaceModemInterface                   *modem_parent;
static MMIfaceModem3gppInterface               *modem_3gpp_parent;
static MMIfaceModem3gppProfileManagerInterface *profile_manager_parent;

static void modem_init (MMIfaceModemInterface *iface);
static void modem_3gpp_init (MMIfaceModem3gppInterface *iface);
static void profile_manager_init (MMIfaceModem3gppProfileManagerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (
    MMBroadbandModemQmiEc25, mm_broadband_modem_qmi_ec25, MM_TYPE_BROADBAND_MODEM_QMI,
    G_IMPLEMENT_INTERFACE (MM_TYPE_IFACE_MODEM, modem_init)
    G_IMPLEMENT_INTERFACE (MM_TYPE_IFACE_MODEM_3GPP, modem_3gpp_init)
    G_IMPLEMENT_INTERFACE (MM_TYPE_IFACE_MODEM_3GPP_PROFILE_MANAGER, profile_manager_init)
    G_IMPLEMENT_INTERFACE (MM_TYPE_IFACE_MODEM_FIRMWARE, mm_shared_ec25_firmware_init)
    G_IMPLEMENT_INTERFACE (MM_TYPE_IFACE_MODEM_LOCATION, mm_shared_ec25_location_init)
    G_IMPLEMENT_INTERFACE (MM_TYPE_IFACE_MODEM_TIME, mm_shared_ec25_time_init))

/*****************************************************************************/
/* Raw IP before the QMI port is opened for data (Broadband modem class) */

static gpointer
initialization_started_finish (MMBroadbandModem  *self,
                               GAsyncResult      *res,
                               GError           **error)
{
    MMBroadbandModemClass *parent = MM_BROADBAND_MODEM_CLASS (mm_broadband_modem_qmi_ec25_parent_class);

    return parent->initialization_started_finish (self, g_task_get_task_data (G_TASK (res)), error);
}

static void
complete_start (GTask *task)
{
    g_task_return_boolean (task, TRUE);
    g_object_unref (task);
}

/* A modem that cannot connect yet is better than none: each connect tries again and tells the user. */
static void
raw_ip_verified (MMPortNet    *net,
                 GAsyncResult *res,
                 GTask        *task)
{
    g_autoptr(GError) error = NULL;

    if (!mm_raw_ip_guard_ensure_finish (net, res, &error))
        mm_obj_warn (g_task_get_source_object (task), "%s", error->message);
    complete_start (task);
}

/* Keeps the parent's result, to be finished by the parent class, and looks once more. */
static void
parent_started (MMBroadbandModem *self,
                GAsyncResult     *res,
                GTask            *task)
{
    MMPort *data = mm_base_modem_peek_best_data_port (MM_BASE_MODEM (self), MM_PORT_TYPE_NET);

    g_task_set_task_data (task, g_object_ref (res), g_object_unref);
    if (data)
        mm_raw_ip_guard_ensure (MM_PORT_NET (data), self, NULL, (GAsyncReadyCallback) raw_ip_verified, task);
    else
        complete_start (task);
}

static void
start_parent (GTask *task)
{
    MMBroadbandModemClass *parent = MM_BROADBAND_MODEM_CLASS (mm_broadband_modem_qmi_ec25_parent_class);

    parent->initialization_started (g_task_get_source_object (task),
                                    (GAsyncReadyCallback) parent_started, task);
}

static void
link_prepared (MMPortNet    *net,
               GAsyncResult *res,
               GTask        *task)
{
    g_autoptr(GError) error = NULL;

    if (!mm_raw_ip_guard_ensure_finish (net, res, &error))
        mm_obj_dbg (g_task_get_source_object (task), "%s", error->message);
    start_parent (task);
}

/*
 * Before and after: the parent class opens the port and sets raw_ip to N and to Y meanwhile, both of which the
 * kernel refuses while the link is up, and the parent does not notice. The first look takes the link down.
 */
static void
initialization_started (MMBroadbandModem    *self,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
    GTask     *task = g_task_new (self, NULL, callback, user_data);
    MMPortQmi *qmi = mm_broadband_modem_qmi_peek_port_qmi (MM_BROADBAND_MODEM_QMI (self));
    MMPort    *data = mm_base_modem_peek_best_data_port (MM_BASE_MODEM (self), MM_PORT_TYPE_NET);

    if (data && qmi && !mm_port_qmi_is_open (qmi))
        mm_raw_ip_guard_ensure (MM_PORT_NET (data), self, NULL, (GAsyncReadyCallback) link_prepared, task);
    else
        start_parent (task);
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
    MMBaseBearer     *bearer = mm_bearer_qmi_ec25_new (MM_BROADBAND_MODEM_QMI (self), config);

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
reset (MMIfaceModem        *self,
       GAsyncReadyCallback  callback,
       gpointer             user_data)
{
    mm_shared_ec25_recovery_expect_restart (MM_BASE_MODEM (self));
    modem_parent->reset (self, callback, user_data);
}

static void
modem_init (MMIfaceModemInterface *iface)
{
    modem_parent = g_type_interface_peek_parent (iface);

    iface->create_bearer = create_bearer;
    iface->create_bearer_finish = create_bearer_finish;
    iface->modem_power_up = modem_power_up;
    iface->reset = reset;
    mm_shared_ec25_sim_init (iface);
}

/*****************************************************************************/
/* A network that refuses (3GPP interface) */

#define ANSWER_TIMEOUT 10

static void
system_info_told (QmiClientNas *client,
                  GAsyncResult *res,
                  GTask        *task)
{
    g_autoptr(QmiMessageNasGetSystemInfoOutput)  info = qmi_client_nas_get_system_info_finish (client, res, NULL);
    GError                                      *error = NULL;

    if (info && qmi_message_nas_get_system_info_output_get_result (info, NULL) &&
        !mm_answers_ec25_check_not_refused (info, &error))
        g_task_return_error (task, error);
    else
        g_task_return_boolean (task, TRUE);
    g_object_unref (task);
}

static void
parent_checked (MMIfaceModem3gpp *self,
                GAsyncResult     *res,
                GTask            *task)
{
    MMModem3gppRegistrationState  state = MM_MODEM_3GPP_REGISTRATION_STATE_UNKNOWN;
    QmiClient                    *client;
    GError                       *error = NULL;

    if (!modem_3gpp_parent->run_registration_checks_finish (self, res, &error)) {
        g_task_return_error (task, error);
        g_object_unref (task);
        return;
    }
    g_object_get (self, MM_IFACE_MODEM_3GPP_REGISTRATION_STATE, &state, NULL);
    client = mm_shared_qmi_peek_client (MM_SHARED_QMI (self), QMI_SERVICE_NAS, MM_PORT_QMI_FLAG_DEFAULT, NULL);
    if (!client || state != MM_MODEM_3GPP_REGISTRATION_STATE_SEARCHING) {
        g_task_return_boolean (task, TRUE);
        g_object_unref (task);
        return;
    }
    qmi_client_nas_get_system_info (QMI_CLIENT_NAS (client), NULL, ANSWER_TIMEOUT, NULL,
                                    (GAsyncReadyCallback) system_info_told, task);
}

static gboolean
run_registration_checks_finish (MMIfaceModem3gpp  *self,
                                GAsyncResult      *res,
                                GError           **error)
{
    return g_task_propagate_boolean (G_TASK (res), error);
}

/*
 * A module that LTE refuses reports 2G and 3G as without service, which ModemManager takes for a search: a connect then
 * ends in a time-out after one or two minutes instead of with the network's answer.
 */
static void
run_registration_checks (MMIfaceModem3gpp    *self,
                         gboolean             is_cs_supported,
                         gboolean             is_ps_supported,
                         gboolean             is_eps_supported,
                         gboolean             is_5gs_supported,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
    modem_3gpp_parent->run_registration_checks (self, is_cs_supported, is_ps_supported, is_eps_supported,
                                                is_5gs_supported, (GAsyncReadyCallback) parent_checked,
                                                g_task_new (self, NULL, callback, user_data));
}

static void
modem_3gpp_init (MMIfaceModem3gppInterface *iface)
{
    modem_3gpp_parent = g_type_interface_peek_parent (iface);

    iface->run_registration_checks = run_registration_checks;
    iface->run_registration_checks_finish = run_registration_checks_finish;
}

/*****************************************************************************/
/* Profile events (3GPP profile manager interface) */

static gboolean
has_profile_events (MMIfaceModem3gppProfileManager *self)
{
    const gchar       *text = mm_iface_modem_get_revision (MM_IFACE_MODEM (self));
    Ec25Revision       revision;
    g_autoptr(GError)  error = NULL;

    if (!ec25_revision_parse (text, &revision, &error)) {
        mm_obj_dbg (self, "%s: taken to have profile events", error->message);
        return TRUE;
    }
    return ec25_revision_has_profile_events (&revision);
}

static gboolean
enable_profile_events_finish (MMIfaceModem3gppProfileManager  *self,
                              GAsyncResult                    *res,
                              GError                         **error)
{
    if (!g_async_result_is_tagged (res, enable_profile_events_finish))
        return profile_manager_parent->enable_unsolicited_events_finish (self, res, error);
    return g_task_propagate_boolean (G_TASK (res), error);
}

static void
enable_profile_events (MMIfaceModem3gppProfileManager *self,
                       GAsyncReadyCallback             callback,
                       gpointer                        user_data)
{
    g_autoptr(GTask) task = NULL;

    if (has_profile_events (self)) {
        profile_manager_parent->enable_unsolicited_events (self, callback, user_data);
        return;
    }
    mm_obj_info (self, "firmware %s has no profile events: going on without",
                 mm_iface_modem_get_revision (MM_IFACE_MODEM (self)));
    task = g_task_new (self, NULL, callback, user_data);
    g_task_set_source_tag (task, enable_profile_events_finish);
    g_task_return_boolean (task, TRUE);
}

static void
profile_manager_init (MMIfaceModem3gppProfileManagerInterface *iface)
{
    profile_manager_parent = g_type_interface_peek_parent (iface);

    iface->enable_unsolicited_events = enable_profile_events;
    iface->enable_unsolicited_events_finish = enable_profile_events_finish;
}

/*****************************************************************************/

MMBroadbandModemQmiEc25 *
mm_broadband_modem_qmi_ec25_new (const gchar  *device,
                                 const gchar  *physdev,
                                 const gchar **drivers,
                                 const gchar  *plugin,
                                 guint16       vendor_id,
                                 guint16       product_id)
{
    return g_object_new (MM_TYPE_BROADBAND_MODEM_QMI_EC25,
                         MM_BASE_MODEM_DEVICE,                   device,
                         MM_BASE_MODEM_PHYSDEV,                  physdev,
                         MM_BASE_MODEM_DRIVERS,                  drivers,
                         MM_BASE_MODEM_PLUGIN,                   plugin,
                         MM_BASE_MODEM_VENDOR_ID,                vendor_id,
                         MM_BASE_MODEM_PRODUCT_ID,               product_id,
                         /* The firmware is the same for all carriers: no carrier in its device ids. */
                         MM_IFACE_MODEM_FIRMWARE_IGNORE_CARRIER, TRUE,
                         MM_IFACE_MODEM_SIM_HOT_SWAP_SUPPORTED,  TRUE,
                         MM_BASE_MODEM_DATA_NET_SUPPORTED,       TRUE,
                         MM_BASE_MODEM_DATA_TTY_SUPPORTED,       FALSE,
                         NULL);
}

static void
mm_broadband_modem_qmi_ec25_init (MMBroadbandModemQmiEc25 *self)
{
}

static void
mm_broadband_modem_qmi_ec25_class_init (MMBroadbandModemQmiEc25Class *klass)
{
    MMBroadbandModemClass *modem_class = MM_BROADBAND_MODEM_CLASS (klass);

    mm_shared_ec25_mode_install (G_OBJECT_CLASS (klass));
    modem_class->setup_ports = mm_shared_ec25_setup_side_ports;
    modem_class->initialization_started = initialization_started;
    modem_class->initialization_started_finish = initialization_started_finish;
}
