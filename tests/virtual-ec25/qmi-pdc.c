/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMI persistent device configuration service: the one carrier configuration.
 * Answers come as indications behind an empty response. */

#include "qmi-service.h"

static const guint8 config_id[] = { 0x01 };

/* An indication with the result and the token that the request carried. */
static QmiMessage *
reply (QmiCall *call)
{
    QmiMessage *message = qmi_call_indicate (call, qmi_message_get_message_id (call->request));
    guint32 token;

    tlv_u16 (message, 0x01, QMI_PROTOCOL_ERROR_NONE);
    if (tlv_get_u32 (call->request, 0x10, &token))
        tlv_u32 (message, 0x10, token);
    return message;
}

static gboolean
is_software (QmiCall *call, guint8 type)
{
    guint32 config_type;

    return tlv_get_u32 (call->request, type, &config_type) &&
        config_type == QMI_PDC_CONFIGURATION_TYPE_SOFTWARE;
}

static QmiProtocolError
get_selected (QmiCall *call)
{
    QmiMessage *message;
    gsize tlv;

    if (!is_software (call, 0x01))
        return QMI_PROTOCOL_ERROR_NOT_SUPPORTED;
    message = reply (call);
    tlv = tlv_begin (message, 0x11);
    put_u8 (message, sizeof (config_id));
    put_bytes (message, config_id, sizeof (config_id));
    tlv_end (message, tlv);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
list_configs (QmiCall *call)
{
    QmiMessage *message;
    gsize tlv;

    if (!is_software (call, 0x11))
        return QMI_PROTOCOL_ERROR_NOT_SUPPORTED;
    message = reply (call);
    tlv = tlv_begin (message, 0x11);
    put_u8 (message, 1);
    put_u32 (message, QMI_PDC_CONFIGURATION_TYPE_SOFTWARE);
    put_u8 (message, sizeof (config_id));
    put_bytes (message, config_id, sizeof (config_id));
    tlv_end (message, tlv);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_config_info (QmiCall *call)
{
    const Profile *profile = call->model->profile;
    QmiMessage *message;
    gsize tlv;

    if (!is_software (call, 0x01))
        return QMI_PROTOCOL_ERROR_NOT_SUPPORTED;
    message = reply (call);
    tlv_u32 (message, 0x11, 0); /* size */
    tlv = tlv_begin (message, 0x12);
    put_string (message, profile->carrier_config);
    tlv_end (message, tlv);
    tlv_u32 (message, 0x13, profile->carrier_config_version);
    return QMI_PROTOCOL_ERROR_NONE;
}

static const QmiMethod methods[] = {
    { 0x0000, "Reset" },
    { 0x0020, "Register" },
    { 0x0022, "Get Selected Config", get_selected },
    { 0x0024, "List Configs", list_configs },
    { 0x0028, "Get Config Info", get_config_info },
    { 0 },
};

const QmiServiceType qmi_pdc = { QMI_SERVICE_PDC, "PDC", methods };
