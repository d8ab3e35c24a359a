/* SPDX-License-Identifier: GPL-2.0-or-later */
/* AT commands around registration, signal and time of the network. */

#include "at-command.h"

#define ACT_EUTRAN 7 /* 3GPP TS 27.007, 7.2 */

static const char *const registration_names[] = { "+CREG", "+CGREG", "+CEREG" };

static char *
registration_line (Model *model, guint which, guint mode, gboolean solicited)
{
    const Profile *profile = model->profile;
    g_autofree char *prefix = solicited ? g_strdup_printf ("%u,", mode) : g_strdup ("");

    if (mode != 2 || !model_is_registered (model))
        return g_strdup_printf ("%s: %s%d", registration_names[which], prefix, model->registration);
    return g_strdup_printf ("%s: %s%d,\"%X\",\"%X\",%d", registration_names[which], prefix,
                            model->registration,
                            profile->tracking_area, profile->cell, ACT_EUTRAN);
}

static AtResult
read_registration (AtCall *call, guint which)
{
    g_autofree char *line =
        registration_line (call->model, which, call->settings->registration_urc[which], TRUE);

    at_line (call, "%s", line);
    return AT_OK;
}

static AtResult
set_registration (AtCall *call, guint which)
{
    return at_number (call, 0, 2, &call->settings->registration_urc[which]) ? AT_OK : CME_INVALID_PARAMETERS;
}

static AtResult
creg_read (AtCall *call)
{
    return read_registration (call, 0);
}

static AtResult
creg_set (AtCall *call)
{
    return set_registration (call, 0);
}

static AtResult
cgreg_read (AtCall *call)
{
    return read_registration (call, 1);
}

static AtResult
cgreg_set (AtCall *call)
{
    return set_registration (call, 1);
}

static AtResult
cereg_read (AtCall *call)
{
    return read_registration (call, 2);
}

static AtResult
cereg_set (AtCall *call)
{
    return set_registration (call, 2);
}

static AtResult
operator_read (AtCall *call)
{
    const Profile *profile = call->model->profile;

    if (!model_is_registered (call->model))
        at_line (call, "+COPS: 0");
    else if (call->settings->cops_format == 2)
        at_line (call, "+COPS: 0,2,\"%s%s\",%d", profile->mcc, profile->mnc, ACT_EUTRAN);
    else
        at_line (call, "+COPS: 0,%u,\"%s\",%d", call->settings->cops_format,
                 call->settings->cops_format ? profile->short_name : profile->long_name, ACT_EUTRAN);
    return AT_OK;
}

static AtResult
operator_set (AtCall *call)
{
    guint mode, format;

    if (!at_number (call, 0, 4, &mode))
        return CME_INVALID_PARAMETERS;
    if (call->n_args > 1 && at_number (call, 1, 2, &format))
        call->settings->cops_format = format;
    if (mode == 2)
        model_set_detached (call->model, TRUE);
    if (mode == 0 || mode == 1) {
        model_set_detached (call->model, FALSE);
        model_search (call->model);
    }
    return AT_OK;
}

static AtResult
operator_test (AtCall *call)
{
    const Profile *profile = call->model->profile;

    at_line (call, "+COPS: (2,\"%s\",\"%s\",\"%s%s\",%d),,(0-4),(0-2)", profile->long_name,
             profile->short_name,
             profile->mcc, profile->mnc, ACT_EUTRAN);
    return AT_OK;
}

static AtResult
signal_quality (AtCall *call)
{
    int rssi = CLAMP ((call->model->signal.rssi + 113) / 2, 0, 31);

    at_line (call, "+CSQ: %d,99", model_is_registered (call->model) ? rssi : 99);
    return AT_OK;
}

/* 3GPP TS 27.007, 8.69 */
static AtResult
extended_signal_quality (AtCall *call)
{
    Signal signal = call->model->signal;

    if (model_is_registered (call->model))
        at_line (call, "+CESQ: 99,99,255,255,%d,%d", CLAMP ((signal.rsrq * 2 + 39) + 1, 0, 34),
                 CLAMP (signal.rsrp + 141, 0, 97));
    else
        at_line (call, "+CESQ: 99,99,255,255,255,255");
    return AT_OK;
}

static AtResult
network_information (AtCall *call)
{
    const Profile *profile = call->model->profile;

    if (model_is_registered (call->model))
        at_line (call, "+QNWINFO: \"FDD LTE\",\"%s%s\",\"LTE BAND %u\",%u", profile->mcc, profile->mnc,
                 profile->band,
                 profile->channel);
    else
        at_line (call, "+QNWINFO: No Service");
    return AT_OK;
}

static AtResult
quectel_signal (AtCall *call)
{
    Signal signal = call->model->signal;

    if (model_is_registered (call->model))
        at_line (call, "+QCSQ: \"LTE\",%d,%d,%d,%d", signal.rssi, signal.rsrp, signal.snr, signal.rsrq);
    else
        at_line (call, "+QCSQ: \"NOSERVICE\"");
    return AT_OK;
}

