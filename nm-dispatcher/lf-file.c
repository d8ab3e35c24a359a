/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lf-error.h"

gboolean
lf_file_replace (const gchar *file, const gchar *data, gsize length, mode_t mode, GError **error)
{
    g_autofree gchar *aside = g_strconcat (file, ".new", NULL);
    int               fd = open (aside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode);
    gboolean          written = fd >= 0 && fchmod (fd, mode) == 0 && write (fd, data, length) == (gssize) length &&
                                g_rename (aside, file) == 0;

    if (!written)
        lf_error_errno (error, LF_ERROR_STATE, errno, "%s cannot be written", file);
    if (fd >= 0)
        close (fd);
    return written;
}
