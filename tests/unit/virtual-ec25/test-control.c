/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "control.h"
#include "host-pty.h"
#include "ec25-error.h"
#include "scratch-module.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
    ScratchModule module;
    char *folder;
    HostPty *pty;
    Machine machine;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
    scratch_module_init (&fixture->module, NULL);
    fixture->folder = g_dir_make_tmp ("control-XXXXXX", NULL);
    fixture->pty =
        host_pty_new (fixture->module.model, fixture->module.faults, fixture->module.journal,
                      fixture->folder);
    fixture->machine = (Machine) { fixture->module.model, fixture->module.faults, fixture->module.journal,
                                   host_pty_ports (fixture->pty), NULL, NULL };
    scratch_module_register (&fixture->module);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
    host_pty_free (fixture->pty);
    g_assert_cmpint (g_rmdir (fixture->folder), ==, 0); /* and so the links are gone */
    g_free (fixture->folder);
    scratch_module_clear (&fixture->module);
}

static char *
run (Fixture *fixture, const char *line)
{
    g_autoptr (GString) answer = g_string_new (NULL);
    g_autoptr (GError) error = NULL;

    control_run (&fixture->machine, line, answer, &error);
    g_assert_no_error (error);
    return g_string_free (g_steal_pointer (&answer), FALSE);
}

static void
test_commands (Fixture *fixture, gconstpointer data)
{
    static const char *const lines[] = {
        "status",          "describe",         "help",           "seen at",           "seen qmi",
        "seen clear",      "register denied 15", "register home", "signal -100 -12 -70 90",
            "time 2026-01-02T03:04:05+01:00",
        "gps fix 47.5 9.7", "data blackhole on", "data blackhole off", "pdn drop",     "pdn drop 6",
        "llp 802-3",       "llp raw-ip",       "urc '+QIND: \"X\"'", "hang all on",   "hang all off",
        "hang at-primary until-reopened", "hang qmi until-radio", "hang mbim until-restart", "hang all until-power",
            "restart-sticks on", "pdn lose", "data blackhole until-reconnected",
        "fault at AT+CPIN cme 14 2", "fault at 'AT+COPS?' says '\\033[31m\\r\\nOK' 1", "fault at off", "fault qmi wds 0x0020 error 14",
            "fault qmi * * silent 1", "fault qmi off",
        "sim remove",      "sim insert 8900000000000000001 001010000000001", "sim pin 1234", "sim pin ''",
    };

    for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
        g_autofree char *answer = run (fixture, lines[i]);

        g_assert_nonnull (answer);
    }
}

static void
test_bad_lines (Fixture *fixture, gconstpointer data)
{
    static const char *const lines[] = {
        "",           "nonsense",       "sim",           "sim eat",       "register",
            "register maybe",
        "signal 1",   "signal a b c d", "time",          "time noon",     "gps fix 91 0",     "gps fix nan 0",
        "pdn drop 5", "pdn drop x",     "llp",           "hang at",       "hang nothing on",
            "hang qmi until-monday", "restart-sticks", "data blackhole until-monday",
            "fault at AT explode",
        "fault at AT cme", "fault at AT says", "fault at AT says x y", "fault qmi nosuch * silent", "fault qmi wds x silent", "fault qmi wds * error",
            "urc",
        "seen",       "sim insert 12",  "sim pin 1",     "'unbalanced",   "data blackhole",   "plug",
    };

    for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
        g_autoptr (GString) answer = g_string_new (NULL);
        g_autoptr (GError) error = NULL;

        if (control_run (&fixture->machine, lines[i], answer, &error) || !error)
            g_error ("“%s” was accepted", lines[i]);
    }
}

static void
test_what_they_do (Fixture *fixture, gconstpointer data)
{
    g_autofree char *status = NULL, *describe = run (fixture, "describe");

    g_assert_nonnull (strstr (describe, "\"mode\":\"qmi\""));
    g_assert_nonnull (strstr (describe, "\"driver\":\"qmi_wwan\",\"role\":\"qmi\",\"nodes\":[\"cdc-wdm0\"]"));
    g_free (run (fixture, "register roaming"));
    status = run (fixture, "status");
    g_assert_nonnull (strstr (status, "state=running\n"));
    g_assert_nonnull (strstr (status, "registration=roaming\n"));
    g_assert_nonnull (strstr (status, "session4=disconnected\n"));
    g_free (run (fixture, "unplug"));
    g_assert_cmpint (fixture->module.model->power, ==, POWER_OFF);
    g_free (run (fixture, "plug"));
    g_assert_cmpint (fixture->module.model->power, ==, POWER_BOOTING);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add ("/control/commands", Fixture, NULL, set_up, test_commands, tear_down);
    g_test_add ("/control/bad-lines", Fixture, NULL, set_up, test_bad_lines, tear_down);
    g_test_add ("/control/what-they-do", Fixture, NULL, set_up, test_what_they_do, tear_down);
    return g_test_run ();
}
