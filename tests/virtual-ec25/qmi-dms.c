/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMI device management service: identity and operating mode. */

#include "qmi-bands.h"
#include "qmi-service.h"

#define EVENT_OPERATING_MODE (1 << 0)

/* Highest rates of LTE category 4. */
#define MAX_UPLINK   50000000
#define MAX_DOWNLINK 150000000

static QmiProtocolError
reset (QmiCall *call)
{
    call->peer->events = 0;
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
set_event_report (QmiCall *call)
{
    qmi_call_register (call, 0x14, EVENT_OPERATING_MODE);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_capabilities (QmiCall *call)
{
    static const guint8 radios[] = { QMI_DMS_RADIO_INTERFACE_GSM, QMI_DMS_RADIO_INTERFACE_UMTS,
                                     QMI_DMS_RADIO_INTERFACE_LTE };
    gsize tlv = tlv_begin (call->response, 0x01);

    put_u32 (call->response, MAX_UPLINK);
    put_u32 (call->response, MAX_DOWNLINK);
    put_u8 (call->response, QMI_DMS_DATA_SERVICE_CAPABILITY_SIMULTANEOUS_CS_PS);
    put_u8 (call->response, QMI_DMS_SIM_CAPABILITY_SUPPORTED);
    put_u8 (call->response, sizeof (radios));
    put_bytes (call->response, radios, sizeof (radios));
    tlv_end (call->response, tlv);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_manufacturer (QmiCall *call)
{
    tlv_string (call->response, 0x01, call->model->profile->qmi_manufacturer);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_model (QmiCall *call)
{
    tlv_string (call->response, 0x01, call->model->profile->qmi_model);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_revision (QmiCall *call)
{
    tlv_string (call->response, 0x01, call->model->profile->revision);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_msisdn (QmiCall *call)
{
    if (!*call->model->profile->msisdn || model_sim_state (call->model) != SIM_READY)
        return QMI_PROTOCOL_ERROR_NOT_PROVISIONED;
    tlv_string (call->response, 0x01, call->model->profile->msisdn);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_ids (QmiCall *call)
{
    tlv_string (call->response, 0x10, "0");
    tlv_string (call->response, 0x11, call->model->profile->imei);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_hardware_revision (QmiCall *call)
{
    tlv_string (call->response, 0x01, call->model->profile->hardware_revision);
    return QMI_PROTOCOL_ERROR_NONE;
}

static guint8
operating_mode (Model *model)
{
    static const guint8 modes[] = {
        [MODE_MINIMUM] = QMI_DMS_OPERATING_MODE_PERSISTENT_LOW_POWER, /* inferred */
        [MODE_ONLINE] = QMI_DMS_OPERATING_MODE_ONLINE,
        [MODE_LOW_POWER] = QMI_DMS_OPERATING_MODE_LOW_POWER,
        [MODE_OFFLINE] = QMI_DMS_OPERATING_MODE_OFFLINE,
    };

    return modes[model->mode];
}

static QmiProtocolError
get_operating_mode (QmiCall *call)
{
    tlv_u8 (call->response, 0x01, operating_mode (call->model));
    return QMI_PROTOCOL_ERROR_NONE;
}

/* From offline only a restart or the end leads on (inferred). */
static QmiProtocolError
set_operating_mode (QmiCall *call)
{
    guint8 mode;
    gboolean offline = call->model->mode == MODE_OFFLINE;

    if (!tlv_get_u8 (call->request, 0x01, &mode))
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    switch (mode) {
    case QMI_DMS_OPERATING_MODE_RESET:
        model_restart (call->model);
        return QMI_PROTOCOL_ERROR_NONE;
    case QMI_DMS_OPERATING_MODE_SHUTTING_DOWN:
        model_power_off (call->model);
        return QMI_PROTOCOL_ERROR_NONE;
    case QMI_DMS_OPERATING_MODE_OFFLINE:
        model_set_mode (call->model, MODE_OFFLINE);
        return QMI_PROTOCOL_ERROR_NONE;
    case QMI_DMS_OPERATING_MODE_ONLINE:
    case QMI_DMS_OPERATING_MODE_LOW_POWER:
    case QMI_DMS_OPERATING_MODE_PERSISTENT_LOW_POWER:
        if (offline)
            return QMI_PROTOCOL_ERROR_INVALID_TRANSITION;
        model_set_mode (call->model, mode == QMI_DMS_OPERATING_MODE_ONLINE ? MODE_ONLINE : MODE_LOW_POWER);
        return QMI_PROTOCOL_ERROR_NONE;
    default:
        return QMI_PROTOCOL_ERROR_INVALID_ARGUMENT;
    }
}

static QmiProtocolError
get_band_capabilities (QmiCall *call)
{
    tlv_u64 (call->response, 0x01, QMI_BANDS_2G_3G);
    tlv_u64 (call->response, 0x10, qmi_lte_bands (call->model->profile));
    return QMI_PROTOCOL_ERROR_NONE;
}

static void
fill_event_report (QmiMessage *message, Model *model, gconstpointer detail)
{
    tlv_u8 (message, 0x14, operating_mode (model));
}

static void
on_model (QmiEndpoint *endpoint, Model *model, ModelEvent event, gconstpointer detail)
{
    static const QmiIndication event_report = {
        .service = QMI_SERVICE_DMS, .message = 0x0001, .events = EVENT_OPERATING_MODE,
        .fill = fill_event_report
    };

    if (event == MODEL_MODE)
        qmi_endpoint_indicate (endpoint, &event_report, NULL);
}

static const QmiMethod methods[] = {
    { 0x0000, "Reset", reset },
    { 0x0001, "Set Event Report", set_event_report },
    { 0x0020, "Get Capabilities", get_capabilities },
    { 0x0021, "Get Manufacturer", get_manufacturer },
    { 0x0022, "Get Model", get_model },
    { 0x0023, "Get Revision", get_revision },
    { 0x0024, "Get MSISDN", get_msisdn },
    { 0x0025, "Get IDs", get_ids },
    { 0x0027, "UIM Set PIN Protection", qmi_not_supported },
    { 0x0028, "UIM Verify PIN", qmi_not_supported },
    { 0x0029, "UIM Unblock PIN", qmi_not_supported },
    { 0x002a, "UIM Change PIN", qmi_not_supported },
    { 0x002b, "UIM Get PIN Status", qmi_not_supported },
    { 0x002c, "Get Hardware Revision", get_hardware_revision },
    { 0x002d, "Get Operating Mode", get_operating_mode },
    { 0x002e, "Set Operating Mode", set_operating_mode },
    { 0x003c, "UIM Get ICCID", qmi_not_supported },
    { 0x0040, "UIM Get CK Status", qmi_not_supported },
    { 0x0043, "UIM Get IMSI", qmi_not_supported },
    { 0x0044, "UIM Get State", qmi_not_supported },
    { 0x0045, "Get Band Capabilities", get_band_capabilities },
    { 0 },
};

const QmiServiceType qmi_dms = { QMI_SERVICE_DMS, "DMS", methods, on_model };
