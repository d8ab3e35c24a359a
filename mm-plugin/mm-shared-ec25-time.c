/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network time (Time interface): makes the module keep its clock in local time. */

#include "mm-shared-ec25.h"

#include "core/ec25-at.h"
#include "mm-base-modem-at.h"
#include "mm-log-printable.h"

static gboolean
check_support_finish (MMIfaceModemTime  *self,
                      GAsyncResult      *res,
                      GError           **error)
{
    return g_task_propagate_boolean (G_TASK (res), error);
}

static void
clock_queried (MMBaseModem  *modem,
               GAsyncResult *res,
               GTask        *task)
{
    g_task_return_boolean (task, mm_base_modem_at_command_finish (modem, res, NULL) != NULL);
    g_object_unref (task);
}

static void
query_clock (GTask *task)
{
    mm_base_modem_at_command (g_task_get_source_object (task), "+CCLK?", 3, FALSE,
                              (GAsyncReadyCallback) clock_queried, task);
}

static void
mode_set (MMBaseModem  *modem,
          GAsyncResult *res,
          GTask        *task)
{
    g_autoptr(GError) error = NULL;

    if (!mm_base_modem_at_command_finish (modem, res, &error))
        mm_obj_warn (modem, "cannot turn on the automatic time zone: %s", error->message);
    query_clock (task);
}

/* The mode is saved in the module: written only when it is another. */
static void
mode_queried (MMBaseModem  *modem,
              GAsyncResult *res,
              GTask        *task)
{
    guint             wanted = GPOINTER_TO_UINT (g_task_get_task_data (task));
    const gchar      *response = mm_base_modem_at_command_finish (modem, res, NULL);
    g_autofree gchar *command = NULL;
    guint             current;

    if (response && ec25_at_parse_time_zone_mode (response, &current, NULL) && current == wanted) {
        query_clock (task);
        return;
    }
    command = g_strdup_printf ("+CTZU=%u", wanted);
    mm_base_modem_at_command (modem, command, 3, FALSE, (GAsyncReadyCallback) mode_set, task);
}

static void
modes_queried (MMBaseModem  *modem,
               GAsyncResult *res,
               GTask        *task)
{
    g_autoptr(GError)  error = NULL;
    const gchar       *response = mm_base_modem_at_command_finish (modem, res, &error);
    guint              wanted;

    if (mm_shared_ec25_is_silent (error)) {
        g_task_return_boolean (task, FALSE);
        g_object_unref (task);
        return;
    }
    if (!response || !ec25_at_choose_time_zone_mode (response, &wanted, &error)) {
        mm_obj_dbg (modem, "the automatic time zone is left as it is: %s", error->message);
        query_clock (task);
        return;
    }
    g_task_set_task_data (task, GUINT_TO_POINTER (wanted), NULL);
    mm_base_modem_at_command (modem, "+CTZU?", 3, FALSE, (GAsyncReadyCallback) mode_queried, task);
}

static void
check_support (MMIfaceModemTime    *self,
               GAsyncReadyCallback  callback,
               gpointer             user_data)
{
    mm_base_modem_at_command (MM_BASE_MODEM (self), "+CTZU=?", 3, TRUE, (GAsyncReadyCallback) modes_queried,
                              g_task_new (self, NULL, callback, user_data));
}

void
mm_shared_ec25_time_init (MMIfaceModemTimeInterface *iface)
{
    iface->check_support = check_support;
    iface->check_support_finish = check_support_finish;
}
