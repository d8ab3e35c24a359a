/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-conntrack.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>

#include "lf-error.h"

#define MAX_DUMPS 10

/* What names an entry: its tuple of the original direction, its zone and its id, as the kernel gave them. */
#define MAX_NAME 256

static const guint8 address_families[] = { [LF_IPV4] = AF_INET, [LF_IPV6] = AF_INET6 };
static const gsize  address_sizes[] = { [LF_IPV4] = 4, [LF_IPV6] = 16 };

typedef struct {
    guint8 attributes[MAX_NAME];
    gsize  length;
} EntryName;

typedef struct {
    LfFamily         family;
    LfForwardedMatch match;
    gpointer         data;
    GArray          *found; /* of EntryName */
} Search;

gboolean
lf_conntrack_is_router (const gchar *proc_sys, LfFamily family)
{
    const gchar      *setting = family == LF_IPV4 ? "net/ipv4/ip_forward" : "net/ipv6/conf/all/forwarding";
    g_autofree gchar *path = g_build_filename (proc_sys, setting, NULL);
    g_autofree gchar *value = NULL;

    return g_file_get_contents (path, &value, NULL, NULL) && value[0] != '0';
}

static const struct nlattr *
child (const struct nlattr *parent, guint16 type)
{
    const struct nlattr *attribute;

    if (!parent)
        return NULL;
    mnl_attr_for_each_nested (attribute, parent) {
        if (mnl_attr_get_type (attribute) == type)
            return attribute;
    }
    return NULL;
}

static gboolean
read_tuple (const struct nlattr *tuple, LfFamily family, guint8 *source, guint8 *destination)
{
    const struct nlattr *address = child (tuple, CTA_TUPLE_IP);
    const struct nlattr *from = child (address, family == LF_IPV4 ? CTA_IP_V4_SRC : CTA_IP_V6_SRC);
    const struct nlattr *to = child (address, family == LF_IPV4 ? CTA_IP_V4_DST : CTA_IP_V6_DST);

    if (!from || !to || mnl_attr_get_payload_len (from) != address_sizes[family] ||
        mnl_attr_get_payload_len (to) != address_sizes[family])
        return FALSE;
    memcpy (source, mnl_attr_get_payload (from), address_sizes[family]);
    memcpy (destination, mnl_attr_get_payload (to), address_sizes[family]);
    return TRUE;
}

static void
keep_attribute (EntryName *name, const struct nlattr *attribute)
{
    gsize size = MNL_ALIGN (attribute->nla_len);

    if (name->length + size > sizeof name->attributes)
        return;
    memcpy (name->attributes + name->length, attribute, attribute->nla_len);
    name->length += size;
}

static int
entry_received (const struct nlmsghdr *header, void *data)
{
    Search              *search = data;
    const struct nlattr *attribute, *original = NULL, *reply = NULL;
    LfForwarded          connection = { .family = search->family };
    guint8               answering[16];
    EntryName            name = { .length = 0 };

    mnl_attr_for_each (attribute, header, sizeof (struct nfgenmsg)) {
        switch (mnl_attr_get_type (attribute)) {
        case CTA_TUPLE_ORIG: original = attribute; /* fall through */
        case CTA_ZONE:
        case CTA_ID: keep_attribute (&name, attribute); break;
        case CTA_TUPLE_REPLY: reply = attribute; break;
        }
    }
    if (!read_tuple (original, search->family, connection.client, connection.peer) ||
        !read_tuple (reply, search->family, answering, connection.translated) ||
        memcmp (connection.client, connection.translated, address_sizes[search->family]) == 0)
        return MNL_CB_OK;
    if (search->match (&connection, search->data))
        g_array_append_val (search->found, name);
    return MNL_CB_OK;
}

static struct nlmsghdr *
put_request (char *buffer, LfFamily family, guint16 type, guint16 flags)
{
    struct nlmsghdr *request = mnl_nlmsg_put_header (buffer);
    struct nfgenmsg *message;

    request->nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8 | type;
    request->nlmsg_flags = NLM_F_REQUEST | flags;
    message = mnl_nlmsg_put_extra_header (request, sizeof *message);
    message->nfgen_family = address_families[family];
    message->version = NFNETLINK_V0;
    return request;
}

/* FALSE with errno set. */
static gboolean
dump (LfMnl *netfilter, Search *search)
{
    guint attempt;

    for (attempt = 0; attempt < MAX_DUMPS; attempt++) {
        _Alignas (struct nlmsghdr) char buffer[MNL_NLMSG_HDRLEN + 64];
        struct nlmsghdr *request = put_request (buffer, search->family, IPCTNL_MSG_CT_GET, NLM_F_DUMP);

        g_array_set_size (search->found, 0);
        if (lf_mnl_ask (netfilter, request, entry_received, search))
            return TRUE;
        if (errno != EINTR)
            return FALSE;
    }
    return FALSE;
}

static gboolean
delete_entry (LfMnl *netfilter, LfFamily family, const EntryName *name)
{
    _Alignas (struct nlmsghdr) char buffer[MNL_NLMSG_HDRLEN + 64 + MAX_NAME];
    struct nlmsghdr *request = put_request (buffer, family, IPCTNL_MSG_CT_DELETE, NLM_F_ACK);

    memcpy (mnl_nlmsg_get_payload_tail (request), name->attributes, name->length);
    request->nlmsg_len += name->length;
    return lf_mnl_ask (netfilter, request, NULL, NULL);
}

gboolean
lf_conntrack_delete (LfFamily family, LfForwardedMatch match, gpointer data, guint *count, GError **error)
{
    g_autoptr(LfMnl)  netfilter = lf_mnl_new (NETLINK_NETFILTER, NULL);
    g_autoptr(GArray) found = g_array_new (FALSE, FALSE, sizeof (EntryName));
    Search            search = { family, match, data, found };
    guint             i, deleted = 0;

    /* No netfilter, no connection tracking: nothing to delete. */
    if (netfilter && !dump (netfilter, &search) && errno != EINVAL && errno != EOPNOTSUPP && errno != EPROTONOSUPPORT)
        return lf_error_errno (error, LF_ERROR_NETLINK, errno, _("the kernel does not tell the connections it forwards"));
    for (i = 0; i < found->len; i++) {
        if (delete_entry (netfilter, family, &g_array_index (found, EntryName, i)))
            deleted++;
        else if (errno != ENOENT)
            return lf_error_errno (error, LF_ERROR_NETLINK, errno, _("a forwarded connection's entry cannot be deleted"));
    }
    if (count)
        *count = deleted;
    return TRUE;
}
