/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The watchdog of a module: asks it, and takes the steps. */

#include "mm-shared-ec25-recovery.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/ec25-recovery.h"
#include "mm-base-bearer.h"
#include "mm-bearer-list.h"
#include "mm-broadband-modem-mbim.h"
#include "mm-broadband-modem-qmi.h"
#include "mm-iface-modem.h"
#include "mm-log-printable.h"
#include "mm-port-serial-at.h"
#include "mm-shared-ec25-mode.h"
#include "mm-shared-qmi.h"

/* Seconds. */
#define ANSWER_TIME   5
#define RADIO_TIMEOUT 15
#define POWER_OFF     10 /* a module in its boot loader needs as long */

typedef struct {
    gchar         *uid;
    gchar         *physdev;
    gchar         *port; /* nullable: the folder of the USB port in sysfs */
    gboolean       port_power;
    guint          speed;
    Ec25Recovery  *recovery;
    MMBaseModem   *modem; /* not a reference; NULL while there is none */
    guint          generation; /* of the modem object */
    gboolean       appeared;
    guint          timer;
    guint          power_timer;
    gint64         found; /* when the fault was that steps are taken for; 0: none */
    gchar         *fault; /* for people */
} Watch;

/* A watch for each USB port that has had a module in it. */
static GHashTable *watches;

static void schedule (Watch *watch,
                      gint64 delay);

static gint64
get_time (void)
{
    return g_get_monotonic_time () / 1000;
}

static guint
get_answer_time (const Watch *watch)
{
    return MAX (ANSWER_TIME / watch->speed, 1);
}

/*****************************************************************************/
/* Telling of it */

static void
show (Watch *watch)
{
    if (watch->modem)
        mm_shared_ec25_mode_show_recovery (watch->modem, ec25_recovery_get_state (watch->recovery),
                                           ec25_recovery_get_count (watch->recovery),
                                           watch->fault ? watch->fault : "");
}

static void
note_fault (Watch       *watch,
            const gchar *outcome)
{
    g_autoptr(GDateTime)  now = g_date_time_new_now_local ();
    g_autofree gchar     *when = g_date_time_format (now, "%Y-%m-%d %H:%M:%S");

    g_free (watch->fault);
    watch->fault = g_strdup_printf ("%s %s: %s", when,
                                    ec25_fault_get_string (ec25_recovery_get_fault (watch->recovery)), outcome);
}

static void
announce (Watch *watch)
{
    const gchar *fault = ec25_fault_get_string (ec25_recovery_get_fault (watch->recovery));
    const gchar *state = ec25_recovery_get_state (watch->recovery);

    if (g_str_equal (state, "watching"))
        mm_obj_warn (watch->modem, "%s", fault);
    else
        mm_obj_warn (watch->modem, "%s at %s: nothing more is done for now (%s, %u steps taken so far)%s", fault,
                     watch->uid, state, ec25_recovery_get_count (watch->recovery),
                     watch->port_power ? "" : "; taking its power away may help");
    note_fault (watch, g_str_equal (state, "watching") ? "nothing is done" : state);
}

/*****************************************************************************/
/* Questions */

typedef struct {
    Watch       *watch;
    guint        generation;
    Ec25Channel  channel;
    MMBaseModem *modem; /* a reference: ports and clients live as long */
} Question;

static Question *
question_new (Watch       *watch,
              Ec25Channel  channel)
{
    Question *question = g_new0 (Question, 1);

    question->watch = watch;
    question->generation = watch->generation;
    question->channel = channel;
    question->modem = g_object_ref (watch->modem);
    return question;
}

static void
question_free (Question *question)
{
    g_object_unref (question->modem);
    g_free (question);
}

/* A question to a modem object that is gone meanwhile has no answer. */
static gboolean
is_current (const Question *question)
{
    return question->generation == question->watch->generation && question->watch->modem;
}

static void
end_question (Question *question,
              gboolean  answered)
{
    Watch *watch = question->watch;

    if (is_current (question)) {
        if (answered)
            ec25_recovery_heard (watch->recovery, question->channel, get_time ());
        else
            ec25_recovery_unanswered (watch->recovery, question->channel, get_time ());
        schedule (watch, 0);
    }
    question_free (question);
}

