/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which scripts are run, with what, and that one that hangs does not keep the next from it. */

#include <string.h>

#include "lh-runner.h"
#include "lh-scripts.h"
#include "scratch-folder.h"

static guint warnings;

static void
test_names (void)
{
    static const struct {
        const gchar *name;
        gboolean     is_script;
    } names[] = {
        { "10-mail", TRUE }, { "notify.sh", TRUE }, { "a", TRUE }, { "with space", TRUE }, { "bak", TRUE },
        { "", FALSE }, { ".hidden", FALSE }, { "10-mail~", FALSE }, { "10-mail.bak", FALSE }, { ".10-mail.swp", FALSE },
        { "10-mail.dpkg-old", FALSE }, { "10-mail.rpmsave", FALSE }, { "10-mail.ucf-dist", FALSE },
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (names); i++)
        g_assert_cmpint (lh_scripts_is_name (names[i].name), ==, names[i].is_script);
}

static void
put_script (const gchar *folder, const gchar *name, const gchar *text, int mode)
{
    g_autofree gchar *path = g_build_filename (folder, name, NULL);

    put_file (folder, name, text);
    g_assert_cmpint (g_chmod (path, mode), ==, 0);
}

static gchar *
list (const gchar *folder, uid_t owner, GPtrArray *problems)
{
    g_autoptr(GPtrArray) scripts = lh_scripts_list (folder, owner, problems);
    GString             *names = g_string_new (NULL);
    guint                i;

    for (i = 0; i < scripts->len; i++) {
        g_autofree gchar *name = g_path_get_basename (scripts->pdata[i]);

        g_string_append_printf (names, "%s%s", i ? " " : "", name);
    }
    return g_string_free (names, FALSE);
}

static void
test_list (void)
{
    g_autofree gchar     *folder = scratch_folder_new ();
    g_autofree gchar     *subfolder = g_build_filename (folder, "30-folder", NULL);
    g_autofree gchar     *nowhere = g_build_filename (folder, "nowhere", NULL);
    g_autoptr(GPtrArray)  problems = g_ptr_array_new_with_free_func (g_free);
    g_autoptr(GPtrArray)  others = g_ptr_array_new_with_free_func (g_free);
    g_autofree gchar     *found = NULL, *in_nowhere = NULL, *of_somebody_else = NULL;

    g_assert_cmpint (g_chmod (folder, 0755), ==, 0);
    put_script (folder, "20-second", "", 0755);
    put_script (folder, "10-first", "", 0555);
    put_script (folder, "15-not-executable", "", 0644);
    put_script (folder, "16-backup~", "", 0755);
    put_script (folder, "17-group-writable", "", 0775);
    put_script (folder, "18-writable", "", 0757);
    put_script (folder, "19-only-root", "", 0700);
    g_assert_cmpint (g_mkdir (subfolder, 0755), ==, 0);
    put_link (folder, "40-link", "20-second");
    put_link (folder, "50-link-to-nowhere", "nothing");
    found = list (folder, getuid (), problems);
    g_assert_cmpstr (found, ==, "10-first 20-second 40-link");
    g_assert_cmpuint (problems->len, ==, 3);

    in_nowhere = list (nowhere, getuid (), problems);
    g_assert_cmpstr (in_nowhere, ==, "");
    g_assert_cmpuint (problems->len, ==, 3);

    of_somebody_else = list (folder, getuid () + 1, others);
    g_assert_cmpstr (of_somebody_else, ==, "");
    g_assert_cmpuint (others->len, ==, 1);
    g_assert_nonnull (strstr (others->pdata[0], "does not belong to root"));
    scratch_folder_remove (folder);
}

static GVariant *
example (void)
{
    return g_variant_ref_sink (g_variant_new ("(ssssuut)", "ipv6", "eth0", "", "eth0 has; no=carrier\n$(reboot)", 1900u,
                                              42u, G_GUINT64_CONSTANT (5000000000)));
}

