/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The module itself: SIM, registration, data sessions. */

#include "model-private.h"

/* SIM */

SimState
model_sim_state (const Model *self)
{
    /* In minimum functionality the card is not powered. */
    return self->mode == MODE_MINIMUM ? SIM_ABSENT : sim_state (self->sim);
}

void
model_announce_sim (Model *self)
{
    switch (sim_state (self->sim)) {
    case SIM_ABSENT:
        model_urc (self, "+CPIN: NOT INSERTED");
        break;
    case SIM_PIN_REQUIRED:
        model_urc (self, "+CPIN: SIM PIN");
        break;
    case SIM_PUK_REQUIRED:
        model_urc (self, "+CPIN: SIM PUK");
        break;
    case SIM_READY:
        model_urc (self, "+CPIN: READY");
        model_urc (self, "+QUSIM: 1");
        break;
    }
}

static void
follow_sim (Model *self)
{
    self->init = sim_state (self->sim) == SIM_READY ? INIT_DONE : 0;
    model_emit (self, MODEL_SIM, NULL);
    model_search (self);
}

/*
 * Without AT+QSIMDET the firmware does not watch the card's switch, and its AT side says nothing of a card that
 * comes or goes. The QMI side tells all the same (inferred: it notices that the card does not answer).
 */
void
model_sim_insert (Model *self, const char *iccid, const char *imsi)
{
    sim_insert (self->sim, iccid, imsi);
    if (self->power != POWER_RUNNING)
        return;
    if (self->sim_detection && self->sim_urc_enabled)
        model_urc (self, "+QSIMSTAT: 1,1");
    if (self->sim_detection)
        model_announce_sim (self);
    follow_sim (self);
}

void
model_sim_remove (Model *self)
{
    sim_remove (self->sim);
    if (self->power != POWER_RUNNING)
        return;
    if (self->sim_detection && self->sim_urc_enabled)
        model_urc (self, "+QSIMSTAT: 1,0");
    if (self->sim_detection)
        model_urc (self, "+CPIN: NOT READY");
    follow_sim (self);
}

gboolean
model_sim_verify_pin (Model *self, const char *pin)
{
    gboolean was_locked = sim_state (self->sim) == SIM_PIN_REQUIRED;
    gboolean right = sim_verify_pin (self->sim, pin);

    if (right && was_locked)
        model_announce_sim (self);
    if (was_locked)
        follow_sim (self);
    return right;
}

gboolean
model_sim_unblock_pin (Model *self, const char *puk, const char *new_pin)
{
    gboolean right = sim_unblock_pin (self->sim, puk, new_pin);

    if (right)
        model_announce_sim (self);
    follow_sim (self);
    return right;
}

/* Registration */

gboolean
model_is_registered (const Model *self)
{
    return self->registration == REGISTRATION_HOME || self->registration == REGISTRATION_ROAMING;
}

/* A radio switched off is the user's wish, and no news of the network. */
static void
lose_session (Model *self, guint family)
{
    if (self->mode == MODE_ONLINE)
        model_session_drop (self, family, ESM_NETWORK_FAILURE);
    else
        model_session_end (self, model_session (self, family), ESM_REGULAR_DEACTIVATION, FALSE);
}

static void
set_registration (Model *self, Registration registration)
{
    if (self->registration == registration)
        return;
    self->registration = registration;
    if (!model_is_registered (self))
        for (guint family = 4; family <= 6; family += 2)
            lose_session (self, family);
    model_emit (self, MODEL_REGISTRATION, NULL);
    if (model_is_registered (self) && !self->time)
        model_set_time (self, g_get_real_time () / G_USEC_PER_SEC, self->profile->time_zone);
}

static gboolean
can_register (Model *self)
{
    return self->power == POWER_RUNNING && !self->broken && self->mode == MODE_ONLINE &&
           sim_state (self->sim) == SIM_READY;
}

static gboolean
means_registered (Registration registration)
{
    return registration == REGISTRATION_HOME || registration == REGISTRATION_ROAMING;
}

/* Attach, on LTE, is one with the default bearer's PDN. */
static void
hear_network (gpointer data)
{
    Model *self = data;
    EsmCause cause;

    if (!can_register (self))
        return;
    if (!means_registered (self->network_answer)) {
        set_registration (self, self->network_answer);
        return;
    }
    if (!self->profile->contexts_at_boot)
        model_load_attach_context (self);
    cause = model_judge_attach (self);
    if (cause == ESM_ACCEPTED) {
        set_registration (self, self->network_answer);
        model_router_dial_later (self, self->profile->dial_time);
    } else {
        self->last_cause = cause;
        self->attach_cause = EMM_ESM_FAILURE;
        set_registration (self, REGISTRATION_DENIED);
    }
}