static void
qmi_answered (QmiClientDms *client,
              GAsyncResult *res,
              Question     *question)
{
    g_autoptr(QmiMessageDmsGetOperatingModeOutput) output = NULL;

    output = qmi_client_dms_get_operating_mode_finish (client, res, NULL);
    end_question (question, output != NULL);
}

static gboolean
ask_qmi (Watch *watch)
{
    QmiClient *client = mm_shared_qmi_peek_client (MM_SHARED_QMI (watch->modem), QMI_SERVICE_DMS,
                                                   MM_PORT_QMI_FLAG_DEFAULT, NULL);

    if (!client)
        return FALSE;
    qmi_client_dms_get_operating_mode (QMI_CLIENT_DMS (client), NULL, get_answer_time (watch), NULL,
                                       (GAsyncReadyCallback) qmi_answered, question_new (watch, EC25_CHANNEL_MAIN));
    return TRUE;
}

static void
mbim_answered (MbimDevice   *device,
               GAsyncResult *res,
               Question     *question)
{
    g_autoptr(MbimMessage) response = mbim_device_command_finish (device, res, NULL);

    end_question (question, response != NULL);
}

static gboolean
ask_mbim (Watch *watch)
{
    MMPortMbim             *port = mm_broadband_modem_mbim_peek_port_mbim (MM_BROADBAND_MODEM_MBIM (watch->modem));
    g_autoptr(MbimMessage)  message = NULL;

    if (!port || !mm_port_mbim_is_open (port))
        return FALSE;
    message = mbim_message_radio_state_query_new (NULL);
    mbim_device_command (mm_port_mbim_peek_device (port), message, get_answer_time (watch), NULL,
                         (GAsyncReadyCallback) mbim_answered, question_new (watch, EC25_CHANNEL_MAIN));
    return TRUE;
}

static gboolean
is_driven_by_at (MMBaseModem *modem)
{
    return !MM_IS_BROADBAND_MODEM_QMI (modem) && !MM_IS_BROADBAND_MODEM_MBIM (modem);
}

static MMPortSerialAt *
peek_at_port (Watch       *watch,
              Ec25Channel  channel)
{
    MMPortSerialAt *primary = mm_base_modem_peek_port_primary (watch->modem);
    MMPortSerialAt *secondary = mm_base_modem_peek_port_secondary (watch->modem);

    if (is_driven_by_at (watch->modem))
        return channel == EC25_CHANNEL_MAIN ? primary : secondary;
    return primary ? primary : secondary;
}

/* ERROR is an answer, too. */
static gboolean
is_answer (const GError *error)
{
    return !error || (error->domain != MM_SERIAL_ERROR && error->domain != MM_CORE_ERROR &&
                      error->domain != G_IO_ERROR);
}

static void
at_answered (MMPortSerialAt *port,
             GAsyncResult   *res,
             Question       *question)
{
    g_autoptr(GError)  error = NULL;
    g_autofree gchar  *response = mm_port_serial_at_command_finish (port, res, &error);

    mm_port_serial_close (MM_PORT_SERIAL (port));
    end_question (question, is_answer (error));
}

/* Without what ModemManager says at each opening: it is five commands, and waits for each of them. */
static gboolean
open_quietly (MMPortSerialAt *port)
{
    gboolean enabled, opened;

    g_object_get (port, MM_PORT_SERIAL_AT_INIT_SEQUENCE_ENABLED, &enabled, NULL);
    g_object_set (port, MM_PORT_SERIAL_AT_INIT_SEQUENCE_ENABLED, FALSE, NULL);
    opened = mm_port_serial_open (MM_PORT_SERIAL (port), NULL);
    g_object_set (port, MM_PORT_SERIAL_AT_INIT_SEQUENCE_ENABLED, enabled, NULL);
    return opened;
}

static gboolean
ask_at (Watch       *watch,
        Ec25Channel  channel)
{
    MMPortSerialAt *port = peek_at_port (watch, channel);

    if (!port || mm_port_get_connected (MM_PORT (port)) || !open_quietly (port))
        return FALSE;
    mm_port_serial_at_command (port, "AT", get_answer_time (watch), FALSE, FALSE, NULL,
                               (GAsyncReadyCallback) at_answered, question_new (watch, channel));
    return TRUE;
}

