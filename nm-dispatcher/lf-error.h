/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The error domain of the failover helper. */

#pragma once

#include <glib.h>

typedef enum {
    LF_ERROR_CONFIG,  /* a configuration file says something that is not allowed */
    LF_ERROR_NETLINK, /* the kernel refused a request or did not answer */
    LF_ERROR_STATE,   /* our own state or a kernel setting cannot be read or written */
    LF_ERROR_UNSUPPORTED, /* this kernel was built without it */
} LfErrorCode;

#define LF_ERROR lf_error_quark ()
GQuark lf_error_quark (void);

/* Sets @error from errno: "<what, from format>: <errno's words>". Returns FALSE, for `return lf_error_errno (...)`. */
gboolean lf_error_errno (GError **error, LfErrorCode code, gint number, const gchar *format, ...) G_GNUC_PRINTF (4, 5);
