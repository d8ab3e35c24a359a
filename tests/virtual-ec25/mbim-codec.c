/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MBIM information buffers. */

#include "mbim-codec.h"

#include <string.h>

/* A field of the fixed part that holds an offset into the data behind it. */
typedef struct {
    guint field, offset;
} Reference;

struct _MbimBuffer {
    GByteArray *fixed, *data;
    GArray *references;
};

MbimBuffer *
mbim_buffer_new (void)
{
    MbimBuffer *self = g_new0 (MbimBuffer, 1);

    self->fixed = g_byte_array_new ();
    self->data = g_byte_array_new ();
    self->references = g_array_new (FALSE, FALSE, sizeof (Reference));
    return self;
}

void
mbim_buffer_free (MbimBuffer *self)
{
    g_byte_array_unref (self->fixed);
    g_byte_array_unref (self->data);
    g_array_unref (self->references);
    g_free (self);
}

void
put_mbim_u32 (MbimBuffer *self, guint32 value)
{
    guint32 little = GUINT32_TO_LE (value);

    g_byte_array_append (self->fixed, (const guint8 *) &little, sizeof (little));
}

void
put_mbim_u64 (MbimBuffer *self, guint64 value)
{
    guint64 little = GUINT64_TO_LE (value);

    g_byte_array_append (self->fixed, (const guint8 *) &little, sizeof (little));
}

void
put_mbim_uuid (MbimBuffer *self, const MbimUuid *uuid)
{
    g_byte_array_append (self->fixed, (const guint8 *) uuid, sizeof (*uuid));
}

void
put_mbim_offset (MbimBuffer *self, gconstpointer data, gsize size)
{
    static const guint8 padding[3];
    Reference reference = { self->fixed->len, self->data->len };

    put_mbim_u32 (self, 0);
    if (size == 0)
        return;
    g_array_append_val (self->references, reference);
    g_byte_array_append (self->data, data, size);
    g_byte_array_append (self->data, padding, -size & 3);
}

void
put_mbim_string (MbimBuffer *self, const char *text)
{
    glong length;
    g_autofree gunichar2 *wide = g_utf8_to_utf16 (text, -1, NULL, &length, NULL);

    for (glong i = 0; wide && i < length; i++)
        wide[i] = GUINT16_TO_LE (wide[i]);
    put_mbim_offset (self, wide, wide ? length * sizeof (*wide) : 0);
    put_mbim_u32 (self, wide ? length * sizeof (*wide) : 0);
}

void
put_mbim_struct (MbimBuffer *self, MbimBuffer *inner)
{
    g_autoptr (GByteArray) bytes = mbim_buffer_finish (inner);

    mbim_buffer_free (inner);
    put_mbim_offset (self, bytes->data, bytes->len);
    put_mbim_u32 (self, bytes->len);
}

GByteArray *
mbim_buffer_finish (const MbimBuffer *self)
{
    GByteArray *whole = g_byte_array_new ();

    g_byte_array_append (whole, self->fixed->data, self->fixed->len);
    for (guint i = 0; i < self->references->len; i++) {
        const Reference *reference = &g_array_index (self->references, Reference, i);
        guint32 offset = GUINT32_TO_LE (self->fixed->len + reference->offset);

        memcpy (whole->data + reference->field, &offset, sizeof (offset));
    }
    g_byte_array_append (whole, self->data->data, self->data->len);
    return whole;
}

/* Reading */

static gboolean
get_bytes (MbimReader *self, gpointer bytes, gsize size)
{
    if (self->size - self->at < size)
        return FALSE;
    memcpy (bytes, self->data + self->at, size);
    self->at += size;
    return TRUE;
}

gboolean
get_mbim_u32 (MbimReader *self, guint32 *value)
{
    guint32 little;

    if (!get_bytes (self, &little, sizeof (little)))
        return FALSE;
    *value = GUINT32_FROM_LE (little);
    return TRUE;
}

gboolean
get_mbim_uuid (MbimReader *self, MbimUuid *uuid)
{
    return get_bytes (self, uuid, sizeof (*uuid));
}

gboolean
get_mbim_struct (MbimReader *self, MbimReader *inner)
{
    guint32 offset, size;

    if (!get_mbim_u32 (self, &offset) || !get_mbim_u32 (self, &size) || offset > self->size ||
        size > self->size - offset)
        return FALSE;
    *inner = (MbimReader) { self->data + offset, size, 0 };
    return TRUE;
}

gboolean
get_mbim_string (MbimReader *self, char **text)
{
    MbimReader inner;
    g_autofree gunichar2 *wide = NULL;
    gsize length;

    if (!get_mbim_struct (self, &inner) || inner.size % sizeof (*wide))
        return FALSE;
    length = inner.size / sizeof (*wide);
    wide = g_new0 (gunichar2, length + 1);
    get_bytes (&inner, wide, inner.size);
    for (gsize i = 0; i < length; i++)
        wide[i] = GUINT16_FROM_LE (wide[i]);
    *text = g_utf16_to_utf8 (wide, length, NULL, NULL, NULL);
    return *text != NULL;
}
