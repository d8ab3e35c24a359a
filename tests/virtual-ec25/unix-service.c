/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A listening socket with a name in the file system. */

#include "unix-service.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

GSocketService *
unix_service_new (const char *path, const char *what, GError **error)
{
    g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
    g_autoptr (GSocketService) self = g_socket_service_new ();
    GStatBuf old;

    if (g_stat (path, &old) == 0 && S_ISSOCK (old.st_mode))
        g_unlink (path);
    if (g_socket_listener_add_address (G_SOCKET_LISTENER (self), address, G_SOCKET_TYPE_STREAM,
                                       G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, error))
        return g_steal_pointer (&self);
    g_prefix_error (error, "%s socket %s: ", what, path);
    return NULL;
}

void
unix_service_free (GSocketService *self, const char *path)
{
    g_socket_service_stop (self);
    g_socket_listener_close (G_SOCKET_LISTENER (self));
    g_object_unref (self);
    g_unlink (path);
}
