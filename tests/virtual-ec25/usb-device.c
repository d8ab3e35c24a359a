/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The module as a USB device. */

#include "usb-device.h"
#include "usb-network.h"
#include "usb-ntb.h"
#include "usb-rndis.h"

#include <string.h>

/* bmRequestType: kind and direction. */
#define KIND_MASK     0x60
#define KIND_STANDARD 0x00
#define KIND_CLASS    0x20
#define TO_HOST       0x80

enum {
    GET_STATUS = 0,
    CLEAR_FEATURE = 1,
    SET_FEATURE = 3,
    GET_DESCRIPTOR = 6,
    GET_CONFIGURATION = 8,
    SET_CONFIGURATION = 9,
    GET_INTERFACE = 10,
    SET_INTERFACE = 11,
};

/* CDC 1.2 table 19, ECM 1.2 table 6, NCM 1.0 table 6-2, MBIM 1.0 table 8-1. */
enum {
    SEND_ENCAPSULATED_COMMAND = 0x00,
    GET_ENCAPSULATED_RESPONSE = 0x01,
    RESET_FUNCTION = 0x05,
    SET_LINE_CODING = 0x20,
    GET_LINE_CODING = 0x21,
    SET_CONTROL_LINE_STATE = 0x22,
    SET_ETHERNET_PACKET_FILTER = 0x43,
    GET_NTB_PARAMETERS = 0x80,
    GET_NTB_FORMAT = 0x83,
    SET_NTB_FORMAT = 0x84,
    GET_NTB_INPUT_SIZE = 0x85,
    SET_NTB_INPUT_SIZE = 0x86,
    GET_MAX_DATAGRAM_SIZE = 0x87,
    SET_MAX_DATAGRAM_SIZE = 0x88,
    GET_CRC_MODE = 0x89,
    SET_CRC_MODE = 0x8a,
};

enum { NETWORK_CONNECTION = 0x00, RESPONSE_AVAILABLE = 0x01 };

#define LINE_STATE_DTR 0x01

/* What nobody fetches is lost beyond this, as behind a closed port; one packet of the data path counts as one. */
#define QUEUE_MAX 256

typedef struct {
    guint64 id;
    gsize length;
} Read;

/* An endpoint that the host reads. */
typedef struct {
    GQueue data;  /* of GBytes */
    GQueue reads; /* of Read */
} Input;

struct _UsbDevice {
    Model *model;
    Ports *ports;
    UsbNetwork *network;
    const UsbTransport *transport;
    gpointer user_data;
    UsbDescriptors *descriptors;
    guint8 configuration;
    guint8 alternate; /* of the network function's data interface, the only one with a choice */
    guint8 mac[6];
    gboolean dtr; /* raised at the network function: without, the module does not talk QMI */
    GQueue responses; /* of GBytes: for GET_ENCAPSULATED_RESPONSE */
    Input inputs[16];
};

/* Settings */

guint8
usb_device_alternate (UsbDevice *self, guint8 interface)
{
    return self->descriptors && interface == self->descriptors->data ? self->alternate : 0;
}

/* NULL: there is none with that address in the settings that are on. */
static const UsbEndpoint *
find_endpoint (UsbDevice *self, guint8 address)
{
    const UsbEndpoint *endpoint =
        self->descriptors && self->configuration ? usb_descriptors_by_address (self->descriptors, address) : NULL;

    return endpoint && endpoint->alternate == usb_device_alternate (self, endpoint->interface) ? endpoint : NULL;
}

/* Endpoints that the host reads */

static void
input_clear (Input *self)
{
    g_queue_clear_full (&self->data, (GDestroyNotify) g_bytes_unref);
    g_queue_clear_full (&self->reads, g_free);
}

static void
complete (UsbDevice *self, guint8 endpoint, Input *input)
{
    g_autofree Read *read = g_queue_pop_head (&input->reads);
    g_autoptr (GBytes) data = g_queue_pop_head (&input->data);
    gsize size = g_bytes_get_size (data), now = MIN (size, read->length);

    if (now < size)
        g_queue_push_head (&input->data, g_bytes_new_from_bytes (data, now, size - now));
    self->transport->completed (read->id, endpoint, g_bytes_get_data (data, NULL), now, self->user_data);
}

static void
serve (UsbDevice *self, guint8 endpoint)
{
    Input *input = &self->inputs[endpoint & 0x0f];

    while (self->transport && !g_queue_is_empty (&input->data) && !g_queue_is_empty (&input->reads))
        complete (self, endpoint, input);
}

static void
push (UsbDevice *self, const UsbEndpoint *endpoint, GBytes *data)
{
    Input *input = &self->inputs[endpoint->address & 0x0f];

    if (!find_endpoint (self, endpoint->address) || g_queue_get_length (&input->data) >= QUEUE_MAX)
        return;
    g_queue_push_tail (&input->data, g_bytes_ref (data));
    serve (self, endpoint->address);
}

