/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The raw_ip attribute of a qmi_wwan network interface. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "ec25-error.h"
#include "ec25-raw-ip.h"

static gchar *
attribute_path (const gchar  *net_class,
                const gchar  *interface,
                GError      **error)
{
    if (!interface[0] || interface[0] == '.' || strchr (interface, '/')) {
        g_set_error (error, EC25_ERROR, EC25_ERROR_IO,
                     "'%s' is not the name of a network interface", interface);
        return NULL;
    }
    return g_build_filename (net_class, interface, "qmi", "raw_ip", NULL);
}

/* Content is one letter and a line feed; whatever else is there is not read to its end. */
static gssize
read_start (const gchar *path,
            gchar       *buffer,
            gsize        size)
{
    gssize length;
    gint   failure;
    gint   fd = open (path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return -1;
    length = read (fd, buffer, size);
    failure = errno;
    close (fd);
    errno = failure;
    return length;
}

gboolean
ec25_raw_ip_read (const gchar  *net_class,
                  const gchar  *interface,
                  Ec25RawIp    *state,
                  GError      **error)
{
    g_autofree gchar *path = attribute_path (net_class, interface, error);
    g_autofree gchar *printable = NULL;
    gchar             content[16] = { 0 };

    if (!path)
        return FALSE;

    if (read_start (path, content, sizeof (content) - 1) < 0) {
        if (errno == ENOENT || errno == ENOTDIR) {
            *state = EC25_RAW_IP_ABSENT;
            return TRUE;
        }
        g_set_error (error, EC25_ERROR, EC25_ERROR_IO,
                     "raw_ip of %s cannot be read: %s", interface, g_strerror (errno));
        return FALSE;
    }

    g_strchomp (content);
    if (!g_str_equal (content, "Y") && !g_str_equal (content, "N")) {
        printable = g_strescape (content, NULL);
        g_set_error (error, EC25_ERROR, EC25_ERROR_PARSE,
                     "raw_ip of %s reads '%s', neither Y nor N", interface, printable);
        return FALSE;
    }
    *state = content[0] == 'Y' ? EC25_RAW_IP_ON : EC25_RAW_IP_OFF;
    return TRUE;
}

gboolean
ec25_raw_ip_turn_on (const gchar  *net_class,
                     const gchar  *interface,
                     GError      **error)
{
    g_autofree gchar *path = attribute_path (net_class, interface, error);
    gint              failure = 0;
    gint              fd;

    if (!path)
        return FALSE;

    fd = open (path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write (fd, "Y", 1) != 1)
        failure = errno;
    if (fd >= 0 && close (fd) < 0 && !failure)
        failure = errno;
    if (!failure)
        return TRUE;

    g_set_error (error, EC25_ERROR, failure == EBUSY ? EC25_ERROR_BUSY : EC25_ERROR_IO,
                 "raw_ip of %s cannot be set to Y: %s", interface,
                 failure == EBUSY ? "the link is up" : g_strerror (failure));
    return FALSE;
}
