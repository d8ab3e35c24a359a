/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What NetworkManager's dispatcher runs: lte-failover-dispatcher INTERFACE ACTION.
 *
 * One pass for each event that can change routes or carriers. Which interface it is about does not matter:
 * a pass looks at all of them, so that an event that got lost is made up for by the next. Where the monitor runs,
 * it has seen what happened before NetworkManager told, and there is nothing to do.
 */

#include <stdlib.h>
#include <unistd.h>

#include "lf-pass.h"

static const gchar *const actions[] = {
    "up", "down", "vpn-up", "vpn-down", "dhcp4-change", "dhcp6-change", "connectivity-change",
    "dns-change", "reapply", NULL,
};

static gboolean
monitor_lives (void)
{
    g_autoptr(LfHealthReport) report = lf_health_report_load (LF_HEALTH_FILE, "/proc");

    return report->live;
}

int
main (int argc, char **argv)
{
    const gchar       *action = argc > 2 ? argv[2] : g_getenv ("NM_DISPATCHER_ACTION");
    g_autoptr(GError)  error = NULL;

    if (!action || !g_strv_contains (actions, action))
        return EXIT_SUCCESS;
    if (geteuid () != 0) {
        g_printerr ("lte-failover-dispatcher: routes can only be changed by root; NetworkManager runs this as root\n");
        return EXIT_FAILURE;
    }
    if (monitor_lives ())
        return EXIT_SUCCESS;
    if (!lf_pass_apply (&error)) {
        g_printerr ("lte-failover-dispatcher: %s; the next event tries again\n", error->message);
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
