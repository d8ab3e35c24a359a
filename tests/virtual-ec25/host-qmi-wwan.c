/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plays the kernel's qmi_wwan and cdc_mbim drivers. */

#include "host-qmi-wwan.h"
#include "raw-ip-file.h"

#include <glib-unix.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct _HostQmiWwan {
    Model *model;
    AirLink *air;
    char *netdev;
    int host; /* TUN file descriptor */
    guint host_source;
    int control; /* a socket in the host's network namespace */
    RawIpFile *raw_ip;
};

static int
get_flags (HostQmiWwan *self, struct ifreq *request)
{
    g_strlcpy (request->ifr_name, self->netdev, sizeof (request->ifr_name));
    return ioctl (self->control, SIOCGIFFLAGS, request);
}

static gboolean
is_up (gpointer user_data)
{
    HostQmiWwan *self = user_data;
    struct ifreq request = { 0 };

    return self->model->link_held || (get_flags (self, &request) == 0 && request.ifr_flags & IFF_UP);
}

/* A driver that is unbound takes its interface along; going down is what that shares with this one. */
static void
take_down (HostQmiWwan *self)
{
    struct ifreq request = { 0 };

    if (get_flags (self, &request) == 0) {
        request.ifr_flags &= ~IFF_UP;
        ioctl (self->control, SIOCSIFFLAGS, &request);
    }
}

/* Kernel and firmware must agree on what a frame is: else either sees Ethernet headers where IP should be. */
static gboolean
formats_agree (HostQmiWwan *self)
{
    if (self->model->composition.mode != USBNET_QMI)
        return TRUE;
    return self->model->raw_ip && host_qmi_wwan_raw_ip (self);
}

static gboolean
from_host (int fd, GIOCondition condition, gpointer user_data)
{
    HostQmiWwan *self = user_data;
    guint8 packet[65536];

    for (guint i = 0; i < 64; i++) {
        gssize size = read (fd, packet, sizeof (packet));

        if (size <= 0)
            break;
        air_link_send (self->air, packet, size, formats_agree (self));
    }
    return G_SOURCE_CONTINUE;
}

static gboolean
to_host (gconstpointer packet, gsize size, gpointer user_data)
{
    HostQmiWwan *self = user_data;

    return formats_agree (self) && write (self->host, packet, size) >= 0;
}

static void
on_model (Model *model, ModelEvent event, gconstpointer detail, gpointer user_data)
{
    HostQmiWwan *self = user_data;

    if (event == MODEL_ATTACHED && !model_is_router (model))
        air_link_set_sink (self->air, to_host, self);
    if (event != MODEL_DETACHED)
        return;
    take_down (self);
    if (self->raw_ip)
        raw_ip_file_reset (self->raw_ip);
}

HostQmiWwan *
host_qmi_wwan_new (Model *model, AirLink *air, const char *netdev, const char *raw_ip, GError **error)
{
    g_autoptr (HostQmiWwan) self = g_new0 (HostQmiWwan, 1);

    self->model = model;
    self->air = air;
    self->netdev = g_strdup (netdev);
    self->control = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    self->host = tun_open (netdev, error);
    if (self->host < 0)
        return NULL;
    if (raw_ip) {
        self->raw_ip = raw_ip_file_new (raw_ip, is_up, self, error);
        if (!self->raw_ip)
            return NULL;
    }
    self->host_source = g_unix_fd_add (self->host, G_IO_IN, from_host, self);
    model_listen (model, on_model, self);
    return g_steal_pointer (&self);
}

void
host_qmi_wwan_free (HostQmiWwan *self)
{
    g_clear_handle_id (&self->host_source, g_source_remove);
    g_clear_pointer (&self->raw_ip, raw_ip_file_free);
    if (self->host >= 0)
        close (self->host);
    close (self->control);
    g_free (self->netdev);
    g_free (self);
}

gboolean
host_qmi_wwan_raw_ip (HostQmiWwan *self)
{
    return !self->raw_ip || raw_ip_file_get (self->raw_ip);
}
