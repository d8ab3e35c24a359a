/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signal, technology and operator by Quectel's own commands (Modem, Signal and
 * 3GPP interfaces), where there is no QMI. What they do not tell is asked by
 * the commands of 3GPP TS 27.007, that is of the parent class.
 */

#include "mm-shared-ec25.h"

#include "core/ec25-signal.h"
#include "core/ec25-text.h"
#include "mm-base-modem-at.h"
#include "mm-log-printable.h"
#include "mm-modem-helpers.h"

#define ANSWER_TIMEOUT 3

/*****************************************************************************/
/* Signal quality (Modem interface) */

static guint
quality_of (const Ec25Signal *signal)
{
    switch (signal->rat) {
    case EC25_RAT_LTE:
        return MM_RSRP_TO_QUALITY (signal->rsrp);
    case EC25_RAT_UMTS:
    case EC25_RAT_GSM:
        return MM_RSSI_TO_QUALITY (signal->rssi);
    case EC25_RAT_NONE:
    default:
        return 0;
    }
}

static guint
load_quality_finish (MMIfaceModem  *self,
                     GAsyncResult  *res,
                     GError       **error)
{
    gssize quality = g_task_propagate_int (G_TASK (res), error);

    return quality < 0 ? 0 : quality;
}

static void
parent_quality_loaded (MMIfaceModem *self,
                       GAsyncResult *res,
                       GTask        *task)
{
    MMIfaceModemInterface *parent = g_type_interface_peek_parent (MM_IFACE_MODEM_GET_IFACE (self));
    GError                *error = NULL;
    guint                  quality = parent->load_signal_quality_finish (self, res, &error);

    if (error)
        g_task_return_error (task, error);
    else
        g_task_return_int (task, quality);
    g_object_unref (task);
}

static void
quality_told (MMBaseModem  *modem,
              GAsyncResult *res,
              GTask        *task)
{
    MMIfaceModemInterface *parent = g_type_interface_peek_parent (MM_IFACE_MODEM_GET_IFACE (modem));
    g_autoptr(GError)      error = NULL;
    const gchar           *response = mm_base_modem_at_command_finish (modem, res, &error);
    Ec25Signal             signal;

    if (response && ec25_signal_parse_qcsq (response, &signal, &error)) {
        g_task_return_int (task, quality_of (&signal));
        g_object_unref (task);
        return;
    }
    mm_obj_dbg (modem, "signal quality by +CSQ: %s", error->message);
    parent->load_signal_quality (MM_IFACE_MODEM (modem), (GAsyncReadyCallback) parent_quality_loaded, task);
}

static void
load_quality (MMIfaceModem        *self,
              GAsyncReadyCallback  callback,
              gpointer             user_data)
{
    mm_base_modem_at_command (MM_BASE_MODEM (self), "+QCSQ", ANSWER_TIMEOUT, FALSE,
                              (GAsyncReadyCallback) quality_told, g_task_new (self, NULL, callback, user_data));
}

/*****************************************************************************/
/* Access technology (Modem interface) */

static const MMModemAccessTechnology technologies[] = {
    [EC25_TECHNOLOGY_UNKNOWN]   = MM_MODEM_ACCESS_TECHNOLOGY_UNKNOWN,
    [EC25_TECHNOLOGY_GSM]       = MM_MODEM_ACCESS_TECHNOLOGY_GSM,
    [EC25_TECHNOLOGY_GPRS]      = MM_MODEM_ACCESS_TECHNOLOGY_GPRS,
    [EC25_TECHNOLOGY_EDGE]      = MM_MODEM_ACCESS_TECHNOLOGY_EDGE,
    [EC25_TECHNOLOGY_UMTS]      = MM_MODEM_ACCESS_TECHNOLOGY_UMTS,
    [EC25_TECHNOLOGY_HSDPA]     = MM_MODEM_ACCESS_TECHNOLOGY_HSDPA,
    [EC25_TECHNOLOGY_HSUPA]     = MM_MODEM_ACCESS_TECHNOLOGY_HSUPA,
    [EC25_TECHNOLOGY_HSPA]      = MM_MODEM_ACCESS_TECHNOLOGY_HSPA,
    [EC25_TECHNOLOGY_HSPA_PLUS] = MM_MODEM_ACCESS_TECHNOLOGY_HSPA_PLUS,
    [EC25_TECHNOLOGY_LTE]       = MM_MODEM_ACCESS_TECHNOLOGY_LTE,
};

static gboolean
load_technologies_finish (MMIfaceModem             *self,
                          GAsyncResult             *res,
                          MMModemAccessTechnology  *found,
                          guint                    *mask,
                          GError                  **error)
{
    const gchar    *response = mm_base_modem_at_command_finish (MM_BASE_MODEM (self), res, error);
    Ec25Technology  technology;

    if (!response || !ec25_signal_parse_qnwinfo (response, &technology, NULL, error))
        return FALSE;
    *found = technologies[technology];
    *mask = MM_MODEM_ACCESS_TECHNOLOGY_ANY;
    return TRUE;
}

