/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-mnl.h"

#include <errno.h>
#include <glib/gi18n-lib.h>

#include "lf-error.h"

struct _LfMnl {
    struct mnl_socket *socket;
    int                protocol;
    guint              sequence;
};

/* Returns FALSE with errno set. */
static gboolean
open_socket (LfMnl *self)
{
    int on = 1;

    g_clear_pointer (&self->socket, mnl_socket_close);
    self->socket = mnl_socket_open2 (self->protocol, SOCK_CLOEXEC);
    if (!self->socket || mnl_socket_bind (self->socket, 0, MNL_SOCKET_AUTOPID) < 0)
        return FALSE;
    /* Lets the kernel filter the dump by table. One that cannot sends more, which is sorted out by the callbacks. */
    mnl_socket_setsockopt (self->socket, NETLINK_GET_STRICT_CHK, &on, sizeof on);
    return TRUE;
}

LfMnl *
lf_mnl_new (int protocol, GError **error)
{
    g_autoptr(LfMnl) self = g_new0 (LfMnl, 1);

    self->protocol = protocol;
    if (open_socket (self))
        return g_steal_pointer (&self);
    lf_error_errno (error, LF_ERROR_NETLINK, errno, _("the kernel gives no netlink socket"));
    return NULL;
}

void
lf_mnl_free (LfMnl *self)
{
    g_clear_pointer (&self->socket, mnl_socket_close);
    g_free (self);
}

static gboolean
converse (LfMnl *self, struct nlmsghdr *request, mnl_cb_t answer, gpointer data)
{
    _Alignas (struct nlmsghdr) char buffer[32768];
    int result = MNL_CB_OK;

    request->nlmsg_seq = ++self->sequence;
    if (mnl_socket_sendto (self->socket, request, request->nlmsg_len) < 0)
        return FALSE;
    do {
        ssize_t length = mnl_socket_recvfrom (self->socket, buffer, sizeof buffer);

        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0)
            return FALSE;
        result = mnl_cb_run (buffer, length, request->nlmsg_seq, mnl_socket_get_portid (self->socket), answer, data);
    } while (result > MNL_CB_STOP);
    return result == MNL_CB_STOP;
}

gboolean
lf_mnl_ask (LfMnl *self, struct nlmsghdr *request, mnl_cb_t answer, gpointer data)
{
    if (!self->socket) {
        errno = ENOTCONN;
        return FALSE;
    }
    if (converse (self, request, answer, data))
        return TRUE;
    /* libmnl's word for a dump that something came between; its rest is still in the socket. */
    if (errno == EINTR) {
        open_socket (self);
        errno = EINTR;
    }
    return FALSE;
}
