/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMI wireless data service: data sessions. */

#include "qmi-wds.h"

#include <arpa/inet.h>
#include <string.h>

/* Seen with a profile of the other IP version: QMI reason (2, 231). */
#define INTERNAL_IP_VERSION_MISMATCH 231

/* Why a call ended: a type and a reason that means something within that type only. */
typedef struct {
    guint16 type;
    gint16 reason;
} EndReason;

static QmiProtocolError
reset (QmiCall *call)
{
    call->peer->events = 0;
    return QMI_PROTOCOL_ERROR_NONE;
}

/* Old firmware does not know profile events; what it answers is inferred. */
static QmiProtocolError
indication_register (QmiCall *call)
{
    guint8 wanted;

    if (tlv_get_u8 (call->request, 0x19, &wanted) && !call->model->profile->profile_events)
        return QMI_PROTOCOL_ERROR_INVALID_QMI_COMMAND;
    qmi_call_register (call, 0x19, WDS_EVENT_PROFILE);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
set_ip_family (QmiCall *call)
{
    guint8 family;

    if (!tlv_get_u8 (call->request, 0x01, &family))
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    if (family != QMI_WDS_IP_FAMILY_IPV4 && family != QMI_WDS_IP_FAMILY_IPV6)
        return QMI_PROTOCOL_ERROR_INVALID_IP_FAMILY_PREFERENCE;
    call->peer->family = family;
    return QMI_PROTOCOL_ERROR_NONE;
}

/* Start and stop */

static void
put_end_reason (QmiMessage *message, EndReason end)
{
    gsize tlv;

    tlv_u16 (message, 0x10, QMI_WDS_CALL_END_REASON_GENERIC_UNSPECIFIED);
    tlv = tlv_begin (message, 0x11);
    put_u16 (message, end.type);
    put_u16 (message, end.reason);
    tlv_end (message, tlv);
}

static QmiProtocolError
fail_call (QmiCall *call, guint16 type, gint16 reason)
{
    put_end_reason (call->response, (EndReason) { type, reason });
    return QMI_PROTOCOL_ERROR_CALL_FAILED;
}

static gboolean
allows_family (const PdpContext *context, guint family)
{
    return context->type == PDP_IPV4V6 || (context->type == PDP_IPV6) == (family == 6);
}

/* What the request says goes before what the context says. */
static PdpContext *
requested_context (QmiCall *call, gboolean *by_profile)
{
    guint8 index;
    PdpContext *context;
    char **fields[3];
    static const guint8 tlvs[] = { 0x14, 0x17, 0x18 };

    *by_profile = tlv_get_u8 (call->request, 0x31, &index);
    context = *by_profile ? pdp_context_load (call->model->nvram, index) : pdp_context_new (0);
    if (!context)
        return NULL;
    fields[0] = &context->apn;
    fields[1] = &context->username;
    fields[2] = &context->password;
    for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
        char *value = tlv_get_string (call->request, tlvs[i]);

        if (value) {
            g_free (*fields[i]);
            *fields[i] = value;
        }
    }
    return context;
}

static QmiProtocolError
dial (QmiCall *call, const PdpContext *context, guint family)
{
    NetworkRequest request = { context->apn, context->username, context->password, family };
    guint32 handle;
    EsmCause cause = model_session_start (call->model, &request, &handle);

    if (cause != ESM_ACCEPTED)
        return fail_call (call, QMI_WDS_VERBOSE_CALL_END_REASON_TYPE_3GPP, cause);
    g_array_append_val (call->peer->handles, handle);
    tlv_u32 (call->response, 0x01, handle);
    return QMI_PROTOCOL_ERROR_NONE;
}

/* A call that the network ended is not the client's any more. */
static void
forget_ended_calls (QmiCall *call)
{
    GArray *handles = call->peer->handles;

    for (guint i = handles->len; i > 0; i--)
        if (!model_has_call (call->model, g_array_index (handles, guint32, i - 1)))
            g_array_remove_index (handles, i - 1);
}

