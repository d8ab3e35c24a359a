/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The qmi/raw_ip attribute that the kernel's qmi_wwan driver has in sysfs, as a file of a FUSE mount. */

#pragma once

#include <glib.h>

typedef struct _RawIpFile RawIpFile;

/* Whether the interface is up: then the driver refuses a change. */
typedef gboolean (*RawIpIsUp) (gpointer user_data);

/* Mounts over path, an existing file. Starts with N. */
RawIpFile *raw_ip_file_new  (const char *path, RawIpIsUp is_up, gpointer user_data, GError **error);
void       raw_ip_file_free (RawIpFile *self);

gboolean raw_ip_file_get   (RawIpFile *self);
void     raw_ip_file_reset (RawIpFile *self); /* the driver is bound again */

/* What a write does (Documentation/ABI/testing/sysfs-class-net-qmi and the driver): 0 or a negative errno. */
int raw_ip_write (gboolean *raw_ip, const char *text, gsize size, gboolean is_up);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RawIpFile, raw_ip_file_free)
