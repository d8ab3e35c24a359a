/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The control socket. */

#include "control.h"
#include "ec25-error.h"
#include "unix-service.h"

#include <string.h>
#include <unistd.h>

#define LINE_MAX_LENGTH 4096

struct _ControlServer {
    Machine *machine;
    char *path;
    GSocketService *service;
    GPtrArray *clients;
};

typedef struct {
    ControlServer *server;
    GSocketConnection *connection;
    GSource *source;
    GString *line;
    gboolean follows; /* wants events */
} Client;

static void
client_free (gpointer data)
{
    Client *self = data;

    g_source_destroy (self->source);
    g_source_unref (self->source);
    g_object_unref (self->connection);
    g_string_free (self->line, TRUE);
    g_free (self);
}

/* A client that does not read is not waited for. */
static void
client_say (Client *self, const char *text)
{
    g_socket_send_with_blocking (g_socket_connection_get_socket (self->connection), text, strlen (text),
                                 FALSE, NULL,
                                 NULL);
}

static gboolean
asks_for_events (const char *line)
{
    g_autofree char *word = g_shell_unquote (line, NULL);

    return g_strcmp0 (word, "events") == 0;
}

static void
client_run (Client *self)
{
    g_autoptr (GString) answer = g_string_new (NULL);
    g_autoptr (GError) error = NULL;

    g_strstrip (self->line->str);
    if (asks_for_events (self->line->str))
        self->follows = TRUE;
    else
        control_run (self->server->machine, self->line->str, answer, &error);
    if (error)
        g_string_append_printf (answer, "error: %s\n", error->message);
    else
        g_string_append (answer, "ok\n");
    client_say (self, answer->str);
    g_string_truncate (self->line, 0);
}

static gboolean
on_input (GSocket *socket, GIOCondition condition, gpointer user_data)
{
    Client *self = user_data;
    char data[1024];
    gssize size = g_socket_receive_with_blocking (socket, data, sizeof (data), FALSE, NULL, NULL);

    if (size <= 0) {
        g_ptr_array_remove (self->server->clients, self);
        return G_SOURCE_REMOVE;
    }
    for (gssize i = 0; i < size; i++) {
        if (data[i] == '\n')
            client_run (self);
        else if (self->line->len < LINE_MAX_LENGTH && data[i])
            g_string_append_c (self->line, data[i]);
    }
    return G_SOURCE_CONTINUE;
}

static gboolean
on_connection (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer user_data)
{
    ControlServer *server = user_data;
    Client *client = g_new0 (Client, 1);

    client->server = server;
    client->connection = g_object_ref (connection);
    client->line = g_string_new (NULL);
    client->source = g_socket_create_source (g_socket_connection_get_socket (connection), G_IO_IN | G_IO_HUP,
                                             NULL);
    g_source_set_callback (client->source, G_SOURCE_FUNC (on_input), client, NULL);
    g_source_attach (client->source, NULL);
    g_ptr_array_add (server->clients, client);
    return TRUE;
}

static char *
event_line (Model *model, ModelEvent event, gconstpointer detail)
{
    const Session *session = detail;

    switch (event) {
    case MODEL_ATTACHED:
        return g_strdup ("attached\n");
    case MODEL_DETACHED:
        return g_strdup ("detached\n");
    case MODEL_SESSION:
        return g_strdup_printf ("%s %u\n", session_is_up (session) ? "connected" : "disconnected",
                                session->family);
    case MODEL_REGISTRATION:
        return g_strdup_printf ("registration %d\n", model->registration);
    case MODEL_URC:
        return g_strdup_printf ("urc %s\n", (const char *) detail);
    default:
        return NULL;
    }
}

static void
on_model (Model *model, ModelEvent event, gconstpointer detail, gpointer user_data)
{
    ControlServer *self = user_data;
    g_autofree char *line = event_line (model, event, detail);

    for (guint i = 0; line && i < self->clients->len; i++) {
        Client *client = g_ptr_array_index (self->clients, i);

        if (client->follows)
            client_say (client, line);
    }
}

ControlServer *
control_server_new (Machine *machine, const char *path, GError **error)
{
    GSocketService *service = unix_service_new (path, "control", error);
    ControlServer *self;

    if (!service)
        return NULL;
    self = g_new0 (ControlServer, 1);
    self->machine = machine;
    self->path = g_strdup (path);
    self->clients = g_ptr_array_new_with_free_func (client_free);
    self->service = service;
    g_signal_connect (service, "incoming", G_CALLBACK (on_connection), self);
    model_listen (machine->model, on_model, self);
    return self;
}

void
control_server_free (ControlServer *self)
{
    g_ptr_array_unref (self->clients);
    unix_service_free (self->service, self->path);
    g_free (self->path);
    g_free (self);
}