static void
ask (Watch       *watch,
     Ec25Channel  channel)
{
    gboolean asked;

    if (channel == EC25_CHANNEL_MAIN && MM_IS_BROADBAND_MODEM_QMI (watch->modem))
        asked = ask_qmi (watch);
    else if (channel == EC25_CHANNEL_MAIN && MM_IS_BROADBAND_MODEM_MBIM (watch->modem))
        asked = ask_mbim (watch);
    else
        asked = ask_at (watch, channel);
    if (!asked)
        ec25_recovery_not_asked (watch->recovery, channel, get_time ());
}

/*****************************************************************************/
/* The data session */

static void
take_connected (MMBaseBearer  *bearer,
                MMBaseBearer **found)
{
    if (!*found && mm_base_bearer_get_status (bearer) == MM_BEARER_STATUS_CONNECTED)
        *found = g_object_ref (bearer);
}

static MMBaseBearer *
find_connected (MMBaseModem *modem)
{
    g_autoptr(MMBearerList)  bearers = NULL;
    MMBaseBearer            *found = NULL;

    g_object_get (modem, MM_IFACE_MODEM_BEARER_LIST, &bearers, NULL);
    if (bearers)
        mm_bearer_list_foreach (bearers, (MMBearerListForeachFunc) take_connected, &found);
    return found;
}

static void
look_at_counters (Watch *watch)
{
    g_autoptr(MMBaseBearer)  bearer = watch->modem ? find_connected (watch->modem) : NULL;
    const gchar             *interface = bearer ? mm_gdbus_bearer_get_interface (MM_GDBUS_BEARER (bearer)) : NULL;
    g_autofree gchar        *text = NULL;
    guint64                  sent = 0, received = 0;

    if (!bearer) {
        ec25_recovery_disconnected (watch->recovery);
        return;
    }
    /* A serial line has no counters: then it sends nothing, and is connected all the same. */
    if (interface && g_file_get_contents ("/proc/net/dev", &text, NULL, NULL) &&
        !ec25_recovery_parse_counters (text, interface, &sent, &received))
        sent = received = 0;
    ec25_recovery_traffic (watch->recovery, sent, received, get_time ());
}

static void
report_session (Question          *question,
                Ec25SessionReport  report,
                gint64             sent)
{
    if (is_current (question)) {
        ec25_recovery_session (question->watch->recovery, report, sent, get_time ());
        schedule (question->watch, 0);
    }
    question_free (question);
}

static void
stats_reloaded (MMBaseBearer *bearer,
                GAsyncResult *res,
                Question     *question)
{
    guint64  received = 0, sent = 0;
    gboolean told = MM_BASE_BEARER_GET_CLASS (bearer)->reload_stats_finish (bearer, &received, &sent, res, NULL);

    report_session (question, EC25_SESSION_THERE, told ? (gint64) (sent & G_MAXINT64) : -1);
}

static void
ask_bearer (MMBaseBearer *bearer,
            Question     *question)
{
    MMBaseBearerClass *klass = MM_BASE_BEARER_GET_CLASS (bearer);

    if (mm_base_bearer_get_status (bearer) != MM_BEARER_STATUS_CONNECTED)
        report_session (question, EC25_SESSION_GONE, -1);
    else if (klass->reload_stats && klass->reload_stats_finish)
        klass->reload_stats (bearer, (GAsyncReadyCallback) stats_reloaded, question);
    else
        report_session (question, EC25_SESSION_THERE, -1);
}

#if defined WITH_SUSPEND_RESUME
static void
synced (MMBaseBearer *bearer,
        GAsyncResult *res,
        Question     *question)
{
    mm_base_bearer_sync_finish (bearer, res, NULL);
    ask_bearer (bearer, question);
}
#endif

/* If it is gone, ModemManager tells everybody: it looks after each suspend, and now. */
static void
ask_session (Watch *watch)
{
    g_autoptr(MMBaseBearer) bearer = find_connected (watch->modem);

    if (!bearer) {
        ec25_recovery_disconnected (watch->recovery);
        return;
    }
#if defined WITH_SUSPEND_RESUME
    mm_base_bearer_sync (bearer, (GAsyncReadyCallback) synced, question_new (watch, EC25_CHANNEL_MAIN));
#else
    ask_bearer (bearer, question_new (watch, EC25_CHANNEL_MAIN));
#endif
}

