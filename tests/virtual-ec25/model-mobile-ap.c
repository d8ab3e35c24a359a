/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The module itself as a router (ECM and RNDIS mode): it dials PDP context 1 on its own as soon as it is
 * registered, and again when the network has ended the connection.
 */

#include "model-private.h"

gboolean
model_is_router (const Model *self)
{
    return composition_is_router (self->composition.mode) && !self->composition.broken;
}

/* Attach: the network looks at context 1 as it is stored now, or as it was at boot where the firmware is like that. */

void
model_load_attach_context (Model *self)
{
    g_clear_pointer (&self->attach_context, pdp_context_free);
    self->attach_context = pdp_context_load (self->nvram, 1);
}

static NetworkRequest
request_of (const PdpContext *context, guint family)
{
    return (NetworkRequest) { context->apn, context->username, context->password, family };
}

static gboolean
context_wants (const PdpContext *context, guint family)
{
    return context->type == PDP_IPV4V6 || (context->type == PDP_IPV6) == (family == 6);
}

EsmCause
model_judge_attach (const Model *self)
{
    const PdpContext *context = self->attach_context;
    EsmCause cause = ESM_ACCEPTED;

    /* Who names no APN gets the default bearer of the network's choice. */
    if (!self->profile->attach_checks_apn || !context || !*context->apn)
        return ESM_ACCEPTED;
    for (guint family = 4; family <= 6; family += 2) {
        NetworkRequest request = request_of (context, family);

        if (!context_wants (context, family))
            continue;
        cause = network_admit (self->profile, &request);
        if (cause == ESM_ACCEPTED)
            return cause;
    }
    return cause;
}

/* Data calls */

static EsmCause
dial_family (Model *self, guint family)
{
    NetworkRequest request = request_of (self->attach_context, family);
    guint32 handle;

    if (session_is_up (model_session (self, family)))
        return ESM_ACCEPTED;
    return model_session_start (self, &request, &handle);
}

EsmCause
model_router_dial (Model *self)
{
    EsmCause cause = ESM_NETWORK_FAILURE;
    gboolean up = FALSE;

    if (!self->attach_context)
        return cause;
    for (guint family = 4; family <= 6; family += 2)
        if (context_wants (self->attach_context, family)) {
            cause = dial_family (self, family);
            up |= cause == ESM_ACCEPTED;
        }
    self->last_cause = up ? ESM_ACCEPTED : cause;
    return self->last_cause;
}

gboolean
model_router_is_up (Model *self)
{
    return session_is_up (&self->sessions[0]) || session_is_up (&self->sessions[1]);
}

void
model_router_hang_up (Model *self)
{
    for (guint i = 0; i < G_N_ELEMENTS (self->sessions); i++)
        model_session_end (self, &self->sessions[i], ESM_REGULAR_DEACTIVATION, FALSE);
}

static void
dial (gpointer data)
{
    Model *self = data;

    if (model_is_router (self) && model_is_registered (self) && !self->detached)
        model_router_dial (self);
}

void
model_router_dial_later (Model *self, double seconds)
{
    if (model_is_router (self) && self->power == POWER_RUNNING)
        timers_add (self->timers, seconds, dial, self);
}
