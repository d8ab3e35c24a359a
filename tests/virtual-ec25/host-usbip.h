/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plugs the module into a running Linux: the server's side of USB/IP (the kernel's usbip_protocol.rst). */

#pragma once

#include "usb-device.h"

typedef struct _HostUsbip HostUsbip;

/* address: "PORT" or "ADDRESS:PORT" of IPv4; without an address, 127.0.0.1: the protocol knows no passwords. */
HostUsbip *host_usbip_new  (UsbDevice *device, Journal *journal, const char *address, GError **error);
void       host_usbip_free (HostUsbip *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostUsbip, host_usbip_free)
