/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Remote NDIS (MS-RNDIS). */

#include "usb-rndis.h"

#include <string.h>

enum {
    PACKET = 1,
    INITIALIZE = 2,
    QUERY = 4,
    SET = 5,
    RESET = 6,
    KEEPALIVE = 8,
};

#define COMPLETE (1u << 31) /* of the answer to each */

enum { SUCCESS = 0, NOT_SUPPORTED = 0xc00000bb };

/* Of the object identifiers that a driver asks for, those with an answer. */
enum {
    OID_MAXIMUM_FRAME_SIZE = 0x00010106,
    OID_LINK_SPEED = 0x00010107,
    OID_VENDOR_ID = 0x0001010c,
    OID_MEDIA_CONNECT_STATUS = 0x00010114,
    OID_PHYSICAL_MEDIUM = 0x00010202,
    OID_PERMANENT_ADDRESS = 0x01010101,
    OID_CURRENT_ADDRESS = 0x01010102,
};

#define PACKET_HEADER 44
#define MAX_TRANSFER  2048

static guint32
get32 (const guint8 *bytes)
{
    return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (guint32) bytes[3] << 24;
}

static void
add32 (GByteArray *bytes, guint32 value)
{
    guint32 little = GUINT32_TO_LE (value);

    g_byte_array_append (bytes, (const guint8 *) &little, sizeof (little));
}

static void
add_words (GByteArray *bytes, const guint32 *words, gsize n)
{
    for (gsize i = 0; i < n; i++)
        add32 (bytes, words[i]);
}

#define WORDS(bytes, ...) \
    add_words (bytes, (const guint32[]) { __VA_ARGS__ }, sizeof ((const guint32[]) { __VA_ARGS__ }) / 4)

static void
answer_query (GByteArray *answer, guint32 request, guint32 identifier, const guint8 *mac)
{
    g_autoptr (GByteArray) value = g_byte_array_new ();

    switch (identifier) {
    case OID_PERMANENT_ADDRESS:
    case OID_CURRENT_ADDRESS:
        g_byte_array_append (value, mac, 6);
        break;
    case OID_MAXIMUM_FRAME_SIZE:
        add32 (value, 1500);
        break;
    case OID_LINK_SPEED:
        add32 (value, 1000000); /* in units of 100 bit/s */
        break;
    case OID_VENDOR_ID:
    case OID_MEDIA_CONNECT_STATUS: /* connected */
    case OID_PHYSICAL_MEDIUM:      /* unspecified */
        add32 (value, 0);
        break;
    default:
        WORDS (answer, QUERY | COMPLETE, 24, request, NOT_SUPPORTED, 0, 0);
        return;
    }
    WORDS (answer, QUERY | COMPLETE, 24 + value->len, request, SUCCESS, value->len, 16);
    g_byte_array_append (answer, value->data, value->len);
}

GByteArray *
usb_rndis_answer (gconstpointer message, gsize size, const guint8 *mac)
{
    const guint8 *bytes = message;
    g_autoptr (GByteArray) answer = g_byte_array_new ();
    guint32 type = size >= 12 ? get32 (bytes) : 0, request = size >= 12 ? get32 (bytes + 8) : 0;

    switch (type) {
    case INITIALIZE: /* version 1.0, connectionless, 802.3; packets a transfer, its size, alignment, two reserved */
        WORDS (answer, INITIALIZE | COMPLETE, 52, request, SUCCESS, 1, 0, 1, 0, 1, MAX_TRANSFER, 0, 0, 0);
        break;
    case QUERY:
        answer_query (answer, request, size >= 16 ? get32 (bytes + 12) : 0, mac);
        break;
    case SET:
    case KEEPALIVE:
        WORDS (answer, type | COMPLETE, 16, request, SUCCESS);
        break;
    case RESET: /* no request number in it; addressing has to be set again */
        WORDS (answer, RESET | COMPLETE, 16, SUCCESS, 1);
        break;
    default:
        return NULL;
    }
    return g_steal_pointer (&answer);
}

GBytes *
usb_rndis_wrap (gconstpointer frame, gsize size)
{
    GByteArray *bytes = g_byte_array_new ();

    /* The offset counts from behind the length. No out-of-band data, no information, no handle. */
    WORDS (bytes, PACKET, PACKET_HEADER + size, PACKET_HEADER - 8, size, 0, 0, 0, 0, 0, 0, 0);
    g_byte_array_append (bytes, frame, size);
    return g_byte_array_free_to_bytes (bytes);
}

gboolean
usb_rndis_unwrap (gconstpointer transfer, gsize size, UsbRndisFrame frame, gpointer user_data)
{
    const guint8 *bytes = transfer;

    while (size >= PACKET_HEADER && get32 (bytes) == PACKET) {
        guint32 length = get32 (bytes + 4), offset = get32 (bytes + 8), data = get32 (bytes + 12);

        if (length < PACKET_HEADER || length > size || offset > length - 8 || data > length - 8 - offset)
            return FALSE;
        frame (bytes + 8 + offset, data, user_data);
        bytes += length;
        size -= length;
    }
    return size <= 1; /* a driver may add a byte, so that the transfer does not end with a whole packet */
}
