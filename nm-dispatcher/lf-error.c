/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-error.h"

G_DEFINE_QUARK (lf-error, lf_error)

gboolean
lf_error_errno (GError **error, LfErrorCode code, gint number, const gchar *format, ...)
{
    g_autofree gchar *what = NULL;
    va_list           arguments;

    va_start (arguments, format);
    what = g_strdup_vprintf (format, arguments);
    va_end (arguments);
    g_set_error (error, LF_ERROR, code, "%s: %s", what, g_strerror (number));
    return FALSE;
}
