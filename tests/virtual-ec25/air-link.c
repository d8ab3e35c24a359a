/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The way between the module and the carrier's router. */

#include "air-link.h"
#include "ec25-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct _AirLink {
    Model *model;
    int carrier;
    guint source;
    AirSink sink;
    gpointer user_data;
    guint64 strays;
};

static int
open_interface (const char *name, short kind, GError **error)
{
    struct ifreq request = { .ifr_flags = kind | IFF_NO_PI };
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

int
tun_open (const char *name, GError **error)
{
    return open_interface (name, IFF_TUN, error);
}

int
tap_open (const char *name, GError **error)
{
    return open_interface (name, IFF_TAP, error);
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

/* The session that the packet may use, or NULL: then it has been accounted for. */
static Session *
admit (AirLink *self, const guint8 *packet, gsize size, gboolean upwards)
{
    Model *model = self->model;
    guint family = packet_family (packet, size);
    Session *session = family ? model_session (model, family) : NULL;

    if (!session || !session_is_up (session)) {
        self->strays++;
        return NULL;
    }
    if (model->blackhole ||
        !network_owns_address (model->profile, family, packet_address (packet, family, upwards))) {
        count (&session->dropped, size);
        return NULL;
    }
    return session;
}

void
air_link_send (AirLink *self, gconstpointer packet, gsize size, gboolean readable)
{
    Session *session = admit (self, packet, size, TRUE);

    if (!session)
        return;
    if (readable && write (self->carrier, packet, size) >= 0)
        count (&session->sent, size);
    else
        count (&session->dropped, size);
}

static gboolean
from_carrier (int fd, GIOCondition condition, gpointer user_data)
{
    AirLink *self = user_data;
    guint8 packet[65536];

    for (guint i = 0; i < 64; i++) {
        gssize size = read (fd, packet, sizeof (packet));
        Session *session = size > 0 ? admit (self, packet, size, FALSE) : NULL;

        if (size <= 0)
            break;
        if (!session)
            continue;
        if (self->sink && self->sink (packet, size, self->user_data))
            count (&session->received, size);
        else
            count (&session->dropped, size);
    }
    return G_SOURCE_CONTINUE;
}

AirLink *
air_link_new (Model *model, const char *carrier_netdev, GError **error)
{
    int carrier = tun_open (carrier_netdev, error);
    AirLink *self;

    if (carrier < 0)
        return NULL;
    self = g_new0 (AirLink, 1);
    self->model = model;
    self->carrier = carrier;
    self->source = g_unix_fd_add (carrier, G_IO_IN, from_carrier, self);
    return self;
}

void
air_link_free (AirLink *self)
{
    g_source_remove (self->source);
    close (self->carrier);
    g_free (self);
}

void
air_link_set_sink (AirLink *self, AirSink sink, gpointer user_data)
{
    self->sink = sink;
    self->user_data = user_data;
}

guint64
air_link_strays (AirLink *self)
{
    return self->strays;
}
