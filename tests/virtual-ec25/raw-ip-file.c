/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The qmi/raw_ip attribute as a file of a FUSE mount. */

#define FUSE_USE_VERSION 312

#include "raw-ip-file.h"
#include "ec25-error.h"

#include <errno.h>
#include <fuse_lowlevel.h>
#include <glib-unix.h>
#include <stdlib.h>
#include <string.h>

struct _RawIpFile {
    gboolean raw_ip;
    RawIpIsUp is_up;
    gpointer user_data;
    struct fuse_session *session;
    struct fuse_buf buffer;
    guint source;
};

/* kstrtobool() of the kernel: the first letters decide. */
static gboolean
parse_boolean (const char *text, gsize size, gboolean *value)
{
    char first = size > 0 ? text[0] : '\0', second = size > 1 ? text[1] : '\0';

    if (first == 'o' || first == 'O')
        first = second == 'n' || second == 'N' ? 'y' : second == 'f' || second == 'F' ? 'n' : '\0';
    if (first == '\0' || !strchr ("yYtT1nNfF0", first))
        return FALSE;
    *value = strchr ("yYtT1", first) != NULL;
    return TRUE;
}

int
raw_ip_write (gboolean *raw_ip, const char *text, gsize size, gboolean is_up)
{
    gboolean wanted;

    if (!parse_boolean (text, size, &wanted))
        return -EINVAL;
    if (wanted == *raw_ip)
        return 0;
    if (is_up)
        return -EBUSY;
    *raw_ip = wanted;
    return 0;
}

/* The mount has one inode: the file itself. */

static struct stat
file_status (void)
{
    /* The size of every sysfs attribute is a page. */
    return (struct stat) {
        .st_ino = FUSE_ROOT_ID,
        .st_mode = S_IFREG | 0644,
        .st_nlink = 1,
        .st_size = 4096,
    };
}

static void
op_getattr (fuse_req_t request, fuse_ino_t inode, struct fuse_file_info *info)
{
    struct stat status = file_status ();

    fuse_reply_attr (request, &status, 0);
}

/* Truncation before a write changes nothing. */
static void
op_setattr (fuse_req_t request, fuse_ino_t inode, struct stat *status, int set, struct fuse_file_info *info)
{
    op_getattr (request, inode, info);
}

static void
op_open (fuse_req_t request, fuse_ino_t inode, struct fuse_file_info *info)
{
    info->direct_io = 1;
    fuse_reply_open (request, info);
}

static void
op_read (fuse_req_t request, fuse_ino_t inode, size_t size, off_t offset, struct fuse_file_info *info)
{
    RawIpFile *self = fuse_req_userdata (request);
    const char *text = self->raw_ip ? "Y\n" : "N\n";

    offset = MIN (offset, 2);
    fuse_reply_buf (request, text + offset, MIN (size, 2 - (size_t) offset));
}

static void
op_write (fuse_req_t request,
          fuse_ino_t inode,
          const char *text,
          size_t size,
          off_t offset,
          struct fuse_file_info *info)
{
    RawIpFile *self = fuse_req_userdata (request);
    int result = raw_ip_write (&self->raw_ip, text, size, self->is_up (self->user_data));

    if (result < 0)
        fuse_reply_err (request, -result);
    else
        fuse_reply_write (request, size);
}

static const struct fuse_lowlevel_ops operations = {
    .getattr = op_getattr,
    .setattr = op_setattr,
    .open = op_open,
    .read = op_read,
    .write = op_write,
};

static gboolean
serve (int fd, GIOCondition condition, gpointer user_data)
{
    RawIpFile *self = user_data;
    int size = fuse_session_receive_buf (self->session, &self->buffer);

    if (size > 0)
        fuse_session_process_buf (self->session, &self->buffer);
    if (size != -EINTR && (size <= 0 || fuse_session_exited (self->session))) {
        self->source = 0;
        return G_SOURCE_REMOVE;
    }
    return G_SOURCE_CONTINUE;
}

RawIpFile *
raw_ip_file_new (const char *path, RawIpIsUp is_up, gpointer user_data, GError **error)
{
    g_autoptr (RawIpFile) self = g_new0 (RawIpFile, 1);
    char *argv[] = { (char *) "virtual-ec25", (char *) "-oallow_other,default_permissions,fsname=raw_ip",
                     NULL };
    struct fuse_args args = FUSE_ARGS_INIT (2, argv);

    self->is_up = is_up;
    self->user_data = user_data;
    self->session = fuse_session_new (&args, &operations, sizeof (operations), self);
    fuse_opt_free_args (&args);
    if (!self->session || fuse_session_mount (self->session, path) != 0) {
        g_set_error (error, EC25_ERROR, EC25_ERROR_HOST,
                     "%s cannot be mounted over: the file must exist, and mounting needs root and /dev/fuse",
                         path);
        return NULL;
    }
    self->source = g_unix_fd_add (fuse_session_fd (self->session), G_IO_IN, serve, self);
    return g_steal_pointer (&self);
}

void
raw_ip_file_free (RawIpFile *self)
{
    g_clear_handle_id (&self->source, g_source_remove);
    if (self->session) {
        fuse_session_unmount (self->session);
        fuse_session_destroy (self->session);
    }
    free (self->buffer.mem);
    g_free (self);
}

gboolean
raw_ip_file_get (RawIpFile *self)
{
    return self->raw_ip;
}

void
raw_ip_file_reset (RawIpFile *self)
{
    self->raw_ip = FALSE;
}
