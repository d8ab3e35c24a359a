/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MBIM information buffers: libmbim-glib reads those of functions and writes those of hosts, here it is the other way
 * round. Numbers are little-endian; what has no fixed size lies behind the fixed part, at an offset from the buffer's
 * start, padded to four bytes (MBIM 1.0, 10.3). */

#pragma once

#include <libmbim-glib.h>

typedef struct _MbimBuffer MbimBuffer;

MbimBuffer *mbim_buffer_new  (void);
void        mbim_buffer_free (MbimBuffer *self);

/* The fixed part, field by field. */
void put_mbim_u32    (MbimBuffer *self, guint32 value);
void put_mbim_u64    (MbimBuffer *self, guint64 value);
void put_mbim_uuid   (MbimBuffer *self, const MbimUuid *uuid);

/* Fields that refer to data behind it. */
void put_mbim_string (MbimBuffer *self, const char *text);                     /* offset and size, as UTF-16 */
void put_mbim_offset (MbimBuffer *self, gconstpointer data, gsize size);       /* offset alone; 0 if size is 0 */
void put_mbim_struct (MbimBuffer *self, MbimBuffer *inner);                    /* offset and size; takes inner */

/* The whole, with its offsets. */
GByteArray *mbim_buffer_finish (const MbimBuffer *self);

/* Reads a host's buffer, field by field. */
typedef struct {
    const guint8 *data;
    gsize size, at;
} MbimReader;

/* FALSE: the buffer is too short, or refers to what lies outside of it. */
gboolean get_mbim_u32    (MbimReader *self, guint32 *value);
gboolean get_mbim_uuid   (MbimReader *self, MbimUuid *uuid);
gboolean get_mbim_string (MbimReader *self, char **text); /* empty if there is none */
gboolean get_mbim_struct (MbimReader *self, MbimReader *inner);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MbimBuffer, mbim_buffer_free)
