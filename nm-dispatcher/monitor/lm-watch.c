/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lm-watch.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "lf-error.h"

struct _LmWatch {
    LmWatchCallbacks   callbacks;
    gpointer           data;
    struct mnl_socket *socket;
    guint              source;
    gboolean           changed; /* by what is being read */
};

static const guint groups[] = {
    RTNLGRP_LINK, RTNLGRP_NEIGH, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE,
};

/* A route of ours that is gone is news: it may have been taken from us. */
static gboolean
matters (const struct nlmsghdr *header)
{
    const struct rtmsg *route = mnl_nlmsg_get_payload (header);

    return route->rtm_dst_len == 0 && route->rtm_table == RT_TABLE_MAIN &&
           (route->rtm_protocol != LF_ROUTE_PROTOCOL || header->nlmsg_type == RTM_DELROUTE);
}

static void
read_neighbour (LmWatch *self, const struct nlmsghdr *header)
{
    const struct ndmsg  *neighbour = mnl_nlmsg_get_payload (header);
    LfFamily             family = neighbour->ndm_family == AF_INET ? LF_IPV4 : LF_IPV6;
    const struct nlattr *attribute;
    gboolean             failed = (neighbour->ndm_state & NUD_FAILED) != 0;

    if ((neighbour->ndm_family != AF_INET && neighbour->ndm_family != AF_INET6) ||
        !(neighbour->ndm_state & (NUD_FAILED | NUD_REACHABLE)))
        return;
    mnl_attr_for_each (attribute, header, sizeof *neighbour) {
        if (mnl_attr_get_type (attribute) == NDA_DST &&
            mnl_attr_get_payload_len (attribute) >= (family == LF_IPV4 ? 4 : 16))
            self->callbacks.neighbour (neighbour->ndm_ifindex, family, mnl_attr_get_payload (attribute), !failed,
                                       self->data);
    }
}

static int
message_received (const struct nlmsghdr *header, void *data)
{
    LmWatch *self = data;

    switch (header->nlmsg_type) {
    case RTM_NEWLINK:
    case RTM_DELLINK:
    case RTM_NEWADDR:
    case RTM_DELADDR: self->changed = TRUE; break;
    case RTM_NEWROUTE:
    case RTM_DELROUTE: self->changed |= matters (header); break;
    case RTM_NEWNEIGH: read_neighbour (self, header); break;
    }
    return MNL_CB_OK;
}

/* News that the socket had no room for are lost: the kernel says so, and everything may have changed. */
static gboolean
readable (gint fd, GIOCondition condition, gpointer data)
{
    LmWatch *self = data;
    _Alignas (struct nlmsghdr) char buffer[32768];
    ssize_t  length;

    self->changed = FALSE;
    do {
        length = recv (fd, buffer, sizeof buffer, MSG_DONTWAIT);
        if (length > 0)
            mnl_cb_run (buffer, length, 0, 0, message_received, self);
        else if (length < 0 && errno == ENOBUFS)
            self->changed = TRUE;
    } while (length > 0 || (length < 0 && (errno == ENOBUFS || errno == EINTR)));
    if (self->changed)
        self->callbacks.changed (self->data);
    return G_SOURCE_CONTINUE;
}

LmWatch *
lm_watch_new (const LmWatchCallbacks *callbacks, gpointer data, GError **error)
{
    LmWatch *self = g_new0 (LmWatch, 1);
    guint    i;

    self->callbacks = *callbacks;
    self->data = data;
    self->socket = mnl_socket_open2 (NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (!self->socket || mnl_socket_bind (self->socket, 0, MNL_SOCKET_AUTOPID) < 0) {
        lf_error_errno (error, LF_ERROR_NETLINK, errno, _("the kernel gives no netlink socket"));
        lm_watch_free (self);
        return NULL;
    }
    for (i = 0; i < G_N_ELEMENTS (groups); i++) {
        int group = groups[i];

        mnl_socket_setsockopt (self->socket, NETLINK_ADD_MEMBERSHIP, &group, sizeof group);
    }
    self->source = g_unix_fd_add (mnl_socket_get_fd (self->socket), G_IO_IN | G_IO_ERR, readable, self);
    return self;
}

void
lm_watch_free (LmWatch *self)
{
    g_clear_handle_id (&self->source, g_source_remove);
    g_clear_pointer (&self->socket, mnl_socket_close);
    g_free (self);
}