gboolean
usb_device_read (UsbDevice *self, guint8 endpoint, gsize length, guint64 id)
{
    Read *read;

    if (!(endpoint & 0x80) || !find_endpoint (self, endpoint))
        return FALSE;
    read = g_new (Read, 1);
    *read = (Read) { id, length };
    g_queue_push_tail (&self->inputs[endpoint & 0x0f].reads, read);
    serve (self, endpoint);
    return TRUE;
}

gboolean
usb_device_cancel_next (UsbDevice *self, guint64 *id, guint8 *endpoint)
{
    for (guint i = 0; i < G_N_ELEMENTS (self->inputs); i++) {
        g_autofree Read *read = g_queue_pop_head (&self->inputs[i].reads);

        if (!read)
            continue;
        *id = read->id;
        *endpoint = 0x80 | i;
        return TRUE;
    }
    return FALSE;
}

static gboolean
has_id (gconstpointer read, gconstpointer id)
{
    return ((const Read *) read)->id != *(const guint64 *) id;
}

gboolean
usb_device_cancel (UsbDevice *self, guint64 id, guint8 *endpoint)
{
    for (guint i = 0; i < G_N_ELEMENTS (self->inputs); i++) {
        GQueue *reads = &self->inputs[i].reads;
        GList *found = g_queue_find_custom (reads, &id, (GCompareFunc) has_id);

        if (found) {
            g_free (found->data);
            g_queue_delete_link (reads, found);
            *endpoint = 0x80 | i;
            return TRUE;
        }
    }
    return FALSE;
}

void
usb_device_cancel_endpoint (UsbDevice *self, guint8 endpoint)
{
    g_queue_clear_full (&self->inputs[endpoint & 0x0f].reads, g_free);
}

/* What the module's functions say */

static void
notify (UsbDevice *self, guint8 notification, guint16 value)
{
    guint8 interface = self->descriptors->network;
    const UsbEndpoint *endpoint = usb_descriptors_endpoint (self->descriptors, interface, USB_INTERRUPT, TRUE);
    const guint8 bytes[] = { 0xa1, notification, value & 0xff, value >> 8, interface, 0, 0, 0 };
    g_autoptr (GBytes) data = g_bytes_new (bytes, sizeof (bytes));

    if (endpoint)
        push (self, endpoint, data);
}

static void
respond (UsbDevice *self, GBytes *response)
{
    /* In RNDIS the notification is two words, of which the first is 1. */
    static const guint8 rndis[8] = { 1 };
    g_autoptr (GBytes) available = g_bytes_new_static (rndis, sizeof (rndis));
    const UsbEndpoint *endpoint =
        usb_descriptors_endpoint (self->descriptors, self->descriptors->network, USB_INTERRUPT, TRUE);

    /* Hosts fetch one response for each notification: those left without one would put all later ones out of step. */
    if (g_queue_get_length (&self->responses) >= QUEUE_MAX)
        return;
    g_queue_push_tail (&self->responses, g_bytes_ref (response));
    if (self->model->composition.mode == USBNET_RNDIS && endpoint)
        push (self, endpoint, available);
    else
        notify (self, RESPONSE_AVAILABLE, 0);
}

static const Interface *
interface_of_role (UsbDevice *self, Role role)
{
    const Composition *composition = &self->model->composition;

    for (guint i = 0; i < composition->n_interfaces; i++)
        if (composition->interfaces[i].role == role)
            return &composition->interfaces[i];
    return NULL;
}

static void
write_role (Role role, gconstpointer data, gsize size, gpointer user_data)
{
    UsbDevice *self = user_data;
    const Interface *interface = self->descriptors ? interface_of_role (self, role) : NULL;
    const UsbEndpoint *endpoint =
        interface ? usb_descriptors_endpoint (self->descriptors, interface->number, USB_BULK, TRUE) : NULL;
    g_autoptr (GBytes) bytes = g_bytes_new (data, size);

    if (!interface)
        return;
    if (role == ROLE_MBIM || (role == ROLE_QMI && self->dtr))
        respond (self, bytes);
    else if (role != ROLE_QMI && endpoint)
        push (self, endpoint, bytes);
}

static void
write_network (GBytes *transfer, gpointer user_data)
{
    UsbDevice *self = user_data;
    const UsbEndpoint *endpoint =
        self->descriptors ? usb_descriptors_endpoint (self->descriptors, self->descriptors->data, USB_BULK, TRUE)
                          : NULL;

    if (endpoint)
        push (self, endpoint, transfer);
}

/* What the host sends */

