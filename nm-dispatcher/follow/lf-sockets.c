/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-sockets.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "lf-error.h"

#define ANY_PORT -1

/* Those that somebody holds and that have a peer. A connected UDP socket is "established". */
#define STATES (1u << TCP_ESTABLISHED | 1u << TCP_SYN_SENT | 1u << TCP_SYN_RECV | 1u << TCP_FIN_WAIT1 | \
                1u << TCP_FIN_WAIT2 | 1u << TCP_CLOSE_WAIT | 1u << TCP_LAST_ACK | 1u << TCP_CLOSING)

static const guint8 address_families[] = { [LF_IPV4] = AF_INET, [LF_IPV6] = AF_INET6 };
static const gsize  address_sizes[] = { [LF_IPV4] = 4, [LF_IPV6] = 16 };

typedef struct {
    LfSocketMatch match;
    gpointer      data;
    GArray       *found; /* of struct inet_diag_msg */
} Search;

LfMnl *
lf_sockets_open (GError **error)
{
    return lf_mnl_new (NETLINK_SOCK_DIAG, error);
}

gsize
lf_sockets_program (const LfSocketFilter *filter, guint8 program[64])
{
    gsize                      size = address_sizes[filter->family];
    struct inet_diag_bc_op     operation = { .code = filter->remote ? INET_DIAG_BC_D_COND : INET_DIAG_BC_S_COND };
    struct inet_diag_hostcond  condition;

    memset (&condition, 0, sizeof condition); /* its gaps as well: the kernel sees them */
    condition.family = address_families[filter->family];
    condition.prefix_len = size * 8;
    condition.port = filter->port ? filter->port : ANY_PORT;
    /* Yes: to the end, which accepts. No: beyond it, which refuses. */
    operation.yes = sizeof operation + sizeof condition + size;
    operation.no = operation.yes + sizeof operation;
    memcpy (program, &operation, sizeof operation);
    memcpy (program + sizeof operation, &condition, sizeof condition);
    memcpy (program + sizeof operation + sizeof condition, filter->address, size);
    return operation.yes;
}

static gboolean
is_mapped (const struct inet_diag_msg *message)
{
    return message->idiag_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED ((const struct in6_addr *) message->id.idiag_src);
}

static void
describe (const struct inet_diag_msg *message, LfSocket *socket)
{
    gsize offset = is_mapped (message) ? 12 : 0;

    socket->family = message->idiag_family == AF_INET || offset ? LF_IPV4 : LF_IPV6;
    socket->device = message->id.idiag_if;
    memcpy (socket->local, (const guint8 *) message->id.idiag_src + offset, address_sizes[socket->family]);
    memcpy (socket->remote, (const guint8 *) message->id.idiag_dst + offset, address_sizes[socket->family]);
}

static int
socket_received (const struct nlmsghdr *header, void *data)
{
    Search               *search = data;
    struct inet_diag_msg  message;
    LfSocket              socket = { 0 };

    if (mnl_nlmsg_get_payload_len (header) < sizeof message)
        return MNL_CB_OK;
    memcpy (&message, mnl_nlmsg_get_payload (header), sizeof message);
    describe (&message, &socket);
    if (!search->match || search->match (&socket, search->data))
        g_array_append_val (search->found, message);
    return MNL_CB_OK;
}

static gboolean
dump (LfMnl *diag, guint8 address_family, const LfSocketFilter *filter, Search *search)
{
    _Alignas (struct nlmsghdr) char buffer[MNL_NLMSG_HDRLEN + 256];
    struct nlmsghdr          *request = mnl_nlmsg_put_header (buffer);
    struct inet_diag_req_v2  *query;
    guint8                    program[64];
    gsize                     length = lf_sockets_program (filter, program);

    request->nlmsg_type = SOCK_DIAG_BY_FAMILY;
    request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    query = mnl_nlmsg_put_extra_header (request, sizeof *query);
    query->sdiag_family = address_family;
    query->sdiag_protocol = filter->protocol;
    query->idiag_states = STATES;
    mnl_attr_put (request, INET_DIAG_REQ_BYTECODE, length, program);
    return lf_mnl_ask (diag, request, socket_received, search);
}

/* The sockets that are meant (of struct inet_diag_msg). */
static GArray *
find (LfMnl *diag, const LfSocketFilter *filter, LfSocketMatch match, gpointer data, GError **error)
{
    g_autoptr(GArray) found = g_array_new (FALSE, FALSE, sizeof (struct inet_diag_msg));
    Search            search = { match, data, found };

    /* An IPv4 connection may belong to an IPv6 socket. */
    if ((filter->family == LF_IPV4 && !dump (diag, AF_INET, filter, &search)) ||
        (!dump (diag, AF_INET6, filter, &search) && (filter->family == LF_IPV6 || errno != ENOENT))) {
        lf_error_errno (error, LF_ERROR_NETLINK, errno, _("the kernel does not tell its sockets (inet_diag)"));
        return NULL;
    }
    return g_steal_pointer (&found);
}

gboolean
lf_sockets_count (LfMnl *diag, const LfSocketFilter *filter, LfSocketMatch match, gpointer data, guint *count,
                  GError **error)
{
    g_autoptr(GArray) found = find (diag, filter, match, data, error);

    if (!found)
        return FALSE;
    *count = found->len;
    return TRUE;
}

static gboolean
destroy (LfMnl *diag, guint8 protocol, const struct inet_diag_msg *socket)
{
    _Alignas (struct nlmsghdr) char buffer[MNL_NLMSG_HDRLEN + 128];
    struct nlmsghdr         *request = mnl_nlmsg_put_header (buffer);
    struct inet_diag_req_v2 *query;

    request->nlmsg_type = SOCK_DESTROY;
    request->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
    query = mnl_nlmsg_put_extra_header (request, sizeof *query);
    query->sdiag_family = socket->idiag_family;
    query->sdiag_protocol = protocol;
    query->idiag_states = 1u << socket->idiag_state;
    query->id = socket->id; /* with the kernel's cookie: never another socket that has come to its place */
    return lf_mnl_ask (diag, request, NULL, NULL);
}

gboolean
lf_sockets_destroy (LfMnl *diag, const LfSocketFilter *filter, LfSocketMatch match, gpointer data, guint *count,
                    GError **error)
{
    g_autoptr(GArray) found = find (diag, filter, match, data, error);
    guint             i, destroyed = 0;

    if (!found)
        return FALSE;
    for (i = 0; i < found->len; i++) {
        if (destroy (diag, filter->protocol, &g_array_index (found, struct inet_diag_msg, i)))
            destroyed++;
        else if (errno == EOPNOTSUPP)
            return lf_error_errno (error, LF_ERROR_UNSUPPORTED, errno, _("this kernel cannot end a connection "
                                   "(CONFIG_INET_DIAG_DESTROY); applications on a dead line notice late"));
        else if (errno != ENOENT)
            return lf_error_errno (error, LF_ERROR_NETLINK, errno, _("a connection cannot be ended"));
    }
    if (count)
        *count = destroyed;
    return TRUE;
}
