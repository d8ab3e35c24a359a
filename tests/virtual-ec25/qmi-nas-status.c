/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMI network access service: status, asked for or indicated. */

#include "qmi-nas.h"

#include <string.h>

void
nas_put_plmn (QmiMessage *message, const Profile *profile)
{
    put_u16 (message, g_ascii_strtoull (profile->mcc, NULL, 10));
    put_u16 (message, g_ascii_strtoull (profile->mnc, NULL, 10));
}

void
nas_put_packed_plmn (QmiMessage *message, const Profile *profile)
{
    const char *mcc = profile->mcc, *mnc = profile->mnc;
    guint8 third = strlen (mnc) == 3 ? mnc[2] - '0' : 0xf;

    put_u8 (message, (mcc[1] - '0') << 4 | (mcc[0] - '0'));
    put_u8 (message, third << 4 | (mcc[2] - '0'));
    put_u8 (message, (mnc[1] - '0') << 4 | (mnc[0] - '0'));
}

void
nas_put_time (QmiMessage *message, Model *model)
{
    g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (model_get_time (model));

    put_u16 (message, g_date_time_get_year (time));
    put_u8 (message, g_date_time_get_month (time));
    put_u8 (message, g_date_time_get_day_of_month (time));
    put_u8 (message, g_date_time_get_hour (time));
    put_u8 (message, g_date_time_get_minute (time));
    put_u8 (message, g_date_time_get_second (time));
    put_u8 (message, g_date_time_get_day_of_week (time) - 1); /* Monday is 0 */
}

guint16
nas_active_band (guint band)
{
    static const struct {
        guint band;
        QmiNasActiveBand active;
    } bands[] = {
        { 1, QMI_NAS_ACTIVE_BAND_EUTRAN_1 },   { 3, QMI_NAS_ACTIVE_BAND_EUTRAN_3 },
        { 5, QMI_NAS_ACTIVE_BAND_EUTRAN_5 },   { 7, QMI_NAS_ACTIVE_BAND_EUTRAN_7 },
        { 8, QMI_NAS_ACTIVE_BAND_EUTRAN_8 },   { 20, QMI_NAS_ACTIVE_BAND_EUTRAN_20 },
        { 38, QMI_NAS_ACTIVE_BAND_EUTRAN_38 }, { 40, QMI_NAS_ACTIVE_BAND_EUTRAN_40 },
        { 41, QMI_NAS_ACTIVE_BAND_EUTRAN_41 },
    };

    for (guint i = 0; i < G_N_ELEMENTS (bands); i++)
        if (bands[i].band == band)
            return bands[i].active;
    return 0;
}

/* Signal */

void
nas_put_signal_strength (QmiMessage *message, Model *model, guint8 type)
{
    gboolean registered = model_is_registered (model);
    gsize tlv = tlv_begin (message, type);

    put_u8 (message, registered ? model->signal.rssi : -125);
    put_u8 (message, registered ? QMI_NAS_RADIO_INTERFACE_LTE : QMI_NAS_RADIO_INTERFACE_NONE);
    tlv_end (message, tlv);
}

void
nas_put_lte_strength (QmiMessage *message, Model *model)
{
    gsize tlv = tlv_begin (message, 0x16);

    put_u8 (message, model->signal.rsrq);
    put_u8 (message, QMI_NAS_RADIO_INTERFACE_LTE);
    tlv_end (message, tlv);
    tlv_u16 (message, 0x17, model->signal.snr);
    tlv_u16 (message, 0x18, model->signal.rsrp);
}

void
nas_fill_signal_info (QmiMessage *message, Model *model, gconstpointer detail)
{
    gsize tlv;

    if (!model_is_registered (model))
        return;
    tlv = tlv_begin (message, 0x14);
    put_u8 (message, model->signal.rssi);
    put_u8 (message, model->signal.rsrq);
    put_u16 (message, model->signal.rsrp);
    put_u16 (message, model->signal.snr);
    tlv_end (message, tlv);
}

static void
fill_event_report (QmiMessage *message, Model *model, gconstpointer detail)
{
    nas_put_signal_strength (message, model, 0x10);
}

/* Serving system: the same parts, some of them under other numbers, in response and indication. */

typedef struct {
    guint8 lac, cell, detailed, tac, digits;
} ServingSystemTypes;

static const ServingSystemTypes response_types = { 0x1c, 0x1d, 0x21, 0x24, 0x27 };
static const ServingSystemTypes indication_types = { 0x1d, 0x1e, 0x22, 0x25, 0x29 };

#define NO_LAC 0xfffe /* what Qualcomm firmware writes on LTE */

