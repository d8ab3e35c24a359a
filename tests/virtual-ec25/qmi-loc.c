/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMI location service. Answers to most requests come as indications behind an empty response. */

#include "qmi-service.h"
#include "nmea.h"

static QmiProtocolError
reset (QmiCall *call)
{
    call->peer->events = 0;
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
register_events (QmiCall *call)
{
    guint32 events;

    if (!tlv_get_u32 (call->request, 0x01, &events))
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    call->peer->events = events;
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
start (QmiCall *call)
{
    model_set_gnss (call->model, TRUE);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
stop (QmiCall *call)
{
    model_set_gnss (call->model, FALSE);
    return QMI_PROTOCOL_ERROR_NONE;
}

/* The same number as the request's, with success. */
static QmiMessage *
reply (QmiCall *call)
{
    QmiMessage *message = qmi_call_indicate (call, qmi_message_get_message_id (call->request));

    tlv_u32 (message, 0x01, QMI_LOC_INDICATION_STATUS_SUCCESS);
    return message;
}

static QmiProtocolError
accept (QmiCall *call)
{
    reply (call);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_nmea_types (QmiCall *call)
{
    tlv_u32 (reply (call), 0x10,
             QMI_LOC_NMEA_TYPE_GGA | QMI_LOC_NMEA_TYPE_RMC | QMI_LOC_NMEA_TYPE_GSA | QMI_LOC_NMEA_TYPE_VTG);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_operation_mode (QmiCall *call)
{
    tlv_u32 (reply (call), 0x10, QMI_LOC_OPERATION_MODE_STANDALONE);
    return QMI_PROTOCOL_ERROR_NONE;
}

/* None is set. */
static QmiProtocolError
get_server (QmiCall *call)
{
    guint32 type = 0;
    QmiMessage *message = reply (call);

    tlv_get_u32 (call->request, 0x01, &type);
    tlv_u32 (message, 0x02, type);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_orbits_source (QmiCall *call)
{
    QmiMessage *message = qmi_call_indicate (call, qmi_message_get_message_id (call->request));

    tlv_u32 (message, 0x01, QMI_LOC_INDICATION_STATUS_UNSUPPORTED);
    return QMI_PROTOCOL_ERROR_NONE;
}

static void
fill_nmea (QmiMessage *message, Model *model, gconstpointer detail)
{
    tlv_string (message, 0x01, detail);
}

static void
put_double (QmiMessage *message, guint8 type, double value)
{
    union {
        double number;
        guint64 bits;
    } both = { .number = value };

    tlv_u64 (message, type, both.bits);
}

static void
fill_position (QmiMessage *message, Model *model, gconstpointer detail)
{
    gboolean fixed = model->gnss.latitude != 0 || model->gnss.longitude != 0;

    tlv_u32 (message, 0x01, fixed ? QMI_LOC_SESSION_STATUS_SUCCESS : QMI_LOC_SESSION_STATUS_IN_PROGRESS);
    tlv_u8 (message, 0x02, 0x10); /* session */
    if (!fixed)
        return;
    put_double (message, 0x10, model->gnss.latitude);
    put_double (message, 0x11, model->gnss.longitude);
}

static void
on_model (QmiEndpoint *endpoint, Model *model, ModelEvent event, gconstpointer detail)
{
    static const QmiIndication position = { QMI_SERVICE_LOC, 0x0024,
                                            QMI_LOC_EVENT_REGISTRATION_FLAG_POSITION_REPORT,
                                            0, fill_position };
    static const QmiIndication nmea = { QMI_SERVICE_LOC, 0x0026, QMI_LOC_EVENT_REGISTRATION_FLAG_NMEA, 0,
                                        fill_nmea };
    g_auto (GStrv) sentences = NULL;

    if (event != MODEL_GNSS || !model->gnss.on)
        return;
    qmi_endpoint_indicate (endpoint, &position, NULL);
    sentences = nmea_sentences (model->gnss.latitude, model->gnss.longitude,
                                g_get_real_time () / G_USEC_PER_SEC);
    for (guint i = 0; sentences[i]; i++)
        qmi_endpoint_indicate (endpoint, &nmea, sentences[i]);
}

static const QmiMethod methods[] = {
    { 0x0000, "Reset", reset },
    { 0x0021, "Register Events", register_events },
    { 0x0022, "Start", start },
    { 0x0023, "Stop", stop },
    { 0x0036, "Get Predicted Orbits Data Source", get_orbits_source },
    { 0x003a, "Set Engine Lock", accept },
    { 0x003e, "Set NMEA Types", accept },
    { 0x003f, "Get NMEA Types", get_nmea_types },
    { 0x0043, "Get Server", get_server },
    { 0x004a, "Set Operation Mode", accept },
    { 0x004b, "Get Operation Mode", get_operation_mode },
    { 0 },
};

const QmiServiceType qmi_loc = { QMI_SERVICE_LOC, "LOC", methods, on_model };
