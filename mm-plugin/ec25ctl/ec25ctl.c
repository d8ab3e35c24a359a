/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ec25ctl: the command line. */

#include "ec25ctl-commands.h"

#include <glib/gi18n.h>
#include <locale.h>

#include "ec25-mode.h"

#define DEFAULT_TARGET "1.1.1.1:53"

static void
options_clear (Ec25ctlOptions *options)
{
    g_free (options->modem);
    g_free (options->target);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Ec25ctlOptions, options_clear)

static GOptionContext *
make_parser (Ec25ctlOptions *options,
             gboolean       *version)
{
    const GOptionEntry  entries[] = {
        { "modem", 'm', 0, G_OPTION_ARG_STRING, &options->modem, N_("which one, if there are several: number, D-Bus path, or device (1-1)"), "MODEM" },
        { "json", 0, 0, G_OPTION_ARG_NONE, &options->json, N_("status and doctor: for programs"), NULL },
        { "yes", 'y', 0, G_OPTION_ARG_NONE, &options->yes, N_("mode: do not ask"), NULL },
        { "target", 0, 0, G_OPTION_ARG_STRING, &options->target, N_("doctor: what to connect to, if not 1.1.1.1:53"), "ADDRESS:PORT" },
        { "version", 0, 0, G_OPTION_ARG_NONE, version, N_("prints the version"), NULL },
        { NULL },
    };
    GOptionContext     *parser = g_option_context_new ("status | mode [qmi|ecm|mbim|rndis] | reset | doctor");

    g_option_context_set_translation_domain (parser, GETTEXT_PACKAGE);
    g_option_context_add_main_entries (parser, entries, GETTEXT_PACKAGE);
    g_option_context_set_summary (parser, N_("Looks after a Quectel EC25 under ModemManager.\n\n"
        "  status   what the module and its connection are like\n"
        "  mode     shows its USB mode, or switches it: stored in the module, which restarts\n"
        "  reset    restarts the module and waits until it is back\n"
        "  doctor   goes from the USB bus to the internet, a line a step, and says what to do"));
    g_option_context_set_description (parser, N_("Exit status: 0 fine, 1 failed or a problem found, 2 usage, 3 no such modem."));
    return parser;
}

static gint
usage (const gchar *complaint)
{
    g_printerr (_("ec25ctl: %s; see ec25ctl --help\n"), complaint);
    return EC25CTL_EXIT_USAGE;
}

static gint
run (MMManager            *manager,
     const Ec25ctlOptions *options,
     gint                  argc,
     gchar               **argv,
     const GError         *error)
{
    if (g_str_equal (argv[1], "doctor"))
        return ec25ctl_doctor (manager, options);
    if (!manager) {
        g_printerr ("ec25ctl: %s\n", error->message);
        return EC25CTL_EXIT_NO_MODEM;
    }
    if (g_str_equal (argv[1], "status"))
        return ec25ctl_status (manager, options);
    if (g_str_equal (argv[1], "reset"))
        return ec25ctl_reset (manager, options);
    return ec25ctl_mode (manager, options, argc > 2 ? argv[2] : NULL);
}

gint
main (gint    argc,
      gchar **argv)
{
    static const gchar        *commands[] = { "status", "mode", "reset", "doctor", NULL };
    g_auto(Ec25ctlOptions)     options = { 0 };
    gboolean                   version = FALSE;
    Ec25Mode                   mode;
    g_autoptr(GOptionContext)  parser = make_parser (&options, &version);
    g_autoptr(GError)          error = NULL;
    g_autoptr(MMManager)       manager = NULL;

    setlocale (LC_ALL, "");
    bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
    bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
    textdomain (GETTEXT_PACKAGE);
    if (!g_option_context_parse (parser, &argc, &argv, &error))
        return usage (error->message);
    if (options.json)
        setlocale (LC_MESSAGES, "C"); /* programs shall read the same words everywhere */
    if (version) {
        g_print ("ec25ctl %s\n", VERSION);
        return EC25CTL_EXIT_OK;
    }
    if (argc < 2 || !g_strv_contains (commands, argv[1]))
        return usage (_("which command?"));
    if (argc > (g_str_equal (argv[1], "mode") ? 3 : 2))
        return usage (_("there is an argument too many"));
    if (argc > 2 && !ec25_mode_from_string (argv[2], &mode, &error))
        return usage (error->message);
    if (!options.target)
        options.target = g_strdup (DEFAULT_TARGET);
    manager = ec25ctl_manager_new (&error);
    return run (manager, &options, argc, argv, error);
}
