/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MBIM SMS: an empty message store. */

#include "mbim-service.h"

#define STORE_SIZE 255 /* inferred */

static MbimStatusError
configuration (MbimCall *call)
{
    put_mbim_u32 (call->response, MBIM_SMS_STORAGE_STATE_INITIALIZED);
    put_mbim_u32 (call->response, MBIM_SMS_FORMAT_PDU);
    put_mbim_u32 (call->response, STORE_SIZE);
    put_mbim_u32 (call->response, 0);
    put_mbim_string (call->response, "");
    return MBIM_STATUS_ERROR_NONE;
}

static MbimStatusError
set_configuration (MbimCall *call)
{
    guint32 format;

    if (!get_mbim_u32 (&call->request, &format))
        return MBIM_STATUS_ERROR_INVALID_PARAMETERS;
    return format == MBIM_SMS_FORMAT_PDU ? configuration (call) : MBIM_STATUS_ERROR_SMS_FORMAT_NOT_SUPPORTED;
}

static MbimStatusError
read_messages (MbimCall *call)
{
    guint32 format, flag;

    if (!get_mbim_u32 (&call->request, &format) || !get_mbim_u32 (&call->request, &flag))
        return MBIM_STATUS_ERROR_INVALID_PARAMETERS;
    if (flag == MBIM_SMS_FLAG_INDEX)
        return MBIM_STATUS_ERROR_INVALID_MEMORY_INDEX;
    put_mbim_u32 (call->response, MBIM_SMS_FORMAT_PDU);
    put_mbim_u32 (call->response, 0);
    return MBIM_STATUS_ERROR_NONE;
}

static MbimStatusError
delete_messages (MbimCall *call)
{
    guint32 flag;

    if (!get_mbim_u32 (&call->request, &flag))
        return MBIM_STATUS_ERROR_INVALID_PARAMETERS;
    return flag == MBIM_SMS_FLAG_INDEX ? MBIM_STATUS_ERROR_INVALID_MEMORY_INDEX : MBIM_STATUS_ERROR_NONE;
}

static MbimStatusError
store_status (MbimCall *call)
{
    put_mbim_u32 (call->response, MBIM_SMS_STATUS_FLAG_NONE);
    put_mbim_u32 (call->response, 0);
    return MBIM_STATUS_ERROR_NONE;
}

static const MbimMethod methods[] = {
    { MBIM_CID_SMS_CONFIGURATION, "Configuration", configuration, set_configuration },
    { MBIM_CID_SMS_READ, "Read", read_messages },
    { MBIM_CID_SMS_DELETE, "Delete", NULL, delete_messages },
    { MBIM_CID_SMS_MESSAGE_STORE_STATUS, "Message Store Status", store_status },
    { 0 },
};

const MbimServiceType mbim_sms = { MBIM_SERVICE_SMS, "sms", methods };