static void
disconnected (MMBaseBearer *bearer,
              GAsyncResult *res)
{
    g_autoptr(GError) error = NULL;

    if (!mm_base_bearer_disconnect_finish (bearer, res, &error))
        mm_obj_warn (bearer, "%s", error->message);
}

static void
reconnect (Watch *watch)
{
    g_autoptr(MMBaseBearer) bearer = find_connected (watch->modem);
    g_autoptr(GError)       reason = g_error_new (MM_CORE_ERROR, MM_CORE_ERROR_FAILED, "%s: connection ended",
                                                  ec25_fault_get_string (ec25_recovery_get_fault (watch->recovery)));

    watch->found = 0;
    mm_shared_ec25_report_connection (watch->modem, reason);
    if (bearer)
        mm_base_bearer_disconnect (bearer, (GAsyncReadyCallback) disconnected, NULL);
}

/* For a module that does not answer and has to wait for its next round: nobody else should wait for it, too. */
static void
give_up_connection (Watch *watch)
{
    g_autoptr(MMBaseBearer) bearer = watch->modem ? find_connected (watch->modem) : NULL;

    if (bearer && ec25_recovery_get_fault (watch->recovery) == EC25_FAULT_SILENT)
        mm_base_bearer_report_connection_status (bearer, MM_BEARER_CONNECTION_STATUS_DISCONNECTED);
}

/*****************************************************************************/
/* Steps */

/* The object goes with the connection, so that nobody waits for it; ModemManager makes and opens a new one. */
static void
reopen (Watch *watch)
{
    mm_base_modem_set_reprobe (watch->modem, TRUE);
    mm_base_modem_set_valid (watch->modem, FALSE);
}

typedef void (*CommandDone) (Watch *watch);

typedef struct {
    Question    *question;
    const gchar *command;
    CommandDone  done;
} Command;

static void
command_answered (MMPortSerialAt *port,
                  GAsyncResult   *res,
                  Command        *command)
{
    g_autoptr(GError)  error = NULL;
    g_autofree gchar  *response = mm_port_serial_at_command_finish (port, res, &error);
    Question          *question = command->question;

    mm_port_serial_close (MM_PORT_SERIAL (port));
    if (!response)
        mm_obj_warn (question->modem, "AT%s: %s", command->command, error->message);
    if (command->done && is_current (question))
        command->done (question->watch);
    question_free (question);
    g_free (command);
}

static void
run_on_side (Watch       *watch,
             const gchar *text,
             CommandDone  done)
{
    MMPortSerialAt    *port = peek_at_port (watch, EC25_CHANNEL_SIDE);
    Command           *command;
    g_autoptr(GError)  error = NULL;

    if (!port || !mm_port_serial_open (MM_PORT_SERIAL (port), &error)) {
        mm_obj_warn (watch->modem, "AT%s: %s", text, error ? error->message : "no port");
        return;
    }
    command = g_new0 (Command, 1);
    command->question = question_new (watch, EC25_CHANNEL_SIDE);
    command->command = text;
    command->done = done;
    mm_port_serial_at_command (port, text, RADIO_TIMEOUT, FALSE, FALSE, NULL,
                               (GAsyncReadyCallback) command_answered, command);
}

static void
switch_radio_on (Watch *watch)
{
    run_on_side (watch, "+CFUN=1", reopen);
}

static void
restart_asked (MMIfaceModem *modem,
               GAsyncResult *res)
{
    g_autoptr(GError) error = NULL;

    if (!MM_IFACE_MODEM_GET_IFACE (modem)->reset_finish (modem, res, &error))
        mm_obj_warn (modem, "the module does not restart: %s", error->message);
}

static void
restart (Watch *watch)
{
    if (ec25_recovery_get_fault (watch->recovery) == EC25_FAULT_SIDE_SILENT)
        MM_IFACE_MODEM_GET_IFACE (watch->modem)->reset (MM_IFACE_MODEM (watch->modem),
                                                        (GAsyncReadyCallback) restart_asked, NULL);
    else
        run_on_side (watch, "+CFUN=1,1", NULL);
}

