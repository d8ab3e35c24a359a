/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lte-failover-monitor: finds out which uplinks lead to the internet, and steers by it until it is told to end. */

#include <glib-unix.h>
#include <stdlib.h>
#include <unistd.h>

#include "lm-monitor.h"

static gboolean
end (gpointer loop)
{
    g_main_loop_quit (loop);
    return G_SOURCE_CONTINUE;
}

int
main (int argc, char **argv)
{
    g_autoptr(GMainLoop)  loop = g_main_loop_new (NULL, FALSE);
    g_autoptr(GError)     error = NULL;
    LmMonitor            *monitor;

    if (argc > 1) {
        g_printerr ("usage: lte-failover-monitor (no arguments; started by lte-failover-monitor.service)\n");
        return 2;
    }
    if (geteuid () != 0) {
        g_printerr ("lte-failover-monitor: routes can only be changed by root\n");
        return EXIT_FAILURE;
    }
    monitor = lm_monitor_new (&error);
    if (!monitor) {
        g_printerr ("lte-failover-monitor: %s\n", error->message);
        return EXIT_FAILURE;
    }
    g_unix_signal_add (SIGTERM, end, loop);
    g_unix_signal_add (SIGINT, end, loop);
    g_main_loop_run (loop);
    lm_monitor_free (monitor);
    return EXIT_SUCCESS;
}
