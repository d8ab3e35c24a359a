/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The module's USB descriptors.
 *
 * Device, serial functions and the QMI function are those of real modules (lsusb of EC25-E, EC25-AF, EG25-G: 209 bytes
 * in QMI mode). Of ECM, MBIM and RNDIS no dump with all bytes is known: classes and endpoints are as observed, the
 * functional descriptors are inferred, as the kernel's drivers require them. */

#include "usb-descriptors.h"

#include <stdlib.h>
#include <string.h>

#define VENDOR_QUECTEL 0x2c7c
#define PRODUCT_EC25   0x0125

#define PACKET_CONTROL   64
#define PACKET_BULK      512
#define INTERVAL         9 /* 32 ms at high speed */

enum { TYPE_DEVICE = 1, TYPE_CONFIGURATION, TYPE_STRING, TYPE_INTERFACE, TYPE_ENDPOINT, TYPE_QUALIFIER };
enum { STRING_MANUFACTURER = 1, STRING_PRODUCT, STRING_MAC };

#define BYTES(array, ...)                                                                                              \
    g_byte_array_append (array, (const guint8[]) { __VA_ARGS__ }, sizeof ((const guint8[]) { __VA_ARGS__ }))
#define LE16(value) (value) & 0xff, (value) >> 8

/* Endpoint numbers are given one after the other, to functions as they come. */
typedef struct {
    UsbDescriptors *descriptors;
    GByteArray *bytes;
    guint8 next_in, next_out;
    guint8 alternate; /* of the interface that is being described */
} Builder;

static void
add_endpoint (Builder *self, const Interface *interface, guint8 address, UsbTransfer transfer, guint16 packet_size)
{
    UsbEndpoint endpoint = { address, transfer, packet_size, transfer == USB_INTERRUPT ? INTERVAL : 0,
                             interface->number, self->alternate };

    g_array_append_val (self->descriptors->endpoints, endpoint);
    BYTES (self->bytes, 7, TYPE_ENDPOINT, address, transfer, LE16 (packet_size), endpoint.interval);
}

static void
add_interface (Builder *self, const Interface *interface, guint8 alternate, guint8 endpoints)
{
    self->alternate = alternate;
    BYTES (self->bytes, 9, TYPE_INTERFACE, interface->number, alternate, endpoints, interface->class,
           interface->subclass, interface->protocol, 0);
}

static void
add_bulk_pair (Builder *self, const Interface *interface, guint8 in)
{
    add_endpoint (self, interface, in, USB_BULK, PACKET_BULK);
    add_endpoint (self, interface, self->next_out++, USB_BULK, PACKET_BULK);
}

/* The class descriptors of a modem, although the class is the vendor's: header, call management, ACM, union. */
static void
add_serial_functional (Builder *self)
{
    BYTES (self->bytes, 5, 0x24, 0x00, 0x10, 0x01, 5, 0x24, 0x01, 0x00, 0x00, 4, 0x24, 0x02, 0x02, 5, 0x24, 0x06, 0x00,
           0x00);
}

/* One interface with everything: the serial ones, and the QMI function. */
static void
add_single (Builder *self, const Interface *interface)
{
    gboolean interrupt = interface->endpoints == 3;
    guint8 in = self->next_in;

    add_interface (self, interface, 0, interface->endpoints);
    if (interface->subclass == 0)
        add_serial_functional (self);
    self->next_in += interrupt ? 2 : 1;
    if (interrupt)
        add_endpoint (self, interface, in + 1, USB_INTERRUPT, interface->role == ROLE_QMI ? 8 : 10);
    add_bulk_pair (self, interface, in);
}

static void
add_association (Builder *self, const Interface *first)
{
    BYTES (self->bytes, 8, 0x0b, first->number, 2, first->class, first->subclass, first->protocol, 0);
}

static void
add_network_functional (Builder *self, const Interface *control, const Interface *data)
{
    GByteArray *bytes = self->bytes;

    BYTES (bytes, 5, 0x24, 0x00, 0x10, 0x01);
    BYTES (bytes, 5, 0x24, 0x06, control->number, data->number);
    if (control->subclass == 0x06) /* Ethernet: statistics, segment, multicast filters, wake-up filters */
        BYTES (bytes, 13, 0x24, 0x0f, STRING_MAC, 0, 0, 0, 0, LE16 (1514), LE16 (0), 0);
    else if (control->subclass == 0x0e) /* MBIM 1.0: control message, filters, filter size, segment, capabilities */
        BYTES (bytes, 12, 0x24, 0x1b, LE16 (0x0100), LE16 (4096), 16, 128, LE16 (2048), 0x20);
    else
        BYTES (bytes, 5, 0x24, 0x01, 0x00, data->number);
}

/* A control interface and a data interface. That of ECM and MBIM carries data in its alternate setting only. */
static void
add_pair (Builder *self, const Interface *control, const Interface *data)
{
    gboolean rndis = control->class == 0xe0;
    guint8 bulk = self->next_in++, interrupt = self->next_in++;

    add_association (self, control);
    add_interface (self, control, 0, 1);
    add_network_functional (self, control, data);
    add_endpoint (self, control, interrupt, USB_INTERRUPT, control->subclass == 0x06 ? 16 : 8);
    if (!rndis)
        add_interface (self, data, 0, 0);
    add_interface (self, data, rndis ? 0 : 1, 2);
    add_bulk_pair (self, data, bulk);
}

