/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MBIM Basic Connect: the session, its addresses, and the contexts. */

#include "mbim-service.h"

#include <arpa/inet.h>
#include <string.h>

static const guint families[] = { 4, 6 };

gboolean
mbim_session_is_up (const MbimState *state)
{
    return state->handles[0] || state->handles[1];
}

void
mbim_session_end (MbimState *state, Model *model)
{
    /* Forgotten first: what follows is no news from the network. */
    guint32 handles[] = { state->handles[0], state->handles[1] };

    state->handles[0] = state->handles[1] = 0;
    for (guint i = 0; i < G_N_ELEMENTS (handles); i++)
        if (handles[i])
            model_session_stop (model, handles[i]);
}

/* State */

static MbimContextIpType
activated_ip_type (const MbimState *state)
{
    if (state->handles[0] && state->handles[1])
        return MBIM_CONTEXT_IP_TYPE_IPV4V6;
    if (state->handles[0])
        return MBIM_CONTEXT_IP_TYPE_IPV4;
    return state->handles[1] ? MBIM_CONTEXT_IP_TYPE_IPV6 : MBIM_CONTEXT_IP_TYPE_DEFAULT;
}

/* EPS session management causes go through as they are; the spec knows no number for the others. */
static guint32
network_error (EsmCause cause)
{
    switch (cause) {
    case ESM_ACCEPTED:
    case ESM_REGULAR_DEACTIVATION:
        return MBIM_NW_ERROR_NONE;
    case ESM_NETWORK_FAILURE:
        return MBIM_NW_ERROR_NETWORK_FAILURE;
    default:
        return cause;
    }
}

static void
put_connection (MbimCall *call, guint32 session, gboolean up, guint32 error)
{
    const MbimState *state = call->state;

    put_mbim_u32 (call->response, session);
    put_mbim_u32 (call->response, up ? MBIM_ACTIVATION_STATE_ACTIVATED : MBIM_ACTIVATION_STATE_DEACTIVATED);
    put_mbim_u32 (call->response, MBIM_VOICE_CALL_STATE_NONE);
    put_mbim_u32 (call->response, up ? activated_ip_type (state) : MBIM_CONTEXT_IP_TYPE_DEFAULT);
    put_mbim_uuid (call->response,
                   up ? &state->context_type : mbim_uuid_from_context_type (MBIM_CONTEXT_TYPE_INTERNET));
    put_mbim_u32 (call->response, error);
}

/* Also the indication, which has no request and is about session 0. */
MbimStatusError
mbim_connect (MbimCall *call)
{
    gboolean up = mbim_session_is_up (call->state);
    guint32 session = 0, error = MBIM_NW_ERROR_NONE;

    get_mbim_u32 (&call->request, &session);
    if (!up)
        error = network_error (model_session (call->model, 4)->end_cause);
    put_connection (call, session, up && session == 0, error);
    return MBIM_STATUS_ERROR_NONE;
}

/* Connecting */

typedef struct {
    guint32 session, command, compression, authentication, ip_type;
    char *apn, *username, *password;
    MbimUuid context_type;
} ConnectRequest;

static void
connect_request_clear (ConnectRequest *self)
{
    g_free (self->apn);
    g_free (self->username);
    g_free (self->password);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ConnectRequest, connect_request_clear)

static gboolean
read_request (MbimReader *reader, ConnectRequest *request)
{
    return get_mbim_u32 (reader, &request->session) && get_mbim_u32 (reader, &request->command) &&
           get_mbim_string (reader, &request->apn) && get_mbim_string (reader, &request->username) &&
           get_mbim_string (reader, &request->password) && get_mbim_u32 (reader, &request->compression) &&
           get_mbim_u32 (reader, &request->authentication) && get_mbim_u32 (reader, &request->ip_type) &&
           get_mbim_uuid (reader, &request->context_type) && request->command <= MBIM_ACTIVATION_COMMAND_ACTIVATE &&
           request->ip_type <= MBIM_CONTEXT_IP_TYPE_IPV4_AND_IPV6 && request->session == 0;
}

