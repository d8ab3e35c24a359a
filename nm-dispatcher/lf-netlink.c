/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "lf-error.h"

/* A dump is interrupted when something changes meanwhile; a link that flaps should not keep us for ever. */
#define MAX_DUMPS 10

typedef struct {
    LfSnapshot *snapshot;
    LfFamily    family;
    guint32     table;
    GArray     *routes;    /* of LfRoute */
    GArray     *addresses; /* of LfAddress */
    gboolean    networks;  /* not default routes, but those of ours that lead to networks */
} DumpContext;

static const guint8 address_families[] = { [LF_IPV4] = AF_INET, [LF_IPV6] = AF_INET6 };
static const gsize  address_sizes[] = { [LF_IPV4] = 4, [LF_IPV6] = 16 };

LfNetlink *
lf_netlink_new (GError **error)
{
    return lf_mnl_new (NETLINK_ROUTE, error);
}

void
lf_netlink_free (LfNetlink *self)
{
    lf_mnl_free (self);
}

/*****************************************************************************/
/* Links */

static int
link_received (const struct nlmsghdr *header, void *data)
{
    const struct ifinfomsg *info = mnl_nlmsg_get_payload (header);
    DumpContext            *context = data;
    const struct nlattr    *attribute;
    LfLink                  link = {
        .index = info->ifi_index,
        .type = info->ifi_type,
        .carrier = (info->ifi_flags & IFF_UP) && (info->ifi_flags & IFF_LOWER_UP),
    };

    mnl_attr_for_each (attribute, header, sizeof *info) {
        if (mnl_attr_get_type (attribute) == IFLA_IFNAME)
            g_strlcpy (link.name, mnl_attr_get_str (attribute), sizeof link.name);
    }
    g_array_append_val (context->snapshot->links, link);
    return MNL_CB_OK;
}

