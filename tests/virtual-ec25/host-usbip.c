/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The module over USB/IP.
 *
 * A client asks for the list of devices and is done, or imports the one there is; from then on its connection carries
 * transfers. When the module leaves the bus the connection ends: USB/IP has no other word for it. */

#include "host-usbip.h"
#include "ec25-error.h"

#include <gio/gio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#define VERSION_NUMBER 0x0111
#define BUS_ID         "1-1"

enum {
    OP_REQ_IMPORT = 0x8003,
    OP_REP_IMPORT = 0x0003,
    OP_REQ_DEVLIST = 0x8005,
    OP_REP_DEVLIST = 0x0005,
    CMD_SUBMIT = 1,
    CMD_UNLINK = 2,
    RET_SUBMIT = 3,
    RET_UNLINK = 4,
};

/* Linux's numbers, which the protocol uses. */
enum { LINUX_EPIPE = -32, LINUX_ECONNRESET = -104 };

#define SPEED_HIGH     3
#define COMMAND_SIZE   48
#define OUTPUT_MAX     (1 << 20)

struct _HostUsbip {
    UsbDevice *device;
    Journal *journal;
    GSocketService *service;
    GSocketConnection *client;
    GByteArray *in, *out;
    gboolean imported;
    GSource *source, *out_source;
};

static void drop_client (HostUsbip *self);

/* Numbers travel with the high byte first. */

