/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands of the control socket. */

#include "control.h"
#include "ec25-error.h"

#include <string.h>

typedef struct {
    Machine *machine;
    char **args; /* behind the command's words */
    guint n_args;
    GString *answer;
} Control;

typedef gboolean (*ControlHandler) (Control *control, GError **error);

typedef struct {
    const char *words; /* as typed */
    const char *usage;
    const char *help;
    ControlHandler handler;
} ControlCommand;

static const ControlCommand *command_table (void);

static gboolean
complain (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
complain (GError **error, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start (args, format);
    text = g_strdup_vprintf (format, args);
    va_end (args);
    g_set_error_literal (error, EC25_ERROR, EC25_ERROR_COMMAND, text);
    return FALSE;
}

static const char *
argument (const Control *control, guint index)
{
    return index < control->n_args ? control->args[index] : NULL;
}

/* Reads a whole argument as a number, in hexadecimal behind 0x. */
static gboolean
get_number (const Control *control, guint index, gint64 min, gint64 max, gint64 *number, GError **error)
{
    const char *text = argument (control, index);
    char *end = NULL;

    if (text)
        *number = g_ascii_strtoll (text, &end, 0);
    if (!text || end == text || *end || *number < min || *number > max)
        return complain (error, "“%s” is not a number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
                         text ? text : "", min, max);
    return TRUE;
}

static gboolean
get_switch (const Control *control, guint index, gboolean *on, GError **error)
{
    const char *text = argument (control, index);

    if (g_strcmp0 (text, "on") != 0 && g_strcmp0 (text, "off") != 0)
        return complain (error, "“%s” is not on or off", text ? text : "");
    *on = g_str_equal (text, "on");
    return TRUE;
}

/* Looking */

static gboolean
help (Control *control, GError **error)
{
    for (const ControlCommand *command = command_table (); command->words; command++)
        g_string_append_printf (control->answer, "%s %s\n    %s\n", command->words, command->usage,
                                command->help);
    g_string_append (control->answer, "events\n    from now on, a line for each event: attached, detached, "
                                      "connected 4, disconnected 4 ...\n");
    return TRUE;
}

static const char *
registration_name (Registration registration)
{
    switch (registration) {
    case REGISTRATION_HOME:
        return "home";
    case REGISTRATION_ROAMING:
        return "roaming";
    case REGISTRATION_DENIED:
        return "denied";
    case REGISTRATION_SEARCHING:
        return "searching";
    default:
        return "none";
    }
}

static void
append_traffic (GString *answer, const char *kind, guint family, const Traffic *traffic)
{
    g_string_append_printf (answer, "%s%u=%" G_GUINT64_FORMAT "\n", kind, family, traffic->packets);
}

static void
append_session (GString *answer, Model *model, guint family)
{
    const Session *session = model_session (model, family);
    gboolean up = session_is_up (session);
    const char *address = family == 6 ? model->profile->address6 : model->profile->address4;

    g_string_append_printf (answer, "session%u=%s\n", family, up ? "connected" : "disconnected");
    g_string_append_printf (answer, "address%u=%s\n", family, up ? address : "");
    g_string_append_printf (answer, "apn%u=%s\n", family, up ? session->apn : "");
    append_traffic (answer, "sent", family, &session->sent);
    append_traffic (answer, "received", family, &session->received);
    append_traffic (answer, "dropped", family, &session->dropped);
}

static gboolean
status (Control *control, GError **error)
{
    static const char *const powers[] = { "off", "booting", "running" };
    static const char *const modes[] = { "minimum", "online", "low-power", "offline" };
    static const char *const sims[] = { "absent", "pin-required", "puk-required", "ready" };
    Machine *machine = control->machine;
    Model *model = machine->model;
    GString *answer = control->answer;
    g_autofree char *revision = g_strescape (model->profile->revision, NULL);

    g_string_append_printf (answer, "state=%s\nmode=%s\nfunctionality=%s\ncfun=%d\n", powers[model->power],
                            model->broken ? "" : composition_mode_name (model->composition.mode),
                            modes[model->mode],
                            model->mode == MODE_ONLINE ? 1 : model->mode == MODE_MINIMUM ? 0 : 4);
    g_string_append_printf (answer, "stored_usbnet=%d\n",
                            nvram_get_int (model->nvram, "module", "usbnet", model->profile->usbnet));
    g_string_append_printf (answer, "revision=%s\nsim=%s\nregistration=%s\n", revision,
                            sims[sim_state (model->sim)], registration_name (model->registration));
    g_string_append_printf (answer, "link_layer=%s\n", model->raw_ip ? "raw-ip" : "802-3");
    g_string_append_printf (answer, "blackhole=%s\n", model->blackhole ? "on" : "off");
    g_string_append_printf (answer, "hung=%s\n", ports_is_hung (machine->ports) ? "yes" : "no");
    g_string_append_printf (answer, "gps=%s\n", model->gnss.on ? "on" : "off");
    append_session (answer, model, 4);
    append_session (answer, model, 6);
    if (machine->qmi_wwan)
        g_string_append_printf (answer, "raw_ip=%c\n", host_qmi_wwan_raw_ip (machine->qmi_wwan) ? 'Y' : 'N');
    if (machine->air)
        g_string_append_printf (answer, "strays=%" G_GUINT64_FORMAT "\n", air_link_strays (machine->air));
    return TRUE;
}

static gboolean
describe (Control *control, GError **error)
{
    Model *model = control->machine->model;
    g_autofree char *json = composition_describe (&model->composition, model->profile,
                                                  model_is_router (model) ? control->machine->lan_netdev
                                                                          : control->machine->netdev);

    g_string_append_printf (control->answer, "%s\n", json);
    return TRUE;
}

static gboolean
seen (Control *control, GError **error)
{
    const char *what = argument (control, 0);
    Journal *journal = control->machine->journal;

    if (g_strcmp0 (what, "at") == 0)
        journal_report (journal, JOURNAL_AT, control->answer);
    else if (g_strcmp0 (what, "qmi") == 0)
        journal_report (journal, JOURNAL_QMI, control->answer);
    else if (g_strcmp0 (what, "mbim") == 0)
        journal_report (journal, JOURNAL_MBIM, control->answer);
    else if (g_strcmp0 (what, "clear") == 0)
        journal_clear (journal);
    else
        return complain (error, "seen at, seen qmi, seen mbim or seen clear");
    return TRUE;
}

/* Power */

static gboolean
reset (Control *control, GError **error)
{
    if (control->machine->model->power != POWER_RUNNING)
        return complain (error, "the module is not running");
    model_restart (control->machine->model);
    return TRUE;
}

static gboolean
crash (Control *control, GError **error)
{
    if (control->machine->model->power != POWER_RUNNING)
        return complain (error, "the module is not running");
    model_crash (control->machine->model);
    return TRUE;
}

static gboolean
unplug (Control *control, GError **error)
{
    model_unplug (control->machine->model);
    return TRUE;
}

static gboolean
plug (Control *control, GError **error)
{
    if (control->machine->model->power != POWER_OFF)
        return complain (error, "the module is plugged in already");
    model_plug (control->machine->model);
    return TRUE;
}

static gboolean
broken_boot (Control *control, GError **error)
{
    if (control->machine->model->power == POWER_OFF)
        return complain (error, "the module is not plugged in");
    model_break (control->machine->model);
    return TRUE;
}

static gboolean
restart_sticks (Control *control, GError **error)
{
    return get_switch (control, 0, &control->machine->model->sticks, error);
}

static gboolean
power_off (Control *control, GError **error)
{
    if (control->machine->model->power != POWER_RUNNING)
        return complain (error, "the module is not running");
    model_power_off (control->machine->model);
    return TRUE;
}

/* SIM */

static gboolean
are_digits (const char *text, gsize min, gsize max)
{
    gsize length = strlen (text);

    return length >= min && length <= max && strspn (text, "0123456789") == length;
}

static gboolean
sim_insert_command (Control *control, GError **error)
{
    const char *iccid = argument (control, 0), *imsi = argument (control, 1);

    if ((iccid && !are_digits (iccid, 18, 20)) || (imsi && !are_digits (imsi, 6, 15)))
        return complain (error, "an ICCID has 18 to 20 digits, an IMSI 6 to 15");
    model_sim_insert (control->machine->model, iccid, imsi);
    return TRUE;
}

static gboolean
sim_remove_command (Control *control, GError **error)
{
    model_sim_remove (control->machine->model);
    return TRUE;
}

static gboolean
sim_pin (Control *control, GError **error)
{
    const char *pin = argument (control, 0);
    Sim *sim = control->machine->model->sim;

    if (!pin || (*pin && !are_digits (pin, 4, 8)))
        return complain (error, "a PIN has 4 to 8 digits, or is empty (\"\") for none");
    g_free (sim->pin);
    sim->pin = g_strdup (pin);
    return TRUE;
}

/* Network */

static gboolean
register_command (Control *control, GError **error)
{
    static const struct {
        const char *name;
        Registration answer;
    } answers[] = {
        { "home", REGISTRATION_HOME },           { "roaming", REGISTRATION_ROAMING },
        { "denied", REGISTRATION_DENIED },       { "searching", REGISTRATION_SEARCHING },
        { "none", REGISTRATION_NONE },
    };
    const char *name = argument (control, 0);
    gint64 cause = 11;

    if (control->n_args > 1 && !get_number (control, 1, 1, 255, &cause, error))
        return FALSE;
    for (guint i = 0; name && i < G_N_ELEMENTS (answers); i++)
        if (g_str_equal (answers[i].name, name)) {
            model_set_network_answer (control->machine->model, answers[i].answer, cause);
            return TRUE;
        }
    return complain (error, "register home, roaming, denied, searching or none");
}

static gboolean
pdn_drop (Control *control, GError **error)
{
    gint64 family = 0;
    /* A router dials again after what it did not do itself; the regular end is what AT+CGACT=0 leaves. */
    EsmCause cause = model_is_router (control->machine->model) ? ESM_NETWORK_FAILURE : ESM_REGULAR_DEACTIVATION;

    if (control->n_args && (!get_number (control, 0, 4, 6, &family, error) || family == 5))
        return error && *error ? FALSE : complain (error, "the IP family is 4 or 6");
    if (family != 6)
        model_session_drop (control->machine->model, 4, cause);
    if (family != 4)
        model_session_drop (control->machine->model, 6, cause);
    return TRUE;
}

static gboolean
pdn_lose (Control *control, GError **error)
{
    model_session_lose (control->machine->model, 4);
    model_session_lose (control->machine->model, 6);
    return TRUE;
}

static gboolean
data_blackhole (Control *control, GError **error)
{
    Model *model = control->machine->model;
    gboolean fades = g_strcmp0 (argument (control, 0), "until-reconnected") == 0;

    if (!fades && !get_switch (control, 0, &model->blackhole, error))
        return FALSE;
    model->blackhole |= fades;
    model->blackhole_fades = fades;
    return TRUE;
}

static gboolean
hold_link (Control *control, GError **error)
{
    return get_switch (control, 0, &control->machine->model->link_held, error);
}

static gboolean
set_signal (Control *control, GError **error)
{
    gint64 rsrp, rsrq, rssi, snr;

    if (!get_number (control, 0, -140, -44, &rsrp, error) ||
        !get_number (control, 1, -20, -3, &rsrq, error) ||
        !get_number (control, 2, -113, -30, &rssi, error) || !get_number (control, 3, -200, 300, &snr, error))
        return FALSE;
    model_set_signal (control->machine->model, (Signal) { rsrp, rsrq, rssi, snr });
    return TRUE;
}

static gboolean
set_time (Control *control, GError **error)
{
    const char *text = argument (control, 0);
    g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
    g_autoptr (GDateTime) time = text ? g_date_time_new_from_iso8601 (text, utc) : NULL;

    if (!time)
        return complain (error, "“%s” is not a time like 2026-01-31T12:00:00+01:00", text ? text : "");
    model_set_time (control->machine->model, g_date_time_to_unix (time),
                    g_date_time_get_utc_offset (time) / (15 * G_TIME_SPAN_MINUTE));
    return TRUE;
}

static gboolean
get_degrees (const Control *control, guint index, double limit, double *degrees, GError **error)
{
    const char *text = argument (control, index);
    char *end = NULL;

    if (text)
        *degrees = g_ascii_strtod (text, &end);
    if (!text || end == text || *end || !(*degrees >= -limit && *degrees <= limit))
        return complain (error, "“%s” is not a number of degrees from -%g to %g", text ? text : "", limit,
                         limit);
    return TRUE;
}

static gboolean
gps_fix (Control *control, GError **error)
{
    double latitude, longitude;

    if (!get_degrees (control, 0, 90, &latitude, error) || !get_degrees (control, 1, 180, &longitude, error))
        return FALSE;
    model_set_position (control->machine->model, latitude, longitude);
    return TRUE;
}

/* Talk */

static gboolean
urc (Control *control, GError **error)
{
    g_autofree char *text = g_strjoinv (" ", control->args);

    if (!*text)
        return complain (error, "what is the code to say?");
    model_urc (control->machine->model, "%s", text);
    return TRUE;
}

static gboolean
at_command (Control *control, GError **error)
{
    const char *command = argument (control, 0);

    if (control->n_args != 1 || !at_engine_run (ports_at (control->machine->ports), command, control->answer))
        return complain (error, "“%s” does not answer OK", command ? command : "");
    return TRUE;
}

static gboolean
link_layer (Control *control, GError **error)
{
    const char *protocol = argument (control, 0);

    if (g_strcmp0 (protocol, "raw-ip") != 0 && g_strcmp0 (protocol, "802-3") != 0)
        return complain (error, "llp raw-ip or llp 802-3");
    control->machine->model->raw_ip = g_str_equal (protocol, "raw-ip");
    return TRUE;
}

static gboolean
hang (Control *control, GError **error)
{
    static const char *const parts[] = { "all", "at", "at-primary", "qmi", "mbim", NULL };
    const char *what = argument (control, 0), *how = argument (control, 1);
    gboolean all = g_strcmp0 (what, "all") == 0;
    Hang duration;

    if (!what || !g_strv_contains (parts, what))
        return complain (error, "hang at, hang at-primary, hang qmi, hang mbim or hang all");
    if (!hang_parse (how, &duration))
        return complain (error, "“%s” is not how long something hangs: see help", how ? how : "");
    if (all || g_str_has_prefix (what, "at"))
        ports_set_at_hang (control->machine->ports, duration, !g_str_equal (what, "at-primary"));
    if (all || g_str_equal (what, "qmi"))
        qmi_endpoint_set_hang (ports_qmi (control->machine->ports), duration);
    if (all || g_str_equal (what, "mbim"))
        mbim_endpoint_set_hang (ports_mbim (control->machine->ports), duration);
    return TRUE;
}

/* Faults */

static const struct {
    const char *name;
    FaultKind kind;
    gboolean takes_number, takes_text;
} at_faults[] = {
    { "error", FAULT_ERROR },     { "cme", FAULT_CME, TRUE }, { "garbage", FAULT_GARBAGE },
    { "truncate", FAULT_TRUNCATE }, { "silent", FAULT_SILENT }, { "split", FAULT_SPLIT },
    { "urc-inside", FAULT_URC_INSIDE }, { "says", FAULT_SAYS, FALSE, TRUE },
};

/* "KIND [NUMBER] [COUNT]" from index on. */
static gboolean
parse_fault (const Control *control, guint index, gboolean takes_number, Fault *fault, gint64 *count,
             GError **error)
{
    gint64 number = 0;

    if (takes_number && !get_number (control, ++index, 1, G_MAXUINT16, &number, error))
        return FALSE;
    fault->value = number;
    *count = 0;
    return control->n_args <= index + 1 || get_number (control, index + 1, 1, G_MAXUINT16, count, error);
}

/* A text with escapes as in C; the fault outlives the command. */
static gboolean
parse_says (const Control *control, guint index, Fault *fault, GError **error)
{
    const char *escaped = argument (control, index);
    g_autofree char *text = escaped ? g_strcompress (escaped) : NULL;

    fault->text = g_intern_string (text);
    return text || complain (error, "what is to be said?");
}

static gboolean
fault_at (Control *control, GError **error)
{
    const char *prefix = argument (control, 0), *name = argument (control, 1);
    gint64 count;

    if (g_strcmp0 (prefix, "off") == 0 && !name) {
        faults_clear_at (control->machine->faults);
        return TRUE;
    }
    for (guint i = 0; name && i < G_N_ELEMENTS (at_faults); i++) {
        Fault fault = { at_faults[i].kind };

        if (!g_str_equal (at_faults[i].name, name))
            continue;
        if (at_faults[i].takes_text && !parse_says (control, 2, &fault, error))
            return FALSE;
        if (!parse_fault (control, at_faults[i].takes_text ? 2 : 1, at_faults[i].takes_number, &fault, &count, error))
            return FALSE;
        faults_add_at (control->machine->faults, prefix, fault, count);
        return TRUE;
    }
    return complain (error, "“%s” is no kind of fault: see help", name ? name : "");
}

/* What the two message protocols have in common: "SERVICE|* MESSAGE|* ERROR N|silent [COUNT]". */
typedef struct {
    const char *name, *error_word;
    int (*parse_service) (const char *text);
    void (*add) (Faults *faults, int service, int message, Fault fault, guint count);
    void (*clear) (Faults *faults);
} FaultProtocol;

static gboolean
fault_message (Control *control, const FaultProtocol *protocol, GError **error)
{
    const char *service = argument (control, 0), *name = argument (control, 2);
    gboolean any_message = g_strcmp0 (argument (control, 1), "*") == 0;
    gboolean is_error = g_strcmp0 (name, protocol->error_word) == 0;
    gint64 message = FAULTS_ANY, count;
    int number = FAULTS_ANY;
    Fault fault = { is_error ? FAULT_ERROR : FAULT_SILENT };

    if (g_strcmp0 (service, "off") == 0 && control->n_args == 1) {
        protocol->clear (control->machine->faults);
        return TRUE;
    }
    if (service && !g_str_equal (service, "*")) {
        number = protocol->parse_service (service);
        if (number < 0)
            return complain (error, "“%s” is no %s service", service, protocol->name);
    }
    if (!any_message && !get_number (control, 1, 0, G_MAXUINT16, &message, error))
        return FALSE;
    if (!is_error && g_strcmp0 (name, "silent") != 0)
        return complain (error, "“%s” is no kind of fault: see help", name ? name : "");
    if (!parse_fault (control, 2, is_error, &fault, &count, error))
        return FALSE;
    protocol->add (control->machine->faults, number, message, fault, count);
    return TRUE;
}

static gboolean
fault_qmi (Control *control, GError **error)
{
    static const FaultProtocol qmi = { "QMI", "error", qmi_service_parse, faults_add_qmi, faults_clear_qmi };

    return fault_message (control, &qmi, error);
}

static gboolean
fault_mbim (Control *control, GError **error)
{
    static const FaultProtocol mbim = { "MBIM", "status", mbim_service_parse, faults_add_mbim, faults_clear_mbim };

    return fault_message (control, &mbim, error);
}

/* Longer words before their beginnings. */
static const ControlCommand commands[] = {
    { "help", "", "this list", help },
    { "status", "", "the module's state as KEY=VALUE lines", status },
    { "describe", "", "the running USB composition as a line of JSON", describe },
    { "seen", "at|qmi|mbim|clear", "what has been asked so far: COUNT QUESTION lines", seen },
    { "reset", "", "the module restarts in an orderly way", reset },
    { "crash", "", "the module restarts without a word", crash },
    { "unplug", "", "pulled from the USB port", unplug },
    { "plug", "", "put back: a cold boot", plug },
    { "broken-boot", "", "restarts into QHSUSB__BULK; only unplug helps", broken_boot },
    { "restart-sticks", "on|off", "the next restart ends nowhere; only unplug helps", restart_sticks },
    { "power-off", "", "as AT+QPOWD", power_off },
    { "sim insert", "[ICCID [IMSI]]", "a card is put in", sim_insert_command },
    { "sim remove", "", "the card is taken out", sim_remove_command },
    { "sim pin", "PIN", "the card asks for this PIN from the next power cycle on (\"\": for none)", sim_pin },
    { "register", "home|roaming|denied|searching|none [CAUSE]", "what the network answers; CAUSE of a denial",
      register_command },
    { "pdn drop", "[4|6]", "the network ends the data sessions", pdn_drop },
    { "pdn lose", "", "the data sessions are gone, and nobody is told", pdn_lose },
    { "data blackhole", "on|off|until-reconnected", "sessions stay up and carry nothing", data_blackhole },
    { "link held", "on|off", "raw_ip cannot be changed, as if a rival always had the link up", hold_link },
    { "signal", "RSRP RSRQ RSSI SNR", "in dBm, dB, dBm and tenths of dB", set_signal },
    { "time", "ISO8601", "the network tells the time (NITZ)", set_time },
    { "gps fix", "LATITUDE LONGITUDE", "in degrees; 0 0 is no fix", gps_fix },
    { "at", "COMMAND", "an AT command, as if typed at the module", at_command },
    { "urc", "TEXT", "an unsolicited code, word for word", urc },
    { "llp", "raw-ip|802-3", "what the firmware takes frames for", link_layer },
    { "hang", "at|at-primary|qmi|mbim|all on|off|until-reopened|until-radio|until-restart|until-power",
      "reads and says nothing", hang },
    { "fault at", "PREFIX error|cme N|garbage|truncate|silent|split|urc-inside|says TEXT [COUNT], or off",
      "answers to commands that begin with PREFIX (as AT+CPIN) go wrong; TEXT has escapes as in C", fault_at },
    { "fault qmi", "SERVICE|* MESSAGE|* error N|silent [COUNT], or off",
      "answers to such messages go wrong", fault_qmi },
    { "fault mbim", "SERVICE|* CID|* status N|silent [COUNT], or off",
      "answers to such commands go wrong", fault_mbim },
    { NULL },
};

static const ControlCommand *
command_table (void)
{
    return commands;
}

/* How many arguments the command's words take, or 0 if they are not these. */
static guint
match_words (const char *words, char **args, guint n_args)
{
    g_auto (GStrv) parts = g_strsplit (words, " ", -1);
    guint n = g_strv_length (parts);

    for (guint i = 0; i < n; i++)
        if (i >= n_args || !g_str_equal (parts[i], args[i]))
            return 0;
    return n;
}

gboolean
control_run (Machine *machine, const char *line, GString *answer, GError **error)
{
    g_auto (GStrv) args = NULL;
    int n_args;

    if (!g_shell_parse_argv (line, &n_args, &args, error))
        return FALSE;
    for (const ControlCommand *command = commands; command->words; command++) {
        guint n = match_words (command->words, args, n_args);
        Control control = { machine, args + n, n_args - n, answer };

        if (n)
            return command->handler (&control, error);
    }
    return complain (error, "“%s” is no command: see help", line);
}
