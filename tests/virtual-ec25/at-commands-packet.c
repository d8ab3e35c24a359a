/* SPDX-License-Identifier: GPL-2.0-or-later */
/* AT commands around packet data. */

#include "at-command.h"

#include <arpa/inet.h>

/*
 * The default bearer: context 1 is up from attach on, with or without a data call of the host. Where the module
 * itself makes that call, it is what counts.
 */
static gboolean
is_active (Model *model, guint cid)
{
    if (cid != 1 || !model_is_registered (model) || model->detached)
        return FALSE;
    return !model_is_router (model) || model_router_is_up (model);
}

static AtResult
context_read (AtCall *call)
{
    for (guint cid = 1; cid <= PDP_CONTEXT_MAX; cid++) {
        g_autoptr (PdpContext) context = pdp_context_load (call->model->nvram, cid);

        if (context)
            at_line (call, "+CGDCONT: %u,\"%s\",\"%s\",\"0.0.0.0\",0,0,0,0", cid,
                     pdp_type_name (context->type),
                     context->apn);
    }
    return AT_OK;
}

static PdpContext *
load_or_new (Model *model, guint cid)
{
    PdpContext *context = pdp_context_load (model->nvram, cid);

    return context ? context : pdp_context_new (cid);
}

static void
save (Model *model, const PdpContext *context)
{
    pdp_context_save (model->nvram, context);
    model_context_changed (model, context->cid);
}

static AtResult
context_set (AtCall *call)
{
    g_autoptr (PdpContext) context = NULL;
    guint cid;

    if (!at_number (call, 0, PDP_CONTEXT_MAX, &cid) || cid == 0)
        return CME_INVALID_PARAMETERS;
    if (call->n_args == 1) {
        pdp_context_delete (call->model->nvram, cid);
        model_context_changed (call->model, cid);
        return AT_OK;
    }
    context = load_or_new (call->model, cid);
    if (!pdp_type_parse (call->args[1], &context->type))
        return CME_INVALID_PARAMETERS;
    g_free (context->apn);
    context->apn = g_strdup (call->n_args > 2 ? call->args[2] : "");
    save (call->model, context);
    return AT_OK;
}

static void
set_text (char **field, const AtCall *call, guint index)
{
    if (!at_text (call, index))
        return;
    g_free (*field);
    *field = g_strdup (call->args[index]);
}

static AtResult
quectel_context_query (AtCall *call, guint cid)
{
    g_autoptr (PdpContext) context = pdp_context_load (call->model->nvram, cid);

    if (context)
        at_line (call, "+QICSGP: %u,\"%s\",\"%s\",\"%s\",%u", context->type + 1, context->apn,
                 context->username,
                 context->password, context->authentication);
    else
        at_line (call, "+QICSGP: 0,\"\",\"\",\"\",0");
    return AT_OK;
}

/* The same context as +CGDCONT's, with what AT has to say of credentials. */
static AtResult
quectel_context_set (AtCall *call)
{
    g_autoptr (PdpContext) context = NULL;
    guint cid, type;

    if (!at_number (call, 0, PDP_CONTEXT_MAX, &cid) || cid == 0)
        return AT_ERROR;
    if (call->n_args == 1)
        return quectel_context_query (call, cid);
    if (!at_number (call, 1, 3, &type) || type == 0)
        return AT_ERROR;
    context = load_or_new (call->model, cid);
    context->type = type - 1;
    set_text (&context->apn, call, 2);
    set_text (&context->username, call, 3);
    set_text (&context->password, call, 4);
    if (call->n_args > 5 && !at_number (call, 5, 3, &context->authentication))
        return AT_ERROR;
    save (call->model, context);
    return AT_OK;
}

static AtResult
attach_read (AtCall *call)
{
    at_line (call, "+CGATT: %d", model_is_registered (call->model) && !call->model->detached);
    return AT_OK;
}

static AtResult
attach_set (AtCall *call)
{
    guint attach;

    if (!at_number (call, 0, 1, &attach))
        return CME_INVALID_PARAMETERS;
    if (attach && !model_is_registered (call->model))
        return CME_NO_NETWORK;
    model_set_detached (call->model, !attach);
    return AT_OK;
}