static AtResult
engineering_mode (AtCall *call)
{
    Model *model = call->model;
    const Profile *profile = model->profile;
    gboolean connected = session_is_up (model_session (model, 4)) || session_is_up (model_session (model, 6));

    if (g_ascii_strcasecmp (call->args[0], "servingcell") != 0)
        return CME_INVALID_PARAMETERS;
    if (!model_is_registered (model)) {
        at_line (call, "+QENG: \"servingcell\",\"%s\"",
                 model->registration == REGISTRATION_DENIED ? "LIMSRV" : "SEARCH");
        return AT_OK;
    }
    at_line (call, "+QENG: \"servingcell\",\"%s\",\"LTE\",\"FDD\",%s,%s,%X,%u,%u,%u,5,5,%X,%d,%d,%d,%d,%d",
             connected ? "CONNECT" : "NOCONN", profile->mcc, profile->mnc, profile->cell,
                 profile->physical_cell,
             profile->channel, profile->band, profile->tracking_area, model->signal.rsrp, model->signal.rsrq,
             model->signal.rssi, model->signal.snr / 10, model->signal.rsrp + 130);
    return AT_OK;
}

/* Last time told by the network, 1: now in UTC, 2: now in local time. */
static AtResult
network_time (AtCall *call)
{
    Model *model = call->model;
    gint64 now = model_get_time (model);
    guint mode = 0;
    g_autoptr (GDateTime) time = NULL;
    g_autofree char *text = NULL;

    if (call->n_args && !at_number (call, 0, 2, &mode))
        return CME_INVALID_PARAMETERS;
    if (!now) {
        at_line (call, "+QLTS: \"\"");
        return AT_OK;
    }
    if (mode == 0)
        now = model->time;
    time = g_date_time_new_from_unix_utc (mode == 2 ? now + model->time_zone * 15 * 60 : now);
    text = g_date_time_format (time, "%Y/%m/%d,%H:%M:%S");
    at_line (call, "+QLTS: \"%s%+03d,0\"", text, model->time_zone);
    return AT_OK;
}

static char *
zone_code (const AtSettings *settings, Model *model)
{
    if (settings->ctzr == 1)
        return g_strdup_printf ("+CTZV: %+03d", model->time_zone);
    if (settings->ctzr == 2)
        return g_strdup_printf ("+CTZE: \"%+03d\",0", model->time_zone);
    return NULL;
}

static char *
packet_code (const AtSettings *settings, Model *model, const Session *session)
{
    if (settings->cgerep == 0)
        return NULL;
    if (session_is_up (session))
        return model_is_router (model) ? g_strdup ("+CGEV: ME PDN ACT 1") : NULL;
    if (!session->ended_by_network || model_router_is_up (model))
        return NULL;
    return g_strdup ("+CGEV: NW PDN DEACT 1");
}

char *
at_event_code (const AtSettings *settings, Model *model, ModelEvent event, gconstpointer detail, guint index)
{
    if (event == MODEL_REGISTRATION && settings->registration_urc[index])
        return registration_line (model, index, settings->registration_urc[index], FALSE);
    if (index > 0)
        return NULL;
    if (event == MODEL_TIME)
        return zone_code (settings, model);
    if (event == MODEL_SESSION)
        return packet_code (settings, model, detail);
    return NULL;
}

const AtCommand at_commands_network[] = {
    { "+CREG", AT_READ, creg_read },
    { "+CREG", AT_TEST, NULL, "+CREG: (0-2)" },
    { "+CREG", AT_SET, creg_set },
    { "+CGREG", AT_READ, cgreg_read },
    { "+CGREG", AT_TEST, NULL, "+CGREG: (0-2)" },
    { "+CGREG", AT_SET, cgreg_set },
    { "+CEREG", AT_READ, cereg_read },
    { "+CEREG", AT_TEST, NULL, "+CEREG: (0-2)" },
    { "+CEREG", AT_SET, cereg_set },
    { "+COPS", AT_READ, operator_read },
    { "+COPS", AT_SET, operator_set },
    { "+COPS", AT_TEST, operator_test },
    { "+CSQ", AT_EXECUTE, signal_quality },
    { "+CSQ", AT_TEST, NULL, "+CSQ: (0-31,99),(0-7,99)" },
    { "+CESQ", AT_EXECUTE, extended_signal_quality },
    { "+CESQ", AT_TEST, NULL, "+CESQ: (0-63,99),(0-7,99),(0-96,255),(0-49,255),(0-34,255),(0-97,255)" },
    { "+QNWINFO", AT_EXECUTE, network_information },
    { "+QCSQ", AT_EXECUTE, quectel_signal },
    { "+QENG", AT_SET, engineering_mode },
    { "+QENG", AT_TEST, NULL, "+QENG: (\"servingcell\",\"neighbourcell\")" },
    { "+QLTS", AT_EXECUTE, network_time },
    { "+QLTS", AT_SET, network_time },
    { "+QLTS", AT_TEST, NULL, "+QLTS: (0-2)" },
    { "+WS46", AT_TEST, NULL, "+WS46: (12,22,25,28,29,30,31)" },
    { "+WS46", AT_READ, NULL, "+WS46: 31" },
    { "+WS46", AT_SET },
    { "+CEMODE", AT_READ, NULL, "+CEMODE: 1" },
    { "+CIND", AT_TEST, NULL,
      "+CIND: (\"battchg\",(0-5)),(\"signal\",(0-5)),(\"service\",(0-1)),(\"call\",(0-1)),(\"roam\",(0-1)),"
      "(\"smsfull\",(0-1)),(\"GPRS coverage\",(0-1)),(\"callsetup\",(0-3))" },
    { "+CMER", AT_TEST, NULL, "+CMER: (0,3),(0),(0),(0-2),(0,1)" },
    { "+CMER", AT_SET },
    { NULL },
};
