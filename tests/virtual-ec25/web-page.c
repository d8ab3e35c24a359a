/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "web-page.h"
#include "netns.h"

#include <string.h>

#define PORT 80

/* What a real one says is not known. */
static const char page[] = "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nMobileAP of the virtual module\n";

static gboolean
answer (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer user_data)
{
    GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (connection));

    g_output_stream_write_all (out, page, strlen (page), NULL, NULL, NULL);
    g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
    return TRUE;
}

/* A socket stays where it was made. */
static gboolean
listen_in (GSocketListener *listener, int namespace, GError **error)
{
    int home = netns_enter (namespace, error);
    gboolean listens;

    if (home < 0)
        return FALSE;
    listens = g_socket_listener_add_inet_port (listener, PORT, NULL, error);
    netns_leave (home);
    return listens;
}

GSocketService *
web_page_new (int namespace, GError **error)
{
    g_autoptr (GSocketService) service = g_socket_service_new ();

    if (!listen_in (G_SOCKET_LISTENER (service), namespace, error))
        return NULL;
    g_signal_connect (service, "incoming", G_CALLBACK (answer), NULL);
    return g_steal_pointer (&service);
}
