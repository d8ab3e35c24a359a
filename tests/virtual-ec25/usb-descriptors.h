/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The module as its USB descriptors tell it: usbnet mode and firmware in the bytes that a kernel reads. */

#pragma once

#include <glib.h>

#include "composition.h"

/* The values of bmAttributes. */
typedef enum {
    USB_BULK = 2,
    USB_INTERRUPT = 3,
} UsbTransfer;

typedef struct {
    guint8 address; /* with 0x80 for those the host reads */
    UsbTransfer transfer;
    guint16 packet_size;
    guint8 interval;
    guint8 interface, alternate; /* where it is: the interface and its setting */
} UsbEndpoint;

typedef struct {
    GByteArray *device;
    GByteArray *configuration; /* whole, as GET_DESCRIPTOR of it returns it */
    char *strings[4];          /* by index; 0 is unused */
    GArray *endpoints;         /* of UsbEndpoint */
    guint8 class, subclass, protocol;
    guint16 vendor, product, version;
    guint8 network, data;      /* the numbers of the network function's interfaces, which may be the same */
} UsbDescriptors;

/* mac: the hardware address that the host's interface is told to have in ECM mode, as 12 digits. */
UsbDescriptors *usb_descriptors_new  (const Composition *composition, const Profile *profile, const char *mac);
void            usb_descriptors_free (UsbDescriptors *self);

/* What GET_DESCRIPTOR answers, or NULL if there is no such descriptor. */
GByteArray *usb_descriptors_get (const UsbDescriptors *self, guint8 type, guint8 index);

/* The endpoint of an interface in one direction (input: the host reads), or NULL. */
const UsbEndpoint *usb_descriptors_endpoint (const UsbDescriptors *self, guint8 interface, UsbTransfer transfer,
                                             gboolean input);
const UsbEndpoint *usb_descriptors_by_address (const UsbDescriptors *self, guint8 address);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UsbDescriptors, usb_descriptors_free)
