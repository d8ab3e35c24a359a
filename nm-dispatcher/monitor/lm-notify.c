/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lm-notify.h"

#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void
lm_notify (const gchar *state)
{
    struct sockaddr_un  address = { .sun_family = AF_UNIX };
    const gchar        *path = g_getenv ("NOTIFY_SOCKET");
    gsize               length = path ? strlen (path) : 0;
    int                 fd;

    if (length < 2 || length >= sizeof address.sun_path || (*path != '/' && *path != '@'))
        return;
    memcpy (address.sun_path, path, length);
    if (*path == '@')
        address.sun_path[0] = '\0';
    fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    sendto (fd, state, strlen (state), MSG_NOSIGNAL | MSG_DONTWAIT, (struct sockaddr *) &address,
            offsetof (struct sockaddr_un, sun_path) + length);
    close (fd);
}

gint64
lm_notify_watchdog_interval (void)
{
    const gchar *text = g_getenv ("WATCHDOG_USEC");
    guint64      interval;

    if (!text || !g_ascii_string_to_unsigned (text, 10, 1, G_MAXINT64, &interval, NULL))
        return 0;
    return interval / 2;
}
