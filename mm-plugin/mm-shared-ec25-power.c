/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Radio, restart and power by AT (Modem interface), where there is no QMI. */

#include "mm-shared-ec25.h"

#include "core/ec25-at.h"
#include "mm-base-modem-at.h"
#include "mm-log-printable.h"
#include "mm-shared-ec25-recovery.h"

/* Seconds. The manual: AT+CFUN 15; POWERED DOWN comes within 60. */
#define RADIO_TIMEOUT        15
#define POWERED_DOWN_TIMEOUT 62

static gboolean
command_finish (MMIfaceModem  *self,
                GAsyncResult  *res,
                GError       **error)
{
    return mm_base_modem_at_command_finish (MM_BASE_MODEM (self), res, error) != NULL;
}

static void
power_up (MMIfaceModem        *self,
          GAsyncReadyCallback  callback,
          gpointer             user_data)
{
    mm_shared_ec25_sim_expect_initialization (self);
    mm_base_modem_at_command (MM_BASE_MODEM (self), "+CFUN=1", RADIO_TIMEOUT, FALSE, callback, user_data);
}

static void
power_down (MMIfaceModem        *self,
            GAsyncReadyCallback  callback,
            gpointer             user_data)
{
    mm_base_modem_at_command (MM_BASE_MODEM (self), "+CFUN=4", RADIO_TIMEOUT, FALSE, callback, user_data);
}

static void
reset (MMIfaceModem        *self,
       GAsyncReadyCallback  callback,
       gpointer             user_data)
{
    mm_shared_ec25_recovery_expect_restart (MM_BASE_MODEM (self));
    mm_base_modem_at_command (MM_BASE_MODEM (self), "+CFUN=1,1", RADIO_TIMEOUT, FALSE, callback, user_data);
}

/*****************************************************************************/
/* Power off: done when the module says so, or is gone from the bus */

typedef struct {
    GTask *task;
    guint  timeout_id;
    gulong connection_id;
} PowerOff;

static GQuark
power_off_quark (void)
{
    return g_quark_from_static_string ("ec25-power-off");
}

/* Takes the pending request, if there is one; whoever gets it completes it. */
static GTask *
take_power_off (gpointer modem)
{
    PowerOff *pending = g_object_steal_qdata (modem, power_off_quark ());
    GTask    *task;

    if (!pending)
        return NULL;
    mm_shared_ec25_listen (modem, EC25_URC_POWERED_DOWN, NULL);
    g_signal_handler_disconnect (modem, pending->connection_id);
    g_clear_handle_id (&pending->timeout_id, g_source_remove);
    task = pending->task;
    g_free (pending);
    return task;
}

static void
complete_power_off (gpointer  modem,
                    GError   *error)
{
    g_autoptr(GTask) task = take_power_off (modem);

    if (!task)
        g_clear_error (&error);
    else if (error)
        g_task_return_error (task, error);
    else
        g_task_return_boolean (task, TRUE);
}

static void
powered_down_received (MMPortSerialAt *port,
                       GMatchInfo     *info,
                       gpointer        modem)
{
    mm_obj_info (modem, "the module has powered down");
    complete_power_off (modem, NULL);
}

/* A module that leaves the bus at once takes its last line with it: then ModemManager withdraws the modem object. */
static void
connection_changed (MMBaseModem *modem)
{
    g_autoptr(GDBusConnection) connection = NULL;

    g_object_get (modem, MM_BASE_MODEM_CONNECTION, &connection, NULL);
    if (!connection)
        complete_power_off (modem, NULL);
}

static gboolean
power_off_timed_out (gpointer modem)
{
    PowerOff *pending = g_object_get_qdata (modem, power_off_quark ());

    pending->timeout_id = 0;
    complete_power_off (modem, g_error_new (MM_SERIAL_ERROR, MM_SERIAL_ERROR_RESPONSE_TIMEOUT,
                                            "the module has not said POWERED DOWN within %d seconds; wait before "
                                            "taking its power away", POWERED_DOWN_TIMEOUT));
    return G_SOURCE_REMOVE;
}

static void
power_off_asked (MMBaseModem  *modem,
                 GAsyncResult *res)
{
    GError *error = NULL;

    if (!mm_base_modem_at_command_finish (modem, res, &error))
        complete_power_off (modem, error);
}

static gboolean
power_off_finish (MMIfaceModem  *self,
                  GAsyncResult  *res,
                  GError       **error)
{
    return g_task_propagate_boolean (G_TASK (res), error);
}

static void
power_off (MMIfaceModem        *self,
           GAsyncReadyCallback  callback,
           gpointer             user_data)
{
    g_autoptr(GTask)  task = g_task_new (self, NULL, callback, user_data);
    PowerOff         *pending;

    if (g_object_get_qdata (G_OBJECT (self), power_off_quark ())) {
        g_task_return_new_error (task, MM_CORE_ERROR, MM_CORE_ERROR_IN_PROGRESS, "the module is powering down already");
        return;
    }
    pending = g_new0 (PowerOff, 1);
    pending->task = g_steal_pointer (&task);
    pending->timeout_id = g_timeout_add_seconds (POWERED_DOWN_TIMEOUT, power_off_timed_out, self);
    pending->connection_id = g_signal_connect (self, "notify::" MM_BASE_MODEM_CONNECTION,
                                               G_CALLBACK (connection_changed), NULL);
    g_object_set_qdata (G_OBJECT (self), power_off_quark (), pending);

    mm_shared_ec25_listen (MM_BASE_MODEM (self), EC25_URC_POWERED_DOWN, powered_down_received);
    mm_base_modem_at_command (MM_BASE_MODEM (self), "+QPOWD=1", RADIO_TIMEOUT, FALSE,
                              (GAsyncReadyCallback) power_off_asked, NULL);
}

void
mm_shared_ec25_restart_init (MMIfaceModemInterface *iface)
{
    iface->modem_power_off = power_off;
    iface->modem_power_off_finish = power_off_finish;
    iface->reset = reset;
    iface->reset_finish = command_finish;
}

void
mm_shared_ec25_power_init (MMIfaceModemInterface *iface)
{
    iface->modem_power_up = power_up;
    iface->modem_power_up_finish = command_finish;
    iface->modem_power_down = power_down;
    iface->modem_power_down_finish = command_finish;
    mm_shared_ec25_restart_init (iface);
}