gboolean
usb_device_write (UsbDevice *self, guint8 address, gconstpointer data, gsize size)
{
    const UsbEndpoint *endpoint = find_endpoint (self, address);

    if (!endpoint || address & 0x80)
        return FALSE;
    if (endpoint->interface == self->descriptors->data)
        usb_network_feed (self->network, data, size);
    else
        ports_feed (self->ports, self->model->composition.interfaces[endpoint->interface].role, data, size);
    return TRUE;
}

static GByteArray *
bytes_of (gconstpointer data, gsize size)
{
    return g_byte_array_append (g_byte_array_new (), data, size);
}

static GByteArray *
word (guint32 value, gsize size)
{
    guint32 little = GUINT32_TO_LE (value);

    return bytes_of (&little, size);
}

static void
take_command (UsbDevice *self, gconstpointer data, gsize size)
{
    Usbnet mode = self->model->composition.mode;
    g_autoptr (GByteArray) answer = NULL;
    g_autoptr (GBytes) response = NULL;

    if (mode == USBNET_QMI && self->dtr)
        ports_feed (self->ports, ROLE_QMI, data, size);
    else if (mode == USBNET_MBIM)
        ports_feed (self->ports, ROLE_MBIM, data, size);
    else if (mode == USBNET_RNDIS && (answer = usb_rndis_answer (data, size, self->mac))) {
        response = g_byte_array_free_to_bytes (g_steal_pointer (&answer));
        respond (self, response);
    }
}

static GByteArray *
next_response (UsbDevice *self)
{
    g_autoptr (GBytes) response = g_queue_pop_head (&self->responses);

    return response ? bytes_of (g_bytes_get_data (response, NULL), g_bytes_get_size (response)) : g_byte_array_new ();
}

static GByteArray *
network_request (UsbDevice *self, const UsbSetup *setup, gconstpointer data, gsize size)
{
    gboolean mbim = self->model->composition.mode == USBNET_MBIM;

    switch (setup->request) {
    case SEND_ENCAPSULATED_COMMAND:
        take_command (self, data, size);
        return g_byte_array_new ();
    case GET_ENCAPSULATED_RESPONSE:
        return next_response (self);
    case SET_CONTROL_LINE_STATE:
        self->dtr = setup->value & LINE_STATE_DTR;
        return g_byte_array_new ();
    case SET_ETHERNET_PACKET_FILTER:
        return g_byte_array_new ();
    case RESET_FUNCTION:
        g_queue_clear_full (&self->responses, (GDestroyNotify) g_bytes_unref);
        return g_byte_array_new ();
    case GET_NTB_PARAMETERS:
        return mbim ? usb_ntb_parameters () : NULL;
    case GET_NTB_INPUT_SIZE:
        return mbim ? word (USB_NTB_MAX, 4) : NULL;
    case GET_NTB_FORMAT:
    case GET_CRC_MODE:
        return mbim ? word (0, 2) : NULL;
    case GET_MAX_DATAGRAM_SIZE:
        return mbim ? word (2048, 2) : NULL;
    case SET_NTB_INPUT_SIZE:
    case SET_NTB_FORMAT:
    case SET_MAX_DATAGRAM_SIZE:
    case SET_CRC_MODE:
        return mbim ? g_byte_array_new () : NULL;
    default:
        return NULL;
    }
}

static GByteArray *
serial_request (const UsbSetup *setup)
{
    static const guint8 coding[] = { 0x00, 0xc2, 0x01, 0x00, 0, 0, 8 }; /* 115200 8N1 */

    if (setup->request == GET_LINE_CODING)
        return bytes_of (coding, sizeof (coding));
    return setup->request == SET_LINE_CODING || setup->request == SET_CONTROL_LINE_STATE ? g_byte_array_new () : NULL;
}

static GByteArray *
class_request (UsbDevice *self, const UsbSetup *setup, gconstpointer data, gsize size)
{
    guint8 interface = setup->index & 0xff;

    if (interface >= self->model->composition.n_interfaces)
        return NULL;
    if (interface == self->descriptors->network)
        return network_request (self, setup, data, size);
    return serial_request (setup);
}

static gboolean
has_setting (UsbDevice *self, guint8 interface, guint16 setting)
{
    gboolean has_choice = self->model->composition.mode == USBNET_ECM || self->model->composition.mode == USBNET_MBIM;

    if (!self->configuration || interface >= self->model->composition.n_interfaces)
        return FALSE;
    return setting == 0 || (setting == 1 && has_choice && interface == self->descriptors->data);
}

/* ECM and MBIM carry data once the alternate setting is chosen; the router is there from the start. */
static GByteArray *
set_interface (UsbDevice *self, guint8 interface, guint16 setting)
{
    if (!has_setting (self, interface, setting))
        return NULL;
    if (interface == self->descriptors->data)
        self->alternate = setting;
    if (setting == 1 && self->model->composition.mode == USBNET_ECM)
        notify (self, NETWORK_CONNECTION, 1);
    return g_byte_array_new ();
}