static guint32
get32 (const guint8 *bytes)
{
    return (guint32) bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

static void
add16 (GByteArray *bytes, guint16 value)
{
    value = GUINT16_TO_BE (value);
    g_byte_array_append (bytes, (const guint8 *) &value, 2);
}

static void
add32 (GByteArray *bytes, guint32 value)
{
    value = GUINT32_TO_BE (value);
    g_byte_array_append (bytes, (const guint8 *) &value, 4);
}

static void
add_text (GByteArray *bytes, const char *text, gsize size)
{
    g_autofree guint8 *field = g_malloc0 (size);

    memcpy (field, text, strlen (text));
    g_byte_array_append (bytes, field, size);
}

/* The connection */

static gboolean
can_write (GSocket *socket, GIOCondition condition, gpointer user_data)
{
    HostUsbip *self = user_data;
    gssize done = g_socket_send (socket, (const char *) self->out->data, self->out->len, NULL, NULL);

    if (done > 0)
        g_byte_array_remove_range (self->out, 0, done);
    if (self->out->len > 0)
        return G_SOURCE_CONTINUE;
    g_clear_pointer (&self->out_source, g_source_unref);
    return G_SOURCE_REMOVE;
}

static void
flush (HostUsbip *self)
{
    if (self->out_source || !self->client || self->out->len == 0)
        return;
    self->out_source = g_socket_create_source (g_socket_connection_get_socket (self->client), G_IO_OUT, NULL);
    g_source_set_callback (self->out_source, G_SOURCE_FUNC (can_write), self, NULL);
    g_source_attach (self->out_source, NULL);
}

/* Devices */

static void
add_device (HostUsbip *self, const UsbDescriptors *descriptors)
{
    const guint8 bytes[] = { descriptors->class, descriptors->subclass, descriptors->protocol, 1, 1,
                             descriptors->configuration->data[4] };

    add_text (self->out, "/sys/devices/virtual-ec25/" BUS_ID, 256);
    add_text (self->out, BUS_ID, 32);
    add32 (self->out, 1); /* bus */
    add32 (self->out, 1); /* device */
    add32 (self->out, SPEED_HIGH);
    add16 (self->out, descriptors->vendor);
    add16 (self->out, descriptors->product);
    add16 (self->out, descriptors->version);
    g_byte_array_append (self->out, bytes, sizeof (bytes));
}

static void
add_interfaces (HostUsbip *self, const UsbDescriptors *descriptors)
{
    const guint8 *bytes = descriptors->configuration->data, *end = bytes + descriptors->configuration->len;

    for (; bytes < end; bytes += bytes[0])
        if (bytes[1] == 4 && bytes[3] == 0) {
            const guint8 interface[] = { bytes[5], bytes[6], bytes[7], 0 };

            g_byte_array_append (self->out, interface, sizeof (interface));
        }
}

static void
answer_list (HostUsbip *self)
{
    const UsbDescriptors *descriptors = usb_device_descriptors (self->device);

    add16 (self->out, VERSION_NUMBER);
    add16 (self->out, OP_REP_DEVLIST);
    add32 (self->out, 0);
    add32 (self->out, descriptors ? 1 : 0);
    if (descriptors) {
        add_device (self, descriptors);
        add_interfaces (self, descriptors);
    }
}

static void
answer_import (HostUsbip *self, const guint8 *bus_id)
{
    const UsbDescriptors *descriptors = usb_device_descriptors (self->device);

    self->imported = descriptors && strncmp ((const char *) bus_id, BUS_ID, 32) == 0;
    add16 (self->out, VERSION_NUMBER);
    add16 (self->out, OP_REP_IMPORT);
    add32 (self->out, self->imported ? 0 : 1);
    if (self->imported)
        add_device (self, descriptors);
}

/* Bytes that were used, 0 if there is more to come, or -1 if this is not the protocol. */
static gssize
take_operation (HostUsbip *self, const guint8 *bytes, gsize size)
{
    guint operation = size >= 4 ? bytes[2] << 8 | bytes[3] : 0;

    if (size < 8)
        return 0;
    if (operation == OP_REQ_DEVLIST) {
        answer_list (self);
        return 8;
    }
    if (operation != OP_REQ_IMPORT)
        return -1;
    if (size < 8 + 32)
        return 0;
    answer_import (self, bytes + 8);
    return 8 + 32;
}

/* Transfers */

static void
add_return (HostUsbip *self, guint32 command, guint32 sequence, gint32 status, guint32 length)
{
    add32 (self->out, command);
    add32 (self->out, sequence);
    add32 (self->out, 0); /* device, direction and endpoint: not in answers */
    add32 (self->out, 0);
    add32 (self->out, 0);
    add32 (self->out, status);
    add32 (self->out, length);
    add_text (self->out, "", COMMAND_SIZE - 28);
}

static void
completed (guint64 id, guint8 endpoint, gconstpointer data, gsize size, gpointer user_data)
{
    HostUsbip *self = user_data;

    add_return (self, RET_SUBMIT, id, 0, size);
    g_byte_array_append (self->out, data, size);
    flush (self);
}

static void
submit_control (HostUsbip *self, guint32 sequence, const guint8 *setup_packet, gconstpointer data, gsize size)
{
    UsbSetup setup = { setup_packet[0], setup_packet[1], setup_packet[2] | setup_packet[3] << 8,
                       setup_packet[4] | setup_packet[5] << 8, setup_packet[6] | setup_packet[7] << 8 };
    g_autoptr (GByteArray) answer = usb_device_control (self->device, &setup, data, size);
    gboolean input = setup.type & 0x80;

    add_return (self, RET_SUBMIT, sequence, answer ? 0 : LINUX_EPIPE, answer ? (input ? answer->len : size) : 0);
    if (answer && input)
        g_byte_array_append (self->out, answer->data, answer->len);
}

static void
submit (HostUsbip *self, const guint8 *command, gsize output)
{
    guint32 sequence = get32 (command + 4), endpoint = get32 (command + 16), length = get32 (command + 24);
    gboolean input = get32 (command + 12);

    if (endpoint == 0)
        submit_control (self, sequence, command + 40, command + COMMAND_SIZE, output);
    else if (input && usb_device_read (self->device, 0x80 | (endpoint & 0x0f), length, sequence))
        return; /* completed() answers */
    else if (!input && usb_device_write (self->device, endpoint & 0x0f, command + COMMAND_SIZE, output))
        add_return (self, RET_SUBMIT, sequence, 0, output);
    else
        add_return (self, RET_SUBMIT, sequence, LINUX_EPIPE, 0);
}

static gssize
take_command (HostUsbip *self, const guint8 *bytes, gsize size)
{
    guint32 command = size >= COMMAND_SIZE ? get32 (bytes) : 0;
    gsize output;
    guint8 endpoint;

    if (size < COMMAND_SIZE)
        return 0;
    if (command == CMD_UNLINK) {
        gboolean found = usb_device_cancel (self->device, get32 (bytes + 20), &endpoint);

        add_return (self, RET_UNLINK, get32 (bytes + 4), found ? LINUX_ECONNRESET : 0, 0);
        return COMMAND_SIZE;
    }
    output = get32 (bytes + 12) ? 0 : get32 (bytes + 24);
    if (command != CMD_SUBMIT || output > OUTPUT_MAX)
        return -1;
    if (size < COMMAND_SIZE + output)
        return 0;
    submit (self, bytes, output);
    return COMMAND_SIZE + output;
}

static gboolean
take (HostUsbip *self)
{
    gssize used;

    do {
        used = self->imported ? take_command (self, self->in->data, self->in->len)
                              : take_operation (self, self->in->data, self->in->len);
        if (used > 0)
            g_byte_array_remove_range (self->in, 0, used);
    } while (used > 0);
    flush (self);
    return used == 0;
}

static gboolean
can_read (GSocket *socket, GIOCondition condition, gpointer user_data)
{
    HostUsbip *self = user_data;
    char data[65536];
    gssize size = g_socket_receive_with_blocking (socket, data, sizeof (data), FALSE, NULL, NULL);

    if (size > 0) {
        g_byte_array_append (self->in, (const guint8 *) data, size);
        if (take (self))
            return G_SOURCE_CONTINUE;
        journal_log (self->journal, "usbip: the client does not speak USB/IP");
    } else if (size < 0 && !(condition & (G_IO_HUP | G_IO_ERR)))
        return G_SOURCE_CONTINUE;
    drop_client (self);
    return G_SOURCE_REMOVE;
}

static void
clear_source (GSource **source)
{
    if (*source)
        g_source_destroy (*source);
    g_clear_pointer (source, g_source_unref);
}

static void
drop_client (HostUsbip *self)
{
    if (self->imported)
        usb_device_reset (self->device);
    self->imported = FALSE;
    clear_source (&self->source);
    clear_source (&self->out_source);
    g_byte_array_set_size (self->in, 0);
    g_byte_array_set_size (self->out, 0);
    if (self->client)
        g_io_stream_close (G_IO_STREAM (self->client), NULL, NULL);
    g_clear_object (&self->client);
}

/* The module's way to the bus needs no word: who wants it imports it. */
static void
attached (gpointer user_data)
{
}

static void
detached (gpointer user_data)
{
    HostUsbip *self = user_data;

    if (self->imported)
        drop_client (self);
}

static gboolean
on_client (GSocketService *service, GSocketConnection *client, GObject *source, gpointer user_data)
{
    HostUsbip *self = user_data;
    GSocket *socket = g_socket_connection_get_socket (client);

    if (self->imported) {
        journal_log (self->journal, "usbip: the module is in use");
        return TRUE;
    }
    drop_client (self);
    self->client = g_object_ref (client);
    g_socket_set_blocking (socket, FALSE);
    g_socket_set_keepalive (socket, TRUE); /* a client that lost its power must not keep the module for ever */
    g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
    self->source = g_socket_create_source (socket, G_IO_IN | G_IO_HUP, NULL);
    g_source_set_callback (self->source, G_SOURCE_FUNC (can_read), self, NULL);
    g_source_attach (self->source, NULL);
    return TRUE;
}

static GSocketAddress *
parse_address (const char *text, GError **error)
{
    const char *colon = strrchr (text, ':'), *port = colon ? colon + 1 : text;
    g_autofree char *host = colon ? g_strndup (text, colon - text) : g_strdup ("127.0.0.1");
    guint64 number = 0;
    GSocketAddress *address = NULL;

    if (g_ascii_string_to_unsigned (port, 10, 1, 65535, &number, NULL))
        address = g_inet_socket_address_new_from_string (host, number);
    if (!address)
        g_set_error (error, EC25_ERROR, EC25_ERROR_HOST,
                     "--usbip is PORT or ADDRESS:PORT, such as 3240 or 192.0.2.1:3240, not '%s'", text);
    return address;
}

HostUsbip *
host_usbip_new (UsbDevice *device, Journal *journal, const char *text, GError **error)
{
    static const UsbTransport transport = { attached, detached, completed };
    g_autoptr (GSocketAddress) address = parse_address (text, error);
    g_autoptr (GSocketService) service = g_socket_service_new ();
    HostUsbip *self;

    if (!address || !g_socket_listener_add_address (G_SOCKET_LISTENER (service), address, G_SOCKET_TYPE_STREAM,
                                                    G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, error))
        return NULL;
    self = g_new0 (HostUsbip, 1);
    self->device = device;
    self->journal = journal;
    self->service = g_steal_pointer (&service);
    self->in = g_byte_array_new ();
    self->out = g_byte_array_new ();
    g_signal_connect (self->service, "incoming", G_CALLBACK (on_client), self);
    usb_device_set_transport (device, &transport, self);
    return self;
}

void
host_usbip_free (HostUsbip *self)
{
    usb_device_set_transport (self->device, NULL, NULL);
    drop_client (self);
    g_socket_service_stop (self->service);
    g_socket_listener_close (G_SOCKET_LISTENER (self->service));
    g_object_unref (self->service);
    g_byte_array_unref (self->in);
    g_byte_array_unref (self->out);
    g_free (self);
}
