/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SIM hot swap (Modem interface). */

#include "mm-shared-ec25.h"

#include "core/ec25-at.h"
#include "mm-base-modem-at.h"
#include "mm-log-printable.h"

/* Several codes come for one card; ModemManager looks at the card once they are through. */
#define SETTLE_MS 1000

/* AT+CFUN=1 takes 15 seconds at most, its +QUSIM comes within. */
#define INITIALIZATION_US (15 * G_USEC_PER_SEC)

typedef struct {
    guint    check_id;
    gint64   initialization_until;
    gboolean card_reported_gone;
} Sim;

static void
sim_free (Sim *sim)
{
    g_clear_handle_id (&sim->check_id, g_source_remove);
    g_free (sim);
}

static Sim *
peek_sim (gpointer modem)
{
    GQuark  quark = g_quark_from_static_string ("ec25-sim");
    Sim    *sim = g_object_get_qdata (modem, quark);

    if (!sim) {
        sim = g_new0 (Sim, 1);
        g_object_set_qdata_full (modem, quark, sim, (GDestroyNotify) sim_free);
    }
    return sim;
}

/* Whether ModemManager knows a card; if not, whether it has given up waiting for one. */
static gboolean
has_card (gpointer  modem,
          gboolean *failed)
{
    g_autoptr(MMBaseSim) card = NULL;
    MMModemState         state = MM_MODEM_STATE_UNKNOWN;

    g_object_get (modem, MM_IFACE_MODEM_SIM, &card, MM_IFACE_MODEM_STATE, &state, NULL);
    if (failed)
        *failed = state == MM_MODEM_STATE_FAILED;
    return card != NULL;
}

/*****************************************************************************/
/* A card was initialized: is it another one? */

static void
swap_checked (MMIfaceModem *modem,
              GAsyncResult *res)
{
    g_autoptr(GError) error = NULL;

    if (!MM_IFACE_MODEM_GET_IFACE (modem)->check_for_sim_swap_finish (modem, res, &error))
        mm_obj_warn (modem, "cannot tell whether the SIM was swapped: %s", error->message);
}

static gboolean
check_for_swap (gpointer modem)
{
    MMIfaceModemInterface *iface = MM_IFACE_MODEM_GET_IFACE (modem);
    gboolean               failed;

    peek_sim (modem)->check_id = 0;
    if (!mm_base_modem_get_valid (modem))
        return G_SOURCE_REMOVE;
    /* While the modem is brought up the card is about to be read anyway. */
    if (!has_card (modem, &failed) && !failed)
        return G_SOURCE_REMOVE;
    iface->check_for_sim_swap (modem, (GAsyncReadyCallback) swap_checked, NULL);
    return G_SOURCE_REMOVE;
}

static void
schedule_check (gpointer modem)
{
    Sim *sim = peek_sim (modem);

    if (!sim->check_id && !sim->card_reported_gone)
        sim->check_id = g_timeout_add (SETTLE_MS, check_for_swap, modem);
}

/*
 * +QUSIM also follows each AT+CFUN=1. The one that ModemManager itself brought
 * about is passed over. That loses nothing: its low power mode keeps the card
 * powered (inferred: QMI low power is AT+CFUN=4), so that a card cannot have
 * been swapped unnoticed.
 */
static void
usim_received (MMPortSerialAt *port,
               GMatchInfo     *info,
               gpointer        modem)
{
    Sim *sim = peek_sim (modem);

    if (g_get_monotonic_time () < sim->initialization_until) {
        sim->initialization_until = 0;
        mm_obj_dbg (modem, "SIM initialized after the radio was switched on");
        return;
    }
    schedule_check (modem);
}

void
mm_shared_ec25_sim_expect_initialization (MMIfaceModem *self)
{
    peek_sim (self)->initialization_until = g_get_monotonic_time () + INITIALIZATION_US;
}

/*****************************************************************************/
/* A card was removed */

static gboolean
report_removal (gpointer modem)
{
    peek_sim (modem)->check_id = 0;
    if (mm_base_modem_get_valid (modem))
        mm_iface_modem_process_sim_event (modem);
    return G_SOURCE_REMOVE;
}

static void
card_is_gone (gpointer modem)
{
    Sim *sim = peek_sim (modem);

    if (sim->card_reported_gone || !has_card (modem, NULL))
        return;
    mm_obj_msg (modem, "SIM removed");
    sim->card_reported_gone = TRUE;
    g_clear_handle_id (&sim->check_id, g_source_remove);
    sim->check_id = g_idle_add (report_removal, modem);
}

static void
simstat_received (MMPortSerialAt *port,
                  GMatchInfo     *info,
                  gpointer        modem)
{
    g_autofree gchar *text = g_match_info_fetch (info, 1);
    Ec25SimPresence   presence = EC25_SIM_UNKNOWN;
    gboolean          enabled;

    if (!ec25_at_parse_simstat (text, &enabled, &presence, NULL))
        return;
    if (presence == EC25_SIM_REMOVED)
        card_is_gone (modem);
    else if (presence == EC25_SIM_INSERTED)
        schedule_check (modem);
}