static guint8
registration_state (Model *model)
{
    switch (model->registration) {
    case REGISTRATION_HOME:
    case REGISTRATION_ROAMING:
        return QMI_NAS_REGISTRATION_STATE_REGISTERED;
    case REGISTRATION_SEARCHING:
        return QMI_NAS_REGISTRATION_STATE_NOT_REGISTERED_SEARCHING;
    case REGISTRATION_DENIED:
        return QMI_NAS_REGISTRATION_STATE_REGISTRATION_DENIED;
    default:
        return QMI_NAS_REGISTRATION_STATE_NOT_REGISTERED;
    }
}

static guint8
service_status (Model *model)
{
    if (model_is_registered (model))
        return QMI_NAS_SERVICE_STATUS_AVAILABLE;
    if (model->registration == REGISTRATION_DENIED)
        return QMI_NAS_SERVICE_STATUS_LIMITED;
    return QMI_NAS_SERVICE_STATUS_NONE;
}

static guint8
service_domain (Model *model)
{
    if (!model_is_registered (model))
        return QMI_NAS_NETWORK_SERVICE_DOMAIN_NONE;
    return model->detached ? QMI_NAS_NETWORK_SERVICE_DOMAIN_CS : QMI_NAS_NETWORK_SERVICE_DOMAIN_CS_PS;
}

static void
put_registration (QmiMessage *message, Model *model)
{
    gboolean registered = model_is_registered (model), attached = registered && !model->detached;
    gsize tlv = tlv_begin (message, 0x01);

    put_u8 (message, registration_state (model));
    put_u8 (message, registered ? QMI_NAS_ATTACH_STATE_ATTACHED : QMI_NAS_ATTACH_STATE_DETACHED);
    put_u8 (message, attached ? QMI_NAS_ATTACH_STATE_ATTACHED : QMI_NAS_ATTACH_STATE_DETACHED);
    put_u8 (message, registered ? QMI_NAS_NETWORK_TYPE_3GPP : QMI_NAS_NETWORK_TYPE_UNKNOWN);
    put_u8 (message, 1);
    put_u8 (message, registered ? QMI_NAS_RADIO_INTERFACE_LTE : QMI_NAS_RADIO_INTERFACE_NONE);
    tlv_end (message, tlv);
}

static void
put_detailed_status (QmiMessage *message, Model *model, guint8 type)
{
    gsize tlv = tlv_begin (message, type);

    put_u8 (message, service_status (model));
    put_u8 (message, service_domain (model));
    put_u8 (message, QMI_NAS_SERVICE_STATUS_NONE);
    put_u8 (message, FALSE);
    put_u8 (message, model->registration == REGISTRATION_DENIED);
    tlv_end (message, tlv);
}

static void
put_network (QmiMessage *message, Model *model, const ServingSystemTypes *types)
{
    const Profile *profile = model->profile;
    gboolean roaming = model->registration == REGISTRATION_ROAMING;
    gsize tlv;

    tlv_u8 (message, 0x10,
            roaming ? QMI_NAS_ROAMING_INDICATOR_STATUS_ON : QMI_NAS_ROAMING_INDICATOR_STATUS_OFF);
    tlv = tlv_begin (message, 0x11);
    put_u8 (message, 1);
    put_u8 (message, QMI_NAS_DATA_CAPABILITY_LTE);
    tlv_end (message, tlv);
    tlv = tlv_begin (message, 0x12);
    nas_put_plmn (message, profile);
    put_string (message, profile->short_name);
    tlv_end (message, tlv);
    tlv_u16 (message, types->lac, NO_LAC);
    tlv_u32 (message, types->cell, profile->cell);
    tlv_u16 (message, types->tac, profile->tracking_area);
    tlv = tlv_begin (message, types->digits);
    nas_put_plmn (message, profile);
    put_u8 (message, strlen (profile->mnc) == 3);
    tlv_end (message, tlv);
}

static void
fill_serving_system (QmiMessage *message, Model *model, const ServingSystemTypes *types)
{
    put_registration (message, model);
    if (model_is_registered (model))
        put_network (message, model, types);
    put_detailed_status (message, model, types->detailed);
}

void
nas_fill_serving_system_response (QmiMessage *message, Model *model)
{
    fill_serving_system (message, model, &response_types);
}

static void
fill_serving_system_indication (QmiMessage *message, Model *model, gconstpointer detail)
{
    fill_serving_system (message, model, &indication_types);
}

/* System info */

static void
put_service_status (QmiMessage *message, guint8 type, guint8 status)
{
    gsize tlv = tlv_begin (message, type);

    put_u8 (message, status);
    put_u8 (message, status);
    put_u8 (message, FALSE); /* preferred data path */
    tlv_end (message, tlv);
}

/* A value behind the byte that says whether it is valid. */
static void
put_valid (QmiMessage *message, gboolean valid, guint8 value)
{
    put_u8 (message, valid);
    put_u8 (message, value);
}