static gboolean
dump_links (LfNetlink *self, DumpContext *context)
{
    _Alignas (struct nlmsghdr) char buffer[MNL_NLMSG_HDRLEN + 64];
    struct nlmsghdr  *request = mnl_nlmsg_put_header (buffer);
    struct ifinfomsg *info;

    request->nlmsg_type = RTM_GETLINK;
    request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    info = mnl_nlmsg_put_extra_header (request, sizeof *info);
    info->ifi_family = AF_UNSPEC;
    mnl_attr_put_u32 (request, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
    g_array_set_size (context->snapshot->links, 0);
    return lf_mnl_ask (self, request, link_received, context);
}

/*****************************************************************************/
/* Routes */

static void
read_address (const struct nlattr *attribute, LfFamily family, gboolean *has, guint8 *address)
{
    if (mnl_attr_get_payload_len (attribute) < address_sizes[family])
        return;
    memcpy (address, mnl_attr_get_payload (attribute), address_sizes[family]);
    *has = TRUE;
}

static void
read_metrics (const struct nlattr *attribute, LfRoute *route)
{
    gsize size = mnl_attr_get_payload_len (attribute);

    if (size > sizeof route->metrics)
        return;
    memcpy (route->metrics, mnl_attr_get_payload (attribute), size);
    route->n_metrics = size;
}

static void
read_nexthops (const struct nlattr *multipath, const LfRoute *common, DumpContext *context)
{
    const struct rtnexthop *hop = mnl_attr_get_payload (multipath);
    gint                    left = mnl_attr_get_payload_len (multipath);

    for (; RTNH_OK (hop, left); left -= NLMSG_ALIGN (hop->rtnh_len), hop = RTNH_NEXT (hop)) {
        const struct rtattr *attribute = RTNH_DATA (hop);
        gint                 attributes = hop->rtnh_len - sizeof *hop;
        LfRoute              route = *common;

        route.link = hop->rtnh_ifindex;
        route.multipath = TRUE;
        route.onlink = (hop->rtnh_flags & RTNH_F_ONLINK) != 0;
        for (; RTA_OK (attribute, attributes); attribute = RTA_NEXT (attribute, attributes)) {
            if (attribute->rta_type == RTA_GATEWAY)
                read_address ((const struct nlattr *) attribute, context->family, &route.has_gateway, route.gateway);
            else if (attribute->rta_type == RTA_VIA || attribute->rta_type == RTA_ENCAP)
                route.special = TRUE;
        }
        g_array_append_val (context->routes, route);
    }
}

static gboolean
leads_nowhere (guint8 type)
{
    return type == RTN_BLACKHOLE || type == RTN_UNREACHABLE || type == RTN_PROHIBIT;
}

static gboolean
is_wanted (const struct rtmsg *message, gboolean networks)
{
    if (networks && message->rtm_protocol != LF_ROUTE_PROTOCOL)
        return FALSE;
    return networks == (message->rtm_dst_len != 0) && message->rtm_src_len == 0 && message->rtm_tos == 0 &&
           !(message->rtm_flags & RTM_F_CLONED) &&
           (message->rtm_type == RTN_UNICAST || leads_nowhere (message->rtm_type));
}

/* Returns the table of the route, and its next hops if it has several. */
static guint32
read_attributes (const struct nlmsghdr *header, LfFamily family, LfRoute *route, const struct nlattr **multipath)
{
    const struct rtmsg  *message = mnl_nlmsg_get_payload (header);
    const struct nlattr *attribute;
    guint32              table = message->rtm_table;
    gboolean             has_destination;

    mnl_attr_for_each (attribute, header, sizeof *message) {
        switch (mnl_attr_get_type (attribute)) {
        case RTA_TABLE: table = mnl_attr_get_u32 (attribute); break;
        case RTA_OIF: route->link = mnl_attr_get_u32 (attribute); break;
        case RTA_PRIORITY: route->metric = mnl_attr_get_u32 (attribute); break;
        case RTA_METRICS: read_metrics (attribute, route); break;
        case RTA_MULTIPATH: *multipath = attribute; break;
        case RTA_GATEWAY: read_address (attribute, family, &route->has_gateway, route->gateway); break;
        case RTA_DST: read_address (attribute, family, &has_destination, route->destination); break;
        case RTA_PREFSRC: read_address (attribute, family, &route->has_source, route->source); break;
        case RTA_VIA:
        case RTA_ENCAP: route->special = TRUE; break;
        }
    }
    return table;
}

static int
route_received (const struct nlmsghdr *header, void *data)
{
    const struct rtmsg  *message = mnl_nlmsg_get_payload (header);
    DumpContext         *context = data;
    const struct nlattr *multipath = NULL;
    LfRoute              route = {
        .protocol = message->rtm_protocol,
        .prefix = message->rtm_dst_len,
        .onlink = (message->rtm_flags & RTNH_F_ONLINK) != 0,
    };

    /* A kernel without IPv6 answers with what else it has. */
    if (message->rtm_family != address_families[context->family])
        return MNL_CB_OK;
    if (!is_wanted (message, context->networks) ||
        read_attributes (header, context->family, &route, &multipath) != context->table)
        return MNL_CB_OK;
    if (leads_nowhere (message->rtm_type))
        route.link = 0; /* IPv6 says lo */
    if (multipath)
        read_nexthops (multipath, &route, context);
    else
        g_array_append_val (context->routes, route);
    return MNL_CB_OK;
}

static void
put_table (struct nlmsghdr *request, struct rtmsg *message, guint32 table)
{
    if (table == RT_TABLE_MAIN)
        message->rtm_table = table;
    else
        mnl_attr_put_u32 (request, RTA_TABLE, table);
}

static gboolean
dump_routes (LfNetlink *self, DumpContext *context)
{
    _Alignas (struct nlmsghdr) char buffer[MNL_NLMSG_HDRLEN + 64];
    struct nlmsghdr *request = mnl_nlmsg_put_header (buffer);
    struct rtmsg    *message;

    request->nlmsg_type = RTM_GETROUTE;
    request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    message = mnl_nlmsg_put_extra_header (request, sizeof *message);
    message->rtm_family = address_families[context->family];
    if (context->networks)
        message->rtm_protocol = LF_ROUTE_PROTOCOL;
    put_table (request, message, context->table);
    g_array_set_size (context->routes, 0);
    return lf_mnl_ask (self, request, route_received, context);
}

/*****************************************************************************/

static gboolean
dump (LfNetlink *self, gboolean (*once) (LfNetlink *, DumpContext *), DumpContext *context, const gchar *what,
      GError **error)
{
    guint attempt;
    gint  number;

    for (attempt = 0; attempt < MAX_DUMPS; attempt++) {
        if (once (self, context))
            return TRUE;
        if (errno != EINTR)
            break;
    }
    number = errno;
    lf_error_errno (error, LF_ERROR_NETLINK, number, "%s", _(what));
    errno = number; /* for those to whom not every one is an error */
    return FALSE;
}

LfSnapshot *
lf_netlink_observe (LfNetlink *self, GError **error)
{
    g_autoptr(LfSnapshot) snapshot = lf_snapshot_new ();
    DumpContext           context = { .snapshot = snapshot, .table = RT_TABLE_MAIN };

    if (!dump (self, dump_links, &context, N_("the kernel does not tell its links"), error))
        return NULL;
    for (context.family = 0; context.family < LF_N_FAMILIES; context.family++) {
        context.routes = snapshot->routes[context.family];
        if (!dump (self, dump_routes, &context, N_("the kernel does not tell its routes"), error))
            return NULL;
    }
    return g_steal_pointer (&snapshot);
}

GArray *
lf_netlink_default_routes (LfNetlink *self, LfFamily family, guint32 table, GError **error)
{
    g_autoptr(GArray) routes = g_array_new (FALSE, FALSE, sizeof (LfRoute));
    DumpContext       context = { .family = family, .table = table, .routes = routes };

    if (dump (self, dump_routes, &context, N_("the kernel does not tell its routes"), error))
        return g_steal_pointer (&routes);
    /* The kernel knows no table that has never had a route. */
    if (errno != ENOENT)
        return NULL;
    g_clear_error (error);
    return g_steal_pointer (&routes);
}

GArray *
lf_netlink_networks (LfNetlink *self, LfFamily family, GError **error)
{
    g_autoptr(GArray) routes = g_array_new (FALSE, FALSE, sizeof (LfRoute));
    DumpContext       context = { .family = family, .table = RT_TABLE_MAIN, .routes = routes, .networks = TRUE };

    return dump (self, dump_routes, &context, N_("the kernel does not tell its routes"), error) ? g_steal_pointer (&routes) : NULL;
}

/*****************************************************************************/
/* Addresses */

static int
address_received (const struct nlmsghdr *header, void *data)
{
    const struct ifaddrmsg *message = mnl_nlmsg_get_payload (header);
    DumpContext            *context = data;
    const struct nlattr    *attribute;
    LfAddress               address = {
        .link = message->ifa_index,
        .family = message->ifa_family == AF_INET ? LF_IPV4 : LF_IPV6,
        .prefix = message->ifa_prefixlen,
    };
    gboolean has_local = FALSE, has_peer = FALSE;

    if ((message->ifa_family != AF_INET && message->ifa_family != AF_INET6) || message->ifa_scope != RT_SCOPE_UNIVERSE)
        return MNL_CB_OK;
    mnl_attr_for_each (attribute, header, sizeof *message) {
        /* On a point-to-point link IFA_ADDRESS is the peer's. */
        if (mnl_attr_get_type (attribute) == IFA_LOCAL)
            read_address (attribute, address.family, &has_local, address.bytes);
        else if (mnl_attr_get_type (attribute) == IFA_ADDRESS && !has_local)
            read_address (attribute, address.family, &has_peer, address.bytes);
    }
    if (has_local || has_peer)
        g_array_append_val (context->addresses, address);
    return MNL_CB_OK;
}

static gboolean
dump_addresses (LfNetlink *self, DumpContext *context)
{
    _Alignas (struct nlmsghdr) char buffer[MNL_NLMSG_HDRLEN + 64];
    struct nlmsghdr  *request = mnl_nlmsg_put_header (buffer);
    struct ifaddrmsg *message;

    request->nlmsg_type = RTM_GETADDR;
    request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    message = mnl_nlmsg_put_extra_header (request, sizeof *message);
    message->ifa_family = AF_UNSPEC;
    g_array_set_size (context->addresses, 0);
    return lf_mnl_ask (self, request, address_received, context);
}

GArray *
lf_netlink_addresses (LfNetlink *self, GError **error)
{
    g_autoptr(GArray) addresses = g_array_new (FALSE, FALSE, sizeof (LfAddress));
    DumpContext       context = { .addresses = addresses };

    return dump (self, dump_addresses, &context, N_("the kernel does not tell its addresses"), error) ? g_steal_pointer (&addresses) : NULL;
}

/*****************************************************************************/
/* Changes */

static struct nlmsghdr *
put_route (char *buffer, LfFamily family, const LfRoute *route, guint16 type, guint16 flags)
{
    struct nlmsghdr *request = mnl_nlmsg_put_header (buffer);
    struct rtmsg    *message;

    request->nlmsg_type = type;
    request->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
    message = mnl_nlmsg_put_extra_header (request, sizeof *message);
    message->rtm_family = address_families[family];
    put_table (request, message, route->table ? route->table : RT_TABLE_MAIN);
    message->rtm_protocol = LF_ROUTE_PROTOCOL;
    message->rtm_type = route->link ? RTN_UNICAST : RTN_UNREACHABLE;
    message->rtm_scope = route->has_gateway || family == LF_IPV6 || !route->link ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
    message->rtm_flags = route->onlink ? RTNH_F_ONLINK : 0;
    message->rtm_dst_len = route->prefix;
    if (route->prefix)
        mnl_attr_put (request, RTA_DST, address_sizes[family], route->destination);
    if (route->link)
        mnl_attr_put_u32 (request, RTA_OIF, route->link);
    mnl_attr_put_u32 (request, RTA_PRIORITY, route->metric);
    if (route->has_gateway)
        mnl_attr_put (request, RTA_GATEWAY, address_sizes[family], route->gateway);
    if (route->has_source)
        mnl_attr_put (request, RTA_PREFSRC, address_sizes[family], route->source);
    if (route->n_metrics)
        mnl_attr_put (request, RTA_METRICS | NLA_F_NESTED, route->n_metrics, route->metrics);
    return request;
}

gboolean
lf_netlink_add_route (LfNetlink *self, LfFamily family, const LfRoute *route, gboolean replaces, GError **error)
{
    _Alignas (struct nlmsghdr) char buffer[MNL_NLMSG_HDRLEN + 256 + LF_MAX_METRICS];
    guint16          how = NLM_F_CREATE | (replaces ? NLM_F_REPLACE : NLM_F_EXCL);
    struct nlmsghdr *request = put_route (buffer, family, route, RTM_NEWROUTE, how);

    return lf_mnl_ask (self, request, NULL, NULL) ||
           lf_error_errno (error, LF_ERROR_NETLINK, errno, _("a default route with metric %u cannot be added"),
                           route->metric);
}

gboolean
lf_netlink_remove_route (LfNetlink *self, LfFamily family, const LfRoute *route, GError **error)
{
    _Alignas (struct nlmsghdr) char buffer[MNL_NLMSG_HDRLEN + 256 + LF_MAX_METRICS];
    struct nlmsghdr *request = put_route (buffer, family, route, RTM_DELROUTE, 0);

    return lf_mnl_ask (self, request, NULL, NULL) || errno == ESRCH || errno == ENODEV ||
           lf_error_errno (error, LF_ERROR_NETLINK, errno, _("our default route with metric %u cannot be removed"),
                           route->metric);
}

/*****************************************************************************/

static int
way_received (const struct nlmsghdr *header, void *data)
{
    const struct nlattr *attribute;

    mnl_attr_for_each (attribute, header, sizeof (struct rtmsg)) {
        if (mnl_attr_get_type (attribute) == RTA_OIF)
            *(gint *) data = mnl_attr_get_u32 (attribute);
    }
    return MNL_CB_OK;
}

gint
lf_netlink_way_to (LfNetlink *self, LfFamily family, const guint8 *address)
{
    _Alignas (struct nlmsghdr) char buffer[MNL_NLMSG_HDRLEN + 128];
    struct nlmsghdr *request = mnl_nlmsg_put_header (buffer);
    struct rtmsg    *message;
    gint             link = 0;

    request->nlmsg_type = RTM_GETROUTE;
    request->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
    message = mnl_nlmsg_put_extra_header (request, sizeof *message);
    message->rtm_family = address_families[family];
    message->rtm_dst_len = address_sizes[family] * 8;
    mnl_attr_put (request, RTA_DST, address_sizes[family], address);
    return lf_mnl_ask (self, request, way_received, &link) ? link : 0;
}

gint
lf_netlink_way_out (LfNetlink *self, LfFamily family)
{
    /* A root name server: on the internet for sure, and nobody has a route of their own for it. Nothing is sent. */
    const gchar *destination = family == LF_IPV4 ? "198.41.0.4" : "2001:503:ba3e::2:30";
    guint8       address[16];

    inet_pton (address_families[family], destination, address);
    return lf_netlink_way_to (self, family, address);
}
