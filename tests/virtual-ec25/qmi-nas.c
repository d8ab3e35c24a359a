/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMI network access service: what can be asked for and set. */

#include "qmi-nas.h"
#include "qmi-bands.h"

#include <string.h>

static QmiProtocolError
reset (QmiCall *call)
{
    call->peer->events = 0;
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
set_event_report (QmiCall *call)
{
    qmi_call_register (call, 0x10, NAS_EVENT_SIGNAL_STRENGTH);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
register_indications (QmiCall *call)
{
    qmi_call_register (call, 0x13, NAS_EVENT_SERVING_SYSTEM);
    qmi_call_register (call, 0x17, NAS_EVENT_NETWORK_TIME);
    qmi_call_register (call, 0x18, NAS_EVENT_SYSTEM_INFO);
    qmi_call_register (call, 0x19, NAS_EVENT_SIGNAL_INFO);
    qmi_call_register (call, 0x21, NAS_EVENT_NETWORK_REJECT);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_signal_strength (QmiCall *call)
{
    nas_put_signal_strength (call->response, call->model, 0x01);
    if (model_is_registered (call->model))
        nas_put_lte_strength (call->response, call->model);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_signal_info (QmiCall *call)
{
    nas_fill_signal_info (call->response, call->model, NULL);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_serving_system (QmiCall *call)
{
    nas_fill_serving_system_response (call->response, call->model);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_system_info (QmiCall *call)
{
    nas_fill_system_info (call->response, call->model, NULL);
    return QMI_PROTOCOL_ERROR_NONE;
}

static void
put_scanned_network (QmiCall *call)
{
    const Profile *profile = call->model->profile;
    guint8 use = model_is_registered (call->model) ? QMI_NAS_NETWORK_STATUS_CURRENT_SERVING
                                                   : QMI_NAS_NETWORK_STATUS_AVAILABLE;
    gsize tlv = tlv_begin (call->response, 0x10);

    put_u16 (call->response, 1);
    nas_put_plmn (call->response, profile);
    put_u8 (call->response, use | QMI_NAS_NETWORK_STATUS_HOME | QMI_NAS_NETWORK_STATUS_NOT_FORBIDDEN);
    put_string (call->response, profile->short_name);
    tlv_end (call->response, tlv);

    tlv = tlv_begin (call->response, 0x11);
    put_u16 (call->response, 1);
    nas_put_plmn (call->response, profile);
    put_u8 (call->response, QMI_NAS_RADIO_INTERFACE_LTE);
    tlv_end (call->response, tlv);

    tlv = tlv_begin (call->response, 0x12);
    put_u16 (call->response, 1);
    nas_put_plmn (call->response, profile);
    put_u8 (call->response, strlen (profile->mnc) == 3);
    tlv_end (call->response, tlv);
}

static QmiProtocolError
network_scan (QmiCall *call)
{
    if (call->model->mode != MODE_ONLINE)
        return QMI_PROTOCOL_ERROR_INVALID_OPERATION;
    if (call->model->network_answer != REGISTRATION_NONE)
        put_scanned_network (call);
    call->delay = call->model->profile->scan_time;
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
initiate_register (QmiCall *call)
{
    if (model_sim_state (call->model) != SIM_READY)
        return QMI_PROTOCOL_ERROR_NO_SIM;
    model_set_detached (call->model, FALSE);
    model_search (call->model);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
attach_detach (QmiCall *call)
{
    guint8 action;

    if (!tlv_get_u8 (call->request, 0x10, &action))
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    if (call->model->detached == (action == QMI_NAS_PS_ATTACH_ACTION_DETACH))
        return QMI_PROTOCOL_ERROR_NO_EFFECT;
    model_set_detached (call->model, action == QMI_NAS_PS_ATTACH_ACTION_DETACH);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_home_network (QmiCall *call)
{
    const char *imsi = call->model->sim->imsi;
    char mcc[4] = { imsi[0], imsi[1], imsi[2] };
    char mnc[4] = { imsi[3], imsi[4], call->model->sim->mnc_length == 3 ? imsi[5] : '\0' };
    gsize tlv;

    if (model_sim_state (call->model) != SIM_READY)
        return QMI_PROTOCOL_ERROR_NOT_PROVISIONED;
    tlv = tlv_begin (call->response, 0x01);
    put_u16 (call->response, g_ascii_strtoull (mcc, NULL, 10));
    put_u16 (call->response, g_ascii_strtoull (mnc, NULL, 10));
    put_string (call->response, call->model->sim->spn);
    tlv_end (call->response, tlv);
    return QMI_PROTOCOL_ERROR_NONE;
}

/* Modes and bands are kept; the network is LTE whatever they say. */

static int
mode_preference (Model *model)
{
    return nvram_get_int (model->nvram, "radio", "modes",
                          QMI_NAS_RAT_MODE_PREFERENCE_GSM | QMI_NAS_RAT_MODE_PREFERENCE_UMTS |
                              QMI_NAS_RAT_MODE_PREFERENCE_LTE);
}

static guint64
lte_band_preference (Model *model)
{
    g_autofree char *text = nvram_get_string (model->nvram, "radio", "lte-bands", NULL);

    return text ? g_ascii_strtoull (text, NULL, 16) : qmi_lte_bands (model->profile);
}

static QmiProtocolError
get_selection_preference (QmiCall *call)
{
    Model *model = call->model;

    tlv_u8 (call->response, 0x10, FALSE); /* emergency mode */
    tlv_u16 (call->response, 0x11, mode_preference (model));
    tlv_u64 (call->response, 0x12, QMI_BANDS_2G_3G);
    tlv_u16 (call->response, 0x14, QMI_NAS_ROAMING_PREFERENCE_ANY);
    tlv_u64 (call->response, 0x15, lte_band_preference (model));
    tlv_u8 (call->response, 0x16, nvram_get_int (model->nvram, "radio", "manual", 0));
    tlv_u32 (call->response, 0x18, QMI_NAS_SERVICE_DOMAIN_PREFERENCE_CS_PS);
    tlv_u32 (call->response, 0x1f,
             nvram_get_int (model->nvram, "radio", "usage", QMI_NAS_USAGE_PREFERENCE_DATA_CENTRIC));
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
set_selection_preference (QmiCall *call)
{
    Nvram *nvram = call->model->nvram;
    guint16 modes, length;
    guint32 usage;
    guint8 selection;
    const guint8 *bands = qmi_message_get_raw_tlv (call->request, 0x15, &length);

    if (tlv_get_u16 (call->request, 0x11, &modes))
        nvram_set_int (nvram, "radio", "modes", modes);
    if (bands && length == sizeof (guint64)) {
        guint64 mask;
        g_autofree char *text = NULL;

        memcpy (&mask, bands, sizeof (mask));
        text = g_strdup_printf ("%" G_GINT64_MODIFIER "x", GUINT64_FROM_LE (mask));
        nvram_set_string (nvram, "radio", "lte-bands", text);
    }
    if (tlv_get_u8 (call->request, 0x16, &selection))
        nvram_set_int (nvram, "radio", "manual", selection);
    if (tlv_get_u32 (call->request, 0x21, &usage))
        nvram_set_int (nvram, "radio", "usage", usage);
    model_search (call->model);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_technology_preference (QmiCall *call)
{
    gsize tlv = tlv_begin (call->response, 0x01);

    put_u16 (call->response, QMI_NAS_RADIO_TECHNOLOGY_PREFERENCE_AUTO);
    put_u8 (call->response, QMI_NAS_PREFERENCE_DURATION_PERMANENT);
    tlv_end (call->response, tlv);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_rf_band (QmiCall *call)
{
    gsize tlv;

    if (!model_is_registered (call->model))
        return QMI_PROTOCOL_ERROR_INFORMATION_UNAVAILABLE;
    tlv = tlv_begin (call->response, 0x01);
    put_u8 (call->response, 1);
    put_u8 (call->response, QMI_NAS_RADIO_INTERFACE_LTE);
    put_u16 (call->response, nas_active_band (call->model->profile->band));
    put_u16 (call->response, call->model->profile->channel);
    tlv_end (call->response, tlv);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_cell_location (QmiCall *call)
{
    const Profile *profile = call->model->profile;
    Signal signal = call->model->signal;
    gsize tlv;

    if (!model_is_registered (call->model))
        return QMI_PROTOCOL_ERROR_INFORMATION_UNAVAILABLE;
    tlv = tlv_begin (call->response, 0x13);
    put_u8 (call->response, !session_is_up (model_session (call->model, 4)));
    nas_put_packed_plmn (call->response, profile);
    put_u16 (call->response, profile->tracking_area);
    put_u32 (call->response, profile->cell);
    put_u16 (call->response, profile->channel);
    put_u16 (call->response, profile->physical_cell);
    for (guint i = 0; i < 4; i++) /* priority and thresholds of reselection */
        put_u8 (call->response, 0);
    put_u8 (call->response, 1);
    put_u16 (call->response, profile->physical_cell);
    put_u16 (call->response, signal.rsrq * 10);
    put_u16 (call->response, signal.rsrp * 10);
    put_u16 (call->response, signal.rssi * 10);
    put_u16 (call->response, 0);
    tlv_end (call->response, tlv);
    return QMI_PROTOCOL_ERROR_NONE;
}

static void
put_name (QmiMessage *message, const char *name)
{
    put_u8 (message, QMI_NAS_NETWORK_DESCRIPTION_ENCODING_ASCII7);
    put_u8 (message, 0); /* no country initials */
    put_u8 (message, 0); /* no spare bits */
    put_string (message, name);
}

static QmiProtocolError
get_plmn_name (QmiCall *call)
{
    const Profile *profile = call->model->profile;
    TlvReader reader = tlv_open (call->request, 0x01);
    guint16 mcc, mnc;
    gsize tlv;

    if (!get_u16 (&reader, &mcc) || !get_u16 (&reader, &mnc))
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    if (mcc != g_ascii_strtoull (profile->mcc, NULL, 10) || mnc != g_ascii_strtoull (profile->mnc, NULL, 10))
        return QMI_PROTOCOL_ERROR_INFORMATION_UNAVAILABLE;
    tlv = tlv_begin (call->response, 0x10);
    put_u8 (call->response, QMI_NAS_NETWORK_DESCRIPTION_ENCODING_ASCII7);
    put_string (call->response, call->model->sim->spn);
    put_name (call->response, profile->short_name);
    put_name (call->response, profile->long_name);
    tlv_end (call->response, tlv);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_network_time (QmiCall *call)
{
    gsize tlv;

    if (!model_get_time (call->model))
        return QMI_PROTOCOL_ERROR_TIME_NOT_ACQUIRED;
    tlv = tlv_begin (call->response, 0x11);
    nas_put_time (call->response, call->model);
    put_u8 (call->response, call->model->time_zone);
    put_u8 (call->response, QMI_NAS_DAYLIGHT_SAVINGS_ADJUSTMENT_NONE);
    put_u8 (call->response, QMI_NAS_RADIO_INTERFACE_LTE);
    tlv_end (call->response, tlv);
    return QMI_PROTOCOL_ERROR_NONE;
}

static const QmiMethod methods[] = {
    { 0x0000, "Reset", reset },
    { 0x0002, "Set Event Report", set_event_report },
    { 0x0003, "Register Indications", register_indications },
    { 0x0020, "Get Signal Strength", get_signal_strength },
    { 0x0021, "Network Scan", network_scan },
    { 0x0022, "Initiate Network Register", initiate_register },
    { 0x0023, "Attach Detach", attach_detach },
    { 0x0024, "Get Serving System", get_serving_system },
    { 0x0025, "Get Home Network", get_home_network },
    { 0x0026, "Get Preferred Networks" }, /* none */
    { 0x002a, "Set Technology Preference" },
    { 0x002b, "Get Technology Preference", get_technology_preference },
    { 0x0031, "Get RF Band Information", get_rf_band },
    { 0x0033, "Set System Selection Preference", set_selection_preference },
    { 0x0034, "Get System Selection Preference", get_selection_preference },
    { 0x0043, "Get Cell Location Info", get_cell_location },
    { 0x0044, "Get PLMN Name", get_plmn_name },
    { 0x004d, "Get System Info", get_system_info },
    { 0x004f, "Get Signal Info", get_signal_info },
    { 0x0050, "Config Signal Info" },
    { 0x006c, "Config Signal Info v2" },
    { 0x007d, "Get Network Time", get_network_time },
    { 0 },
};

const QmiServiceType qmi_nas = { QMI_SERVICE_NAS, "NAS", methods, nas_on_model };