static gboolean
write_attribute (const gchar *folder,
                 const gchar *name,
                 const gchar *value)
{
    g_autofree gchar *path = g_build_filename (folder, name, NULL);
    gint              file = open (path, O_WRONLY | O_CLOEXEC);
    gboolean          written = file >= 0 && write (file, value, 1) == 1;

    if (!written)
        mm_obj_warn (NULL, "%s: %s", path, g_strerror (errno));
    if (file >= 0)
        close (file);
    return written;
}

/* The hub's switch takes the power away where the hub can (Linux 6.0 and newer); "authorized" only re-enumerates. */
static gboolean
set_port_power (Watch    *watch,
                gboolean  on)
{
    g_autofree gchar *disable = watch->port ? g_build_filename (watch->port, "disable", NULL) : NULL;

    if (disable && g_file_test (disable, G_FILE_TEST_EXISTS))
        return write_attribute (watch->port, "disable", on ? "0" : "1");
    return write_attribute (watch->physdev, "authorized", on ? "1" : "0");
}

static gboolean
give_power_back (gpointer data)
{
    Watch *watch = data;

    watch->power_timer = 0;
    set_port_power (watch, TRUE);
    return G_SOURCE_REMOVE;
}

static void
cycle_port_power (Watch *watch)
{
    if (!watch->power_timer && set_port_power (watch, FALSE))
        watch->power_timer = g_timeout_add (POWER_OFF * 1000 / watch->speed, give_power_back, watch);
}

static void
take_step (Watch *watch)
{
    Ec25Step     step = ec25_recovery_get_step (watch->recovery);
    const gchar *fault = ec25_fault_get_string (ec25_recovery_get_fault (watch->recovery));
    const gchar *name = ec25_step_get_string (step);

    mm_obj_warn (watch->modem, "%s at %s: trying '%s' (step %u since ModemManager started, round %u)",
                 fault, watch->uid, name, ec25_recovery_get_count (watch->recovery),
                 ec25_recovery_get_round (watch->recovery));
    if (!watch->found)
        watch->found = get_time ();
    note_fault (watch, name);
    show (watch);
    if (step == EC25_STEP_PORT_POWER)
        cycle_port_power (watch);
    else if (!watch->modem)
        return;
    else if (step == EC25_STEP_RECONNECT)
        reconnect (watch);
    else if (step == EC25_STEP_REOPEN)
        reopen (watch);
    else if (step == EC25_STEP_RADIO)
        run_on_side (watch, "+CFUN=4", switch_radio_on);
    else
        restart (watch);
}

/*****************************************************************************/

static void
fulfil (Watch    *watch,
        Ec25Wish  wish)
{
    switch (wish) {
    case EC25_WISH_ASK_MAIN:
        ask (watch, EC25_CHANNEL_MAIN);
        break;
    case EC25_WISH_ASK_SIDE:
        ask (watch, EC25_CHANNEL_SIDE);
        break;
    case EC25_WISH_ASK_SESSION:
        ask_session (watch);
        break;
    case EC25_WISH_STEP:
        take_step (watch);
        break;
    case EC25_WISH_ANNOUNCE:
        announce (watch);
        give_up_connection (watch);
        break;
    default:
        break;
    }
}

static gboolean
look_around (gpointer data)
{
    Watch    *watch = data;
    Ec25Wish  wish;
    gint64    delay;

    watch->timer = 0;
    look_at_counters (watch);
    while ((wish = ec25_recovery_next (watch->recovery, get_time (), &delay)) != EC25_WISH_NOTHING)
        fulfil (watch, wish);
    show (watch);
    if (delay >= 0)
        schedule (watch, delay);
    return G_SOURCE_REMOVE;
}

/* Never from within what calls: a step may end the very object that does. */
static void
schedule (Watch  *watch,
          gint64  delay)
{
    g_clear_handle_id (&watch->timer, g_source_remove);
    watch->timer = delay < 1000 ? g_timeout_add (delay, look_around, watch)
                                : g_timeout_add_seconds ((delay + 999) / 1000, look_around, watch);
}

/*****************************************************************************/
/* What ModemManager hears */

