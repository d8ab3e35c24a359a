/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMI data administration service: the format of the data function. */

#include "qmi-service.h"

/* No QMAP: the host does not use it unless told to. */
static void
put_format (QmiCall *call, gboolean raw_ip)
{
    tlv_u8 (call->response, 0x10, FALSE);
    tlv_u32 (call->response, 0x11,
             raw_ip ? QMI_WDA_LINK_LAYER_PROTOCOL_RAW_IP : QMI_WDA_LINK_LAYER_PROTOCOL_802_3);
    tlv_u32 (call->response, 0x12, QMI_WDA_DATA_AGGREGATION_PROTOCOL_DISABLED);
    tlv_u32 (call->response, 0x13, QMI_WDA_DATA_AGGREGATION_PROTOCOL_DISABLED);
}

static QmiProtocolError
get_data_format (QmiCall *call)
{
    put_format (call, call->model->raw_ip);
    return QMI_PROTOCOL_ERROR_NONE;
}

/* Raw IP is sticky: asking an EC25 for 802.3 succeeds and changes nothing. */
static QmiProtocolError
set_data_format (QmiCall *call)
{
    guint32 protocol;

    if (tlv_get_u32 (call->request, 0x11, &protocol)) {
        if (protocol == QMI_WDA_LINK_LAYER_PROTOCOL_RAW_IP)
            call->model->raw_ip = TRUE;
        else if (call->model->profile->accepts_802_3)
            call->model->raw_ip = FALSE;
    }
    put_format (call, call->model->raw_ip);
    return QMI_PROTOCOL_ERROR_NONE;
}

static const QmiMethod methods[] = {
    { 0x0020, "Set Data Format", set_data_format },
    { 0x0021, "Get Data Format", get_data_format },
    { 0 },
};

const QmiServiceType qmi_wda = { QMI_SERVICE_WDA, "WDA", methods };
