/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scratch-module.h"

#include <string.h>

static gboolean
is_running (ScratchModule *self)
{
    return self->model->power == POWER_RUNNING;
}

static gboolean
is_off (ScratchModule *self)
{
    return self->model->power == POWER_OFF;
}

static gboolean
is_booting (ScratchModule *self)
{
    return self->model->power == POWER_BOOTING;
}

static gboolean
has_booted (ScratchModule *self)
{
    return self->model->init == INIT_DONE;
}

static void
forget_events (ScratchModule *self)
{
    g_string_truncate (self->events, 0);
}

static EsmCause
connect_family (ScratchModule *self, guint family, guint32 *handle)
{
    NetworkRequest request = { "super", "", "", family };

    return model_session_start (self->model, &request, handle);
}

static void
test_boot_order (void)
{
    g_auto (ScratchModule) module = { 0 };

    scratch_module_init (&module, NULL);
    scratch_module_register (&module);
    forget_events (&module);
    model_restart (module.model);
    scratch_module_wait (&module, is_booting);
    scratch_module_wait (&module, has_booted);
    g_assert_true (g_str_has_prefix (module.events->str, "<registration>\n") ||
                   g_str_has_prefix (module.events->str, "<detached>\n"));
    g_assert_nonnull (strstr (module.events->str,
                              "<attached>\nRDY\n+CFUN: 1\n+CPIN: READY\n+QUSIM: 1\n<sim>\n"));
    g_assert_nonnull (strstr (module.events->str, "+QIND: SMS DONE\n"));
    g_assert_nonnull (strstr (module.events->str, "+QIND: PB DONE\n"));
}

static void
test_locked_sim_boot (void)
{
    const char *settings[] = { "sim.pin=1234", "boot.cold-start=true", NULL };
    g_auto (ScratchModule) module = { 0 };

    scratch_module_init (&module, settings);
    model_start (module.model);
    g_assert_cmpint (module.model->power, ==, POWER_BOOTING);
    scratch_module_wait (&module, is_running);
    g_assert_cmpint (model_sim_state (module.model), ==, SIM_PIN_REQUIRED);
    g_assert_cmpint (module.model->registration, ==, REGISTRATION_NONE);
    g_assert_false (model_sim_verify_pin (module.model, "9999"));
    g_assert_true (model_sim_verify_pin (module.model, "1234"));
    g_assert_nonnull (strstr (module.events->str, "+CPIN: READY\n+QUSIM: 1\n"));
    g_assert_cmpint (module.model->registration, ==, REGISTRATION_SEARCHING);
}

static void
test_stored_mode_waits_for_restart (void)
{
    g_auto (ScratchModule) module = { 0 };

    scratch_module_init (&module, NULL);
    scratch_module_register (&module);
    nvram_set_int (module.nvram, "module", "usbnet", 1);
    g_assert_cmpuint (module.model->composition.mode, ==, 0);
    model_crash (module.model);
    scratch_module_wait (&module, is_running);
    g_assert_cmpuint (module.model->composition.mode, ==, 1);
}

static void
test_sessions (void)
{
    g_auto (ScratchModule) module = { 0 };
    guint32 first, second, third;

    scratch_module_init (&module, NULL);
    g_assert_cmpint (connect_family (&module, 4, &first), ==, ESM_NETWORK_FAILURE);
    scratch_module_register (&module);
    g_assert_cmpint (connect_family (&module, 4, &first), ==, ESM_ACCEPTED);
    g_assert_cmpint (connect_family (&module, 4, &second), ==, ESM_ACCEPTED);
    g_assert_cmpint (connect_family (&module, 6, &third), ==, ESM_ACCEPTED);
    g_assert_true (model_session_stop (module.model, first));
    g_assert_false (model_session_stop (module.model, first));
    g_assert_true (session_is_up (model_session (module.model, 4)));
    g_assert_true (model_session_stop (module.model, second));
    g_assert_false (session_is_up (model_session (module.model, 4)));
    model_session_drop (module.model, 6, ESM_REGULAR_DEACTIVATION);
    g_assert_false (model_has_call (module.model, third));
}

static void
test_lost_registration_ends_sessions (void)
{
    g_auto (ScratchModule) module = { 0 };
    guint32 handle;

    scratch_module_init (&module, NULL);
    scratch_module_register (&module);
    g_assert_cmpint (connect_family (&module, 4, &handle), ==, ESM_ACCEPTED);
    model_set_network_answer (module.model, REGISTRATION_DENIED, 15);
    g_assert_cmpint (module.model->registration, ==, REGISTRATION_DENIED);
    g_assert_false (session_is_up (model_session (module.model, 4)));
    model_set_network_answer (module.model, REGISTRATION_ROAMING, 0);
    g_assert_true (model_is_registered (module.model));
}

static void
test_sim_removed (void)
{
    g_auto (ScratchModule) module = { 0 };

    scratch_module_init (&module, NULL);
    scratch_module_register (&module);
    forget_events (&module);
    model_sim_remove (module.model);
    g_assert_cmpstr (module.events->str, ==, "<sim>\n<registration>\n");
    model_sim_insert (module.model, NULL, NULL);
    module.model->sim_detection = TRUE;
    forget_events (&module);
    model_sim_remove (module.model);
    g_assert_true (g_str_has_prefix (module.events->str, "+CPIN: NOT READY\n<sim>\n"));
    module.model->sim_urc_enabled = TRUE;
    forget_events (&module);
    model_sim_insert (module.model, "8900000000000000002", NULL);
    g_assert_true (g_str_has_prefix (module.events->str, "+QSIMSTAT: 1,1\n+CPIN: READY\n+QUSIM: 1\n<sim>\n"));
}

static void
test_power_off (void)
{
    g_auto (ScratchModule) module = { 0 };

    scratch_module_init (&module, NULL);
    scratch_module_register (&module);
    model_power_off (module.model);
    scratch_module_wait (&module, is_off);
    g_assert_true (g_str_has_suffix (module.events->str, "POWERED DOWN\n<detached>\n"));
    model_plug (module.model);
    scratch_module_wait (&module, is_running);
}

static void
test_modes (void)
{
    g_auto (ScratchModule) module = { 0 };

    scratch_module_init (&module, NULL);
    scratch_module_register (&module);
    model_set_mode (module.model, MODE_MINIMUM);
    g_assert_cmpint (model_sim_state (module.model), ==, SIM_ABSENT);
    g_assert_cmpint (module.model->registration, ==, REGISTRATION_NONE);
    forget_events (&module);
    model_set_mode (module.model, MODE_ONLINE);
    g_assert_nonnull (strstr (module.events->str, "+CPIN: READY\n+QUSIM: 1\n"));
    g_assert_nonnull (strstr (module.events->str, "+QIND: PB DONE\n+QIND: SMS DONE\n"));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/model/boot-order", test_boot_order);
    g_test_add_func ("/model/locked-sim-boot", test_locked_sim_boot);
    g_test_add_func ("/model/stored-mode", test_stored_mode_waits_for_restart);
    g_test_add_func ("/model/sessions", test_sessions);
    g_test_add_func ("/model/lost-registration", test_lost_registration_ends_sessions);
    g_test_add_func ("/model/sim-removed", test_sim_removed);
    g_test_add_func ("/model/power-off", test_power_off);
    g_test_add_func ("/model/modes", test_modes);
    return g_test_run ();
}
