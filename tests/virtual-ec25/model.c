/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The module itself: creation, listeners, power. */

#include "model.h"
#include "model-private.h"

typedef struct {
    ModelListener func;
    gpointer user_data;
} Listener;

static Registration
parse_registration (const char *text)
{
    if (g_str_equal (text, "home"))
        return REGISTRATION_HOME;
    if (g_str_equal (text, "roaming"))
        return REGISTRATION_ROAMING;
    if (g_str_equal (text, "denied"))
        return REGISTRATION_DENIED;
    return g_str_equal (text, "searching") ? REGISTRATION_SEARCHING : REGISTRATION_NONE;
}

Model *
model_new (const Profile *profile, Nvram *nvram, double time_scale)
{
    Model *self = g_new0 (Model, 1);

    self->profile = profile;
    self->nvram = nvram;
    self->timers = timers_new (time_scale);
    self->sim = sim_new (profile);
    self->mode = MODE_ONLINE;
    self->network_answer = parse_registration (profile->registration);
    self->reject_cause = self->attach_cause = 11; /* PLMN not allowed (3GPP TS 24.301) */
    self->signal = (Signal) { profile->rsrp, profile->rsrq, profile->rssi, profile->snr };
    self->listeners = g_array_new (FALSE, FALSE, sizeof (Listener));
    for (guint i = 0; i < G_N_ELEMENTS (self->sessions); i++) {
        self->sessions[i].family = i == 0 ? 4 : 6;
        self->sessions[i].handles = g_array_new (FALSE, FALSE, sizeof (guint32));
    }
    pdp_contexts_init (nvram, profile);
    return self;
}

void
model_free (Model *self)
{
    g_clear_handle_id (&self->gnss_clock, g_source_remove);
    timers_free (self->timers);
    sim_free (self->sim);
    for (guint i = 0; i < G_N_ELEMENTS (self->sessions); i++) {
        g_array_unref (self->sessions[i].handles);
        g_free (self->sessions[i].apn);
    }
    g_array_unref (self->listeners);
    g_clear_pointer (&self->attach_context, pdp_context_free);
    g_free (self);
}

void
model_listen (Model *self, ModelListener listener, gpointer user_data)
{
    Listener entry = { listener, user_data };

    g_array_append_val (self->listeners, entry);
}

void
model_emit (Model *self, ModelEvent event, gconstpointer detail)
{
    for (guint i = 0; i < self->listeners->len; i++) {
        Listener *listener = &g_array_index (self->listeners, Listener, i);

        listener->func (self, event, detail, listener->user_data);
    }
}

void
model_urc (Model *self, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start (args, format);
    text = g_strdup_vprintf (format, args);
    va_end (args);
    model_emit (self, MODEL_URC, text);
}

/* Boot. The order of the unsolicited codes is that seen on an EG25-G. */

static void
announce_ready (gpointer data)
{
    model_urc (data, "RDY");
    model_urc (data, "+CFUN: 1");
}

static void
announce_sim (gpointer data)
{
    Model *self = data;

    model_announce_sim (self);
    if (sim_state (self->sim) == SIM_READY)
        self->init |= INIT_SIM;
    model_emit (self, MODEL_SIM, NULL);
    model_search (self);
}

static void
announce_sms (gpointer data)
{
    Model *self = data;

    if (!(self->init & INIT_SIM))
        return;
    self->init |= INIT_SMS;
    model_urc (self, "+QIND: SMS DONE");
}

static void
announce_phonebook (gpointer data)
{
    Model *self = data;

    if (!(self->init & INIT_SIM))
        return;
    self->init |= INIT_PHONEBOOK;
    model_urc (self, "+QIND: PB DONE");
}

static void
load_settings (Model *self)
{
    composition_init (&self->composition, nvram_get_int (self->nvram, "module", "usbnet", self->profile->usbnet),
                      nvram_get_int (self->nvram, "module", "usbcfg", FUNCTION_ALL));
    self->sim_detection = nvram_get_int (self->nvram, "module", "simdet", 0);
    self->sim_urc_enabled = nvram_get_int (self->nvram, "module", "simstat", 0);
    self->mode = MODE_ONLINE; /* AT+CFUN is not kept over a restart */
    self->detached = FALSE;
    self->raw_ip = TRUE;
    self->init = 0;
    model_load_attach_context (self);
}