static AtResult
activation_read (AtCall *call)
{
    for (guint cid = 1; cid <= PDP_CONTEXT_MAX; cid++) {
        g_autoptr (PdpContext) context = pdp_context_load (call->model->nvram, cid);

        if (context)
            at_line (call, "+CGACT: %u,%d", cid, is_active (call->model, cid));
    }
    return AT_OK;
}

/* 3GPP TS 27.007, 9.2.2: the cause of a refused context is told as one of these. */
static AtResult
refusal (EsmCause cause)
{
    switch (cause) {
    case ESM_UNKNOWN_APN:
        return CME_UNKNOWN_APN;
    case ESM_AUTHENTICATION_FAILED:
        return CME_AUTHENTICATION_FAILED;
    default:
        return CME_UNSPECIFIED;
    }
}

static AtResult
router_activate (Model *model, gboolean activate)
{
    EsmCause cause = ESM_ACCEPTED;

    if (activate)
        cause = model_router_dial (model);
    else
        model_router_hang_up (model);
    return cause == ESM_ACCEPTED ? AT_OK : refusal (cause);
}

/* The default bearer cannot be taken down but by detaching; others are not modelled. */
static AtResult
activation_set (AtCall *call)
{
    guint state, cid;

    if (!at_number (call, 0, 1, &state) || !at_number (call, 1, PDP_CONTEXT_MAX, &cid))
        return CME_INVALID_PARAMETERS;
    if (cid != 1)
        return CME_NOT_SUPPORTED;
    if (!model_is_registered (call->model))
        return AT_NO_CARRIER;
    if (is_active (call->model, cid) == (gboolean) state)
        return AT_OK;
    return model_is_router (call->model) ? router_activate (call->model, state) : CME_NOT_ALLOWED;
}

/* The 16 bytes in decimal, as 3GPP TS 27.007 writes IPv6 addresses. */
static char *
dotted (const char *address)
{
    GString *text = g_string_new (NULL);
    guint8 bytes[16];
    g_auto (GStrv) parts = g_strsplit (address, "/", 2);

    if (inet_pton (AF_INET6, parts[0], bytes) == 1)
        for (guint i = 0; i < sizeof (bytes); i++)
            g_string_append_printf (text, i ? ".%u" : "%u", bytes[i]);
    return g_string_free (text, FALSE);
}

static gboolean
carries (Model *model, const PdpContext *context, guint family)
{
    if (model_is_router (model))
        return session_is_up (model_session (model, family));
    if (family == 6)
        return context->type != PDP_IPV4 && model->profile->ipv6;
    return context->type != PDP_IPV6 && model->profile->ipv4;
}

static char *
addresses_of (Model *model, const PdpContext *context)
{
    const Profile *profile = model->profile;
    g_auto (GStrv) parts = g_strsplit (profile->address4, "/", 2);
    g_autofree char *long6 = dotted (profile->address6);
    gboolean v4 = carries (model, context, 4), v6 = carries (model, context, 6);

    if (v4 && v6)
        return g_strdup_printf ("\"%s\",\"%s\"", parts[0], long6);
    return g_strdup_printf ("\"%s\"", v4 ? parts[0] : v6 ? long6 : "");
}

static AtResult
address_read (AtCall *call)
{
    guint wanted = 0;

    if (call->n_args && !at_number (call, 0, PDP_CONTEXT_MAX, &wanted))
        return CME_INVALID_PARAMETERS;
    for (guint cid = 1; cid <= PDP_CONTEXT_MAX; cid++) {
        g_autoptr (PdpContext) context = pdp_context_load (call->model->nvram, cid);
        g_autofree char *addresses = NULL;

        if (!context || (wanted && cid != wanted))
            continue;
        if (is_active (call->model, cid))
            addresses = addresses_of (call->model, context);
        else
            addresses = g_strdup ("\"0.0.0.0\"");
        at_line (call, "+CGPADDR: %u,%s", cid, addresses);
    }
    return AT_OK;
}

