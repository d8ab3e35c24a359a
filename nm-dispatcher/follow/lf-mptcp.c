/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-mptcp.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <linux/genetlink.h>
#include <linux/mptcp.h>
#include <linux/netlink.h>

#include "lf-error.h"
#include "lf-index-file.h"
#include "lf-mnl.h"

typedef struct {
    guint8  id;
    gint    link;
    guint32 flags;
} Endpoint;

static gboolean
is_on (const gchar *proc_sys)
{
    g_autofree gchar *path = g_build_filename (proc_sys, "net/mptcp/enabled", NULL);
    g_autofree gchar *value = NULL;

    return g_file_get_contents (path, &value, NULL, NULL) && value[0] != '0';
}

static struct nlmsghdr *
put_request (char *buffer, guint16 family, guint8 command, guint8 version, guint16 flags)
{
    struct nlmsghdr   *request = mnl_nlmsg_put_header (buffer);
    struct genlmsghdr *message;

    request->nlmsg_type = family;
    request->nlmsg_flags = NLM_F_REQUEST | flags;
    message = mnl_nlmsg_put_extra_header (request, sizeof *message);
    message->cmd = command;
    message->version = version;
    return request;
}

static int
family_received (const struct nlmsghdr *header, void *data)
{
    const struct nlattr *attribute;

    mnl_attr_for_each (attribute, header, sizeof (struct genlmsghdr)) {
        if (mnl_attr_get_type (attribute) == CTRL_ATTR_FAMILY_ID)
            *(guint16 *) data = mnl_attr_get_u16 (attribute);
    }
    return MNL_CB_OK;
}

/* 0 if the kernel has no MPTCP. */
static guint16
find_family (LfMnl *generic)
{
    _Alignas (struct nlmsghdr) char buffer[MNL_NLMSG_HDRLEN + 64];
    struct nlmsghdr *request = put_request (buffer, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1, NLM_F_ACK);
    guint16          family = 0;

    mnl_attr_put_strz (request, CTRL_ATTR_FAMILY_NAME, MPTCP_PM_NAME);
    return lf_mnl_ask (generic, request, family_received, &family) ? family : 0;
}

static int
endpoint_received (const struct nlmsghdr *header, void *data)
{
    const struct nlattr *outer, *inner;
    Endpoint             endpoint = { 0 };

    mnl_attr_for_each (outer, header, sizeof (struct genlmsghdr)) {
        if (mnl_attr_get_type (outer) != MPTCP_PM_ATTR_ADDR)
            continue;
        mnl_attr_for_each_nested (inner, outer) {
            switch (mnl_attr_get_type (inner)) {
            case MPTCP_PM_ADDR_ATTR_ID: endpoint.id = mnl_attr_get_u8 (inner); break;
            case MPTCP_PM_ADDR_ATTR_IF_IDX: endpoint.link = mnl_attr_get_u32 (inner); break;
            case MPTCP_PM_ADDR_ATTR_FLAGS: endpoint.flags = mnl_attr_get_u32 (inner); break;
            }
        }
    }
    if (endpoint.id)
        g_array_append_val ((GArray *) data, endpoint);
    return MNL_CB_OK;
}

static gboolean
set_flags (LfMnl *generic, guint16 family, guint8 id, guint32 flags)
{
    _Alignas (struct nlmsghdr) char buffer[MNL_NLMSG_HDRLEN + 128];
    struct nlmsghdr *request = put_request (buffer, family, MPTCP_PM_CMD_SET_FLAGS, MPTCP_PM_VER, NLM_F_ACK);
    struct nlattr   *nest = mnl_attr_nest_start (request, MPTCP_PM_ATTR_ADDR);

    mnl_attr_put_u8 (request, MPTCP_PM_ADDR_ATTR_ID, id);
    mnl_attr_put_u32 (request, MPTCP_PM_ADDR_ATTR_FLAGS, flags);
    mnl_attr_nest_end (request, nest);
    return lf_mnl_ask (generic, request, NULL, NULL);
}

/* The endpoints on links of either list that are not as they should be; the first list's get the flag. */
static gboolean
correct (LfMnl *generic, guint16 family, const GArray *links, const GArray *before, const gchar *state_file,
         GError **error)
{
    _Alignas (struct nlmsghdr) char buffer[MNL_NLMSG_HDRLEN + 64];
    struct nlmsghdr   *request = put_request (buffer, family, MPTCP_PM_CMD_GET_ADDR, MPTCP_PM_VER, NLM_F_DUMP);
    g_autoptr(GArray)  endpoints = g_array_new (FALSE, FALSE, sizeof (Endpoint));
    guint              i;

    if (!lf_mnl_ask (generic, request, endpoint_received, endpoints))
        return lf_error_errno (error, LF_ERROR_NETLINK, errno, _("the kernel does not tell its MPTCP endpoints"));
    for (i = 0; i < endpoints->len; i++) {
        const Endpoint *endpoint = &g_array_index (endpoints, Endpoint, i);
        gboolean        backup = lf_indices_contain (links, endpoint->link);
        guint32         flags = endpoint->flags & ~MPTCP_PM_ADDR_FLAG_BACKUP;

        if (!backup && !lf_indices_contain (before, endpoint->link))
            continue;
        if (backup)
            flags |= MPTCP_PM_ADDR_FLAG_BACKUP;
        if (flags == endpoint->flags)
            continue;
        /* Remembered only if it was ours: an administrator's own flag stays an administrator's. */
        if (backup && !lf_index_file_add (state_file, endpoint->link, error))
            return FALSE;
        if (!set_flags (generic, family, endpoint->id, flags) && errno != EINVAL && errno != ENOENT)
            return lf_error_errno (error, LF_ERROR_NETLINK, errno, _("an MPTCP endpoint cannot be changed"));
    }
    return TRUE;
}

gboolean
lf_mptcp_apply (const gchar *proc_sys, const gchar *state_file, const GArray *links, GError **error)
{
    g_autoptr(GArray)  before = lf_index_file_read (state_file);
    g_autoptr(GArray)  kept = NULL;
    g_autoptr(LfMnl)   generic = NULL;
    guint16            family;

    if (!is_on (proc_sys) || (links->len == 0 && before->len == 0))
        return TRUE;
    generic = lf_mnl_new (NETLINK_GENERIC, error);
    if (!generic)
        return FALSE;
    family = find_family (generic);
    if (family && !correct (generic, family, links, before, state_file, error))
        return FALSE;
    kept = lf_index_file_read (state_file);
    lf_indices_keep (kept, links);
    return lf_index_file_write (state_file, kept, error);
}
