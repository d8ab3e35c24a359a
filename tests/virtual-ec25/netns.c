/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A thread's visit to another network namespace. */

#include "netns.h"
#include "ec25-error.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

int
netns_enter (int namespace, GError **error)
{
    int home = open ("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

    if (home >= 0 && setns (namespace, CLONE_NEWNET) == 0)
        return home;
    g_set_error (error, EC25_ERROR, EC25_ERROR_HOST, "the router's network namespace cannot be entered: %s",
                 g_strerror (errno));
    if (home >= 0)
        close (home);
    return -1;
}

void
netns_leave (int home)
{
    if (setns (home, CLONE_NEWNET) < 0)
        g_error ("the way back out of the router's network namespace is gone");
    close (home);
}