static void
presence_queried (MMBaseModem  *modem,
                  GAsyncResult *res)
{
    const gchar     *response = mm_base_modem_at_command_finish (modem, res, NULL);
    Ec25SimPresence  presence;
    gboolean         enabled;

    if (response && ec25_at_parse_simstat (response, &enabled, &presence, NULL) &&
        presence == EC25_SIM_REMOVED)
        card_is_gone (modem);
}

/* Printed when the card goes, but also by AT+CFUN=0: only card detection knows which. */
static void
no_card_received (MMPortSerialAt *port,
                  GMatchInfo     *info,
                  gpointer        modem)
{
    mm_base_modem_at_command (modem, "+QSIMSTAT?", 3, FALSE, (GAsyncReadyCallback) presence_queried, NULL);
}

/*****************************************************************************/
/* Setup */

static gboolean
setup_sim_hot_swap_finish (MMIfaceModem  *self,
                           GAsyncResult  *res,
                           GError       **error)
{
    return g_task_propagate_boolean (G_TASK (res), error);
}

static MMIfaceModemInterface *
peek_parent (gpointer modem)
{
    return g_type_interface_peek_parent (MM_IFACE_MODEM_GET_IFACE (modem));
}

static void
parent_set_up (MMIfaceModem *self,
               GAsyncResult *res,
               GTask        *task)
{
    g_autoptr(GError) error = NULL;

    /* With an AT port +QUSIM is there in any case. */
    if (peek_parent (self)->setup_sim_hot_swap_finish (self, res, &error) ||
        mm_base_modem_peek_port_primary (MM_BASE_MODEM (self)))
        g_task_return_boolean (task, TRUE);
    else
        g_task_return_error (task, g_steal_pointer (&error));
    if (error)
        mm_obj_dbg (self, "no SIM hot swap from the parent class: %s", error->message);
    g_object_unref (task);
}

static void
set_up_parent (GTask *task)
{
    MMIfaceModem          *self = g_task_get_source_object (task);
    MMIfaceModemInterface *parent = peek_parent (self);

    if (parent->setup_sim_hot_swap && parent->setup_sim_hot_swap_finish) {
        parent->setup_sim_hot_swap (self, (GAsyncReadyCallback) parent_set_up, task);
        return;
    }
    g_task_return_boolean (task, TRUE);
    g_object_unref (task);
}

/*
 * Either +QSIMSTAT or +CPIN is listened to, never both: a code that is listened
 * to is also taken out of responses, and +CPIN has to ask AT+QSIMSTAT?. (A modem
 * class that asks AT+CPIN? itself, as a QMI modem does not, loses a NOT READY.)
 */
static void
detection_queried (MMBaseModem  *modem,
                   GAsyncResult *res,
                   GTask        *task)
{
    const gchar     *response = mm_base_modem_at_command_finish (modem, res, NULL);
    Ec25SimPresence  presence;
    gboolean         announced;

    if (!response || !ec25_at_parse_simstat (response, &announced, &presence, NULL)) {
        mm_obj_dbg (modem, "SIM removal is not announced: no answer to +QSIMSTAT?");
    } else if (announced) {
        mm_shared_ec25_listen (modem, EC25_URC_SIMSTAT, simstat_received);
        mm_obj_dbg (modem, "SIM removal is announced by +QSIMSTAT");
    } else {
        mm_shared_ec25_listen (modem, EC25_URC_NO_CARD, no_card_received);
        mm_obj_dbg (modem, "SIM removal is not announced (AT+QSIMSTAT=0): checked at +CPIN: NOT READY");
    }
    set_up_parent (task);
}

static void
setup_sim_hot_swap (MMIfaceModem        *self,
                    GAsyncReadyCallback  callback,
                    gpointer             user_data)
{
    MMBaseModem       *modem = MM_BASE_MODEM (self);
    GTask             *task = g_task_new (self, NULL, callback, user_data);
    g_autoptr(GError)  error = NULL;

    if (!mm_base_modem_peek_port_primary (modem)) {
        set_up_parent (task);
        return;
    }

    mm_shared_ec25_listen (modem, EC25_URC_USIM, usim_received);
    /* Keeps the AT port open while the modem is disabled; fails an assertion when called twice. */
    mm_broadband_modem_sim_hot_swap_ports_context_reset (MM_BROADBAND_MODEM (self));
    if (!mm_broadband_modem_sim_hot_swap_ports_context_init (MM_BROADBAND_MODEM (self), &error))
        mm_obj_warn (self, "SIM swaps go unnoticed while the modem is disabled: %s", error->message);
    mm_base_modem_at_command (modem, "+QSIMSTAT?", 3, FALSE, (GAsyncReadyCallback) detection_queried, task);
}

static void
cleanup_sim_hot_swap (MMIfaceModem *self)
{
    mm_broadband_modem_sim_hot_swap_ports_context_reset (MM_BROADBAND_MODEM (self));
}

void
mm_shared_ec25_sim_init (MMIfaceModemInterface *iface)
{
    iface->setup_sim_hot_swap = setup_sim_hot_swap;
    iface->setup_sim_hot_swap_finish = setup_sim_hot_swap_finish;
    iface->cleanup_sim_hot_swap = cleanup_sim_hot_swap;
}
