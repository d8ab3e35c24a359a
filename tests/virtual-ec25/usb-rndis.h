/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Remote NDIS, in which RNDIS mode wraps its Ethernet: the module's answers to control messages, and data packets. */

#pragma once

#include <glib.h>

/* The answer to a control message, or NULL if there is none. mac: six bytes, the host's hardware address. */
GByteArray *usb_rndis_answer (gconstpointer message, gsize size, const guint8 *mac);

GBytes *usb_rndis_wrap (gconstpointer frame, gsize size);

typedef void (*UsbRndisFrame) (gconstpointer frame, gsize size, gpointer user_data);

/* Calls for each frame of a transfer; FALSE: there is something else in it. */
gboolean usb_rndis_unwrap (gconstpointer transfer, gsize size, UsbRndisFrame frame, gpointer user_data);
