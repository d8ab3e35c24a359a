/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MBIM Basic Connect: its commands, and what the function tells unasked. */

#include "mbim-service.h"

/* The network ended what the session has: on LTE a connection of both IP versions is one, and ends as one. */
static gboolean
lost_session (MbimState *state, Model *model)
{
    for (guint i = 0; i < G_N_ELEMENTS (state->handles); i++)
        if (state->handles[i] && !model_has_call (model, state->handles[i]))
            return TRUE;
    return FALSE;
}

static void
follow_session (MbimEndpoint *endpoint, Model *model)
{
    MbimState *state = mbim_endpoint_state (endpoint);

    if (!lost_session (state, model))
        return;
    mbim_session_end (state, model);
    mbim_endpoint_indicate (endpoint, MBIM_SERVICE_BASIC_CONNECT, MBIM_CID_BASIC_CONNECT_CONNECT, mbim_connect);
}

static const struct {
    ModelEvent cause;
    guint cid;
    MbimHandler fill;
} indications[] = {
    { MODEL_SIM, MBIM_CID_BASIC_CONNECT_SUBSCRIBER_READY_STATUS, mbim_subscriber_ready },
    { MODEL_MODE, MBIM_CID_BASIC_CONNECT_RADIO_STATE, mbim_radio_state },
    { MODEL_REGISTRATION, MBIM_CID_BASIC_CONNECT_REGISTER_STATE, mbim_register_state },
    { MODEL_REGISTRATION, MBIM_CID_BASIC_CONNECT_PACKET_SERVICE, mbim_packet_service },
    { MODEL_SIGNAL, MBIM_CID_BASIC_CONNECT_SIGNAL_STATE, mbim_signal_state },
    { MODEL_CONTEXT, MBIM_CID_BASIC_CONNECT_PROVISIONED_CONTEXTS, mbim_contexts },
};

static void
on_model (MbimEndpoint *endpoint, Model *model, ModelEvent event, gconstpointer detail)
{
    for (guint i = 0; i < G_N_ELEMENTS (indications); i++)
        if (indications[i].cause == event)
            mbim_endpoint_indicate (endpoint, MBIM_SERVICE_BASIC_CONNECT, indications[i].cid, indications[i].fill);
    if (event == MODEL_SESSION)
        follow_session (endpoint, model);
}

static const MbimMethod methods[] = {
    { MBIM_CID_BASIC_CONNECT_DEVICE_CAPS, "Device Caps", mbim_device_caps },
    { MBIM_CID_BASIC_CONNECT_SUBSCRIBER_READY_STATUS, "Subscriber Ready Status", mbim_subscriber_ready },
    { MBIM_CID_BASIC_CONNECT_RADIO_STATE, "Radio State", mbim_radio_state, mbim_set_radio_state },
    { MBIM_CID_BASIC_CONNECT_PIN, "PIN", mbim_pin, mbim_set_pin },
    { MBIM_CID_BASIC_CONNECT_PIN_LIST, "PIN List", mbim_pin_list },
    { MBIM_CID_BASIC_CONNECT_HOME_PROVIDER, "Home Provider", mbim_home_provider },
    { MBIM_CID_BASIC_CONNECT_PREFERRED_PROVIDERS, "Preferred Providers", mbim_preferred_providers },
    { MBIM_CID_BASIC_CONNECT_VISIBLE_PROVIDERS, "Visible Providers", mbim_visible_providers },
    { MBIM_CID_BASIC_CONNECT_REGISTER_STATE, "Register State", mbim_register_state, mbim_set_register_state },
    { MBIM_CID_BASIC_CONNECT_PACKET_SERVICE, "Packet Service", mbim_packet_service, mbim_set_packet_service },
    { MBIM_CID_BASIC_CONNECT_SIGNAL_STATE, "Signal State", mbim_signal_state, mbim_set_signal_state },
    { MBIM_CID_BASIC_CONNECT_CONNECT, "Connect", mbim_connect, mbim_set_connect },
    { MBIM_CID_BASIC_CONNECT_PROVISIONED_CONTEXTS, "Provisioned Contexts", mbim_contexts, mbim_set_context },
    { MBIM_CID_BASIC_CONNECT_IP_CONFIGURATION, "IP Configuration", mbim_ip_configuration },
    { MBIM_CID_BASIC_CONNECT_DEVICE_SERVICES, "Device Services", mbim_device_services },
    { MBIM_CID_BASIC_CONNECT_DEVICE_SERVICE_SUBSCRIBE_LIST, "Device Service Subscribe List", NULL, mbim_subscribe },
    { MBIM_CID_BASIC_CONNECT_PACKET_STATISTICS, "Packet Statistics", mbim_packet_statistics },
    { MBIM_CID_BASIC_CONNECT_NETWORK_IDLE_HINT, "Network Idle Hint", mbim_idle_hint, mbim_set_idle_hint },
    { MBIM_CID_BASIC_CONNECT_EMERGENCY_MODE, "Emergency Mode", mbim_emergency_mode },
    { 0 },
};

const MbimServiceType mbim_basic_connect = { MBIM_SERVICE_BASIC_CONNECT, "basic-connect", methods, on_model };
