/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A module in memory for one test. */

#include "scratch-module.h"
#include "profile-files.h"

#define TIME_SCALE 0.001

static void
on_model (Model *model, ModelEvent event, gconstpointer detail, gpointer user_data)
{
    static const char *const names[MODEL_N_EVENTS] = { "attached", "detached", "urc",     "mode",    "sim",
                                                       "registration",
                                                       "signal",   "time",     "session", "context", "gnss" };
    ScratchModule *self = user_data;

    if (event == MODEL_URC)
        g_string_append_printf (self->events, "%s\n", (const char *) detail);
    else
        g_string_append_printf (self->events, "<%s>\n", names[event]);
}

void
scratch_module_init (ScratchModule *self, const char *const *settings)
{
    g_autoptr (GError) error = NULL;

    self->profile = profile_load (PROFILE_DEFAULT, settings, &error);
    g_assert_no_error (error);
    self->nvram = nvram_open (NULL, &error);
    g_assert_no_error (error);
    self->model = model_new (self->profile, self->nvram, TIME_SCALE);
    self->faults = faults_new ();
    self->journal = journal_new (NULL);
    self->events = g_string_new (NULL);
    model_listen (self->model, on_model, self);
}

void
scratch_module_clear (ScratchModule *self)
{
    model_free (self->model);
    nvram_free (self->nvram);
    profile_free (self->profile);
    faults_free (self->faults);
    journal_free (self->journal);
    g_string_free (self->events, TRUE);
}

static gboolean
give_up (gpointer user_data)
{
    g_error ("the module did not get there in time");
    return G_SOURCE_REMOVE;
}

void
scratch_module_wait (ScratchModule *self, gboolean (*condition) (ScratchModule *self))
{
    guint limit = g_timeout_add_seconds (5, give_up, NULL);

    while (!condition (self))
        g_main_context_iteration (NULL, TRUE);
    g_source_remove (limit);
}

static gboolean
is_registered (ScratchModule *self)
{
    return model_is_registered (self->model);
}

void
scratch_module_register (ScratchModule *self)
{
    model_start (self->model);
    scratch_module_wait (self, is_registered);
}
