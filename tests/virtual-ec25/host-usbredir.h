/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plugs the module into a virtual machine: a socket that speaks usbredir, for QEMU's device usb-redir. */

#pragma once

#include "usb-device.h"

typedef struct _HostUsbredir HostUsbredir;

/* A socket that is there already is replaced. One client at a time; it may leave and come again. */
HostUsbredir *host_usbredir_new  (UsbDevice *device, Journal *journal, const char *path, GError **error);
void          host_usbredir_free (HostUsbredir *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostUsbredir, host_usbredir_free)
