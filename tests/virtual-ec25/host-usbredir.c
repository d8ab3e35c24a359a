/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The module over usbredir (https://gitlab.freedesktop.org/spice/usbredir). */

#include "host-usbredir.h"
#include "unix-service.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <usbredirparser.h>

/* Reads that stand at interrupt endpoints as long as the host listens; others have the host's numbers. */
#define INTERRUPT_ID (G_GUINT64_CONSTANT (1) << 63)

struct _HostUsbredir {
    UsbDevice *device;
    Journal *journal;
    char *path;
    GSocketService *service;
    GSocketConnection *client;
    struct usbredirparser *parser;
    guint source, out_source;
    gboolean greeted, announced;
};

static void drop_client (HostUsbredir *self);

/* The socket */

static int
read_socket (void *user_data, uint8_t *data, int size)
{
    HostUsbredir *self = user_data;
    gssize done = recv (g_socket_get_fd (g_socket_connection_get_socket (self->client)), data, size, MSG_DONTWAIT);

    if (done > 0)
        return done;
    return done < 0 && errno == EAGAIN ? 0 : -1;
}

static int
write_socket (void *user_data, uint8_t *data, int size)
{
    HostUsbredir *self = user_data;
    gssize done = send (g_socket_get_fd (g_socket_connection_get_socket (self->client)), data, size,
                        MSG_DONTWAIT | MSG_NOSIGNAL);

    if (done >= 0)
        return done;
    return errno == EAGAIN ? 0 : -1;
}

static gboolean
can_write (int fd, GIOCondition condition, gpointer user_data)
{
    HostUsbredir *self = user_data;

    if (usbredirparser_do_write (self->parser) == 0 && usbredirparser_has_data_to_write (self->parser))
        return G_SOURCE_CONTINUE;
    self->out_source = 0;
    return G_SOURCE_REMOVE;
}

static void
flush (HostUsbredir *self)
{
    if (self->out_source || !self->parser)
        return;
    usbredirparser_do_write (self->parser);
    if (usbredirparser_has_data_to_write (self->parser))
        self->out_source =
            g_unix_fd_add (g_socket_get_fd (g_socket_connection_get_socket (self->client)), G_IO_OUT, can_write, self);
}

static gboolean
can_read (int fd, GIOCondition condition, gpointer user_data)
{
    HostUsbredir *self = user_data;

    if (usbredirparser_do_read (self->parser) == 0) {
        flush (self);
        return G_SOURCE_CONTINUE;
    }
    self->source = 0; /* this one */
    drop_client (self);
    return G_SOURCE_REMOVE;
}

/* What the module is */

static void
send_interfaces (HostUsbredir *self, const UsbDescriptors *descriptors)
{
    const guint8 *bytes = descriptors->configuration->data, *end = bytes + descriptors->configuration->len;
    struct usb_redir_interface_info_header info = { 0 };

    for (; bytes < end; bytes += bytes[0])
        if (bytes[1] == 4 && bytes[3] == 0) { /* an interface, in its first setting */
            info.interface[info.interface_count] = bytes[2];
            info.interface_class[info.interface_count] = bytes[5];
            info.interface_subclass[info.interface_count] = bytes[6];
            info.interface_protocol[info.interface_count++] = bytes[7];
        }
    usbredirparser_send_interface_info (self->parser, &info);
}

/* Of an interface with alternate settings, those of the one that is on. */
static void
send_endpoints (HostUsbredir *self, const UsbDescriptors *descriptors)
{
    struct usb_redir_ep_info_header info = { 0 };

    memset (info.type, usb_redir_type_invalid, sizeof (info.type));
    info.type[0] = info.type[16] = usb_redir_type_control;
    info.max_packet_size[0] = info.max_packet_size[16] = 64;
    for (guint i = 0; i < descriptors->endpoints->len; i++) {
        const UsbEndpoint *endpoint = &g_array_index (descriptors->endpoints, UsbEndpoint, i);
        guint slot = (endpoint->address & 0x80 ? 16 : 0) | (endpoint->address & 0x0f);

        if (usb_device_alternate (self->device, endpoint->interface) != endpoint->alternate)
            continue;
        info.type[slot] = endpoint->transfer;
        info.interval[slot] = endpoint->interval;
        info.interface[slot] = endpoint->interface;
        info.max_packet_size[slot] = endpoint->packet_size;
    }
    usbredirparser_send_ep_info (self->parser, &info);
}

static void
announce (HostUsbredir *self)
{
    const UsbDescriptors *descriptors = usb_device_descriptors (self->device);
    struct usb_redir_device_connect_header connect;

    if (!self->greeted || self->announced || !descriptors)
        return;
    connect = (struct usb_redir_device_connect_header) {
        usb_redir_speed_high, descriptors->class, descriptors->subclass, descriptors->protocol, descriptors->vendor,
        descriptors->product, descriptors->version,
    };
    send_interfaces (self, descriptors);
    send_endpoints (self, descriptors);
    usbredirparser_send_device_connect (self->parser, &connect);
    self->announced = TRUE;
    flush (self);
}

static void
attached (gpointer user_data)
{
    announce (user_data);
}

static void
detached (gpointer user_data)
{
    HostUsbredir *self = user_data;

    if (!self->announced)
        return;
    self->announced = FALSE;
    usbredirparser_send_device_disconnect (self->parser);
    flush (self);
}

/* Transfers */

static gboolean
read_interrupt (HostUsbredir *self, guint8 endpoint)
{
    return usb_device_read (self->device, endpoint, 64, INTERRUPT_ID | endpoint);
}

static void
completed (guint64 id, guint8 endpoint, gconstpointer data, gsize size, gpointer user_data)
{
    HostUsbredir *self = user_data;

    if (id & INTERRUPT_ID) {
        struct usb_redir_interrupt_packet_header header = { endpoint, usb_redir_success, size };

        usbredirparser_send_interrupt_packet (self->parser, 0, &header, (uint8_t *) data, size);
        read_interrupt (self, endpoint);
    } else {
        struct usb_redir_bulk_packet_header header = { endpoint, usb_redir_success, size & 0xffff, 0, size >> 16 };

        usbredirparser_send_bulk_packet (self->parser, id, &header, (uint8_t *) data, size);
    }
    flush (self);
}

static void
refuse_bulk (HostUsbredir *self, guint64 id, guint8 endpoint, guint8 why)
{
    struct usb_redir_bulk_packet_header header = { endpoint, why };

    usbredirparser_send_bulk_packet (self->parser, id, &header, NULL, 0);
}

/* No packet stays without an answer. */
static void
cancel_reads (HostUsbredir *self)
{
    guint8 endpoint;
    guint64 id;

    while (usb_device_cancel_next (self->device, &id, &endpoint))
        if (!(id & INTERRUPT_ID))
            refuse_bulk (self, id, endpoint, usb_redir_cancelled);
}

static void
on_hello (void *user_data, struct usb_redir_hello_header *hello)
{
    HostUsbredir *self = user_data;

    self->greeted = TRUE;
    announce (self);
}

static void
on_reset (void *user_data)
{
    HostUsbredir *self = user_data;

    cancel_reads (self);
    usb_device_reset (self->device);
}

static GByteArray *
standard (HostUsbredir *self, guint8 type, guint8 request, guint16 value, guint16 index, guint16 length)
{
    UsbSetup setup = { type, request, value, index, length };

    return usb_device_control (self->device, &setup, NULL, 0);
}

static void
on_set_configuration (void *user_data, uint64_t id, struct usb_redir_set_configuration_header *wanted)
{
    HostUsbredir *self = user_data;
    g_autoptr (GByteArray) done = standard (self, 0x00, 9, wanted->configuration, 0, 0);
    struct usb_redir_configuration_status_header status = { done ? usb_redir_success : usb_redir_stall,
                                                            wanted->configuration };

    if (done)
        send_endpoints (self, usb_device_descriptors (self->device));
    usbredirparser_send_configuration_status (self->parser, id, &status);
}

static void
on_get_configuration (void *user_data, uint64_t id)
{
    HostUsbredir *self = user_data;
    g_autoptr (GByteArray) now = standard (self, 0x80, 8, 0, 0, 1);
    struct usb_redir_configuration_status_header status = { now ? usb_redir_success : usb_redir_stall,
                                                            now ? now->data[0] : 0 };

    usbredirparser_send_configuration_status (self->parser, id, &status);
}

static void
on_set_alt (void *user_data, uint64_t id, struct usb_redir_set_alt_setting_header *wanted)
{
    HostUsbredir *self = user_data;
    g_autoptr (GByteArray) done = standard (self, 0x01, 11, wanted->alt, wanted->interface, 0);
    struct usb_redir_alt_setting_status_header status = { done ? usb_redir_success : usb_redir_stall, wanted->interface,
                                                          wanted->alt };

    if (done)
        send_endpoints (self, usb_device_descriptors (self->device));
    usbredirparser_send_alt_setting_status (self->parser, id, &status);
}

static void
on_get_alt (void *user_data, uint64_t id, struct usb_redir_get_alt_setting_header *wanted)
{
    HostUsbredir *self = user_data;
    g_autoptr (GByteArray) now = standard (self, 0x81, 10, 0, wanted->interface, 1);
    struct usb_redir_alt_setting_status_header status = { now ? usb_redir_success : usb_redir_stall, wanted->interface,
                                                          now ? now->data[0] : 0 };

    usbredirparser_send_alt_setting_status (self->parser, id, &status);
}

static void
on_control (void *user_data, uint64_t id, struct usb_redir_control_packet_header *request, uint8_t *data, int size)
{
    HostUsbredir *self = user_data;
    UsbSetup setup = { request->requesttype, request->request, request->value, request->index, request->length };
    g_autoptr (GByteArray) answer = usb_device_control (self->device, &setup, data, size);
    struct usb_redir_control_packet_header header = *request;
    gboolean input = request->requesttype & 0x80;

    header.status = answer ? usb_redir_success : usb_redir_stall;
    if (input)
        header.length = answer ? answer->len : 0;
    else if (!answer)
        header.length = 0;
    usbredirparser_send_control_packet (self->parser, id, &header, input && answer ? answer->data : NULL,
                                        input && answer ? (int) answer->len : 0);
    usbredirparser_free_packet_data (self->parser, data);
}

static void
on_bulk (void *user_data, uint64_t id, struct usb_redir_bulk_packet_header *packet, uint8_t *data, int size)
{
    HostUsbredir *self = user_data;
    struct usb_redir_bulk_packet_header header = *packet;
    gsize length = packet->length | (gsize) packet->length_high << 16;

    header.status = usb_redir_success;
    if (packet->endpoint & 0x80) {
        if (!usb_device_read (self->device, packet->endpoint, length, id))
            refuse_bulk (self, id, packet->endpoint, usb_redir_stall);
    } else if (usb_device_write (self->device, packet->endpoint, data, size))
        usbredirparser_send_bulk_packet (self->parser, id, &header, NULL, 0);
    else
        refuse_bulk (self, id, packet->endpoint, usb_redir_stall);
    usbredirparser_free_packet_data (self->parser, data);
}

static void
on_start_interrupt (void *user_data, uint64_t id, struct usb_redir_start_interrupt_receiving_header *wanted)
{
    HostUsbredir *self = user_data;
    struct usb_redir_interrupt_receiving_status_header status = { usb_redir_success, wanted->endpoint };

    usb_device_cancel_endpoint (self->device, wanted->endpoint);
    if (!read_interrupt (self, wanted->endpoint))
        status.status = usb_redir_stall;
    usbredirparser_send_interrupt_receiving_status (self->parser, id, &status);
}

static void
on_stop_interrupt (void *user_data, uint64_t id, struct usb_redir_stop_interrupt_receiving_header *wanted)
{
    HostUsbredir *self = user_data;
    struct usb_redir_interrupt_receiving_status_header status = { usb_redir_success, wanted->endpoint };

    usb_device_cancel_endpoint (self->device, wanted->endpoint);
    usbredirparser_send_interrupt_receiving_status (self->parser, id, &status);
}

/* The module has no interrupt endpoint that the host writes to. */
static void
on_interrupt (void *user_data, uint64_t id, struct usb_redir_interrupt_packet_header *packet, uint8_t *data, int size)
{
    HostUsbredir *self = user_data;
    struct usb_redir_interrupt_packet_header header = { packet->endpoint, usb_redir_stall };

    usbredirparser_send_interrupt_packet (self->parser, id, &header, NULL, 0);
    usbredirparser_free_packet_data (self->parser, data);
}

static void
on_cancel (void *user_data, uint64_t id)
{
    HostUsbredir *self = user_data;
    guint8 endpoint;

    if (usb_device_cancel (self->device, id, &endpoint))
        refuse_bulk (self, id, endpoint, usb_redir_cancelled);
}

/* Nor has it an isochronous one. */

static void
on_start_iso (void *user_data, uint64_t id, struct usb_redir_start_iso_stream_header *wanted)
{
    HostUsbredir *self = user_data;
    struct usb_redir_iso_stream_status_header status = { usb_redir_stall, wanted->endpoint };

    usbredirparser_send_iso_stream_status (self->parser, id, &status);
}

static void
on_stop_iso (void *user_data, uint64_t id, struct usb_redir_stop_iso_stream_header *wanted)
{
    HostUsbredir *self = user_data;
    struct usb_redir_iso_stream_status_header status = { usb_redir_stall, wanted->endpoint };

    usbredirparser_send_iso_stream_status (self->parser, id, &status);
}

static void
on_iso (void *user_data, uint64_t id, struct usb_redir_iso_packet_header *packet, uint8_t *data, int size)
{
    HostUsbredir *self = user_data;

    usbredirparser_free_packet_data (self->parser, data);
}

static void
ignore (void *user_data)
{
}

static void
on_filter (void *user_data, struct usbredirfilter_rule *rules, int n_rules)
{
    free (rules);
}

static void
on_log (void *user_data, int level, const char *message)
{
    HostUsbredir *self = user_data;

    if (level <= usbredirparser_warning)
        journal_log (self->journal, "usbredir: %s", message);
}

/* Who is at the other end */

static struct usbredirparser *
new_parser (HostUsbredir *self)
{
    struct usbredirparser *parser = usbredirparser_create ();
    uint32_t capabilities[USB_REDIR_CAPS_SIZE] = { 0 };

    parser->priv = self;
    parser->log_func = on_log;
    parser->read_func = read_socket;
    parser->write_func = write_socket;
    parser->hello_func = on_hello;
    parser->reset_func = on_reset;
    parser->set_configuration_func = on_set_configuration;
    parser->get_configuration_func = on_get_configuration;
    parser->set_alt_setting_func = on_set_alt;
    parser->get_alt_setting_func = on_get_alt;
    parser->start_iso_stream_func = on_start_iso;
    parser->stop_iso_stream_func = on_stop_iso;
    parser->iso_packet_func = on_iso;
    parser->start_interrupt_receiving_func = on_start_interrupt;
    parser->stop_interrupt_receiving_func = on_stop_interrupt;
    parser->cancel_data_packet_func = on_cancel;
    parser->filter_reject_func = ignore;
    parser->filter_filter_func = on_filter;
    parser->device_disconnect_ack_func = ignore;
    parser->control_packet_func = on_control;
    parser->bulk_packet_func = on_bulk;
    parser->interrupt_packet_func = on_interrupt;
    usbredirparser_caps_set_cap (capabilities, usb_redir_cap_connect_device_version);
    usbredirparser_caps_set_cap (capabilities, usb_redir_cap_filter);
    usbredirparser_caps_set_cap (capabilities, usb_redir_cap_device_disconnect_ack);
    usbredirparser_caps_set_cap (capabilities, usb_redir_cap_ep_info_max_packet_size);
    usbredirparser_caps_set_cap (capabilities, usb_redir_cap_64bits_ids);
    usbredirparser_caps_set_cap (capabilities, usb_redir_cap_32bits_bulk_length);
    usbredirparser_init (parser, "virtual-ec25", capabilities, USB_REDIR_CAPS_SIZE, usbredirparser_fl_usb_host);
    return parser;
}

static void
drop_client (HostUsbredir *self)
{
    usb_device_reset (self->device);
    g_clear_handle_id (&self->source, g_source_remove);
    g_clear_handle_id (&self->out_source, g_source_remove);
    g_clear_pointer (&self->parser, usbredirparser_destroy);
    g_clear_object (&self->client);
    self->greeted = self->announced = FALSE;
}

static gboolean
on_client (GSocketService *service, GSocketConnection *client, GObject *source, gpointer user_data)
{
    HostUsbredir *self = user_data;

    if (self->client) /* a port takes one plug: who comes last has it; the older may not have noticed its end */
        drop_client (self);
    self->client = g_object_ref (client);
    self->parser = new_parser (self);
    self->source = g_unix_fd_add (g_socket_get_fd (g_socket_connection_get_socket (client)), G_IO_IN | G_IO_HUP,
                                  can_read, self);
    flush (self);
    return TRUE;
}

HostUsbredir *
host_usbredir_new (UsbDevice *device, Journal *journal, const char *path, GError **error)
{
    static const UsbTransport transport = { attached, detached, completed };
    GSocketService *service = unix_service_new (path, "USB", error);
    HostUsbredir *self;

    if (!service)
        return NULL;
    self = g_new0 (HostUsbredir, 1);
    self->device = device;
    self->journal = journal;
    self->path = g_strdup (path);
    self->service = service;
    g_signal_connect (service, "incoming", G_CALLBACK (on_client), self);
    usb_device_set_transport (device, &transport, self);
    return self;
}

void
host_usbredir_free (HostUsbredir *self)
{
    usb_device_set_transport (self->device, NULL, NULL);
    drop_client (self);
    unix_service_free (self->service, self->path);
    g_free (self->path);
    g_free (self);
}