static void
load_technologies (MMIfaceModem        *self,
                   GAsyncReadyCallback  callback,
                   gpointer             user_data)
{
    mm_base_modem_at_command (MM_BASE_MODEM (self), "+QNWINFO", ANSWER_TIMEOUT, FALSE, callback, user_data);
}

void
mm_shared_ec25_signal_quality_init (MMIfaceModemInterface *iface)
{
    iface->load_signal_quality = load_quality;
    iface->load_signal_quality_finish = load_quality_finish;
    iface->load_access_technologies = load_technologies;
    iface->load_access_technologies_finish = load_technologies_finish;
}

/*****************************************************************************/
/* Extended signal (Signal interface) */

typedef struct {
    MMSignal *gsm;
    MMSignal *umts;
    MMSignal *lte;
} Signals;

static void
signals_free (Signals *signals)
{
    g_clear_object (&signals->gsm);
    g_clear_object (&signals->umts);
    g_clear_object (&signals->lte);
    g_free (signals);
}

static Signals *
signals_new (const Ec25Signal *values)
{
    Signals  *signals = g_new0 (Signals, 1);
    MMSignal *signal;

    if (values->rat == EC25_RAT_NONE)
        return signals;
    signal = mm_signal_new ();
    mm_signal_set_rssi (signal, values->rssi);
    if (values->rat == EC25_RAT_LTE) {
        mm_signal_set_rsrp (signal, values->rsrp);
        mm_signal_set_rsrq (signal, values->rsrq);
        mm_signal_set_snr (signal, values->snr);
        signals->lte = signal;
    } else if (values->rat == EC25_RAT_UMTS) {
        mm_signal_set_rscp (signal, values->rsrp);
        mm_signal_set_ecio (signal, values->rsrq);
        signals->umts = signal;
    } else
        signals->gsm = signal;
    return signals;
}

static gboolean
load_values_finish (MMIfaceModemSignal  *self,
                    GAsyncResult        *res,
                    MMSignal           **cdma,
                    MMSignal           **evdo,
                    MMSignal           **gsm,
                    MMSignal           **umts,
                    MMSignal           **lte,
                    MMSignal           **nr5g,
                    GError             **error)
{
    Signals *signals = g_task_propagate_pointer (G_TASK (res), error);

    if (!signals)
        return FALSE;
    *cdma = *evdo = *nr5g = NULL;
    *gsm = g_steal_pointer (&signals->gsm);
    *umts = g_steal_pointer (&signals->umts);
    *lte = g_steal_pointer (&signals->lte);
    signals_free (signals);
    return TRUE;
}

static void
parent_values_loaded (MMIfaceModemSignal *self,
                      GAsyncResult       *res,
                      GTask              *task)
{
    MMIfaceModemSignalInterface *parent = g_type_interface_peek_parent (MM_IFACE_MODEM_SIGNAL_GET_IFACE (self));
    Signals                     *signals = g_new0 (Signals, 1);
    MMSignal                    *none[3] = { NULL };
    GError                      *error = NULL;

    if (parent->load_values_finish (self, res, &none[0], &none[1], &signals->gsm, &signals->umts, &signals->lte,
                                    &none[2], &error)) {
        g_task_return_pointer (task, signals, (GDestroyNotify) signals_free);
    } else {
        signals_free (signals);
        g_task_return_error (task, error);
    }
    g_object_unref (task);
}

static void
values_told (MMBaseModem  *modem,
             GAsyncResult *res,
             GTask        *task)
{
    MMIfaceModemSignalInterface *parent = g_type_interface_peek_parent (MM_IFACE_MODEM_SIGNAL_GET_IFACE (modem));
    g_autoptr(GError)            error = NULL;
    const gchar                 *response = mm_base_modem_at_command_finish (modem, res, &error);
    Ec25Signal                   signal;

    if (response && ec25_signal_parse_qcsq (response, &signal, &error)) {
        g_task_return_pointer (task, signals_new (&signal), (GDestroyNotify) signals_free);
        g_object_unref (task);
        return;
    }
    mm_obj_dbg (modem, "signal by +CESQ: %s", error->message);
    parent->load_values (MM_IFACE_MODEM_SIGNAL (modem), NULL, (GAsyncReadyCallback) parent_values_loaded, task);
}

static void
load_values (MMIfaceModemSignal  *self,
             GCancellable        *cancellable,
             GAsyncReadyCallback  callback,
             gpointer             user_data)
{
    mm_base_modem_at_command (MM_BASE_MODEM (self), "+QCSQ", ANSWER_TIMEOUT, FALSE, (GAsyncReadyCallback) values_told,
                              g_task_new (self, cancellable, callback, user_data));
}

