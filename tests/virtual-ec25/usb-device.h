/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The module as a USB device, for whatever carries USB to a host: control requests, and transfers at its endpoints. */

#pragma once

#include "air-link.h"
#include "host-mobile-ap.h"
#include "ports.h"
#include "usb-descriptors.h"

typedef struct _UsbDevice UsbDevice;

/* What the transport is told. */
typedef struct {
    void (*attached) (gpointer user_data); /* the module is on the bus, with new descriptors */
    void (*detached) (gpointer user_data); /* it has left; no transfer is pending any more */
    /* A transfer that the host waits for has come to its end. */
    void (*completed) (guint64 id, guint8 endpoint, gconstpointer data, gsize size, gpointer user_data);
} UsbTransport;

/* A control request's setup packet. */
typedef struct {
    guint8 type, request;
    guint16 value, index, length;
} UsbSetup;

/* air and mobile_ap are nullable: what of the data path there is none of leads nowhere. All must live as long. */
UsbDevice *usb_device_new  (Model *model, Faults *faults, Journal *journal, AirLink *air, HostMobileAp *mobile_ap);
void       usb_device_free (UsbDevice *self);

/* One at a time; NULL: none any more. */
void usb_device_set_transport (UsbDevice *self, const UsbTransport *transport, gpointer user_data);

/* NULL while it is not on the bus. */
const UsbDescriptors *usb_device_descriptors (UsbDevice *self);
Ports                *usb_device_ports       (UsbDevice *self);

/* The setting that an interface is in. */
guint8 usb_device_alternate (UsbDevice *self, guint8 interface);

/* The bus has been reset: nothing is configured, nothing pending. */
void usb_device_reset (UsbDevice *self);

/* data: what the host sends with the request. Returns the answer, or NULL if the request is stalled. */
GByteArray *usb_device_control (UsbDevice *self, const UsbSetup *setup, gconstpointer data, gsize size);

/* FALSE: there is no such endpoint. */
gboolean usb_device_write (UsbDevice *self, guint8 endpoint, gconstpointer data, gsize size);
/* The transport's `completed` has the data, at once if there is some. */
gboolean usb_device_read  (UsbDevice *self, guint8 endpoint, gsize length, guint64 id);
/* FALSE: there is no read with this id that waits. It will not complete. */
gboolean usb_device_cancel (UsbDevice *self, guint64 id, guint8 *endpoint);
gboolean usb_device_cancel_next     (UsbDevice *self, guint64 *id, guint8 *endpoint); /* any that waits */
void     usb_device_cancel_endpoint (UsbDevice *self, guint8 endpoint);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UsbDevice, usb_device_free)