static void
main_port_timed_out (MMPort *port,
                     guint   n_consecutive,
                     Watch  *watch)
{
    if (n_consecutive == 0)
        ec25_recovery_overheard (watch->recovery, get_time ());
    else
        ec25_recovery_suspect (watch->recovery, get_time ());
    schedule (watch, 0);
}

static void
indicated (GObject  *device,
           gpointer  message,
           Watch    *watch)
{
    ec25_recovery_overheard (watch->recovery, get_time ());
}

/* ModemManager would drop the modem after ten questions without an answer, for good; from here on the watch decides. */
static void
take_over_port (Watch    *watch,
                MMPort   *port,
                gboolean  is_main)
{
    if (!port)
        return;
    g_signal_handlers_disconnect_matched (port, G_SIGNAL_MATCH_ID | G_SIGNAL_MATCH_DATA,
                                          g_signal_lookup (MM_PORT_SIGNAL_TIMED_OUT, MM_TYPE_PORT),
                                          0, NULL, NULL, watch->modem);
    if (is_main)
        g_signal_connect (port, MM_PORT_SIGNAL_TIMED_OUT, G_CALLBACK (main_port_timed_out), watch);
}

static void
take_over_ports (Watch *watch)
{
    MMBaseModem *modem = watch->modem;

    if (MM_IS_BROADBAND_MODEM_QMI (modem)) {
        take_over_port (watch, MM_PORT (mm_broadband_modem_qmi_peek_port_qmi (MM_BROADBAND_MODEM_QMI (modem))), TRUE);
    } else if (MM_IS_BROADBAND_MODEM_MBIM (modem)) {
        take_over_port (watch, MM_PORT (mm_broadband_modem_mbim_peek_port_mbim (MM_BROADBAND_MODEM_MBIM (modem))),
                        TRUE);
    } else {
        take_over_port (watch, MM_PORT (mm_base_modem_peek_port_primary (modem)), TRUE);
        take_over_port (watch, MM_PORT (mm_base_modem_peek_port_secondary (modem)), FALSE);
    }
}

static void
listen_to_device (Watch *watch)
{
    MMBaseModem *modem = watch->modem;
    QmiClient   *client;
    MMPortMbim  *port;

    if (MM_IS_BROADBAND_MODEM_QMI (modem)) {
        client = mm_shared_qmi_peek_client (MM_SHARED_QMI (modem), QMI_SERVICE_DMS, MM_PORT_QMI_FLAG_DEFAULT, NULL);
        if (client)
            g_signal_connect (qmi_client_peek_device (client), QMI_DEVICE_SIGNAL_INDICATION, G_CALLBACK (indicated),
                              watch);
    } else if (MM_IS_BROADBAND_MODEM_MBIM (modem)) {
        port = mm_broadband_modem_mbim_peek_port_mbim (MM_BROADBAND_MODEM_MBIM (modem));
        if (port && mm_port_mbim_is_open (port))
            g_signal_connect (mm_port_mbim_peek_device (port), MBIM_DEVICE_SIGNAL_INDICATE_STATUS,
                              G_CALLBACK (indicated), watch);
    }
}

/*****************************************************************************/
/* The modem object comes, is brought up, and goes */

static void
tell_appeared (Watch *watch)
{
    if (watch->appeared)
        return;
    watch->appeared = TRUE;
    take_over_ports (watch);
    ec25_recovery_appeared (watch->recovery, peek_at_port (watch, EC25_CHANNEL_SIDE) != NULL, watch->port_power);
}

static gboolean
ports_grabbed (gpointer data)
{
    Watch *watch = data;

    watch->timer = 0;
    if (watch->modem)
        tell_appeared (watch);
    return look_around (watch);
}

/* A module that tells of its SIM that it is missing or broken has answered. */
static gboolean
is_usable (MMBaseModem *modem)
{
    MmGdbusModem             *skeleton = NULL;
    MMModemStateFailedReason  reason;

    g_object_get (modem, MM_IFACE_MODEM_DBUS_SKELETON, &skeleton, NULL);
    if (!skeleton)
        return FALSE;
    if (mm_gdbus_modem_get_state (skeleton) == MM_MODEM_STATE_FAILED)
        reason = mm_gdbus_modem_get_state_failed_reason (skeleton);
    else
        reason = MM_MODEM_STATE_FAILED_REASON_NONE;
    g_object_unref (skeleton);
    return reason != MM_MODEM_STATE_FAILED_REASON_UNKNOWN &&
           reason != MM_MODEM_STATE_FAILED_REASON_UNKNOWN_CAPABILITIES;
}

