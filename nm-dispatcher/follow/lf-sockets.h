/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sockets of this machine, by sock_diag: which belong to an address, and how to end them.
 *
 * A connection that lives on an address keeps it until it ends, also if the line behind the address is dead.
 * The kernel can end it as if the peer had reset it; the application then connects anew, over the line that
 * works.
 */

#pragma once

#include "lf-mnl.h"
#include "lf-snapshot.h"

/* A socket that has a peer, as the kernel describes it. */
typedef struct {
    LfFamily family; /* of its addresses; an IPv6 socket that speaks IPv4 counts as IPv4 */
    guint8   local[16];
    guint8   remote[16];
    gint     device; /* the interface it is bound to, 0 if it is not */
} LfSocket;

/* Says whether the socket is meant. */
typedef gboolean (*LfSocketMatch) (const LfSocket *socket, gpointer data);

/* Which sockets the kernel is asked for. */
typedef struct {
    guint8        protocol; /* IPPROTO_TCP or IPPROTO_UDP */
    gboolean      remote;   /* @address is the peer's, else our own */
    LfFamily      family;
    const guint8 *address;
    guint16       port;     /* 0: any */
} LfSocketFilter;

/* NULL with LF_ERROR_NETLINK. */
LfMnl *lf_sockets_open (GError **error);

/*
 * The kernel's filter program for @filter, for at most 64 bytes of @program; returns its length in bytes.
 * (struct inet_diag_bc_op in linux/inet_diag.h.)
 */
gsize lf_sockets_program (const LfSocketFilter *filter, guint8 program[64]);

/*
 * How many sockets with a peer the filter and @match (NULL: any) find. Sockets that listen, and those that
 * nobody holds any more, do not count. FALSE with LF_ERROR_NETLINK.
 */
gboolean lf_sockets_count (LfMnl *diag, const LfSocketFilter *filter, LfSocketMatch match, gpointer data,
                           guint *count, GError **error);

/*
 * Ends them: whoever holds one gets ECONNABORTED. Returns how many in @count, which may be NULL. FALSE with
 * LF_ERROR_NETLINK; LF_ERROR_UNSUPPORTED if the kernel was built without it (CONFIG_INET_DIAG_DESTROY).
 */
gboolean lf_sockets_destroy (LfMnl *diag, const LfSocketFilter *filter, LfSocketMatch match, gpointer data,
                             guint *count, GError **error);
