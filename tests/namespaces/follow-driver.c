/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * follow-driver: a monitor without probes. A pass and all that follows it, at each change of links, addresses
 * and routes. With it the follow-through is tested alone, and killed at each of its steps. Not installed.
 */

#include <glib-unix.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "lf-follow.h"
#include "lf-pass.h"

/* Changes come in bursts. */
#define SETTLE_TIME 10 /* ms */

typedef struct {
    LfFollow *follow;
    guint     pass_id;
} Driver;

static gboolean
pass (gpointer data)
{
    Driver            *driver = data;
    g_autoptr(GError)  error = NULL;
    g_autoptr(LfView)  view = NULL;

    driver->pass_id = 0;
    if (!lf_pass_apply (&error))
        g_printerr ("%s\n", error->message);
    g_clear_error (&error);
    view = lf_view_new (LF_VIEW_ROUTED_LINKS, &error);
    if (view)
        lf_follow_through (driver->follow, view->snapshot, view->config);
    else
        g_printerr ("%s\n", error->message);
    return G_SOURCE_REMOVE;
}

static void
again (gpointer data)
{
    Driver *driver = data;

    if (driver->pass_id == 0)
        driver->pass_id = g_timeout_add (SETTLE_TIME, pass, driver);
}

static gboolean
changed (gint fd, GIOCondition condition, gpointer data)
{
    char buffer[32768];

    while (recv (fd, buffer, sizeof buffer, MSG_DONTWAIT) > 0)
        ;
    again (data);
    return G_SOURCE_CONTINUE;
}

static int
watch (void)
{
    struct sockaddr_nl address = {
        .nl_family = AF_NETLINK,
        .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE,
    };
    int fd = socket (AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

    if (fd < 0 || bind (fd, (struct sockaddr *) &address, sizeof address) < 0)
        g_error ("no netlink socket");
    return fd;
}

int
main (int argc, char **argv)
{
    g_autoptr(GMainLoop) loop = g_main_loop_new (NULL, FALSE);
    g_autoptr(GError)    error = NULL;
    Driver               driver = { 0 };

    if (argc == 2 && g_str_equal (argv[1], "clean"))
        return lf_follow_clean (&error) ? EXIT_SUCCESS : EXIT_FAILURE;
    driver.follow = lf_follow_new (again, &driver);
    g_unix_fd_add (watch (), G_IO_IN, changed, &driver);
    again (&driver);
    g_main_loop_run (loop);
    return EXIT_SUCCESS;
}
