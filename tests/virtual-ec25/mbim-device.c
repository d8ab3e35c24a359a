/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MBIM Basic Connect: the device, its services, its radio. */

#include "mbim-service.h"

MbimStatusError
mbim_device_caps (MbimCall *call)
{
    const Profile *profile = call->model->profile;
    MbimBuffer *response = call->response;

    put_mbim_u32 (response, MBIM_DEVICE_TYPE_REMOVABLE);
    put_mbim_u32 (response, MBIM_CELLULAR_CLASS_GSM);
    put_mbim_u32 (response, MBIM_VOICE_CLASS_NO_VOICE);
    put_mbim_u32 (response, MBIM_SIM_CLASS_REMOVABLE);
    put_mbim_u32 (response, MBIM_DATA_CLASS_GPRS | MBIM_DATA_CLASS_EDGE | MBIM_DATA_CLASS_UMTS |
                  MBIM_DATA_CLASS_HSDPA | MBIM_DATA_CLASS_HSUPA | MBIM_DATA_CLASS_LTE);
    put_mbim_u32 (response, MBIM_SMS_CAPS_PDU_RECEIVE | MBIM_SMS_CAPS_PDU_SEND);
    put_mbim_u32 (response, MBIM_CTRL_CAPS_REG_MANUAL);
    put_mbim_u32 (response, 1); /* session */
    put_mbim_string (response, "");
    put_mbim_string (response, profile->imei);
    put_mbim_string (response, profile->revision);
    put_mbim_string (response, profile->model); /* inferred */
    return MBIM_STATUS_ERROR_NONE;
}

/* Services */

static MbimBuffer *
describe_service (const MbimServiceType *type)
{
    MbimBuffer *element = mbim_buffer_new ();
    guint n_cids = 0;

    while (type->methods[n_cids].name)
        n_cids++;
    put_mbim_uuid (element, mbim_uuid_from_service (type->service));
    put_mbim_u32 (element, 0); /* no data service streams */
    put_mbim_u32 (element, 0);
    put_mbim_u32 (element, n_cids);
    for (guint i = 0; i < n_cids; i++)
        put_mbim_u32 (element, type->methods[i].cid);
    return element;
}

MbimStatusError
mbim_device_services (MbimCall *call)
{
    guint n_services = 0;

    while (mbim_services[n_services])
        n_services++;
    put_mbim_u32 (call->response, n_services);
    put_mbim_u32 (call->response, 0);
    for (guint i = 0; i < n_services; i++)
        put_mbim_struct (call->response, describe_service (mbim_services[i]));
    return MBIM_STATUS_ERROR_NONE;
}

static gboolean
read_subscription (MbimReader *element, GArray *list)
{
    MbimSubscription entry = { 0 };
    guint32 n_cids;

    if (!get_mbim_uuid (element, &entry.service) || !get_mbim_u32 (element, &n_cids))
        return FALSE;
    if (n_cids == 0)
        g_array_append_val (list, entry);
    for (guint32 i = 0; i < n_cids; i++) {
        if (!get_mbim_u32 (element, &entry.cid))
            return FALSE;
        g_array_append_val (list, entry);
    }
    return TRUE;
}

/* The list that holds from now on comes back, one element for each entry. */
static void
put_subscriptions (MbimBuffer *response, const GArray *list)
{
    put_mbim_u32 (response, list->len);
    for (guint i = 0; i < list->len; i++) {
        const MbimSubscription *entry = &g_array_index (list, MbimSubscription, i);
        MbimBuffer *element = mbim_buffer_new ();

        put_mbim_uuid (element, &entry->service);
        put_mbim_u32 (element, entry->cid ? 1 : 0);
        if (entry->cid)
            put_mbim_u32 (element, entry->cid);
        put_mbim_struct (response, element);
    }
}

MbimStatusError
mbim_subscribe (MbimCall *call)
{
    g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (MbimSubscription));
    guint32 n_elements;

    if (!get_mbim_u32 (&call->request, &n_elements))
        return MBIM_STATUS_ERROR_INVALID_PARAMETERS;
    for (guint32 i = 0; i < n_elements; i++) {
        MbimReader element;

        if (!get_mbim_struct (&call->request, &element) || !read_subscription (&element, list))
            return MBIM_STATUS_ERROR_INVALID_PARAMETERS;
    }
    put_subscriptions (call->response, list);
    mbim_endpoint_subscribe (call->endpoint, g_steal_pointer (&list));
    return MBIM_STATUS_ERROR_NONE;
}

/* Radio */

MbimStatusError
mbim_radio_state (MbimCall *call)
{
    put_mbim_u32 (call->response, MBIM_RADIO_SWITCH_STATE_ON); /* W_DISABLE# is not pulled */
    put_mbim_u32 (call->response,
                  call->model->mode == MODE_ONLINE ? MBIM_RADIO_SWITCH_STATE_ON : MBIM_RADIO_SWITCH_STATE_OFF);
    return MBIM_STATUS_ERROR_NONE;
}

MbimStatusError
mbim_set_radio_state (MbimCall *call)
{
    guint32 state;

    if (!get_mbim_u32 (&call->request, &state) || state > MBIM_RADIO_SWITCH_STATE_ON)
        return MBIM_STATUS_ERROR_INVALID_PARAMETERS;
    model_set_mode (call->model, state == MBIM_RADIO_SWITCH_STATE_ON ? MODE_ONLINE : MODE_LOW_POWER);
    return mbim_radio_state (call);
}

/* Asked for, and without effect on anything that can be seen. */

MbimStatusError
mbim_idle_hint (MbimCall *call)
{
    put_mbim_u32 (call->response, call->state->idle_hint);
    return MBIM_STATUS_ERROR_NONE;
}

MbimStatusError
mbim_set_idle_hint (MbimCall *call)
{
    guint32 hint;

    if (!get_mbim_u32 (&call->request, &hint) || hint > MBIM_NETWORK_IDLE_HINT_STATE_ENABLED)
        return MBIM_STATUS_ERROR_INVALID_PARAMETERS;
    call->state->idle_hint = hint;
    return mbim_idle_hint (call);
}

MbimStatusError
mbim_emergency_mode (MbimCall *call)
{
    put_mbim_u32 (call->response, MBIM_EMERGENCY_MODE_STATE_OFF);
    return MBIM_STATUS_ERROR_NONE;
}