static AtResult
dynamic_parameters (AtCall *call)
{
    const Profile *profile = call->model->profile;
    const PdpContext *context = call->model->attach_context;
    g_auto (GStrv) parts = g_strsplit (profile->address4, "/", 2);
    guint cid = 1, length = g_ascii_strtoull (parts[1], NULL, 10);
    guint32 mask = length ? G_MAXUINT32 << (32 - length) : 0;
    const char *dns1 = profile->dns4[0] ? profile->dns4[0] : "";
    const char *dns2 = *dns1 && profile->dns4[1] ? profile->dns4[1] : "";

    if (call->n_args && !at_number (call, 0, PDP_CONTEXT_MAX, &cid))
        return CME_INVALID_PARAMETERS;
    if (!context || cid != 1 || !is_active (call->model, 1))
        return AT_OK;
    at_line (call, "+CGCONTRDP: 1,5,\"%s\",\"%s.%u.%u.%u.%u\",\"%s\",\"%s\",\"%s\"",
             *context->apn ? context->apn : profile->apns[0], parts[0], mask >> 24, mask >> 16 & 255,
             mask >> 8 & 255, mask & 255, profile->gateway4, dns1, dns2);
    return AT_OK;
}

/* inferred: the text. 3GPP TS 27.007 leaves it to the module, and no EC25's is known. */
static AtResult
extended_error (AtCall *call)
{
    const Model *model = call->model;

    if (model->registration == REGISTRATION_DENIED && model->attach_cause == EMM_ESM_FAILURE)
        at_line (call, "+CEER: \"EMM cause %u, ESM cause %u\"", model->attach_cause, model->last_cause);
    else if (model->registration == REGISTRATION_DENIED)
        at_line (call, "+CEER: \"EMM cause %u\"", model->attach_cause);
    else if (model->last_cause != ESM_ACCEPTED)
        at_line (call, "+CEER: \"ESM cause %u\"", model->last_cause);
    else
        at_line (call, "+CEER: \"No cause information available\"");
    return AT_OK;
}

static AtResult
event_reporting_set (AtCall *call)
{
    return at_number (call, 0, 2, &call->settings->cgerep) ? AT_OK : CME_INVALID_PARAMETERS;
}

static AtResult
event_reporting_read (AtCall *call)
{
    at_line (call, "+CGEREP: %u,0", call->settings->cgerep);
    return AT_OK;
}

static AtResult
data_counter (AtCall *call)
{
    guint64 sent = 0, received = 0;

    for (guint family = 4; family <= 6; family += 2) {
        sent += model_session (call->model, family)->sent.bytes;
        received += model_session (call->model, family)->received.bytes;
    }
    at_line (call, "+QGDCNT: %" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT, sent, received);
    return AT_OK;
}

static AtResult
context_test (AtCall *call)
{
    for (PdpType type = PDP_IPV4; type <= PDP_IPV4V6; type++)
        at_line (call, "+CGDCONT: (1-%d),\"%s\",,,(0-2),(0-4),(0-1),(0-1)", PDP_CONTEXT_MAX,
                 pdp_type_name (type));
    return AT_OK;
}

const AtCommand at_commands_packet[] = {
    { "+CGDCONT", AT_READ, context_read },
    { "+CGDCONT", AT_TEST, context_test },
    { "+CGDCONT", AT_SET, context_set },
    { "+QICSGP", AT_SET, quectel_context_set },
    { "+QICSGP", AT_TEST, NULL, "+QICSGP: (1-16),(1-3),<APN>,<username>,<password>,(0-3)" },
    { "+CGATT", AT_READ, attach_read },
    { "+CGATT", AT_TEST, NULL, "+CGATT: (0,1)" },
    { "+CGATT", AT_SET, attach_set },
    { "+CGACT", AT_READ, activation_read },
    { "+CGACT", AT_TEST, NULL, "+CGACT: (0,1)" },
    { "+CGACT", AT_SET, activation_set },
    { "+CGPADDR", AT_EXECUTE, address_read },
    { "+CGPADDR", AT_SET, address_read },
    { "+CGPADDR", AT_TEST, NULL, "+CGPADDR: (1,2,3)" },
    { "+CGCONTRDP", AT_EXECUTE, dynamic_parameters },
    { "+CGCONTRDP", AT_SET, dynamic_parameters },
    { "+CGCONTRDP", AT_TEST, NULL, "+CGCONTRDP: (1)" },
    { "+CGEREP", AT_READ, event_reporting_read },
    { "+CGEREP", AT_TEST, NULL, "+CGEREP: (0-2),(0,1)" },
    { "+CGEREP", AT_SET, event_reporting_set },
    { "+CEER", AT_EXECUTE, extended_error },
    { "+CEER", AT_TEST },
    { "+QGDCNT", AT_READ, data_counter },
    { NULL },
};
