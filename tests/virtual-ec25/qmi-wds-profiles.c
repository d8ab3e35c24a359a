/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMI wireless data service: profiles, which are the PDP contexts under another name. */

#include "qmi-wds.h"

static const guint8 pdp_types[] = { QMI_WDS_PDP_TYPE_IPV4, QMI_WDS_PDP_TYPE_IPV6,
                                    QMI_WDS_PDP_TYPE_IPV4_OR_IPV6 };

guint8
wds_pdp_type (PdpType type)
{
    return pdp_types[type];
}

QmiProtocolError
wds_get_profile_list (QmiCall *call)
{
    guint8 type = QMI_WDS_PROFILE_TYPE_3GPP, n = 0;
    gsize tlv;

    tlv_get_u8 (call->request, 0x10, &type);
    tlv = tlv_begin (call->response, 0x01);
    for (guint cid = 1; cid <= PDP_CONTEXT_MAX && type != QMI_WDS_PROFILE_TYPE_3GPP2; cid++) {
        g_autoptr (PdpContext) context = pdp_context_load (call->model->nvram, cid);

        n += context != NULL;
    }
    put_u8 (call->response, n);
    for (guint cid = 1; cid <= PDP_CONTEXT_MAX && n; cid++) {
        g_autoptr (PdpContext) context = pdp_context_load (call->model->nvram, cid);

        if (!context)
            continue;
        put_u8 (call->response, QMI_WDS_PROFILE_TYPE_3GPP);
        put_u8 (call->response, cid);
        put_string (call->response, context->name);
    }
    tlv_end (call->response, tlv);
    return QMI_PROTOCOL_ERROR_NONE;
}

/* The context that a request's TLV 0x01 names; fails with what the firmware calls that. */
static PdpContext *
named_context (QmiCall *call)
{
    TlvReader reader = tlv_open (call->request, 0x01);
    guint8 type, cid;
    PdpContext *context = NULL;

    if (get_u8 (&reader, &type) && get_u8 (&reader, &cid) && type == QMI_WDS_PROFILE_TYPE_3GPP)
        context = pdp_context_load (call->model->nvram, cid);
    if (!context)
        tlv_u16 (call->response, 0xe0, QMI_WDS_DS_PROFILE_ERROR_INVALID_PROFILE_NUMBER);
    return context;
}

QmiProtocolError
wds_get_profile_settings (QmiCall *call)
{
    g_autoptr (PdpContext) context = named_context (call);

    if (!context)
        return QMI_PROTOCOL_ERROR_EXTENDED_INTERNAL;
    tlv_string (call->response, 0x10, context->name);
    tlv_u8 (call->response, 0x11, wds_pdp_type (context->type));
    tlv_string (call->response, 0x14, context->apn);
    tlv_string (call->response, 0x1b, context->username);
    tlv_string (call->response, 0x1c, context->password);
    tlv_u8 (call->response, 0x1d, context->authentication);
    tlv_u8 (call->response, 0x25, context->cid);
    tlv_u8 (call->response, 0x2f, FALSE); /* APN disabled */
    tlv_u8 (call->response, 0x3e, FALSE); /* roaming disallowed */
    return QMI_PROTOCOL_ERROR_NONE;
}

static void
take_string (QmiCall *call, guint8 type, char **field)
{
    char *value = tlv_get_string (call->request, type);

    if (!value)
        return;
    g_free (*field);
    *field = value;
}

static gboolean
take_settings (QmiCall *call, PdpContext *context)
{
    guint8 type, authentication;

    if (tlv_get_u8 (call->request, 0x11, &type)) {
        guint i = 0;

        while (i < G_N_ELEMENTS (pdp_types) && pdp_types[i] != type)
            i++;
        if (i == G_N_ELEMENTS (pdp_types))
            return FALSE;
        context->type = i;
    }
    take_string (call, 0x10, &context->name);
    take_string (call, 0x14, &context->apn);
    take_string (call, 0x1b, &context->username);
    take_string (call, 0x1c, &context->password);
    if (tlv_get_u8 (call->request, 0x1d, &authentication))
        context->authentication = authentication & 3;
    return TRUE;
}

static void
save (QmiCall *call, const PdpContext *context)
{
    pdp_context_save (call->model->nvram, context);
    model_context_changed (call->model, context->cid);
}

QmiProtocolError
wds_modify_profile (QmiCall *call)
{
    g_autoptr (PdpContext) context = named_context (call);

    if (!context)
        return QMI_PROTOCOL_ERROR_EXTENDED_INTERNAL;
    if (!take_settings (call, context))
        return QMI_PROTOCOL_ERROR_INVALID_PDP_TYPE;
    save (call, context);
    return QMI_PROTOCOL_ERROR_NONE;
}

QmiProtocolError
wds_create_profile (QmiCall *call)
{
    guint cid = pdp_context_free_cid (call->model->nvram);
    g_autoptr (PdpContext) context = pdp_context_new (cid);
    gsize tlv;

    if (cid == 0)
        return QMI_PROTOCOL_ERROR_NO_FREE_PROFILE;
    if (!take_settings (call, context))
        return QMI_PROTOCOL_ERROR_INVALID_PDP_TYPE;
    save (call, context);
    tlv = tlv_begin (call->response, 0x01);
    put_u8 (call->response, QMI_WDS_PROFILE_TYPE_3GPP);
    put_u8 (call->response, cid);
    tlv_end (call->response, tlv);
    return QMI_PROTOCOL_ERROR_NONE;
}

QmiProtocolError
wds_delete_profile (QmiCall *call)
{
    g_autoptr (PdpContext) context = named_context (call);

    if (!context)
        return QMI_PROTOCOL_ERROR_EXTENDED_INTERNAL;
    pdp_context_delete (call->model->nvram, context->cid);
    model_context_changed (call->model, context->cid);
    return QMI_PROTOCOL_ERROR_NONE;
}

QmiProtocolError
wds_get_default_profile (QmiCall *call)
{
    tlv_u8 (call->response, 0x01, 1);
    return QMI_PROTOCOL_ERROR_NONE;
}

/* Missing in firmware before R06A10; what that answers is inferred. */
QmiProtocolError
wds_configure_profile_events (QmiCall *call)
{
    if (!call->model->profile->profile_events)
        return QMI_PROTOCOL_ERROR_INVALID_QMI_COMMAND;
    return QMI_PROTOCOL_ERROR_NONE;
}

void
wds_fill_profile_changed (QmiMessage *message, Model *model, gconstpointer detail)
{
    guint cid = GPOINTER_TO_UINT (detail);
    g_autoptr (PdpContext) context = pdp_context_load (model->nvram, cid);
    gsize tlv = tlv_begin (message, 0x10);

    put_u8 (message, QMI_WDS_PROFILE_TYPE_3GPP);
    put_u8 (message, cid);
    put_u8 (message, context ? QMI_WDS_PROFILE_MODIFY_EVENT : QMI_WDS_PROFILE_DELETE_EVENT);
    tlv_end (message, tlv);
}