static void
test_environment (void)
{
    g_autoptr(GVariant) arguments = example ();
    g_autoptr(GVariant) other = g_variant_ref_sink (g_variant_new ("(s)", "ipv6"));
    g_auto(GStrv)       environment = lh_scripts_environment (arguments);

    g_assert_cmpstr (g_environ_getenv (environment, "LTE_FAILOVER_FAMILY"), ==, "ipv6");
    g_assert_cmpstr (g_environ_getenv (environment, "LTE_FAILOVER_FROM"), ==, "eth0");
    g_assert_cmpstr (g_environ_getenv (environment, "LTE_FAILOVER_TO"), ==, "");
    g_assert_cmpstr (g_environ_getenv (environment, "LTE_FAILOVER_REASON"), ==, "eth0 has; no=carrier\n$(reboot)");
    g_assert_cmpstr (g_environ_getenv (environment, "LTE_FAILOVER_DETECT_MS"), ==, "1900");
    g_assert_cmpstr (g_environ_getenv (environment, "LTE_FAILOVER_SWITCH_US"), ==, "42");
    g_assert_cmpstr (g_environ_getenv (environment, "LTE_FAILOVER_LTE_BYTES"), ==, "5000000000");
    g_assert_nonnull (g_environ_getenv (environment, "PATH"));
    g_assert_null (lh_scripts_environment (other));
}

static GLogWriterOutput
count_warnings (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer count)
{
    *(guint *) count += (level & G_LOG_LEVEL_WARNING) != 0;
    return G_LOG_WRITER_HANDLED;
}

static gboolean
holds (const gchar *path, const gchar *expected)
{
    g_autofree gchar *text = NULL;

    return g_file_get_contents (path, &text, NULL, NULL) && g_str_equal (text, expected);
}

static gboolean
never (gpointer data)
{
    return G_SOURCE_CONTINUE;
}

static void
wait_until_it_holds (const gchar *path, const gchar *expected)
{
    gint64 end = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;
    guint  tick = g_timeout_add (5, never, NULL);

    while (!holds (path, expected) && g_get_monotonic_time () < end)
        g_main_context_iteration (NULL, TRUE);
    g_source_remove (tick);
    g_assert_true (holds (path, expected));
}

/* One that cannot be run, one that hangs, one that fails, and the last one is run all the same, switch by switch. */
static void
test_run (void)
{
    g_autofree gchar    *folder = scratch_folder_new ();
    g_autofree gchar    *written = g_build_filename (folder, "written", NULL);
    g_autofree gchar    *last = g_strdup_printf ("#!/bin/sh\necho $LTE_FAILOVER_FAMILY >>%s\n", written);
    g_autofree gchar    *scripts = g_build_filename (folder, "scripts", NULL);
    g_autoptr(GVariant)  arguments = example ();
    LhRunner            *runner = lh_runner_new (scripts, 100);

    put_script (scripts, "10-no-program", "\1\2\3", 0755);
    put_script (scripts, "20-hangs", "#!/bin/sh\nsleep 1000\n", 0755);
    put_script (scripts, "30-fails", "#!/bin/sh\nexit 3\n", 0755);
    put_script (scripts, "40-writes", last, 0755);
    lh_runner_add (runner, lh_scripts_environment (arguments));
    lh_runner_add (runner, lh_scripts_environment (arguments));
    wait_until_it_holds (written, "ipv6\nipv6\n");
    lh_runner_free (runner);
    scratch_folder_remove (folder);
}

/* Switches that come faster than the scripts: the last ones are told. */
static void
test_too_many (void)
{
    g_autofree gchar    *folder = scratch_folder_new ();
    g_autofree gchar    *scripts = g_build_filename (folder, "scripts", NULL);
    g_autoptr(GVariant)  arguments = example ();
    LhRunner            *runner = lh_runner_new (scripts, 10000);
    guint                i, before = warnings;

    put_script (scripts, "10-hangs", "#!/bin/sh\nsleep 1000\n", 0755);
    for (i = 0; i < 40; i++)
        lh_runner_add (runner, lh_scripts_environment (arguments));
    g_assert_cmpuint (warnings - before, ==, 40 - 1 - 32);
    lh_runner_free (runner);
    scratch_folder_remove (folder);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/hooks/names", test_names);
    g_test_add_func ("/hooks/list", test_list);
    g_test_add_func ("/hooks/environment", test_environment);
    /* Only what belongs to root is run. */
    if (getuid () == 0) {
        g_log_set_writer_func (count_warnings, &warnings, NULL);
        g_test_add_func ("/hooks/run", test_run);
        g_test_add_func ("/hooks/too-many", test_too_many);
    }
    return g_test_run ();
}
