/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A conversation with the kernel over netlink: a request, its answers, its end. */

#pragma once

#include <glib.h>
#include <libmnl/libmnl.h>

typedef struct _LfMnl LfMnl;

/* @protocol: NETLINK_ROUTE and so on. NULL with LF_ERROR_NETLINK if the kernel refuses a socket. */
LfMnl *lf_mnl_new (int protocol, GError **error);
void   lf_mnl_free (LfMnl *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LfMnl, lf_mnl_free)

/*
 * Sends a request, which asks for an acknowledgement or a dump, and hands each answer to @answer, which may be
 * NULL. FALSE with errno set if the kernel refuses. EINTR: something came between a dump, and what is left of
 * it has been thrown away; ask again.
 */
gboolean lf_mnl_ask (LfMnl *self, struct nlmsghdr *request, mnl_cb_t answer, gpointer data);
