/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ec25ctl mode, ec25ctl reset */

#include "ec25ctl-commands.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ec25-text.h"

/* AT+CFUN=1,1 takes 20 to 30 s until the module can be used again, and ModemManager some more to look at it. */
#define RETURN_TIMEOUT_S 120
/* A module that restarts at once takes its answer along: whether it goes says more than an error. */
#define LEAVING_TIMEOUT_S 5

static gboolean
is_denied (const GError *error)
{
    return g_error_matches (error, MM_CORE_ERROR, MM_CORE_ERROR_UNAUTHORIZED) ||
           g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED);
}

static gint
fail (GError *error)
{
    g_autofree gchar *reason = NULL;

    g_dbus_error_strip_remote_error (error);
    reason = ec25_text_printable (error->message);
    g_printerr ("ec25ctl: %s\n", reason);
    if (is_denied (error))
        g_printerr ("%s\n", _("This takes the rights of an administrator: try it with sudo."));
    return EC25CTL_EXIT_FAILED;
}

static gboolean
tick (gpointer ticked)
{
    *(gboolean *) ticked = TRUE;
    return G_SOURCE_CONTINUE;
}

typedef gboolean (*Condition) (MMManager   *manager,
                               const gchar *device);

/* Lets D-Bus signals in until the condition holds. */
static gboolean
wait_until (MMManager   *manager,
            const gchar *device,
            Condition    condition,
            guint        seconds)
{
    gint64   end = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
    gboolean ticked = FALSE;
    guint    source = g_timeout_add (250, tick, &ticked);
    gboolean done;

    while (!(done = condition (manager, device)) && g_get_monotonic_time () < end)
        g_main_context_iteration (NULL, TRUE);
    g_source_remove (source);
    return done;
}

static gboolean
is_gone (MMManager   *manager,
         const gchar *device)
{
    g_autoptr(Ec25ctlModem) modem = ec25ctl_modem_find (manager, device, NULL);

    return modem == NULL;
}

static gboolean
is_back (MMManager   *manager,
         const gchar *device)
{
    g_autoptr(Ec25ctlModem) modem = ec25ctl_modem_find (manager, device, NULL);

    return modem && mm_modem_get_state (modem->modem) != MM_MODEM_STATE_UNKNOWN;
}

/* @mode: NULL if any is right. */
static gint
judge_return (MMManager   *manager,
              const gchar *device,
              const gchar *mode)
{
    g_autoptr(Ec25ctlModem)  modem = ec25ctl_modem_find (manager, device, NULL);
    const gchar             *running = modem && modem->ec25 ? ec25_gdbus_quectel_ec25_get_mode (modem->ec25) : NULL;

    if (modem && (!mode || g_strcmp0 (running, mode) == 0)) {
        g_print ("%s\n", _("It is back."));
        return EC25CTL_EXIT_OK;
    }
    if (modem)
        g_printerr (_("ec25ctl: the module is back in mode '%s' instead of %s: its firmware does not do that mode.\n"),
                    running ? running : "", mode);
    else
        g_printerr ("%s\n", _("ec25ctl: the module did not come back. Take its power away for ten seconds; some boards keep "
                              "it in its boot loader after a reset. ec25ctl doctor says what the USB bus shows."));
    return EC25CTL_EXIT_FAILED;
}

/* Restarts the module and waits until it is back, in @mode if that is not NULL. */
static gint
restart (MMManager    *manager,
         Ec25ctlModem *modem,
         const gchar  *mode)
{
    g_autofree gchar  *device = g_path_get_basename (mm_modem_get_device (modem->modem));
    g_autoptr(GError)  error = NULL;

    g_print ("%s\n", _("Restarting the module ..."));
    mm_modem_reset_sync (modem->modem, NULL, &error);
    if (error && is_denied (error))
        return fail (error);
    if (!wait_until (manager, device, is_gone, error ? LEAVING_TIMEOUT_S : RETURN_TIMEOUT_S)) {
        if (error)
            return fail (error);
        g_printerr ("%s\n", _("ec25ctl: the module took the order and did not restart: take its power away for ten seconds."));
        return EC25CTL_EXIT_FAILED;
    }
    g_print ("%s\n", _("It has left the USB bus; it takes about half a minute to come back ..."));
    wait_until (manager, device, is_back, RETURN_TIMEOUT_S);
    return judge_return (manager, device, mode);
}

/*****************************************************************************/

static gboolean
is_confirmed (const Ec25ctlOptions *options)
{
    gchar answer[16] = "";

    if (options->yes)
        return TRUE;
    if (!isatty (STDIN_FILENO)) {
        g_printerr ("%s\n", _("ec25ctl: nobody is there to ask: use --yes"));
        return FALSE;
    }
    g_print ("%s ", _("Go on? [y/N]"));
    return fgets (answer, sizeof (answer), stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

static gint
switch_to (MMManager            *manager,
           const Ec25ctlOptions *options,
           Ec25ctlModem         *modem,
           const gchar          *mode)
{
    g_autoptr(GError) error = NULL;

    g_print (_("The module stores USB mode %s, restarts, and comes back with another network interface.\n"
               "Connections over it end; NetworkManager's profile stays as it is.\n"), mode);
    if (!is_confirmed (options))
        return EC25CTL_EXIT_FAILED;
    if (!ec25_gdbus_quectel_ec25_call_set_mode_sync (modem->ec25, mode, NULL, &error))
        return fail (error);
    return restart (manager, modem, mode);
}

gint
ec25ctl_mode (MMManager            *manager,
              const Ec25ctlOptions *options,
              const gchar          *mode)
{
    g_autoptr(GError)        error = NULL;
    g_autoptr(Ec25ctlModem)  modem = NULL;
    const gchar             *running;

    modem = ec25ctl_modem_find (manager, options->modem, &error);
    if (!modem || !modem->ec25) {
        g_printerr ("ec25ctl: %s\n", error ? error->message : _("the modem does not tell its mode"));
        return EC25CTL_EXIT_NO_MODEM;
    }
    running = ec25_gdbus_quectel_ec25_get_mode (modem->ec25);
    if (!mode) {
        g_print ("%s\n", running);
        return EC25CTL_EXIT_OK;
    }
    if (g_str_equal (mode, running) && !ec25_gdbus_quectel_ec25_get_restart_pending (modem->ec25)) {
        g_print (_("The module is in mode %s already.\n"), mode);
        return EC25CTL_EXIT_OK;
    }
    return switch_to (manager, options, modem, mode);
}

gint
ec25ctl_reset (MMManager            *manager,
               const Ec25ctlOptions *options)
{
    g_autoptr(GError)       error = NULL;
    g_autoptr(Ec25ctlModem) modem = ec25ctl_modem_find (manager, options->modem, &error);

    if (modem)
        return restart (manager, modem, NULL);
    g_printerr ("ec25ctl: %s\n", error->message);
    return EC25CTL_EXIT_NO_MODEM;
}