static void
validity_changed (MMBaseModem *modem,
                  GParamSpec  *spec,
                  Watch       *watch)
{
    Ec25Step step;

    if (!mm_base_modem_get_valid (modem) || watch->modem != modem)
        return;
    tell_appeared (watch);
    listen_to_device (watch);
    step = ec25_recovery_brought_up (watch->recovery, is_usable (modem), get_time ());
    if (step != EC25_STEP_NONE) {
        g_autofree gchar *outcome = g_strdup_printf ("%s helped", ec25_step_get_string (step));

        mm_obj_warn (modem, "the module is back: %s, %.1f s after the fault was found", outcome,
                     (get_time () - watch->found) / 1000.0);
        note_fault (watch, outcome);
        watch->found = 0;
    }
    schedule (watch, 0);
}

static void
modem_gone (gpointer  data,
            GObject  *modem)
{
    Watch *watch = data;

    if ((GObject *) watch->modem != modem)
        return;
    watch->modem = NULL;
    watch->appeared = FALSE;
    watch->generation++;
    ec25_recovery_vanished (watch->recovery, get_time ());
    schedule (watch, 0);
}

/*****************************************************************************/

/* Resolved while the device is there: the link to its port goes with it. */
static gchar *
find_port (const gchar *physdev)
{
    g_autofree gchar *link = g_build_filename (physdev, "port", NULL);

    return realpath (link, NULL);
}

static Watch *
ensure_watch (const gchar                  *uid,
              const gchar                  *physdev,
              const MMEc25RecoverySettings *settings)
{
    Ec25RecoveryTimes  times;
    Watch             *watch;

    if (!watches)
        watches = g_hash_table_new (g_str_hash, g_str_equal);
    watch = g_hash_table_lookup (watches, uid);
    if (!watch) {
        watch = g_new0 (Watch, 1);
        watch->uid = g_strdup (uid);
        watch->speed = MAX (settings->speed, 1);
        ec25_recovery_times_init (&times, watch->speed);
        watch->recovery = ec25_recovery_new (&times);
        g_hash_table_insert (watches, watch->uid, watch);
    }
    watch->port_power = settings->port_power;
    if (physdev) {
        g_free (watch->physdev);
        watch->physdev = g_strdup (physdev);
        free (watch->port);
        watch->port = find_port (physdev);
    }
    return watch;
}

void
mm_shared_ec25_recovery_attach (MMBaseModem                  *modem,
                                const MMEc25RecoverySettings *settings)
{
    Watch *watch;

    if (settings->off) {
        mm_shared_ec25_mode_show_recovery (modem, "off", 0, "");
        return;
    }
    watch = ensure_watch (mm_base_modem_get_device (modem), mm_base_modem_get_physdev (modem), settings);
    watch->modem = modem;
    watch->appeared = FALSE;
    watch->generation++;
    g_object_weak_ref (G_OBJECT (modem), modem_gone, watch);
    g_signal_connect (modem, "notify::" MM_BASE_MODEM_VALID, G_CALLBACK (validity_changed), watch);
    show (watch);
    /* Its ports are given to it when this has returned. */
    g_clear_handle_id (&watch->timer, g_source_remove);
    watch->timer = g_idle_add (ports_grabbed, watch);
}

void
mm_shared_ec25_recovery_report_boot_loader (const gchar                  *uid,
                                            const gchar                  *physdev,
                                            const MMEc25RecoverySettings *settings)
{
    Watch *watch;

    if (settings->off)
        return;
    watch = ensure_watch (uid, physdev, settings);
    ec25_recovery_no_firmware (watch->recovery, watch->port_power, get_time ());
    schedule (watch, 0);
}

void
mm_shared_ec25_recovery_expect_restart (MMBaseModem *modem)
{
    Watch *watch = watches ? g_hash_table_lookup (watches, mm_base_modem_get_device (modem)) : NULL;

    if (watch && watch->modem == modem) {
        ec25_recovery_restart_ordered (watch->recovery, get_time ());
        schedule (watch, 0);
    }
}
