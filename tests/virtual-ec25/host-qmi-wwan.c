/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plays the kernel's qmi_wwan driver and the radio network behind it. */

#include "host-qmi-wwan.h"
#include "ec25-error.h"
#include "raw-ip-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct _HostQmiWwan {
    Model *model;
    char *netdev;
    int host, carrier; /* TUN file descriptors */
    guint host_source, carrier_source;
    int control; /* a socket in the host's network namespace */
    RawIpFile *raw_ip;
    guint64 strays;
};

static int
open_tun (const char *name, GError **error)
{
    struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI };
    int fd = open ("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

    g_strlcpy (request.ifr_name, name, sizeof (request.ifr_name));
    if (fd >= 0 && ioctl (fd, TUNSETIFF, &request) == 0)
        return fd;
    g_set_error (error, EC25_ERROR, EC25_ERROR_HOST,
                 "network interface %s cannot be made: %s. It takes root, /dev/net/tun and a free name",
                 name, g_strerror (errno));
    if (fd >= 0)
        close (fd);
    return -1;
}

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

static void
count (Traffic *traffic, gsize size)
{
    traffic->packets++;
    traffic->bytes += size;
}

/* The IP family of a packet, or 0. */
static guint
packet_family (const guint8 *packet, gsize size)
{
    guint version = size ? packet[0] >> 4 : 0;

    if ((version == 4 && size >= 20) || (version == 6 && size >= 40))
        return version;
    return 0;
}

static const guint8 *
packet_address (const guint8 *packet, guint family, gboolean source)
{
    if (family == 4)
        return packet + (source ? 12 : 16);
    return packet + (source ? 8 : 24);
}

/* Kernel and firmware must agree on what a frame is: else either sees Ethernet headers where IP should be. */
static gboolean
formats_agree (HostQmiWwan *self)
{
    return self->model->raw_ip && host_qmi_wwan_raw_ip (self);
}

static void
pass (HostQmiWwan *self, const guint8 *packet, gsize size, gboolean upwards)
{
    Model *model = self->model;
    guint family = packet_family (packet, size);
    Session *session = family ? model_session (model, family) : NULL;

    if (!session || !session_is_up (session)) {
        self->strays++;
        return;
    }
    if (model->blackhole || !formats_agree (self) ||
        !network_owns_address (model->profile, family, packet_address (packet, family, upwards))) {
        count (&session->dropped, size);
        return;
    }
    if (write (upwards ? self->carrier : self->host, packet, size) < 0)
        count (&session->dropped, size);
    else
        count (upwards ? &session->sent : &session->received, size);
}

static gboolean
drain (HostQmiWwan *self, int fd, gboolean upwards)
{
    guint8 packet[65536];

    for (guint i = 0; i < 64; i++) {
        gssize size = read (fd, packet, sizeof (packet));

        if (size <= 0)
            break;
        pass (self, packet, size, upwards);
    }
    return G_SOURCE_CONTINUE;
}

static gboolean
from_host (int fd, GIOCondition condition, gpointer user_data)
{
    return drain (user_data, fd, TRUE);
}

static gboolean
from_carrier (int fd, GIOCondition condition, gpointer user_data)
{
    return drain (user_data, fd, FALSE);
}

static void
on_model (Model *model, ModelEvent event, gconstpointer detail, gpointer user_data)
{
    HostQmiWwan *self = user_data;

    if (event != MODEL_DETACHED)
        return;
    take_down (self);
    if (self->raw_ip)
        raw_ip_file_reset (self->raw_ip);
}

HostQmiWwan *
host_qmi_wwan_new (Model *model, const HostQmiWwanConfig *config, GError **error)
{
    g_autoptr (HostQmiWwan) self = g_new0 (HostQmiWwan, 1);

    self->model = model;
    self->netdev = g_strdup (config->netdev);
    self->control = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    self->carrier = -1;
    self->host = open_tun (config->netdev, error);
    if (self->host < 0)
        return NULL;
    self->carrier = open_tun (config->carrier_netdev, error);
    if (self->carrier < 0)
        return NULL;
    if (config->raw_ip) {
        self->raw_ip = raw_ip_file_new (config->raw_ip, is_up, self, error);
        if (!self->raw_ip)
            return NULL;
    }
    self->host_source = g_unix_fd_add (self->host, G_IO_IN, from_host, self);
    self->carrier_source = g_unix_fd_add (self->carrier, G_IO_IN, from_carrier, self);
    model_listen (model, on_model, self);
    return g_steal_pointer (&self);
}

void
host_qmi_wwan_free (HostQmiWwan *self)
{
    g_clear_handle_id (&self->host_source, g_source_remove);
    g_clear_handle_id (&self->carrier_source, g_source_remove);
    g_clear_pointer (&self->raw_ip, raw_ip_file_free);
    if (self->host >= 0)
        close (self->host);
    if (self->carrier >= 0)
        close (self->carrier);
    close (self->control);
    g_free (self->netdev);
    g_free (self);
}

gboolean
host_qmi_wwan_raw_ip (HostQmiWwan *self)
{
    return !self->raw_ip || raw_ip_file_get (self->raw_ip);
}

guint64
host_qmi_wwan_strays (HostQmiWwan *self)
{
    return self->strays;
}