static QmiProtocolError
start_network (QmiCall *call)
{
    guint8 family = call->peer->family;
    gboolean by_profile;
    g_autoptr (PdpContext) context = requested_context (call, &by_profile);

    tlv_get_u8 (call->request, 0x19, &family);
    if (family != 6)
        family = 4;
    call->peer->family = family;
    if (!context)
        return QMI_PROTOCOL_ERROR_INVALID_PROFILE;
    forget_ended_calls (call);
    if (call->peer->handles->len)
        return QMI_PROTOCOL_ERROR_NO_EFFECT;
    if (model_sim_state (call->model) != SIM_READY)
        return fail_call (call, QMI_WDS_VERBOSE_CALL_END_REASON_TYPE_CM,
                          QMI_WDS_VERBOSE_CALL_END_REASON_CM_INVALID_SIM_STATE);
    if (!model_is_registered (call->model))
        return fail_call (call, QMI_WDS_VERBOSE_CALL_END_REASON_TYPE_CM,
                          QMI_WDS_VERBOSE_CALL_END_REASON_CM_NO_SERVICE);
    if (by_profile && !allows_family (context, family))
        return fail_call (call, QMI_WDS_VERBOSE_CALL_END_REASON_TYPE_INTERNAL, INTERNAL_IP_VERSION_MISMATCH);
    return dial (call, context, family);
}

static gboolean
forget_handle (QmiPeer *peer, guint32 handle)
{
    for (guint i = 0; i < peer->handles->len; i++)
        if (g_array_index (peer->handles, guint32, i) == handle) {
            g_array_remove_index (peer->handles, i);
            return TRUE;
        }
    return FALSE;
}

/* 0xffffffff: whichever this client has, as after a lost handle. */
static QmiProtocolError
stop_network (QmiCall *call)
{
    guint32 handle;

    if (!tlv_get_u32 (call->request, 0x01, &handle))
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    forget_ended_calls (call);
    if (handle == G_MAXUINT32 && call->peer->handles->len)
        handle = g_array_index (call->peer->handles, guint32, 0);
    if (!forget_handle (call->peer, handle))
        return call->peer->handles->len ? QMI_PROTOCOL_ERROR_INVALID_HANDLE : QMI_PROTOCOL_ERROR_NO_EFFECT;
    model_session_stop (call->model, handle);
    return QMI_PROTOCOL_ERROR_NONE;
}

static void
on_release (Model *model, QmiPeer *peer)
{
    for (guint i = 0; i < peer->handles->len; i++)
        model_session_stop (model, g_array_index (peer->handles, guint32, i));
}

/* State */

static Session *
peer_session (QmiCall *call)
{
    return model_session (call->model, call->peer->family);
}

static guint8
connection_status (const Session *session)
{
    if (session_is_up (session))
        return QMI_WDS_CONNECTION_STATUS_CONNECTED;
    return QMI_WDS_CONNECTION_STATUS_DISCONNECTED;
}