void
model_search (Model *self)
{
    if (!can_register (self)) {
        set_registration (self, REGISTRATION_NONE);
        return;
    }
    if (self->registration == self->network_answer)
        return;
    set_registration (self, REGISTRATION_SEARCHING);
    timers_add (self->timers, self->profile->registration_time, hear_network, self);
}

void
model_set_network_answer (Model *self, Registration answer, guint reject_cause)
{
    self->network_answer = answer;
    self->reject_cause = reject_cause;
    if (answer == REGISTRATION_DENIED)
        self->attach_cause = reject_cause;
    hear_network (self);
}

void
model_set_detached (Model *self, gboolean detached)
{
    if (self->detached == detached)
        return;
    self->detached = detached;
    if (detached) {
        model_router_hang_up (self);
        model_emit (self, MODEL_REGISTRATION, NULL);
    } else {
        model_emit (self, MODEL_REGISTRATION, NULL);
        set_registration (self, REGISTRATION_SEARCHING);
        timers_add (self->timers, self->profile->registration_time, hear_network, self);
    }
}

void
model_set_signal (Model *self, Signal signal)
{
    self->signal = signal;
    model_emit (self, MODEL_SIGNAL, NULL);
}

void
model_set_time (Model *self, gint64 time, int time_zone)
{
    self->time = time;
    self->time_set = g_get_monotonic_time ();
    self->time_zone = time_zone;
    model_emit (self, MODEL_TIME, NULL);
}

gint64
model_get_time (const Model *self)
{
    return self->time ? self->time + (g_get_monotonic_time () - self->time_set) / G_USEC_PER_SEC : 0;
}

void
model_context_changed (Model *self, guint cid)
{
    model_emit (self, MODEL_CONTEXT, GUINT_TO_POINTER (cid));
}

/* Data sessions */

Session *
model_session (Model *self, guint family)
{
    return &self->sessions[family == 6];
}

gboolean
session_is_up (const Session *self)
{
    return self->handles->len > 0;
}

static gboolean
find_handle (const Session *session, guint32 handle, guint *index)
{
    for (*index = 0; *index < session->handles->len; ++*index)
        if (g_array_index (session->handles, guint32, *index) == handle)
            return TRUE;
    return FALSE;
}

gboolean
model_has_call (Model *self, guint32 handle)
{
    guint index;

    return find_handle (&self->sessions[0], handle, &index) ||
           find_handle (&self->sessions[1], handle, &index);
}

EsmCause
model_session_start (Model *self, const NetworkRequest *request, guint32 *handle)
{
    Session *session = model_session (self, request->family);
    EsmCause cause = network_admit (self->profile, request);

    if (!model_is_registered (self) || self->detached)
        cause = ESM_NETWORK_FAILURE;
    if (cause != ESM_ACCEPTED) {
        session->end_cause = cause;
        return cause;
    }
    if (self->blackhole_fades)
        self->blackhole = self->blackhole_fades = FALSE;
    *handle = ++self->last_handle;
    g_array_append_val (session->handles, *handle);
    if (session->handles->len > 1)
        return ESM_ACCEPTED; /* one more user of the same call */
    g_free (session->apn);
    session->apn = g_strdup (*request->apn ? request->apn : self->profile->apns[0]);
    session->sent = session->received = session->dropped = (Traffic) { 0 };
    model_emit (self, MODEL_SESSION, session);
    return ESM_ACCEPTED;
}

gboolean
model_session_stop (Model *self, guint32 handle)
{
    for (guint i = 0; i < G_N_ELEMENTS (self->sessions); i++) {
        Session *session = &self->sessions[i];
        guint index;

        if (!find_handle (session, handle, &index))
            continue;
        g_array_remove_index (session->handles, index);
        session->end_cause = ESM_REGULAR_DEACTIVATION;
        session->ended_by_network = FALSE;
        if (!session_is_up (session))
            model_emit (self, MODEL_SESSION, session);
        return TRUE;
    }
    return FALSE;
}

void
model_session_end (Model *self, Session *session, EsmCause cause, gboolean by_network)
{
    if (!session_is_up (session))
        return;
    g_array_set_size (session->handles, 0);
    session->end_cause = cause;
    session->ended_by_network = by_network;
    model_emit (self, MODEL_SESSION, session);
}

void
model_session_drop (Model *self, guint family, EsmCause cause)
{
    model_session_end (self, model_session (self, family), cause, TRUE);
    if (self->profile->redials)
        model_router_dial_later (self, self->profile->redial_time);
}

void
model_session_lose (Model *self, guint family)
{
    g_array_set_size (model_session (self, family)->handles, 0);
}

void
model_forget_network (Model *self)
{
    self->registration = REGISTRATION_NONE;
    for (guint i = 0; i < G_N_ELEMENTS (self->sessions); i++) {
        Session *session = &self->sessions[i];
        gboolean was_up = session_is_up (session);

        g_array_set_size (session->handles, 0);
        if (was_up)
            model_emit (self, MODEL_SESSION, session);
    }
}