static void
add_interfaces (Builder *self, const Composition *composition)
{
    for (guint i = 0; i < composition->n_interfaces; i++) {
        const Interface *interface = &composition->interfaces[i];
        gboolean pair = interface->endpoints == 1;

        if (interface->net) {
            self->descriptors->network = interface->number;
            self->descriptors->data = interface->number + (pair ? 1 : 0);
        }
        if (pair)
            add_pair (self, interface, &composition->interfaces[++i]);
        else
            add_single (self, interface);
    }
}

static void
build_configuration (UsbDescriptors *self, const Composition *composition)
{
    Builder builder = { self, self->configuration, 0x81, 0x01 };

    BYTES (self->configuration, 9, TYPE_CONFIGURATION, 0, 0, composition->n_interfaces, 1, 0, 0xa0, 250);
    add_interfaces (&builder, composition);
    self->configuration->data[2] = self->configuration->len & 0xff;
    self->configuration->data[3] = self->configuration->len >> 8;
}

static void
build_device (UsbDescriptors *self)
{
    BYTES (self->device, 18, TYPE_DEVICE, LE16 (0x0200), self->class, self->subclass, self->protocol, PACKET_CONTROL,
           LE16 (self->vendor), LE16 (self->product), LE16 (self->version), STRING_MANUFACTURER, STRING_PRODUCT, 0, 1);
}

UsbDescriptors *
usb_descriptors_new (const Composition *composition, const Profile *profile, const char *mac)
{
    UsbDescriptors *self = g_new0 (UsbDescriptors, 1);

    self->device = g_byte_array_new ();
    self->configuration = g_byte_array_new ();
    self->endpoints = g_array_new (FALSE, FALSE, sizeof (UsbEndpoint));
    self->vendor = VENDOR_QUECTEL;
    self->product = PRODUCT_EC25;
    self->network = self->data = 0xff;
    self->class = 0xef; /* "look at the interface associations" */
    self->subclass = 0x02;
    self->protocol = 0x01;
    self->version = composition->broken ? 0 : strtoul (profile->bcd_device, NULL, 16);
    self->strings[STRING_MANUFACTURER] = g_strdup (composition_manufacturer (composition, profile));
    self->strings[STRING_PRODUCT] = g_strdup (composition_product (composition, profile));
    self->strings[STRING_MAC] = g_strdup (mac);
    build_configuration (self, composition);
    build_device (self);
    return self;
}

void
usb_descriptors_free (UsbDescriptors *self)
{
    g_byte_array_unref (self->device);
    g_byte_array_unref (self->configuration);
    g_array_unref (self->endpoints);
    for (guint i = 0; i < G_N_ELEMENTS (self->strings); i++)
        g_free (self->strings[i]);
    g_free (self);
}

static GByteArray *
string_descriptor (const UsbDescriptors *self, guint8 index)
{
    GByteArray *bytes = g_byte_array_new ();
    g_autofree gunichar2 *text = NULL;
    glong length = 0;

    BYTES (bytes, 4, TYPE_STRING);
    if (index == 0) {
        BYTES (bytes, LE16 (0x0409)); /* English */
        return bytes;
    }
    text = g_utf8_to_utf16 (self->strings[index], -1, NULL, &length, NULL);
    length = MIN (length, 126);
    for (glong i = 0; i < length; i++)
        BYTES (bytes, LE16 (text[i]));
    bytes->data[0] = bytes->len;
    return bytes;
}

/* What it would be at full speed: the same, but for what the device descriptor says of itself. */
static GByteArray *
qualifier (const UsbDescriptors *self)
{
    GByteArray *bytes = g_byte_array_new ();

    return BYTES (bytes, 10, TYPE_QUALIFIER, LE16 (0x0200), self->class, self->subclass, self->protocol,
                  PACKET_CONTROL, 1, 0);
}

GByteArray *
usb_descriptors_get (const UsbDescriptors *self, guint8 type, guint8 index)
{
    if (type == TYPE_DEVICE)
        return g_byte_array_ref (self->device);
    if (type == TYPE_CONFIGURATION && index == 0)
        return g_byte_array_ref (self->configuration);
    if (type == TYPE_STRING && index < G_N_ELEMENTS (self->strings) && (index == 0 || self->strings[index]))
        return string_descriptor (self, index);
    if (type == TYPE_QUALIFIER)
        return qualifier (self);
    return NULL;
}

const UsbEndpoint *
usb_descriptors_endpoint (const UsbDescriptors *self, guint8 interface, UsbTransfer transfer, gboolean input)
{
    for (guint i = 0; i < self->endpoints->len; i++) {
        const UsbEndpoint *endpoint = &g_array_index (self->endpoints, UsbEndpoint, i);

        if (endpoint->interface == interface && endpoint->transfer == transfer && !(endpoint->address & 0x80) == !input)
            return endpoint;
    }
    return NULL;
}

const UsbEndpoint *
usb_descriptors_by_address (const UsbDescriptors *self, guint8 address)
{
    for (guint i = 0; i < self->endpoints->len; i++) {
        const UsbEndpoint *endpoint = &g_array_index (self->endpoints, UsbEndpoint, i);

        if (endpoint->address == address)
            return endpoint;
    }
    return NULL;
}