static QmiProtocolError
get_packet_service_status (QmiCall *call)
{
    tlv_u8 (call->response, 0x01, connection_status (peer_session (call)));
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_channel_rates (QmiCall *call)
{
    static const guint32 rates[] = { 50000000, 150000000, 50000000, 150000000 };
    gsize tlv;

    if (!session_is_up (peer_session (call)))
        return QMI_PROTOCOL_ERROR_OUT_OF_CALL;
    tlv = tlv_begin (call->response, 0x01);
    for (guint i = 0; i < G_N_ELEMENTS (rates); i++)
        put_u32 (call->response, rates[i]);
    tlv_end (call->response, tlv);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_packet_statistics (QmiCall *call)
{
    const Session *session = peer_session (call);
    guint32 mask;

    if (!tlv_get_u32 (call->request, 0x01, &mask))
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    if (!session_is_up (session))
        return QMI_PROTOCOL_ERROR_OUT_OF_CALL;
    if (mask & QMI_WDS_PACKET_STATISTICS_MASK_FLAG_TX_PACKETS_OK)
        tlv_u32 (call->response, 0x10, session->sent.packets);
    if (mask & QMI_WDS_PACKET_STATISTICS_MASK_FLAG_RX_PACKETS_OK)
        tlv_u32 (call->response, 0x11, session->received.packets);
    if (mask & QMI_WDS_PACKET_STATISTICS_MASK_FLAG_TX_BYTES_OK)
        tlv_u64 (call->response, 0x19, session->sent.bytes);
    if (mask & QMI_WDS_PACKET_STATISTICS_MASK_FLAG_RX_BYTES_OK)
        tlv_u64 (call->response, 0x1a, session->received.bytes);
    if (mask & QMI_WDS_PACKET_STATISTICS_MASK_FLAG_TX_PACKETS_DROPPED)
        tlv_u32 (call->response, 0x1d, session->dropped.packets);
    return QMI_PROTOCOL_ERROR_NONE;
}

/* Addresses. IPv4 goes as a number in QMI's byte order, IPv6 as the bytes of the wire. */

static guint32
ipv4_number (const char *text)
{
    struct in_addr address = { 0 };
    g_auto (GStrv) parts = g_strsplit (text, "/", 2);

    inet_pton (AF_INET, parts[0], &address);
    return ntohl (address.s_addr);
}

static guint
prefix_length (const char *text)
{
    return g_ascii_strtoull (strchr (text, '/') + 1, NULL, 10);
}

static void
put_ipv6 (QmiMessage *message, guint8 type, const char *text, int length)
{
    guint8 address[16] = { 0 };
    g_auto (GStrv) parts = g_strsplit (text, "/", 2);
    gsize tlv = tlv_begin (message, type);

    inet_pton (AF_INET6, parts[0], address);
    put_bytes (message, address, sizeof (address));
    if (length >= 0)
        put_u8 (message, length);
    tlv_end (message, tlv);
}

static void
put_ipv4_settings (QmiMessage *message, const Profile *profile, guint32 wanted)
{
    if (wanted & QMI_WDS_REQUESTED_SETTINGS_DNS_ADDRESS)
        for (guint i = 0; i < 2 && profile->dns4[i]; i++)
            tlv_u32 (message, 0x15 + i, ipv4_number (profile->dns4[i]));
    if (wanted & QMI_WDS_REQUESTED_SETTINGS_IP_ADDRESS)
        tlv_u32 (message, 0x1e, ipv4_number (profile->address4));
    if (wanted & QMI_WDS_REQUESTED_SETTINGS_GATEWAY_INFO) {
        tlv_u32 (message, 0x20, ipv4_number (profile->gateway4));
        tlv_u32 (message, 0x21, G_MAXUINT32 << (32 - prefix_length (profile->address4)));
    }
}

static void
put_ipv6_settings (QmiMessage *message, const Profile *profile, guint32 wanted)
{
    int length = prefix_length (profile->address6);

    if (wanted & QMI_WDS_REQUESTED_SETTINGS_IP_ADDRESS)
        put_ipv6 (message, 0x25, profile->address6, length);
    if (wanted & QMI_WDS_REQUESTED_SETTINGS_GATEWAY_INFO)
        put_ipv6 (message, 0x26, profile->gateway6, length);
    if (wanted & QMI_WDS_REQUESTED_SETTINGS_DNS_ADDRESS)
        for (guint i = 0; i < 2 && profile->dns6[i]; i++)
            put_ipv6 (message, 0x27 + i, profile->dns6[i], -1);
}

static QmiProtocolError
get_current_settings (QmiCall *call)
{
    const Session *session = peer_session (call);
    const Profile *profile = call->model->profile;
    guint32 wanted = G_MAXUINT32;

    tlv_get_u32 (call->request, 0x10, &wanted);
    if (!session_is_up (session))
        return QMI_PROTOCOL_ERROR_OUT_OF_CALL;
    if (wanted & QMI_WDS_REQUESTED_SETTINGS_PDP_TYPE)
        tlv_u8 (call->response, 0x11, session->family == 6 ? QMI_WDS_PDP_TYPE_IPV6 : QMI_WDS_PDP_TYPE_IPV4);
    if (wanted & QMI_WDS_REQUESTED_SETTINGS_APN_NAME)
        tlv_string (call->response, 0x14, session->apn);
    if (session->family == 6)
        put_ipv6_settings (call->response, profile, wanted);
    else
        put_ipv4_settings (call->response, profile, wanted);
    if (wanted & QMI_WDS_REQUESTED_SETTINGS_MTU)
        tlv_u32 (call->response, 0x29, profile->mtu);
    if (wanted & QMI_WDS_REQUESTED_SETTINGS_IP_FAMILY)
        tlv_u8 (call->response, 0x2b, session->family);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_data_bearer_technology (QmiCall *call)
{
    gboolean up = session_is_up (peer_session (call));

    tlv_u8 (call->response, 0x01,
            up ? QMI_WDS_DATA_BEARER_TECHNOLOGY_LTE : QMI_WDS_DATA_BEARER_TECHNOLOGY_UNKNOWN);
    return QMI_PROTOCOL_ERROR_NONE;
}

/* Attach and autoconnect */

static QmiProtocolError
get_autoconnect (QmiCall *call)
{
    tlv_u8 (call->response, 0x01,
            nvram_get_int (call->model->nvram, "module", "autoconnect", call->model->profile->autoconnect));
    tlv_u8 (call->response, 0x10, QMI_WDS_AUTOCONNECT_SETTING_ROAMING_ALLOWED);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
set_autoconnect (QmiCall *call)
{
    guint8 status;

    if (!tlv_get_u8 (call->request, 0x01, &status))
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    nvram_set_int (call->model->nvram, "module", "autoconnect", status);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_attach_parameters (QmiCall *call)
{
    static const guint8 types[] = { QMI_WDS_IP_SUPPORT_TYPE_IPV4, QMI_WDS_IP_SUPPORT_TYPE_IPV6,
                                    QMI_WDS_IP_SUPPORT_TYPE_IPV4V6 };
    g_autoptr (PdpContext) context = pdp_context_load (call->model->nvram, 1);

    if (!context || !model_is_registered (call->model))
        return QMI_PROTOCOL_ERROR_INFORMATION_UNAVAILABLE;
    tlv_string (call->response, 0x10, *context->apn ? context->apn : call->model->profile->apns[0]);
    tlv_u8 (call->response, 0x11, types[context->type]);
    tlv_u8 (call->response, 0x12, TRUE);
    return QMI_PROTOCOL_ERROR_NONE;
}

/* Context 1 is the one that attaches. */
static QmiProtocolError
get_attach_pdn_list (QmiCall *call)
{
    gsize tlv = tlv_begin (call->response, 0x10);

    put_u8 (call->response, 1);
    put_u16 (call->response, 1);
    tlv_end (call->response, tlv);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_attach_pdn_number (QmiCall *call)
{
    tlv_u8 (call->response, 0x10, 1);
    return QMI_PROTOCOL_ERROR_NONE;
}

/* Indications */

static void
fill_packet_service_status (QmiMessage *message, Model *model, gconstpointer detail)
{
    const Session *session = detail;
    gsize tlv = tlv_begin (message, 0x01);

    put_u8 (message, connection_status (session));
    put_u8 (message, FALSE); /* no reconfiguration */
    tlv_end (message, tlv);
    if (!session_is_up (session))
        put_end_reason (message,
                        (EndReason) { QMI_WDS_VERBOSE_CALL_END_REASON_TYPE_3GPP, session->end_cause });
    tlv_u8 (message, 0x12, session->family);
}

static void
on_model (QmiEndpoint *endpoint, Model *model, ModelEvent event, gconstpointer detail)
{
    static const QmiIndication profile_changed = { QMI_SERVICE_WDS, 0x00a8, WDS_EVENT_PROFILE, 0,
                                                   wds_fill_profile_changed };

    if (event == MODEL_SESSION) {
        const Session *session = detail;
        QmiIndication status = { QMI_SERVICE_WDS, 0x0022, 0, session->family, fill_packet_service_status };

        qmi_endpoint_indicate (endpoint, &status, session);
    }
    if (event == MODEL_CONTEXT)
        qmi_endpoint_indicate (endpoint, &profile_changed, detail);
}

static const QmiMethod methods[] = {
    { 0x0000, "Reset", reset },
    { 0x0001, "Set Event Report" },
    { 0x0003, "Indication Register", indication_register },
    { 0x0020, "Start Network", start_network },
    { 0x0021, "Stop Network", stop_network },
    { 0x0022, "Get Packet Service Status", get_packet_service_status },
    { 0x0023, "Get Channel Rates", get_channel_rates },
    { 0x0024, "Get Packet Statistics", get_packet_statistics },
    { 0x0027, "Create Profile", wds_create_profile },
    { 0x0028, "Modify Profile", wds_modify_profile },
    { 0x0029, "Delete Profile", wds_delete_profile },
    { 0x002a, "Get Profile List", wds_get_profile_list },
    { 0x002b, "Get Profile Settings", wds_get_profile_settings },
    { 0x002d, "Get Current Settings", get_current_settings },
    { 0x0034, "Get Autoconnect Settings", get_autoconnect },
    { 0x0037, "Get Data Bearer Technology", get_data_bearer_technology },
    { 0x0049, "Get Default Profile Number", wds_get_default_profile },
    { 0x004d, "Set IP Family", set_ip_family },
    { 0x0051, "Set Autoconnect Settings", set_autoconnect },
    { 0x0085, "Get LTE Attach Parameters", get_attach_parameters },
    { 0x0089, "Bind Data Port" },
    { 0x0092, "Get Max LTE Attach PDN Number", get_attach_pdn_number },
    { 0x0094, "Get LTE Attach PDN List", get_attach_pdn_list },
    { 0x00a2, "Bind Mux Data Port" },
    { 0x00a7, "Configure Profile Event List", wds_configure_profile_events },
    { 0 },
};

const QmiServiceType qmi_wds = { QMI_SERVICE_WDS, "WDS", methods, on_model, on_release };
