/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The router of ECM mode: when it dials, and what a change of context 1 does. */

#include "scratch-module.h"

static gboolean
is_up (ScratchModule *self)
{
    return model_router_is_up (self->model);
}

static gboolean
is_denied (ScratchModule *self)
{
    return self->model->registration == REGISTRATION_DENIED;
}

static gboolean
has_lost_the_session (ScratchModule *self)
{
    return !model_router_is_up (self->model);
}

static void
write_context (ScratchModule *self, const char *apn, const char *username)
{
    g_autoptr (PdpContext) context = pdp_context_new (1);

    context->type = PDP_IPV4V6;
    g_free (context->apn);
    context->apn = g_strdup (apn);
    g_free (context->username);
    context->username = g_strdup (username);
    pdp_context_save (self->nvram, context);
    model_context_changed (self->model, 1);
}

static void
attach_again (ScratchModule *self)
{
    model_set_mode (self->model, MODE_LOW_POWER);
    model_set_mode (self->model, MODE_ONLINE);
}

static void
test_dials_by_itself (void)
{
    const char *settings[] = { "usb.usbnet=1", NULL };
    g_auto (ScratchModule) module = { 0 };

    scratch_module_init (&module, settings);
    scratch_module_register (&module);
    scratch_module_wait (&module, is_up);
    model_session_drop (module.model, 4, ESM_NETWORK_FAILURE);
    model_session_drop (module.model, 6, ESM_NETWORK_FAILURE);
    g_assert_false (is_up (&module));
    scratch_module_wait (&module, is_up);
    g_assert_true (session_is_up (model_session (module.model, 6)));
}

static void
test_does_not_dial_in_qmi_mode (void)
{
    g_auto (ScratchModule) module = { 0 };

    scratch_module_init (&module, NULL);
    scratch_module_register (&module);
    g_assert_false (model_is_router (module.model));
    for (guint i = 0; i < 50; i++) {
        g_usleep (1000);
        g_main_context_iteration (NULL, FALSE);
    }
    g_assert_false (is_up (&module));
}

static void
test_a_change_waits_for_the_next_attach (void)
{
    const char *settings[] = { "usb.usbnet=1", NULL };
    g_auto (ScratchModule) module = { 0 };

    scratch_module_init (&module, settings);
    scratch_module_register (&module);
    scratch_module_wait (&module, is_up);
    write_context (&module, "wrong", "");
    g_assert_true (is_up (&module));
    attach_again (&module);
    scratch_module_wait (&module, is_denied);
    g_assert_cmpuint (module.model->attach_cause, ==, EMM_ESM_FAILURE);
    g_assert_cmpint (module.model->last_cause, ==, ESM_UNKNOWN_APN);
    write_context (&module, "super", "");
    attach_again (&module);
    scratch_module_wait (&module, is_up);
    g_assert_cmpstr (module.model->attach_context->apn, ==, "super");
}

static void
test_a_change_waits_for_the_next_start (void)
{
    const char *settings[] = { "usb.usbnet=1", "quirks.contexts-at-boot=true", NULL };
    g_auto (ScratchModule) module = { 0 };

    scratch_module_init (&module, settings);
    scratch_module_register (&module);
    scratch_module_wait (&module, is_up);
    write_context (&module, "super", "");
    attach_again (&module);
    scratch_module_wait (&module, is_up);
    g_assert_cmpstr (module.model->attach_context->apn, ==, "");
    model_crash (module.model);
    scratch_module_wait (&module, has_lost_the_session);
    scratch_module_wait (&module, is_up);
    g_assert_cmpstr (module.model->attach_context->apn, ==, "super");
}

/* Without an APN the network lets the module in, and then refuses the call. */
static void
test_refused_credentials (void)
{
    const char *settings[] = { "usb.usbnet=1", "network.username=user", "network.password=secret", NULL };
    g_auto (ScratchModule) module = { 0 };

    scratch_module_init (&module, settings);
    scratch_module_register (&module);
    g_assert_cmpint (model_router_dial (module.model), ==, ESM_AUTHENTICATION_FAILED);
    g_assert_false (is_up (&module));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/mobile-ap/dials-by-itself", test_dials_by_itself);
    g_test_add_func ("/mobile-ap/not-in-qmi-mode", test_does_not_dial_in_qmi_mode);
    g_test_add_func ("/mobile-ap/next-attach", test_a_change_waits_for_the_next_attach);
    g_test_add_func ("/mobile-ap/next-start", test_a_change_waits_for_the_next_start);
    g_test_add_func ("/mobile-ap/refused-credentials", test_refused_credentials);
    return g_test_run ();
}
