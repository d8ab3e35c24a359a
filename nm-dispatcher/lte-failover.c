/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command lte-failover. */

#include <glib/gi18n-lib.h>
#include <locale.h>
#include <stdlib.h>
#include <unistd.h>

#include "lf-ask.h"
#include "lf-dns.h"
#include "lf-follow.h"
#include "lf-live.h"
#include "lf-pass.h"
#include "lf-status.h"
#include "lf-table.h"
#include "lf-test.h"
#include "lf-text.h"

#define EXIT_USAGE 2

/* How a command is written is not translated, what it does is. */
static const struct {
    const gchar *command, *purpose;
} commands[] = {
    { "status [--json]", N_("the uplinks, which one carries traffic, and why") },
    { "explain", N_("why each uplink is where it is") },
    { "monitor", N_("a line for each thing that happens, until interrupted") },
    { "test", N_("ask over every uplink now; moves nothing") },
    { "apply", N_("put the elected uplink first now (NetworkManager's events do it by themselves)") },
    { "clean", N_("take back every route and setting of ours") },
    { "check-config FILE", N_("say whether FILE may become the configuration") },
};

static void
print_usage (void)
{
    guint i;

    g_print ("%s\n\n%s\n\n", _("Usage: lte-failover COMMAND"),
             _("Shows and steers which uplink carries the traffic: Ethernet, Wi-Fi or LTE."));
    for (i = 0; i < G_N_ELEMENTS (commands); i++)
        g_print ("  %-18s  %s\n", commands[i].command, _(commands[i].purpose));
    g_print ("\n  --help, --version\n");
}

static int
fail (GError *error)
{
    g_autofree gchar *reason = lf_text_printable (error->message);

    g_printerr ("lte-failover: %s\n", reason);
    g_error_free (error);
    return EXIT_FAILURE;
}

static int
refuse_arguments (void)
{
    g_printerr ("%s\n", _("usage: lte-failover status [--json] | explain | monitor | test | apply | clean | "
                          "check-config FILE | --help | --version"));
    return EXIT_USAGE;
}

static int
show_status (gboolean json)
{
    GError            *error = NULL;
    g_autoptr(LfView)  view = lf_view_new (LF_VIEW_ALL_LINKS, &error);
    g_autofree gchar  *text = NULL, *names = NULL;

    if (!view)
        return fail (error);
    if (json)
        setlocale (LC_MESSAGES, "C"); /* programs shall read the same words everywhere */
    if (json && view->report->live)
        lf_ask_monitor (view->report);
    text = json ? lf_status_to_json (view) : lf_status_to_text (view, lf_table_wants_colours ());
    g_print (json ? "%s\n" : "%s", text);
    names = json ? NULL : lf_dns_describe ();
    if (names)
        g_print (_("names: %s\n"), names);
    return EXIT_SUCCESS;
}

static int
explain (void)
{
    GError            *error = NULL;
    g_autoptr(LfView)  view = lf_view_new (LF_VIEW_ALL_LINKS, &error);
    g_autofree gchar  *text = NULL;

    if (!view)
        return fail (error);
    if (view->report->live)
        lf_ask_monitor (view->report);
    text = lf_status_explain (view);
    g_print ("%s", text);
    return EXIT_SUCCESS;
}

static int
watch (void)
{
    GError *error = NULL;

    return lf_live_run (&error) ? EXIT_SUCCESS : fail (error);
}

static int
test (void)
{
    GError            *error = NULL;
    g_autoptr(LfView)  view = lf_view_new (LF_VIEW_ALL_LINKS, &error);

    if (!view)
        return fail (error);
    if (geteuid () != 0) {
        g_printerr (_("lte-failover: only root can ask over an uplink of its choice: try sudo\n"));
        return EXIT_FAILURE;
    }
    return lf_test_uplinks (view) ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int
run_pass (gboolean (*pass) (GError **))
{
    GError *error = NULL;

    if (geteuid () != 0) {
        g_printerr (_("lte-failover: routes can only be changed by root: try sudo\n"));
        return EXIT_FAILURE;
    }
    return pass (&error) ? EXIT_SUCCESS : fail (error);
}

/* The routes first: what has followed them is wrong from then on. One that fails does not keep the other from it. */
static gboolean
clean (GError **error)
{
    gboolean done = lf_pass_clean (error);

    return lf_follow_clean (done ? error : NULL) && done;
}

static int
check_config (const gchar *file)
{
    g_autoptr(LfConfig)  config = lf_config_new ();
    GError              *error = NULL;

    return lf_config_merge_file (config, file, &error) ? EXIT_SUCCESS : fail (error);
}

int
main (int argc, char **argv)
{
    const gchar *command = argc > 1 ? argv[1] : "";

    setlocale (LC_ALL, "");
    bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
    bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
    textdomain (GETTEXT_PACKAGE);
    if (argc == 2 && (g_str_equal (command, "--help") || g_str_equal (command, "-h"))) {
        print_usage ();
        return EXIT_SUCCESS;
    }
    if (argc == 2 && g_str_equal (command, "--version")) {
        g_print ("lte-failover %s\n", VERSION);
        return EXIT_SUCCESS;
    }
    if (g_str_equal (command, "status") && (argc == 2 || (argc == 3 && g_str_equal (argv[2], "--json"))))
        return show_status (argc == 3);
    if (argc == 2 && g_str_equal (command, "explain"))
        return explain ();
    if (argc == 2 && g_str_equal (command, "monitor"))
        return watch ();
    if (argc == 2 && g_str_equal (command, "test"))
        return test ();
    if (argc == 2 && g_str_equal (command, "apply"))
        return run_pass (lf_pass_apply);
    if (argc == 2 && g_str_equal (command, "clean"))
        return run_pass (clean);
    if (argc == 3 && g_str_equal (command, "check-config"))
        return check_config (argv[2]);
    return refuse_arguments ();
}
