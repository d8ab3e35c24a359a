/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Short hands for libqmi-glib's message writer and reader, which do the encoding.
 * Writing cannot fail for what the modem sends: a message that grows too long is a bug. */

#pragma once

#include <libqmi-glib.h>

/* A message to the host that answers nothing. */
QmiMessage *qmi_indication_new (QmiService service, guint8 client, guint16 message);

/* One TLV: begin, put parts, end. */
gsize tlv_begin (QmiMessage *message, guint8 type);
void  tlv_end   (QmiMessage *message, gsize tlv);

void put_u8     (QmiMessage *message, guint8 value);
void put_u16    (QmiMessage *message, guint16 value);
void put_u32    (QmiMessage *message, guint32 value);
void put_u64    (QmiMessage *message, guint64 value);
void put_bytes  (QmiMessage *message, gconstpointer data, gsize size);
void put_string (QmiMessage *message, const char *text); /* with its length in a byte before it */

/* A whole TLV of one part. */
void tlv_u8     (QmiMessage *message, guint8 type, guint8 value);
void tlv_u16    (QmiMessage *message, guint8 type, guint16 value);
void tlv_u32    (QmiMessage *message, guint8 type, guint32 value);
void tlv_u64    (QmiMessage *message, guint8 type, guint64 value);
void tlv_string (QmiMessage *message, guint8 type, const char *text); /* without a length */

/* Reads a TLV part by part; anything missing makes this and every later read fail. */
typedef struct {
    QmiMessage *message;
    gsize tlv;
    gsize offset;
} TlvReader;

TlvReader tlv_open (QmiMessage *message, guint8 type);
gboolean  get_u8     (TlvReader *reader, guint8 *value);
gboolean  get_u16    (TlvReader *reader, guint16 *value);
gboolean  get_u32    (TlvReader *reader, guint32 *value);
char     *get_string (TlvReader *reader); /* with its length before it; NULL if missing */

/* A whole TLV of one part: FALSE or NULL if it is not there or too short. */
gboolean tlv_get_u8     (QmiMessage *message, guint8 type, guint8 *value);
gboolean tlv_get_u16    (QmiMessage *message, guint8 type, guint16 *value);
gboolean tlv_get_u32    (QmiMessage *message, guint8 type, guint32 *value);
char    *tlv_get_string (QmiMessage *message, guint8 type);