static gboolean
wants_family (const ConnectRequest *request, guint family)
{
    switch (request->ip_type) {
    case MBIM_CONTEXT_IP_TYPE_IPV4:
        return family == 4;
    case MBIM_CONTEXT_IP_TYPE_IPV6:
        return family == 6;
    default: /* of the default: inferred */
        return TRUE;
    }
}

/* One of two IP versions is success, with the network's remark on the other. */
static EsmCause
dial (MbimCall *call, const ConnectRequest *request)
{
    EsmCause refusal = ESM_ACCEPTED;

    for (guint i = 0; i < G_N_ELEMENTS (families); i++) {
        NetworkRequest wish = { request->apn, request->username, request->password, families[i] };
        EsmCause cause = ESM_ACCEPTED;

        if (wants_family (request, families[i]))
            cause = model_session_start (call->model, &wish, &call->state->handles[i]);
        if (cause != ESM_ACCEPTED)
            refusal = cause;
    }
    call->state->context_type = request->context_type;
    return refusal;
}

static MbimStatusError
check_readiness (Model *model)
{
    SimState sim = model_sim_state (model);

    if (model->mode != MODE_ONLINE)
        return MBIM_STATUS_ERROR_RADIO_POWER_OFF;
    if (sim == SIM_ABSENT)
        return MBIM_STATUS_ERROR_SIM_NOT_INSERTED;
    if (sim != SIM_READY)
        return MBIM_STATUS_ERROR_PIN_REQUIRED;
    if (!model_is_registered (model))
        return MBIM_STATUS_ERROR_NOT_REGISTERED;
    return model->detached ? MBIM_STATUS_ERROR_PACKET_SERVICE_DETACHED : MBIM_STATUS_ERROR_NONE;
}

static MbimStatusError
activate (MbimCall *call, const ConnectRequest *request)
{
    const char *hollow = call->model->profile->mbim_hollow;
    MbimStatusError status = check_readiness (call->model);
    EsmCause cause;

    call->silent = g_str_equal (hollow, "connect-silent");
    if (status == MBIM_STATUS_ERROR_NONE && mbim_session_is_up (call->state))
        status = MBIM_STATUS_ERROR_MAX_ACTIVATED_CONTEXTS;
    if (status == MBIM_STATUS_ERROR_NONE && (call->silent || g_str_equal (hollow, "connect-fails")))
        status = MBIM_STATUS_ERROR_FAILURE;
    if (status != MBIM_STATUS_ERROR_NONE) {
        put_connection (call, 0, FALSE, MBIM_NW_ERROR_NONE);
        return status;
    }
    cause = dial (call, request);
    put_connection (call, 0, mbim_session_is_up (call->state), network_error (cause));
    return mbim_session_is_up (call->state) ? MBIM_STATUS_ERROR_NONE : MBIM_STATUS_ERROR_FAILURE;
}

static MbimStatusError
deactivate (MbimCall *call)
{
    gboolean was_up = mbim_session_is_up (call->state);

    mbim_session_end (call->state, call->model);
    put_connection (call, 0, FALSE, MBIM_NW_ERROR_NONE);
    return was_up ? MBIM_STATUS_ERROR_NONE : MBIM_STATUS_ERROR_CONTEXT_NOT_ACTIVATED;
}

MbimStatusError
mbim_set_connect (MbimCall *call)
{
    g_auto (ConnectRequest) request = { 0 };

    if (!read_request (&call->request, &request))
        return MBIM_STATUS_ERROR_INVALID_PARAMETERS;
    return request.command == MBIM_ACTIVATION_COMMAND_ACTIVATE ? activate (call, &request) : deactivate (call);
}

/* Addresses, all as on the wire */

typedef struct {
    int family;
    guint size;
    gboolean up;
    const char *address, *gateway;
    char **dns;
} Settings;

static gconstpointer
wire_address (const Settings *settings, const char *text, guint8 *address)
{
    g_auto (GStrv) parts = g_strsplit (text, "/", 2);

    memset (address, 0, 16);
    inet_pton (settings->family, parts[0], address);
    return address;
}

