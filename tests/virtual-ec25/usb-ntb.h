/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NCM transfer blocks with 16-bit offsets, in which MBIM carries IP packets (USB NCM 1.0, 3; MBIM 1.0, 7). */

#pragma once

#include <glib.h>

#define USB_NTB_MAX 16384 /* bytes of a block, either way */

/* A block with one packet of session 0. sequence: of the blocks sent so far. */
GBytes *usb_ntb_wrap (gconstpointer packet, gsize size, guint16 sequence);

typedef void (*UsbNtbPacket) (gconstpointer packet, gsize size, gpointer user_data);

/* Calls for each packet of session 0. FALSE: the block is not one; what came before the mistake has been passed on. */
gboolean usb_ntb_unwrap (gconstpointer block, gsize size, UsbNtbPacket packet, gpointer user_data);

/* What GET_NTB_PARAMETERS answers. */
GByteArray *usb_ntb_parameters (void);
