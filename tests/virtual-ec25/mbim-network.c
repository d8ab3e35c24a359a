/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MBIM Basic Connect: registration, packet service, signal. */

#include "mbim-service.h"

/* Highest rates of LTE category 4. */
#define MAX_UPLINK   50000000
#define MAX_DOWNLINK 150000000

#define UNKNOWN_SIGNAL 99

/* Coded as +CSQ's (3GPP TS 27.007, 8.5). */
static guint32
coded_rssi (Model *model)
{
    return model_is_registered (model) ? CLAMP ((model->signal.rssi + 113) / 2, 0, 31) : UNKNOWN_SIGNAL;
}

/* Providers */

static char *
provider_id (const Profile *profile)
{
    return g_strconcat (profile->mcc, profile->mnc, NULL);
}

static void
put_provider (MbimBuffer *buffer, Model *model, MbimProviderState state)
{
    g_autofree char *id = provider_id (model->profile);

    put_mbim_string (buffer, id);
    put_mbim_u32 (buffer, state);
    put_mbim_string (buffer, model->profile->long_name);
    put_mbim_u32 (buffer, MBIM_CELLULAR_CLASS_GSM);
    put_mbim_u32 (buffer, coded_rssi (model));
    put_mbim_u32 (buffer, UNKNOWN_SIGNAL);
}

MbimStatusError
mbim_home_provider (MbimCall *call)
{
    if (model_sim_state (call->model) != SIM_READY)
        return MBIM_STATUS_ERROR_NOT_INITIALIZED;
    put_provider (call->response, call->model, MBIM_PROVIDER_STATE_HOME);
    return MBIM_STATUS_ERROR_NONE;
}

MbimStatusError
mbim_preferred_providers (MbimCall *call)
{
    put_mbim_u32 (call->response, 0);
    return MBIM_STATUS_ERROR_NONE;
}

MbimStatusError
mbim_visible_providers (MbimCall *call)
{
    MbimProviderState state = MBIM_PROVIDER_STATE_HOME | MBIM_PROVIDER_STATE_VISIBLE;
    MbimBuffer *provider = mbim_buffer_new ();

    if (call->model->registration == REGISTRATION_DENIED)
        state |= MBIM_PROVIDER_STATE_FORBIDDEN;
    if (model_is_registered (call->model))
        state |= MBIM_PROVIDER_STATE_REGISTERED;
    put_provider (provider, call->model, state);
    put_mbim_u32 (call->response, 1);
    put_mbim_struct (call->response, provider);
    call->delay = call->model->profile->scan_time;
    return MBIM_STATUS_ERROR_NONE;
}

/* Registration */

static MbimRegisterState
register_state (Model *model)
{
    switch (model->registration) {
    case REGISTRATION_HOME:
        return MBIM_REGISTER_STATE_HOME;
    case REGISTRATION_ROAMING:
        return MBIM_REGISTER_STATE_ROAMING;
    case REGISTRATION_SEARCHING:
        return MBIM_REGISTER_STATE_SEARCHING;
    case REGISTRATION_DENIED:
        return MBIM_REGISTER_STATE_DENIED;
    default:
        return MBIM_REGISTER_STATE_DEREGISTERED;
    }
}

MbimStatusError
mbim_register_state (MbimCall *call)
{
    Model *model = call->model;
    gboolean registered = model_is_registered (model), denied = model->registration == REGISTRATION_DENIED;
    g_autofree char *id = provider_id (model->profile);

    put_mbim_u32 (call->response, denied ? model->attach_cause : MBIM_NW_ERROR_NONE);
    put_mbim_u32 (call->response, register_state (model));
    put_mbim_u32 (call->response, MBIM_REGISTER_MODE_AUTOMATIC);
    put_mbim_u32 (call->response, registered ? MBIM_DATA_CLASS_LTE : MBIM_DATA_CLASS_NONE);
    put_mbim_u32 (call->response, MBIM_CELLULAR_CLASS_GSM);
    put_mbim_string (call->response, registered ? id : "");
    put_mbim_string (call->response, registered ? model->profile->long_name : "");
    put_mbim_string (call->response, "");
    put_mbim_u32 (call->response, MBIM_REGISTRATION_FLAG_PACKET_SERVICE_AUTOMATIC_ATTACH);
    return MBIM_STATUS_ERROR_NONE;
}

MbimStatusError
mbim_set_register_state (MbimCall *call)
{
    g_autofree char *wanted = NULL, *own = provider_id (call->model->profile);
    guint32 action;

    if (!get_mbim_string (&call->request, &wanted) || !get_mbim_u32 (&call->request, &action) ||
        action > MBIM_REGISTER_ACTION_MANUAL)
        return MBIM_STATUS_ERROR_INVALID_PARAMETERS;
    if (action == MBIM_REGISTER_ACTION_MANUAL && !g_str_equal (wanted, own))
        return MBIM_STATUS_ERROR_PROVIDER_NOT_VISIBLE;
    if (call->model->mode != MODE_ONLINE)
        return MBIM_STATUS_ERROR_RADIO_POWER_OFF;
    model_search (call->model);
    return mbim_register_state (call);
}

/* Packet service */

MbimStatusError
mbim_packet_service (MbimCall *call)
{
    gboolean attached = model_is_registered (call->model) && !call->model->detached;

    put_mbim_u32 (call->response, MBIM_NW_ERROR_NONE);
    put_mbim_u32 (call->response, attached ? MBIM_PACKET_SERVICE_STATE_ATTACHED : MBIM_PACKET_SERVICE_STATE_DETACHED);
    put_mbim_u32 (call->response, attached ? MBIM_DATA_CLASS_LTE : MBIM_DATA_CLASS_NONE);
    put_mbim_u64 (call->response, attached ? MAX_UPLINK : 0);
    put_mbim_u64 (call->response, attached ? MAX_DOWNLINK : 0);
    return MBIM_STATUS_ERROR_NONE;
}

MbimStatusError
mbim_set_packet_service (MbimCall *call)
{
    guint32 action;

    if (!get_mbim_u32 (&call->request, &action) || action > MBIM_PACKET_SERVICE_ACTION_DETACH)
        return MBIM_STATUS_ERROR_INVALID_PARAMETERS;
    if (action == MBIM_PACKET_SERVICE_ACTION_ATTACH && !model_is_registered (call->model))
        return MBIM_STATUS_ERROR_NOT_REGISTERED;
    model_set_detached (call->model, action == MBIM_PACKET_SERVICE_ACTION_DETACH);
    return mbim_packet_service (call);
}

/* Signal */

MbimStatusError
mbim_signal_state (MbimCall *call)
{
    put_mbim_u32 (call->response, coded_rssi (call->model));
    put_mbim_u32 (call->response, UNKNOWN_SIGNAL); /* error rate */
    put_mbim_u32 (call->response, call->state->signal_interval);
    put_mbim_u32 (call->response, call->state->rssi_threshold);
    put_mbim_u32 (call->response, call->state->error_rate_threshold);
    return MBIM_STATUS_ERROR_NONE;
}

MbimStatusError
mbim_set_signal_state (MbimCall *call)
{
    guint32 interval, rssi, error_rate;

    if (!get_mbim_u32 (&call->request, &interval) || !get_mbim_u32 (&call->request, &rssi) ||
        !get_mbim_u32 (&call->request, &error_rate))
        return MBIM_STATUS_ERROR_INVALID_PARAMETERS;
    call->state->signal_interval = interval;
    call->state->rssi_threshold = rssi;
    call->state->error_rate_threshold = error_rate;
    return mbim_signal_state (call);
}
