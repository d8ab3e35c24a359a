/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lte-failover-hooks: runs the administrator's scripts in /etc/lte-failover.d at each switch.
 *
 * A process of its own, which listens to the monitor's signal like any other program: it needs no rights at all,
 * the monitor none to give rights away, and no script can hold a switch up.
 */

#include <gio/gio.h>
#include <glib-unix.h>
#include <stdlib.h>
#include <unistd.h>

#include "lh-runner.h"
#include "lh-scripts.h"
#include "lm-bus.h"

#define TIME_LIMIT 10000 /* ms */

static void
switched (GDBusConnection *bus, const gchar *sender, const gchar *path, const gchar *interface, const gchar *signal,
          GVariant *arguments, gpointer runner)
{
    gchar **environment = lh_scripts_environment (arguments);

    if (environment)
        lh_runner_add (runner, environment);
}

static gboolean
end (gpointer loop)
{
    g_main_loop_quit (loop);
    return G_SOURCE_CONTINUE;
}

static void
bus_closed (GDBusConnection *bus, gboolean vanished, GError *error, gpointer loop)
{
    g_main_loop_quit (loop);
}

static int
listen_until_told_to_end (GDBusConnection *bus)
{
    g_autoptr(GMainLoop) loop = g_main_loop_new (NULL, FALSE);
    LhRunner            *runner = lh_runner_new (LF_HOOKS_FOLDER, TIME_LIMIT);
    guint                subscription;
    gboolean             closed;

    /* The bus sees to it that nobody else speaks in the monitor's name. */
    subscription = g_dbus_connection_signal_subscribe (bus, LM_BUS_NAME, LM_BUS_INTERFACE, "Switched", LM_BUS_PATH,
                                                       NULL, G_DBUS_SIGNAL_FLAGS_NONE, switched, runner, NULL);
    g_dbus_connection_set_exit_on_close (bus, FALSE);
    g_signal_connect (bus, "closed", G_CALLBACK (bus_closed), loop);
    g_unix_signal_add (SIGTERM, end, loop);
    g_unix_signal_add (SIGINT, end, loop);
    g_main_loop_run (loop);
    closed = g_dbus_connection_is_closed (bus);
    g_signal_handlers_disconnect_by_data (bus, loop);
    g_dbus_connection_signal_unsubscribe (bus, subscription);
    lh_runner_free (runner);
    /* The service manager starts us again. */
    return closed ? EXIT_FAILURE : EXIT_SUCCESS;
}

int
main (int argc, char **argv)
{
    g_autoptr(GError)          error = NULL;
    g_autoptr(GDBusConnection) bus = NULL;

    if (argc > 1) {
        g_printerr ("usage: lte-failover-hooks (no arguments; started by lte-failover-hooks.service)\n");
        return 2;
    }
    if (geteuid () == 0) {
        g_printerr ("lte-failover-hooks: scripts are not run as root: start lte-failover-hooks.service\n");
        return EXIT_FAILURE;
    }
    bus = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, &error);
    if (!bus) {
        g_printerr ("lte-failover-hooks: no system bus: %s\n", error->message);
        return EXIT_FAILURE;
    }
    return listen_until_told_to_end (bus);
}