static void
put_lte_system (QmiMessage *message, Model *model)
{
    const Profile *profile = model->profile;
    gboolean registered = model_is_registered (model), denied = model->registration == REGISTRATION_DENIED;
    gboolean camped = registered || denied, roaming = model->registration == REGISTRATION_ROAMING;
    gsize tlv = tlv_begin (message, 0x19);

    put_valid (message, TRUE, service_domain (model));
    put_valid (message, TRUE, service_domain (model));
    put_valid (message, registered, roaming ? QMI_NAS_ROAMING_STATUS_ON : QMI_NAS_ROAMING_STATUS_OFF);
    put_valid (message, TRUE, denied);
    put_u8 (message, camped);
    put_u16 (message, NO_LAC);
    put_u8 (message, camped);
    put_u32 (message, profile->cell);
    put_u8 (message, denied);
    put_u8 (message, QMI_NAS_NETWORK_SERVICE_DOMAIN_CS_PS);
    put_u8 (message, denied ? model->reject_cause : 0);
    put_u8 (message, camped);
    put_bytes (message, profile->mcc, 3);
    put_bytes (message, profile->mnc, 2);
    put_u8 (message, strlen (profile->mnc) == 3 ? (guint8) profile->mnc[2] : 0xff);
    put_u8 (message, camped);
    put_u16 (message, profile->tracking_area);
    tlv_end (message, tlv);
}

void
nas_fill_system_info (QmiMessage *message, Model *model, gconstpointer detail)
{
    put_service_status (message, 0x12, QMI_NAS_SERVICE_STATUS_NONE); /* GSM */
    put_service_status (message, 0x13, QMI_NAS_SERVICE_STATUS_NONE); /* WCDMA */
    put_service_status (message, 0x14, service_status (model));      /* LTE */
    if (service_status (model) != QMI_NAS_SERVICE_STATUS_NONE)
        put_lte_system (message, model);
}

static void
fill_network_time (QmiMessage *message, Model *model, gconstpointer detail)
{
    gsize tlv = tlv_begin (message, 0x01);

    nas_put_time (message, model);
    tlv_end (message, tlv);
    tlv_u8 (message, 0x10, model->time_zone);
    tlv_u8 (message, 0x11, QMI_NAS_DAYLIGHT_SAVINGS_ADJUSTMENT_NONE);
    tlv_u8 (message, 0x12, QMI_NAS_RADIO_INTERFACE_LTE);
}

static void
fill_network_reject (QmiMessage *message, Model *model, gconstpointer detail)
{
    gsize tlv;

    tlv_u8 (message, 0x01, QMI_NAS_RADIO_INTERFACE_LTE);
    tlv_u8 (message, 0x02, QMI_NAS_NETWORK_SERVICE_DOMAIN_CS_PS);
    tlv_u8 (message, 0x03, model->reject_cause);
    tlv = tlv_begin (message, 0x10);
    nas_put_plmn (message, model->profile);
    put_u8 (message, strlen (model->profile->mnc) == 3);
    tlv_end (message, tlv);
}

static const struct {
    ModelEvent cause;
    QmiIndication indication;
} indications[] = {
    { MODEL_SIGNAL, { QMI_SERVICE_NAS, 0x0002, NAS_EVENT_SIGNAL_STRENGTH, 0, fill_event_report } },
    { MODEL_SIGNAL, { QMI_SERVICE_NAS, 0x0051, NAS_EVENT_SIGNAL_INFO, 0, nas_fill_signal_info } },
    { MODEL_REGISTRATION,
      { QMI_SERVICE_NAS, 0x0024, NAS_EVENT_SERVING_SYSTEM, 0, fill_serving_system_indication } },
    { MODEL_REGISTRATION, { QMI_SERVICE_NAS, 0x004e, NAS_EVENT_SYSTEM_INFO, 0, nas_fill_system_info } },
    { MODEL_TIME, { QMI_SERVICE_NAS, 0x004c, NAS_EVENT_NETWORK_TIME, 0, fill_network_time } },
};

void
nas_on_model (QmiEndpoint *endpoint, Model *model, ModelEvent event, gconstpointer detail)
{
    static const QmiIndication reject = { QMI_SERVICE_NAS, 0x0068, NAS_EVENT_NETWORK_REJECT, 0,
                                          fill_network_reject };

    for (guint i = 0; i < G_N_ELEMENTS (indications); i++)
        if (indications[i].cause == event)
            qmi_endpoint_indicate (endpoint, &indications[i].indication, detail);
    if (event == MODEL_REGISTRATION && model->registration == REGISTRATION_DENIED)
        qmi_endpoint_indicate (endpoint, &reject, NULL);
}
