/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMI control service: versions and clients. */

#include "qmi-service.h"

#define DATA_LINK_PROTOCOL_RAW_IP 2 /* libqmi-glib keeps its enumeration to itself */

static QmiProtocolError
set_instance_id (QmiCall *call)
{
    guint8 id;

    if (!tlv_get_u8 (call->request, 0x01, &id))
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    tlv_u16 (call->response, 0x01, id);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_version_info (QmiCall *call)
{
    GArray *services = call->model->profile->services;
    gsize tlv = tlv_begin (call->response, 0x01);

    put_u8 (call->response, services->len);
    for (guint i = 0; i < services->len; i++) {
        ProfileService *service = &g_array_index (services, ProfileService, i);

        put_u8 (call->response, service->service);
        put_u16 (call->response, service->major);
        put_u16 (call->response, service->minor);
    }
    tlv_end (call->response, tlv);
    return QMI_PROTOCOL_ERROR_NONE;
}

static void
put_client (QmiCall *call, guint8 service, guint8 client)
{
    gsize tlv = tlv_begin (call->response, 0x01);

    put_u8 (call->response, service);
    put_u8 (call->response, client);
    tlv_end (call->response, tlv);
}

static QmiProtocolError
allocate_client (QmiCall *call)
{
    guint8 service;
    QmiPeer *peer;

    if (!tlv_get_u8 (call->request, 0x01, &service))
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    if (service == QMI_SERVICE_CTL || !qmi_endpoint_has_service (call->endpoint, service))
        return QMI_PROTOCOL_ERROR_INVALID_SERVICE_TYPE;
    peer = qmi_endpoint_allocate (call->endpoint, service);
    if (!peer)
        return QMI_PROTOCOL_ERROR_CLIENT_IDS_EXHAUSTED;
    put_client (call, service, peer->id);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
release_client (QmiCall *call)
{
    TlvReader reader = tlv_open (call->request, 0x01);
    guint8 service, client;

    if (!get_u8 (&reader, &service) || !get_u8 (&reader, &client))
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    if (!qmi_endpoint_release (call->endpoint, service, client))
        return QMI_PROTOCOL_ERROR_INVALID_CLIENT_ID;
    put_client (call, service, client);
    return QMI_PROTOCOL_ERROR_NONE;
}

/* The data format of old modems: raw IP, whatever is asked for. */
static QmiProtocolError
set_data_format (QmiCall *call)
{
    tlv_u16 (call->response, 0x10, DATA_LINK_PROTOCOL_RAW_IP);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
synchronize (QmiCall *call)
{
    qmi_endpoint_release_all (call->endpoint);
    return QMI_PROTOCOL_ERROR_NONE;
}

static const QmiMethod methods[] = {
    { 0x0020, "Set Instance ID", set_instance_id },
    { 0x0021, "Get Version Info", get_version_info },
    { 0x0022, "Allocate CID", allocate_client },
    { 0x0023, "Release CID", release_client },
    { 0x0026, "Set Data Format", set_data_format },
    { 0x0027, "Sync", synchronize },
    { 0 },
};

const QmiServiceType qmi_ctl = { QMI_SERVICE_CTL, "CTL", methods };
