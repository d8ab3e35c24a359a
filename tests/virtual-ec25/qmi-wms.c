/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMI wireless messaging service: routes, and an empty message store. */

#include "qmi-service.h"

static QmiProtocolError
get_protocol (QmiCall *call)
{
    tlv_u8 (call->response, 0x01, QMI_WMS_MESSAGE_PROTOCOL_WCDMA);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
list_messages (QmiCall *call)
{
    tlv_u32 (call->response, 0x01, 0);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
no_message (QmiCall *call)
{
    return QMI_PROTOCOL_ERROR_NO_ENTRY;
}

/* Class 0 and 1 and those of no class into the module's memory, class 2 into the card's (inferred). */
static QmiProtocolError
get_routes (QmiCall *call)
{
    static const guint8 routes[][2] = {
        { QMI_WMS_MESSAGE_CLASS_0, QMI_WMS_STORAGE_TYPE_NV },
        { QMI_WMS_MESSAGE_CLASS_1, QMI_WMS_STORAGE_TYPE_NV },
        { QMI_WMS_MESSAGE_CLASS_2, QMI_WMS_STORAGE_TYPE_UIM },
        { QMI_WMS_MESSAGE_CLASS_NONE, QMI_WMS_STORAGE_TYPE_NV },
    };
    gsize tlv = tlv_begin (call->response, 0x01);

    put_u16 (call->response, G_N_ELEMENTS (routes));
    for (guint i = 0; i < G_N_ELEMENTS (routes); i++) {
        put_u8 (call->response, QMI_WMS_MESSAGE_TYPE_POINT_TO_POINT);
        put_u8 (call->response, routes[i][0]);
        put_u8 (call->response, routes[i][1]);
        put_u8 (call->response, QMI_WMS_RECEIPT_ACTION_STORE_AND_NOTIFY);
    }
    tlv_end (call->response, tlv);
    return QMI_PROTOCOL_ERROR_NONE;
}

static const QmiMethod methods[] = {
    { 0x0000, "Reset" },
    { 0x0001, "Set Event Report" },
    { 0x0022, "Raw Read", no_message },
    { 0x0024, "Delete", no_message },
    { 0x0030, "Get Message Protocol", get_protocol },
    { 0x0031, "List Messages", list_messages },
    { 0x0032, "Set Routes" },
    { 0x0033, "Get Routes", get_routes },
    { 0 },
};

const QmiServiceType qmi_wms = { QMI_SERVICE_WMS, "WMS", methods };
