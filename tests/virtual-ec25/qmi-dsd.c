/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMI data system determination service, and the specific absorption rate service beside it. */

#include "qmi-service.h"

#define EVENT_SYSTEM_STATUS (1 << 0)

static void
put_systems (QmiMessage *message, Model *model, gconstpointer detail)
{
    gboolean registered = model_is_registered (model) && !model->detached;
    gsize tlv = tlv_begin (message, 0x10);

    put_u8 (message, registered);
    if (registered) {
        put_u32 (message, QMI_DSD_DATA_SYSTEM_NETWORK_TYPE_3GPP);
        put_u32 (message, QMI_DSD_RADIO_ACCESS_TECHNOLOGY_3GPP_LTE);
        put_u64 (message, QMI_DSD_3GPP_SO_MASK_LTE_FDD);
    }
    tlv_end (message, tlv);
}

static QmiProtocolError
get_system_status (QmiCall *call)
{
    put_systems (call->response, call->model, NULL);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
system_status_change (QmiCall *call)
{
    qmi_call_register (call, 0x11, EVENT_SYSTEM_STATUS);
    return QMI_PROTOCOL_ERROR_NONE;
}

static void
on_model (QmiEndpoint *endpoint, Model *model, ModelEvent event, gconstpointer detail)
{
    static const QmiIndication system_status = { QMI_SERVICE_DSD, 0x0026, EVENT_SYSTEM_STATUS, 0,
                                                 put_systems };

    if (event == MODEL_REGISTRATION)
        qmi_endpoint_indicate (endpoint, &system_status, NULL);
}

static const QmiMethod methods[] = {
    { 0x0000, "Reset" },
    { 0x0024, "Get System Status", get_system_status },
    { 0x0025, "System Status Change", system_status_change },
    { 0 },
};

const QmiServiceType qmi_dsd = { QMI_SERVICE_DSD, "DSD", methods, on_model };

static QmiProtocolError
set_rf_state (QmiCall *call)
{
    guint32 state;

    if (!tlv_get_u32 (call->request, 0x01, &state))
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    nvram_set_int (call->model->nvram, "radio", "sar", state);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_rf_state (QmiCall *call)
{
    tlv_u32 (call->response, 0x10, nvram_get_int (call->model->nvram, "radio", "sar", 0));
    return QMI_PROTOCOL_ERROR_NONE;
}

static const QmiMethod sar_methods[] = {
    { 0x0001, "RF Set State", set_rf_state },
    { 0x0002, "RF Get State", get_rf_state },
    { 0 },
};

const QmiServiceType qmi_sar = { QMI_SERVICE_SAR, "SAR", sar_methods };
