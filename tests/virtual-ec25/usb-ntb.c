/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NCM transfer blocks. */

#include "usb-ntb.h"

#include <string.h>

#define HEADER 12 /* NTH16: "NCMH", its length, sequence, length of the block, offset of the first table */
#define TABLE  16 /* NDP16 with one datagram and the zeroes that end it: "IPS" and session, its length, next, entries */

static guint16
get16 (const guint8 *bytes)
{
    return bytes[0] | bytes[1] << 8;
}

static void
put16 (guint8 *bytes, guint16 value)
{
    bytes[0] = value & 0xff;
    bytes[1] = value >> 8;
}

GBytes *
usb_ntb_wrap (gconstpointer packet, gsize size, guint16 sequence)
{
    gsize total = HEADER + TABLE + size;
    guint8 *block = g_malloc0 (total);

    memcpy (block, "NCMH", 4);
    put16 (block + 4, HEADER);
    put16 (block + 6, sequence);
    put16 (block + 8, total);
    put16 (block + 10, HEADER);
    memcpy (block + HEADER, "IPS", 4);
    put16 (block + HEADER + 4, TABLE);
    put16 (block + HEADER + 8, HEADER + TABLE);
    put16 (block + HEADER + 10, size);
    memcpy (block + HEADER + TABLE, packet, size);
    return g_bytes_new_take (block, total);
}

/* The entries of one table; its last is all zero. */
static gboolean
unwrap_table (const guint8 *block, gsize size, gsize table, UsbNtbPacket packet, gpointer user_data)
{
    gsize end = table + get16 (block + table + 4);

    if (end > size)
        return FALSE;
    for (gsize entry = table + 8; entry + 4 <= end; entry += 4) {
        gsize offset = get16 (block + entry), length = get16 (block + entry + 2);

        if (offset == 0 || length == 0)
            break;
        if (offset + length > size)
            return FALSE;
        if (memcmp (block + table, "IPS", 4) == 0)
            packet (block + offset, length, user_data);
    }
    return TRUE;
}

gboolean
usb_ntb_unwrap (gconstpointer data, gsize size, UsbNtbPacket packet, gpointer user_data)
{
    const guint8 *block = data;
    gsize table;

    if (size < HEADER || memcmp (block, "NCMH", 4) != 0)
        return FALSE;
    /* Each table names the next, which lies behind it: or else they could go round in circles. */
    for (gsize previous = 0, next = get16 (block + 10); next != 0; previous = table) {
        table = next;
        if (table <= previous || table + 8 > size || !unwrap_table (block, size, table, packet, user_data))
            return FALSE;
        next = get16 (block + table + 6);
    }
    return TRUE;
}

GByteArray *
usb_ntb_parameters (void)
{
    /* Length, 16-bit format only; size, divisor, remainder and alignment in; reserved; the same out; datagrams. */
    static const guint8 parameters[] = {
        28, 0, 0x01, 0, USB_NTB_MAX & 0xff, USB_NTB_MAX >> 8, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0,
        USB_NTB_MAX & 0xff, USB_NTB_MAX >> 8, 0, 0, 4, 0, 0, 0, 4, 0, 32, 0,
    };

    return g_byte_array_append (g_byte_array_new (), parameters, sizeof (parameters));
}