static void
attach (gpointer data)
{
    Model *self = data;
    const Profile *profile = self->profile;

    load_settings (self);
    if (self->broken)
        composition_init_broken (&self->composition);
    self->power = POWER_RUNNING;
    model_emit (self, MODEL_ATTACHED, NULL);
    if (self->broken)
        return;
    timers_add (self->timers, profile->ready_time, announce_ready, self);
    timers_add (self->timers, profile->sim_time, announce_sim, self);
    timers_add (self->timers, profile->sms_time, announce_sms, self);
    timers_add (self->timers, profile->phonebook_time, announce_phonebook, self);
}

/* Nothing of the running firmware survives this. */
static void
stop_firmware (Model *self)
{
    gboolean was_running = self->power == POWER_RUNNING;

    timers_cancel (self->timers);
    model_forget_network (self);
    model_set_gnss (self, FALSE);
    self->time = 0;
    self->init = 0;
    self->power = POWER_OFF;
    sim_power_cycle (self->sim);
    if (was_running)
        model_emit (self, MODEL_DETACHED, NULL);
}

static void
reboot (gpointer data)
{
    Model *self = data;

    stop_firmware (self);
    self->power = POWER_BOOTING;
    if (!self->sticks)
        timers_add (self->timers, self->profile->boot_time, attach, self);
}

static void
end_power_down (gpointer data)
{
    Model *self = data;

    if (self->profile->powered_down_urc)
        model_urc (self, "POWERED DOWN");
    stop_firmware (self);
}

void
model_start (Model *self)
{
    if (self->profile->cold_start) {
        model_plug (self);
        return;
    }
    load_settings (self);
    self->power = POWER_RUNNING;
    if (sim_state (self->sim) == SIM_READY)
        self->init = INIT_DONE;
    model_emit (self, MODEL_ATTACHED, NULL);
    model_search (self);
}

void
model_plug (Model *self)
{
    if (self->power != POWER_OFF)
        return;
    self->power = POWER_BOOTING;
    timers_add (self->timers, self->profile->boot_time, attach, self);
}

void
model_unplug (Model *self)
{
    stop_firmware (self);
    self->broken = self->sticks = FALSE;
    model_emit (self, MODEL_UNPOWERED, NULL);
}

void
model_break (Model *self)
{
    self->broken = TRUE;
    reboot (self);
}

void
model_crash (Model *self)
{
    reboot (self);
}

void
model_restart (Model *self)
{
    if (self->power == POWER_RUNNING)
        timers_add (self->timers, self->profile->detach_delay, reboot, self);
}

void
model_power_off (Model *self)
{
    if (self->power == POWER_RUNNING)
        timers_add (self->timers, self->profile->power_down_time, end_power_down, self);
}

void
model_set_mode (Model *self, Mode mode)
{
    gboolean was_minimum = self->mode == MODE_MINIMUM;

    if (self->mode == mode)
        return;
    self->mode = mode;
    model_emit (self, MODEL_MODE, NULL);
    if (mode == MODE_MINIMUM) {
        self->init = 0;
        model_emit (self, MODEL_SIM, NULL);
    } else if (was_minimum) {
        announce_sim (self);
        announce_phonebook (self);
        announce_sms (self);
    }
    model_search (self);
}

static gboolean
report_fix (gpointer data)
{
    model_emit (data, MODEL_GNSS, NULL);
    return G_SOURCE_CONTINUE;
}

void
model_set_gnss (Model *self, gboolean on)
{
    if (self->gnss.on == on)
        return;
    self->gnss.on = on;
    if (on)
        self->gnss_clock = g_timeout_add_seconds (1, report_fix, self);
    else
        g_clear_handle_id (&self->gnss_clock, g_source_remove);
    model_emit (self, MODEL_GNSS, NULL);
}

void
model_set_position (Model *self, double latitude, double longitude)
{
    self->gnss.latitude = latitude;
    self->gnss.longitude = longitude;
    model_emit (self, MODEL_GNSS, NULL);
}