static GByteArray *
get_interface (UsbDevice *self, guint8 interface)
{
    return has_setting (self, interface, 0) ? word (usb_device_alternate (self, interface), 1) : NULL;
}

static GByteArray *
set_configuration (UsbDevice *self, guint16 configuration)
{
    if (configuration > 1)
        return NULL;
    self->configuration = configuration;
    self->alternate = 0;
    return g_byte_array_new ();
}

static GByteArray *
standard_request (UsbDevice *self, const UsbSetup *setup)
{
    switch (setup->request) {
    case GET_DESCRIPTOR:
        return usb_descriptors_get (self->descriptors, setup->value >> 8, setup->value & 0xff);
    case GET_STATUS:
        return word (0, 2);
    case GET_CONFIGURATION:
        return word (self->configuration, 1);
    case SET_CONFIGURATION:
        return set_configuration (self, setup->value);
    case GET_INTERFACE:
        return get_interface (self, setup->index & 0xff);
    case SET_INTERFACE:
        return set_interface (self, setup->index & 0xff, setup->value);
    case CLEAR_FEATURE:
    case SET_FEATURE:
        return g_byte_array_new ();
    default:
        return NULL;
    }
}

GByteArray *
usb_device_control (UsbDevice *self, const UsbSetup *setup, gconstpointer data, gsize size)
{
    GByteArray *answer = NULL;

    if (!self->descriptors)
        return NULL;
    if ((setup->type & KIND_MASK) == KIND_STANDARD)
        answer = standard_request (self, setup);
    else if ((setup->type & KIND_MASK) == KIND_CLASS)
        answer = class_request (self, setup, data, size);
    if (answer && answer->len > setup->length) {
        GByteArray *whole = answer;

        answer = bytes_of (whole->data, setup->length); /* descriptors are shared */
        g_byte_array_unref (whole);
    }
    return answer;
}

void
usb_device_reset (UsbDevice *self)
{
    self->configuration = self->alternate = 0;
    self->dtr = FALSE;
    g_queue_clear_full (&self->responses, (GDestroyNotify) g_bytes_unref);
    for (guint i = 0; i < G_N_ELEMENTS (self->inputs); i++)
        input_clear (&self->inputs[i]);
}

/* On and off the bus */

static void
attach (UsbDevice *self)
{
    g_autofree char *mac = NULL;

    /* Locally administered, and another one at each start, as the module's. */
    for (guint i = 0; i < sizeof (self->mac); i++)
        self->mac[i] = g_random_int () & 0xff;
    self->mac[0] = (self->mac[0] & 0xfc) | 0x02;
    mac = g_strdup_printf ("%02X%02X%02X%02X%02X%02X", self->mac[0], self->mac[1], self->mac[2], self->mac[3], self->mac[4],
                           self->mac[5]);
    self->descriptors = usb_descriptors_new (&self->model->composition, self->model->profile, mac);
    if (self->transport)
        self->transport->attached (self->user_data);
}

static void
detach (UsbDevice *self)
{
    if (!self->descriptors)
        return;
    usb_device_reset (self);
    g_clear_pointer (&self->descriptors, usb_descriptors_free);
    if (self->transport)
        self->transport->detached (self->user_data);
}

static void
on_model (Model *model, ModelEvent event, gconstpointer detail, gpointer user_data)
{
    UsbDevice *self = user_data;

    if (event == MODEL_DETACHED || event == MODEL_ATTACHED)
        detach (self);
    if (event == MODEL_ATTACHED)
        attach (self);
}

const UsbDescriptors *
usb_device_descriptors (UsbDevice *self)
{
    return self->descriptors;
}

Ports *
usb_device_ports (UsbDevice *self)
{
    return self->ports;
}

void
usb_device_set_transport (UsbDevice *self, const UsbTransport *transport, gpointer user_data)
{
    usb_device_reset (self);
    self->transport = transport;
    self->user_data = user_data;
}

UsbDevice *
usb_device_new (Model *model, Faults *faults, Journal *journal, AirLink *air, HostMobileAp *mobile_ap)
{
    UsbDevice *self = g_new0 (UsbDevice, 1);

    self->model = model;
    model_listen (model, on_model, self);
    self->ports = ports_new (model, faults, journal, write_role, self);
    self->network = usb_network_new (model, air, mobile_ap, write_network, self);
    return self;
}

void
usb_device_free (UsbDevice *self)
{
    usb_device_reset (self);
    usb_network_free (self->network);
    ports_free (self->ports);
    g_clear_pointer (&self->descriptors, usb_descriptors_free);
    g_free (self);
}
