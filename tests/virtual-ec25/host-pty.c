/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shows the module's ports to this machine as pseudo-terminals. */

#include "host-pty.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <pty.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

typedef struct {
    HostPty *host;
    const Interface *interface;
    int master, slave;
    guint source;
    char *link;
} Port;

struct _HostPty {
    Model *model;
    char *folder;
    GPtrArray *terminals; /* of Port */
    Ports *ports;
};

static void
port_free (gpointer data)
{
    Port *self = data;

    g_clear_handle_id (&self->source, g_source_remove);
    if (self->link)
        unlink (self->link);
    close (self->master);
    close (self->slave);
    g_free (self->link);
    g_free (self);
}

static Port *
find_port (HostPty *self, Role role)
{
    for (guint i = 0; i < self->terminals->len; i++) {
        Port *port = g_ptr_array_index (self->terminals, i);

        if (port->interface->role == role)
            return port;
    }
    return NULL;
}

/* What nobody reads is lost once the terminal's buffer is full, as behind a closed port. */
static void
write_role (Role role, gconstpointer data, gsize size, gpointer user_data)
{
    Port *port = find_port (user_data, role);

    if (port && write (port->master, data, size) < 0 && errno != EAGAIN)
        g_warning ("%s: %s", port->interface->node, g_strerror (errno));
}

static gboolean
read_port (int fd, GIOCondition condition, gpointer user_data)
{
    Port *port = user_data;
    char data[4096];
    gssize size = read (fd, data, sizeof (data));

    if (size > 0)
        ports_feed (port->host->ports, port->interface->role, data, size);
    return G_SOURCE_CONTINUE;
}

/* The slave stays open here: when the host closes its end, the master does not fail. */
static void
add_port (HostPty *self, const Interface *interface)
{
    struct termios raw = { 0 };
    char name[64];
    int master, slave;
    Port *port;

    cfmakeraw (&raw);
    if (openpty (&master, &slave, name, &raw, NULL) < 0) {
        g_warning ("no pseudo-terminal for %s: %s", interface->node, g_strerror (errno));
        return;
    }
    fcntl (master, F_SETFD, FD_CLOEXEC);
    fcntl (slave, F_SETFD, FD_CLOEXEC);
    g_unix_set_fd_nonblocking (master, TRUE, NULL);
    port = g_new0 (Port, 1);
    port->host = self;
    port->interface = interface;
    port->master = master;
    port->slave = slave;
    port->link = g_build_filename (self->folder, interface->node, NULL);
    port->source = g_unix_fd_add (master, G_IO_IN, read_port, port);
    unlink (port->link);
    if (symlink (name, port->link) < 0)
        g_warning ("%s: %s", port->link, g_strerror (errno));
    g_ptr_array_add (self->terminals, port);
}

static void
add_ports (HostPty *self, const Composition *composition)
{
    for (guint i = 0; i < composition->n_interfaces; i++)
        if (composition->interfaces[i].node)
            add_port (self, &composition->interfaces[i]);
}

static void
on_model (Model *model, ModelEvent event, gconstpointer detail, gpointer user_data)
{
    HostPty *self = user_data;

    if (event == MODEL_DETACHED || event == MODEL_ATTACHED)
        g_ptr_array_set_size (self->terminals, 0);
    if (event == MODEL_ATTACHED)
        add_ports (self, &model->composition);
}

Ports *
host_pty_ports (HostPty *self)
{
    return self->ports;
}

HostPty *
host_pty_new (Model *model, Faults *faults, Journal *journal, const char *folder)
{
    HostPty *self = g_new0 (HostPty, 1);

    self->model = model;
    self->folder = g_strdup (folder);
    self->terminals = g_ptr_array_new_with_free_func (port_free);
    model_listen (model, on_model, self);
    self->ports = ports_new (model, faults, journal, write_role, self);
    return self;
}

void
host_pty_free (HostPty *self)
{
    ports_free (self->ports);
    g_ptr_array_unref (self->terminals);
    g_free (self->folder);
    g_free (self);
}
