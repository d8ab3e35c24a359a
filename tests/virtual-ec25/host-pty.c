/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shows the module's ports to this machine as pseudo-terminals. */

#include "host-pty.h"
#include "nmea.h"

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
    GPtrArray *ports;
    AtEngine *at[2]; /* primary, secondary */
    QmiEndpoint *qmi;
    MbimEndpoint *mbim;
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
    for (guint i = 0; i < self->ports->len; i++) {
        Port *port = g_ptr_array_index (self->ports, i);

        if (port->interface->role == role)
            return port;
    }
    return NULL;
}

/* What nobody reads is lost once the terminal's buffer is full, as behind a closed port. */
static void
write_role (HostPty *self, Role role, gconstpointer data, gsize size)
{
    Port *port = find_port (self, role);

    if (port && write (port->master, data, size) < 0 && errno != EAGAIN)
        g_warning ("%s: %s", port->interface->node, g_strerror (errno));
}

static void
write_at_primary (gconstpointer data, gsize size, gpointer user_data)
{
    write_role (user_data, ROLE_AT_PRIMARY, data, size);
}

static void
write_at_secondary (gconstpointer data, gsize size, gpointer user_data)
{
    write_role (user_data, ROLE_AT_SECONDARY, data, size);
}

static void
write_qmi (gconstpointer data, gsize size, gpointer user_data)
{
    write_role (user_data, ROLE_QMI, data, size);
}

static void
write_mbim (gconstpointer data, gsize size, gpointer user_data)
{
    write_role (user_data, ROLE_MBIM, data, size);
}

static gboolean
read_port (int fd, GIOCondition condition, gpointer user_data)
{
    Port *port = user_data;
    HostPty *host = port->host;
    char data[4096];
    gssize size = read (fd, data, sizeof (data));

    if (size <= 0)
        return G_SOURCE_CONTINUE;
    switch (port->interface->role) {
    case ROLE_AT_PRIMARY:
        at_engine_feed (host->at[0], data, size);
        break;
    case ROLE_AT_SECONDARY:
        at_engine_feed (host->at[1], data, size);
        break;
    case ROLE_QMI:
        qmi_endpoint_feed (host->qmi, data, size);
        break;
    case ROLE_MBIM:
        mbim_endpoint_feed (host->mbim, data, size);
        break;
    default:
        break; /* DIAG and NMEA listen and say nothing to it */
    }
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
    g_ptr_array_add (self->ports, port);
}

static void
add_ports (HostPty *self, const Composition *composition)
{
    for (guint i = 0; i < composition->n_interfaces; i++)
        if (composition->interfaces[i].node)
            add_port (self, &composition->interfaces[i]);
}

static void
emit_nmea (HostPty *self)
{
    g_autofree char *outport = nvram_get_string (self->model->nvram, "gnss", "outport", "usbnmea");
    const Gnss *gnss = &self->model->gnss;
    g_auto (GStrv) sentences = NULL;

    if (!gnss->on || !g_str_equal (outport, "usbnmea"))
        return;
    sentences = nmea_sentences (gnss->latitude, gnss->longitude, g_get_real_time () / G_USEC_PER_SEC);
    for (guint i = 0; sentences[i]; i++)
        write_role (self, ROLE_GPS, sentences[i], strlen (sentences[i]));
}

static void
on_model (Model *model, ModelEvent event, gconstpointer detail, gpointer user_data)
{
    HostPty *self = user_data;

    if (event == MODEL_GNSS)
        emit_nmea (self);
    if (event == MODEL_DETACHED || event == MODEL_ATTACHED)
        g_ptr_array_set_size (self->ports, 0);
    if (event == MODEL_ATTACHED)
        add_ports (self, &model->composition);
}

QmiEndpoint *
host_pty_qmi (HostPty *self)
{
    return self->qmi;
}

MbimEndpoint *
host_pty_mbim (HostPty *self)
{
    return self->mbim;
}

AtEngine *
host_pty_at (HostPty *self)
{
    return self->at[0];
}

void
host_pty_set_at_hung (HostPty *self, gboolean hung)
{
    for (guint i = 0; i < G_N_ELEMENTS (self->at); i++)
        at_engine_set_hung (self->at[i], hung);
}

HostPty *
host_pty_new (Model *model, Faults *faults, Journal *journal, const char *folder)
{
    HostPty *self = g_new0 (HostPty, 1);
    AtEngineConfig primary = { "usbat", model, faults, journal, write_at_primary, self };
    AtEngineConfig secondary = { "usbmodem", model, faults, journal, write_at_secondary, self };
    QmiEndpointConfig qmi = { model, faults, journal, write_qmi, self };
    MbimEndpointConfig mbim = { model, faults, journal, write_mbim, self };

    self->model = model;
    self->folder = g_strdup (folder);
    self->ports = g_ptr_array_new_with_free_func (port_free);
    model_listen (model, on_model, self); /* before the engines: their ports are there when they speak */
    self->at[0] = at_engine_new (&primary);
    self->at[1] = at_engine_new (&secondary);
    self->qmi = qmi_endpoint_new (&qmi);
    self->mbim = mbim_endpoint_new (&mbim);
    return self;
}

void
host_pty_free (HostPty *self)
{
    at_engine_free (self->at[0]);
    at_engine_free (self->at[1]);
    qmi_endpoint_free (self->qmi);
    mbim_endpoint_free (self->mbim);
    g_ptr_array_unref (self->ports);
    g_free (self->folder);
    g_free (self);
}
