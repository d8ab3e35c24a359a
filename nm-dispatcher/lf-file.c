/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lf-error.h"

#define BY_OTHERS (S_IWGRP | S_IWOTH)

static gboolean
belongs_to_us_alone (const struct stat *status)
{
    return (status->st_uid == 0 || status->st_uid == geteuid ()) && !(status->st_mode & BY_OTHERS);
}

/* -1 with LF_ERROR_STATE, or with a GFileError if it is not there. */
static int
open_folder (const gchar *folder, GError **error)
{
    int         fd = open (folder, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat status;

    if (fd < 0 && errno == ENOENT) {
        g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT, "%s: %s", folder, g_strerror (errno));
        return -1;
    }
    if (fd < 0) {
        lf_error_errno (error, LF_ERROR_STATE, errno, _("%s is not a folder that can be used"), folder);
        return -1;
    }
    if (fstat (fd, &status) == 0 && belongs_to_us_alone (&status))
        return fd;
    g_set_error (error, LF_ERROR, LF_ERROR_STATE,
                 _("%s is not used, because it is another user's or others may write to it: remove it"), folder);
    close (fd);
    return -1;
}

/* The folder that @file is in, and its name there. */
static int
open_folder_of (const gchar *file, gchar **name, GError **error)
{
    g_autofree gchar *folder = g_path_get_dirname (file);

    *name = g_path_get_basename (file);
    return open_folder (folder, error);
}

gboolean
lf_file_make_folder (const gchar *folder, GError **error)
{
    gboolean made = mkdir (folder, 0755) == 0;
    int      fd;

    if (!made && errno != EEXIST)
        return lf_error_errno (error, LF_ERROR_STATE, errno, _("%s cannot be made"), folder);
    fd = open_folder (folder, error);
    if (fd < 0)
        return FALSE;
    /* Whatever the umask. */
    made = !made || fchmod (fd, 0755) == 0 ||
           lf_error_errno (error, LF_ERROR_STATE, errno, _("%s cannot be made readable"), folder);
    close (fd);
    return made;
}

/*****************************************************************************/
/* Reading */

/* O_NONBLOCK: nobody may ever write into a pipe. */
static int
open_plain_file (const gchar *file, GError **error)
{
    g_autofree gchar *name = NULL;
    int               folder = open_folder_of (file, &name, error);
    int               fd;
    struct stat       status;

    if (folder < 0)
        return -1;
    fd = openat (folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "%s: %s", file, g_strerror (errno));
    close (folder);
    if (fd < 0 || (fstat (fd, &status) == 0 && S_ISREG (status.st_mode) && belongs_to_us_alone (&status)))
        return fd;
    g_set_error (error, LF_ERROR, LF_ERROR_STATE,
                 _("%s is not read, because it is no plain file, another user's, or others may write to it: remove it"),
                 file);
    close (fd);
    return -1;
}

gboolean
lf_file_read (const gchar *file, gchar **data, gsize *length, GError **error)
{
    int                   fd = open_plain_file (file, error);
    g_autoptr(GByteArray) bytes = g_byte_array_new ();
    guint8                part[4096];
    ssize_t               n = 1;

    if (fd < 0)
        return FALSE;
    while (n > 0 && bytes->len <= LF_FILE_MAX) {
        n = TEMP_FAILURE_RETRY (read (fd, part, sizeof part));
        if (n > 0)
            g_byte_array_append (bytes, part, n);
    }
    if (n < 0)
        lf_error_errno (error, LF_ERROR_STATE, errno, _("%s cannot be read"), file);
    else if (n > 0)
        g_set_error (error, LF_ERROR, LF_ERROR_STATE, _("%s is not read, because it is larger than %d bytes: remove it"),
                     file, LF_FILE_MAX);
    close (fd);
    if (n != 0)
        return FALSE;
    *length = bytes->len;
    g_byte_array_append (bytes, (const guint8 *) "", 1);
    *data = (gchar *) g_byte_array_free (g_steal_pointer (&bytes), FALSE);
    return TRUE;
}

gboolean
lf_file_read_keys (const gchar *file, GKeyFile *key_file, GError **error)
{
    g_autofree gchar *data = NULL;
    gsize             length;

    return lf_file_read (file, &data, &length, error) &&
           g_key_file_load_from_data (key_file, data, length, G_KEY_FILE_NONE, error);
}

/*****************************************************************************/
/* Writing */

static gboolean
write_all (int fd, const gchar *data, gsize length)
{
    while (length > 0) {
        ssize_t written = TEMP_FAILURE_RETRY (write (fd, data, length));

        if (written < 0)
            return FALSE;
        data += written;
        length -= written;
    }
    return TRUE;
}

/* A new file in any case: what is there under its name, a link for example, goes first. */
static gboolean
replace_in (int folder, const gchar *name, const gchar *data, gsize length, mode_t mode)
{
    g_autofree gchar *aside = g_strconcat (name, ".new", NULL);
    gboolean          written;
    int               fd;

    unlinkat (folder, aside, 0);
    fd = openat (folder, aside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (fd < 0)
        return FALSE;
    written = fchmod (fd, mode) == 0 && write_all (fd, data, length) && renameat (folder, aside, folder, name) == 0;
    if (!written) {
        int number = errno;

        unlinkat (folder, aside, 0);
        errno = number;
    }
    close (fd);
    return written;
}

gboolean
lf_file_replace (const gchar *file, const gchar *data, gsize length, mode_t mode, GError **error)
{
    g_autofree gchar  *name = NULL;
    g_autoptr(GError)  why = NULL;
    int                folder = open_folder_of (file, &name, &why);
    gboolean           written;

    if (folder < 0) {
        g_set_error (error, LF_ERROR, LF_ERROR_STATE, _("%s cannot be written: %s"), file, why->message);
        return FALSE;
    }
    written = replace_in (folder, name, data, length, mode) ||
              lf_error_errno (error, LF_ERROR_STATE, errno, _("%s cannot be written"), file);
    close (folder);
    return written;
}