static gboolean
check_support_finish (MMIfaceModemSignal  *self,
                      GAsyncResult        *res,
                      GError             **error)
{
    return g_task_propagate_boolean (G_TASK (res), error);
}

/* Every EC25 has one of the two commands. */
static void
check_support (MMIfaceModemSignal  *self,
               GAsyncReadyCallback  callback,
               gpointer             user_data)
{
    g_autoptr(GTask) task = g_task_new (self, NULL, callback, user_data);

    g_task_return_boolean (task, TRUE);
}

void
mm_shared_ec25_signal_init (MMIfaceModemSignalInterface *iface)
{
    iface->check_support = check_support;
    iface->check_support_finish = check_support_finish;
    iface->load_values = load_values;
    iface->load_values_finish = load_values_finish;
}

/*****************************************************************************/
/* Operator (3GPP interface): +COPS? of the parent class first */

static gchar *
load_operator_finish (MMIfaceModem3gpp  *self,
                      GAsyncResult      *res,
                      GError           **error)
{
    return g_task_propagate_pointer (G_TASK (res), error);
}

/* @found: (nullable) (transfer full): what a command has told. The parent's error is the one to tell. */
static void
complete_operator (GTask *task,
                   gchar *found)
{
    GError           *error = g_task_get_task_data (task);
    g_autofree gchar *told = found;

    if (told)
        g_task_return_pointer (task, ec25_text_printable (told), g_free);
    else if (error)
        g_task_return_error (task, g_error_copy (error));
    else
        g_task_return_new_error (task, MM_CORE_ERROR, MM_CORE_ERROR_NOT_FOUND, "the operator is not known");
    g_object_unref (task);
}

static void
name_told (MMBaseModem  *modem,
           GAsyncResult *res,
           GTask        *task)
{
    complete_operator (task, ec25_signal_parse_qspn (mm_base_modem_at_command_finish (modem, res, NULL)));
}

static void
code_told (MMBaseModem  *modem,
           GAsyncResult *res,
           GTask        *task)
{
    const gchar    *response = mm_base_modem_at_command_finish (modem, res, NULL);
    Ec25Technology  technology;
    gchar          *code = NULL;

    if (response)
        ec25_signal_parse_qnwinfo (response, &technology, &code, NULL);
    complete_operator (task, code);
}

static void
operator_loaded (GTask       *task,
                 gchar       *found,
                 GError      *error,
                 const gchar *command,
                 GCallback    told)
{
    if (found && *found) {
        complete_operator (task, found);
        return;
    }
    g_free (found);
    if (error)
        g_task_set_task_data (task, error, (GDestroyNotify) g_error_free);
    mm_base_modem_at_command (g_task_get_source_object (task), command, ANSWER_TIMEOUT, FALSE,
                              (GAsyncReadyCallback) told, task);
}

static void
parent_name_loaded (MMIfaceModem3gpp *self,
                    GAsyncResult     *res,
                    GTask            *task)
{
    MMIfaceModem3gppInterface *parent = g_type_interface_peek_parent (MM_IFACE_MODEM_3GPP_GET_IFACE (self));
    GError                    *error = NULL;
    gchar                     *name = parent->load_operator_name_finish (self, res, &error);

    operator_loaded (task, name, error, "+QSPN", G_CALLBACK (name_told));
}

static void
load_operator_name (MMIfaceModem3gpp    *self,
                    GAsyncReadyCallback  callback,
                    gpointer             user_data)
{
    MMIfaceModem3gppInterface *parent = g_type_interface_peek_parent (MM_IFACE_MODEM_3GPP_GET_IFACE (self));

    parent->load_operator_name (self, (GAsyncReadyCallback) parent_name_loaded,
                                g_task_new (self, NULL, callback, user_data));
}

static void
parent_code_loaded (MMIfaceModem3gpp *self,
                    GAsyncResult     *res,
                    GTask            *task)
{
    MMIfaceModem3gppInterface *parent = g_type_interface_peek_parent (MM_IFACE_MODEM_3GPP_GET_IFACE (self));
    GError                    *error = NULL;
    gchar                     *code = parent->load_operator_code_finish (self, res, &error);

    operator_loaded (task, code, error, "+QNWINFO", G_CALLBACK (code_told));
}

static void
load_operator_code (MMIfaceModem3gpp    *self,
                    GAsyncReadyCallback  callback,
                    gpointer             user_data)
{
    MMIfaceModem3gppInterface *parent = g_type_interface_peek_parent (MM_IFACE_MODEM_3GPP_GET_IFACE (self));

    parent->load_operator_code (self, (GAsyncReadyCallback) parent_code_loaded,
                                g_task_new (self, NULL, callback, user_data));
}

void
mm_shared_ec25_operator_init (MMIfaceModem3gppInterface *iface)
{
    iface->load_operator_name = load_operator_name;
    iface->load_operator_name_finish = load_operator_finish;
    iface->load_operator_code = load_operator_code;
    iface->load_operator_code_finish = load_operator_finish;
}
