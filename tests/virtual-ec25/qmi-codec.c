/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Short hands for libqmi-glib's message writer and reader. */

#include "qmi-codec.h"

#include <string.h>

/* Offsets of the flags that qmi_message_new() sets for a request and has no argument for. */
#define SENDER_FLAGS_OFFSET 3
#define QMI_FLAGS_OFFSET    6
#define SENDER_IS_MODEM     0x80
#define CTL_INDICATION      0x02
#define SERVICE_INDICATION  0x04

QmiMessage *
qmi_indication_new (QmiService service, guint8 client, guint16 message)
{
    QmiMessage *self = qmi_message_new (service, client, 0, message);

    self->data[SENDER_FLAGS_OFFSET] = SENDER_IS_MODEM;
    self->data[QMI_FLAGS_OFFSET] = service == QMI_SERVICE_CTL ? CTL_INDICATION : SERVICE_INDICATION;
    return self;
}

gsize
tlv_begin (QmiMessage *message, guint8 type)
{
    return qmi_message_tlv_write_init (message, type, NULL);
}

void
tlv_end (QmiMessage *message, gsize tlv)
{
    if (!qmi_message_tlv_write_complete (message, tlv, NULL))
        g_error ("a QMI message was made too long");
}

void
put_u8 (QmiMessage *message, guint8 value)
{
    qmi_message_tlv_write_guint8 (message, value, NULL);
}

void
put_u16 (QmiMessage *message, guint16 value)
{
    qmi_message_tlv_write_guint16 (message, QMI_ENDIAN_LITTLE, value, NULL);
}

void
put_u32 (QmiMessage *message, guint32 value)
{
    qmi_message_tlv_write_guint32 (message, QMI_ENDIAN_LITTLE, value, NULL);
}

void
put_u64 (QmiMessage *message, guint64 value)
{
    qmi_message_tlv_write_guint64 (message, QMI_ENDIAN_LITTLE, value, NULL);
}

void
put_bytes (QmiMessage *message, gconstpointer data, gsize size)
{
    if (size)
        qmi_message_tlv_write_string (message, 0, data, size, NULL);
}

void
put_string (QmiMessage *message, const char *text)
{
    qmi_message_tlv_write_string (message, 1, text, MIN (strlen (text), G_MAXUINT8), NULL);
}

void
tlv_u8 (QmiMessage *message, guint8 type, guint8 value)
{
    gsize tlv = tlv_begin (message, type);

    put_u8 (message, value);
    tlv_end (message, tlv);
}

void
tlv_u16 (QmiMessage *message, guint8 type, guint16 value)
{
    gsize tlv = tlv_begin (message, type);

    put_u16 (message, value);
    tlv_end (message, tlv);
}

void
tlv_u32 (QmiMessage *message, guint8 type, guint32 value)
{
    gsize tlv = tlv_begin (message, type);

    put_u32 (message, value);
    tlv_end (message, tlv);
}

void
tlv_u64 (QmiMessage *message, guint8 type, guint64 value)
{
    gsize tlv = tlv_begin (message, type);

    put_u64 (message, value);
    tlv_end (message, tlv);
}

void
tlv_string (QmiMessage *message, guint8 type, const char *text)
{
    gsize tlv = tlv_begin (message, type);

    put_bytes (message, text, strlen (text));
    tlv_end (message, tlv);
}

TlvReader
tlv_open (QmiMessage *message, guint8 type)
{
    return (TlvReader) { message, qmi_message_tlv_read_init (message, type, NULL, NULL), 0 };
}

gboolean
get_u8 (TlvReader *reader, guint8 *value)
{
    return reader->tlv && qmi_message_tlv_read_guint8 (reader->message, reader->tlv, &reader->offset, value,
                                                       NULL);
}

gboolean
get_u16 (TlvReader *reader, guint16 *value)
{
    return reader->tlv && qmi_message_tlv_read_guint16 (reader->message, reader->tlv, &reader->offset,
                                                        QMI_ENDIAN_LITTLE, value, NULL);
}

gboolean
get_u32 (TlvReader *reader, guint32 *value)
{
    return reader->tlv && qmi_message_tlv_read_guint32 (reader->message, reader->tlv, &reader->offset,
                                                        QMI_ENDIAN_LITTLE, value, NULL);
}

char *
get_string (TlvReader *reader)
{
    char *text = NULL;

    if (!reader->tlv ||
        !qmi_message_tlv_read_string (reader->message, reader->tlv, &reader->offset, 1, 0, &text, NULL))
        return NULL;
    return text;
}

gboolean
tlv_get_u8 (QmiMessage *message, guint8 type, guint8 *value)
{
    TlvReader reader = tlv_open (message, type);

    return get_u8 (&reader, value);
}

gboolean
tlv_get_u16 (QmiMessage *message, guint8 type, guint16 *value)
{
    TlvReader reader = tlv_open (message, type);

    return get_u16 (&reader, value);
}

gboolean
tlv_get_u32 (QmiMessage *message, guint8 type, guint32 *value)
{
    TlvReader reader = tlv_open (message, type);

    return get_u32 (&reader, value);
}

char *
tlv_get_string (QmiMessage *message, guint8 type)
{
    guint16 length;
    const guint8 *text = qmi_message_get_raw_tlv (message, type, &length);

    return text ? g_strndup ((const char *) text, length) : NULL;
}