static guint32
available (const Settings *settings)
{
    if (!settings->up)
        return MBIM_IP_CONFIGURATION_AVAILABLE_FLAG_NONE;
    return MBIM_IP_CONFIGURATION_AVAILABLE_FLAG_ADDRESS | MBIM_IP_CONFIGURATION_AVAILABLE_FLAG_GATEWAY |
           MBIM_IP_CONFIGURATION_AVAILABLE_FLAG_DNS | MBIM_IP_CONFIGURATION_AVAILABLE_FLAG_MTU;
}

static void
put_address (MbimBuffer *buffer, const Settings *settings)
{
    guint8 element[4 + 16];
    guint32 length = GUINT32_TO_LE (g_ascii_strtoull (strchr (settings->address, '/') + 1, NULL, 10));

    memcpy (element, &length, sizeof (length));
    wire_address (settings, settings->address, element + sizeof (length));
    put_mbim_u32 (buffer, settings->up);
    put_mbim_offset (buffer, element, settings->up ? sizeof (length) + settings->size : 0);
}

static void
put_gateway (MbimBuffer *buffer, const Settings *settings)
{
    guint8 address[16];

    put_mbim_offset (buffer, wire_address (settings, settings->gateway, address), settings->up ? settings->size : 0);
}

static void
put_dns (MbimBuffer *buffer, const Settings *settings)
{
    g_autoptr (GByteArray) servers = g_byte_array_new ();
    guint8 address[16];

    for (guint i = 0; settings->up && settings->dns[i]; i++)
        g_byte_array_append (servers, wire_address (settings, settings->dns[i], address), settings->size);
    put_mbim_u32 (buffer, servers->len / settings->size);
    put_mbim_offset (buffer, servers->data, servers->len);
}

MbimStatusError
mbim_ip_configuration (MbimCall *call)
{
    const Profile *profile = call->model->profile;
    const Settings settings[] = {
        { AF_INET, 4, call->state->handles[0] != 0, profile->address4, profile->gateway4, profile->dns4 },
        { AF_INET6, 16, call->state->handles[1] != 0, profile->address6, profile->gateway6, profile->dns6 },
    };
    static void (*const put[]) (MbimBuffer *, const Settings *) = { put_address, put_gateway, put_dns };
    guint32 session;

    if (!get_mbim_u32 (&call->request, &session))
        return MBIM_STATUS_ERROR_INVALID_PARAMETERS;
    if (session != 0 || !mbim_session_is_up (call->state))
        return MBIM_STATUS_ERROR_CONTEXT_NOT_ACTIVATED;
    put_mbim_u32 (call->response, session);
    for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
        put_mbim_u32 (call->response, available (&settings[i]));
    for (guint field = 0; field < G_N_ELEMENTS (put); field++)
        for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
            put[field](call->response, &settings[i]);
    for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
        put_mbim_u32 (call->response, settings[i].up ? profile->mtu : 0);
    return MBIM_STATUS_ERROR_NONE;
}

MbimStatusError
mbim_packet_statistics (MbimCall *call)
{
    const Session *v4 = model_session (call->model, 4), *v6 = model_session (call->model, 6);

    if (!mbim_session_is_up (call->state))
        return MBIM_STATUS_ERROR_CONTEXT_NOT_ACTIVATED;
    put_mbim_u32 (call->response, 0); /* discarded and damaged, incoming */
    put_mbim_u32 (call->response, 0);
    put_mbim_u64 (call->response, v4->received.bytes + v6->received.bytes);
    put_mbim_u64 (call->response, v4->received.packets + v6->received.packets);
    put_mbim_u64 (call->response, v4->sent.bytes + v6->sent.bytes);
    put_mbim_u64 (call->response, v4->sent.packets + v6->sent.packets);
    put_mbim_u32 (call->response, 0); /* damaged and discarded, outgoing */
    put_mbim_u32 (call->response, v4->dropped.packets + v6->dropped.packets);
    return MBIM_STATUS_ERROR_NONE;
}
