/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MBIM Basic Connect: provisioned contexts, which are the PDP contexts of AT+CGDCONT. */

#include "mbim-service.h"

static MbimContextType
context_type (const PdpContext *context)
{
    if (g_ascii_strcasecmp (context->apn, "ims") == 0)
        return MBIM_CONTEXT_TYPE_IMS;
    return context->cid == 1 ? MBIM_CONTEXT_TYPE_INTERNET : MBIM_CONTEXT_TYPE_NONE; /* inferred */
}

static MbimAuthProtocol
auth_protocol (const PdpContext *context)
{
    if (context->authentication & 2)
        return MBIM_AUTH_PROTOCOL_CHAP;
    return context->authentication ? MBIM_AUTH_PROTOCOL_PAP : MBIM_AUTH_PROTOCOL_NONE;
}

static MbimBuffer *
describe_context (const PdpContext *context)
{
    MbimBuffer *element = mbim_buffer_new ();

    put_mbim_u32 (element, context->cid);
    put_mbim_uuid (element, mbim_uuid_from_context_type (context_type (context)));
    put_mbim_string (element, context->apn);
    put_mbim_string (element, context->username);
    put_mbim_string (element, context->password);
    put_mbim_u32 (element, MBIM_COMPRESSION_NONE);
    put_mbim_u32 (element, auth_protocol (context));
    return element;
}

MbimStatusError
mbim_contexts (MbimCall *call)
{
    g_autoptr (GPtrArray) contexts = g_ptr_array_new_with_free_func ((GDestroyNotify) pdp_context_free);

    for (guint cid = 1; cid <= PDP_CONTEXT_MAX; cid++) {
        PdpContext *context = pdp_context_load (call->model->nvram, cid);

        if (context)
            g_ptr_array_add (contexts, context);
    }
    put_mbim_u32 (call->response, contexts->len);
    for (guint i = 0; i < contexts->len; i++)
        put_mbim_struct (call->response, describe_context (g_ptr_array_index (contexts, i)));
    return MBIM_STATUS_ERROR_NONE;
}

static PdpContext *
read_context (MbimReader *reader, Nvram *nvram)
{
    guint32 cid, compression, authentication = MBIM_AUTH_PROTOCOL_NONE;
    MbimUuid type;
    g_autofree char *apn = NULL, *username = NULL, *password = NULL;
    PdpContext *context;

    if (!get_mbim_u32 (reader, &cid) || !get_mbim_uuid (reader, &type) || !get_mbim_string (reader, &apn) ||
        !get_mbim_string (reader, &username) || !get_mbim_string (reader, &password) ||
        !get_mbim_u32 (reader, &compression) || !get_mbim_u32 (reader, &authentication) || cid < 1 ||
        cid > PDP_CONTEXT_MAX)
        return NULL;
    context = pdp_context_load (nvram, cid);
    if (!context) {
        context = pdp_context_new (cid);
        context->type = PDP_IPV4V6; /* inferred: the request has no IP type */
    }
    g_set_str (&context->apn, apn);
    g_set_str (&context->username, username);
    g_set_str (&context->password, password);
    context->authentication = authentication == MBIM_AUTH_PROTOCOL_NONE ? 0
                              : authentication == MBIM_AUTH_PROTOCOL_PAP ? 1 : 2;
    return context;
}

MbimStatusError
mbim_set_context (MbimCall *call)
{
    g_autoptr (PdpContext) context = read_context (&call->request, call->model->nvram);

    if (!context)
        return MBIM_STATUS_ERROR_INVALID_PARAMETERS;
    pdp_context_save (call->model->nvram, context);
    model_context_changed (call->model, context->cid);
    return mbim_contexts (call);
}
