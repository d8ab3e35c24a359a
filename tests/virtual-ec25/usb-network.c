/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The data path of the network function. */

#include "usb-network.h"
#include "usb-ntb.h"
#include "usb-rndis.h"

#include <string.h>

#define ETHERNET_HEADER 14
#define ETHERTYPE_IP    0x0800
#define ETHERTYPE_ARP   0x0806
#define ETHERTYPE_IPV6  0x86dd

struct _UsbNetwork {
    Model *model;
    AirLink *air;
    HostMobileAp *mobile_ap;
    UsbNetworkWrite write;
    gpointer user_data;
    guint16 blocks;     /* sent */
    guint8 host_mac[6]; /* in QMI mode with Ethernet framing, as last seen */
};

static const guint8 module_mac[6] = { 0x02, 0x50, 0xf3, 0x00, 0x00, 0x01 };

static void
write_frame (UsbNetwork *self, guint16 type, gconstpointer payload, gsize size)
{
    g_autoptr (GBytes) bytes = NULL;
    guint8 *frame = g_malloc (ETHERNET_HEADER + size);

    memcpy (frame, self->host_mac, 6);
    memcpy (frame + 6, module_mac, 6);
    frame[12] = type >> 8;
    frame[13] = type & 0xff;
    memcpy (frame + ETHERNET_HEADER, payload, size);
    bytes = g_bytes_new_take (frame, ETHERNET_HEADER + size);
    self->write (bytes, self->user_data);
    /* cppcheck-suppress memleak ; the bytes have it */
}

/* With Ethernet framing every neighbour is the module. */
static void
answer_arp (UsbNetwork *self, const guint8 *request, gsize size)
{
    guint8 answer[28];

    if (size < sizeof (answer) || request[7] != 1)
        return;
    memcpy (answer, request, 8);
    answer[7] = 2;
    memcpy (answer + 8, module_mac, 6);
    memcpy (answer + 14, request + 24, 4);
    memcpy (answer + 18, request + 8, 10);
    write_frame (self, ETHERTYPE_ARP, answer, sizeof (answer));
}

static void
from_ethernet (UsbNetwork *self, const guint8 *frame, gsize size)
{
    guint16 type = size >= ETHERNET_HEADER ? frame[12] << 8 | frame[13] : 0;

    if (type)
        memcpy (self->host_mac, frame + 6, 6);
    if (type == ETHERTYPE_ARP)
        answer_arp (self, frame + ETHERNET_HEADER, size - ETHERNET_HEADER);
    else if (type == ETHERTYPE_IP || type == ETHERTYPE_IPV6)
        air_link_send (self->air, frame + ETHERNET_HEADER, size - ETHERNET_HEADER, TRUE);
}

static void
from_block (gconstpointer packet, gsize size, gpointer user_data)
{
    UsbNetwork *self = user_data;

    air_link_send (self->air, packet, size, TRUE);
}

static void
from_rndis (gconstpointer frame, gsize size, gpointer user_data)
{
    UsbNetwork *self = user_data;

    host_mobile_ap_send (self->mobile_ap, frame, size);
}

void
usb_network_feed (UsbNetwork *self, gconstpointer transfer, gsize size)
{
    Usbnet mode = self->model->composition.mode;

    if (size == 0 || !(model_is_router (self->model) ? (gpointer) self->mobile_ap : (gpointer) self->air))
        return;
    if (mode == USBNET_ECM)
        host_mobile_ap_send (self->mobile_ap, transfer, size);
    else if (mode == USBNET_RNDIS)
        usb_rndis_unwrap (transfer, size, from_rndis, self);
    else if (mode == USBNET_MBIM)
        usb_ntb_unwrap (transfer, size, from_block, self);
    else if (self->model->raw_ip)
        air_link_send (self->air, transfer, size, TRUE);
    else
        from_ethernet (self, transfer, size);
}

/* From the carrier, in QMI and MBIM mode. */
static gboolean
to_host (gconstpointer packet, gsize size, gpointer user_data)
{
    UsbNetwork *self = user_data;
    g_autoptr (GBytes) bytes = NULL;

    if (self->model->composition.mode == USBNET_MBIM)
        bytes = usb_ntb_wrap (packet, size, self->blocks++);
    else if (self->model->raw_ip)
        bytes = g_bytes_new (packet, size);
    if (bytes)
        self->write (bytes, self->user_data);
    else
        write_frame (self, *(const guint8 *) packet >> 4 == 6 ? ETHERTYPE_IPV6 : ETHERTYPE_IP, packet, size);
    return TRUE;
}

/* From the module's router, in ECM and RNDIS mode. */
static void
frame_to_host (gconstpointer frame, gsize size, gpointer user_data)
{
    UsbNetwork *self = user_data;
    gboolean rndis = self->model->composition.mode == USBNET_RNDIS;
    g_autoptr (GBytes) bytes = rndis ? usb_rndis_wrap (frame, size) : g_bytes_new (frame, size);

    self->write (bytes, self->user_data);
    /* cppcheck-suppress memleak ; the bytes have it */
}

static void
on_model (Model *model, ModelEvent event, gconstpointer detail, gpointer user_data)
{
    UsbNetwork *self = user_data;

    if (event == MODEL_ATTACHED && !model_is_router (model) && self->air)
        air_link_set_sink (self->air, to_host, self);
}

UsbNetwork *
usb_network_new (Model *model, AirLink *air, HostMobileAp *mobile_ap, UsbNetworkWrite write, gpointer user_data)
{
    UsbNetwork *self = g_new0 (UsbNetwork, 1);

    self->model = model;
    self->air = air;
    self->mobile_ap = mobile_ap;
    self->write = write;
    self->user_data = user_data;
    memset (self->host_mac, 0xff, sizeof (self->host_mac));
    if (mobile_ap)
        host_mobile_ap_set_sink (mobile_ap, frame_to_host, self);
    model_listen (model, on_model, self);
    return self;
}

void
usb_network_free (UsbNetwork *self)
{
    g_free (self);
}
