/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-dns-plan.h"

#include <arpa/inet.h>
#include <string.h>

/* NetworkManager takes a list apart at commas, and a line has to be one line. */
#define SEPARATORS ", \t\r\n;"

static void
entry_free (gpointer data)
{
    LfDnsEntry *entry = data;

    g_free (entry->interface);
    g_strfreev (entry->servers);
    g_strfreev (entry->domains);
    g_free (entry);
}

static gchar **
lookup_strings (GVariant *dictionary, const gchar *key)
{
    gchar **strings = NULL;

    if (!g_variant_lookup (dictionary, key, "^as", &strings))
        strings = g_new0 (gchar *, 1);
    return strings;
}

LfDnsView *
lf_dns_view_new (GVariant *properties)
{
    LfDnsView           *self = g_new0 (LfDnsView, 1);
    g_autoptr(GVariant)  configuration = NULL;
    gsize                i;

    self->entries = g_ptr_array_new_with_free_func (entry_free);
    if (!g_variant_lookup (properties, "Mode", "s", &self->mode))
        self->mode = g_strdup ("none");
    if (!g_variant_lookup (properties, "RcManager", "s", &self->rc_manager))
        self->rc_manager = g_strdup ("unmanaged");
    configuration = g_variant_lookup_value (properties, "Configuration", G_VARIANT_TYPE ("aa{sv}"));
    for (i = 0; configuration && i < g_variant_n_children (configuration); i++) {
        g_autoptr(GVariant)  child = g_variant_get_child_value (configuration, i);
        LfDnsEntry          *entry = g_new0 (LfDnsEntry, 1);

        g_variant_lookup (child, "interface", "s", &entry->interface);
        entry->servers = lookup_strings (child, "nameservers");
        entry->domains = lookup_strings (child, "domains");
        g_ptr_array_add (self->entries, entry);
    }
    return self;
}

void
lf_dns_view_free (LfDnsView *self)
{
    g_free (self->mode);
    g_free (self->rc_manager);
    g_ptr_array_unref (self->entries);
    g_free (self);
}

/*****************************************************************************/

typedef struct {
    const LfDnsView *view;
    const GArray    *uplinks;
    GPtrArray       *servers; /* of gchar *, those that are to be asked, first asked first; borrowed */
} Context;

static const LfDnsUplink *
find_uplink (const Context *context, const LfDnsEntry *entry)
{
    guint i;

    for (i = 0; entry->interface && i < context->uplinks->len; i++) {
        const LfDnsUplink *uplink = &g_array_index (context->uplinks, LfDnsUplink, i);

        if (g_str_equal (uplink->name, entry->interface))
            return uplink;
    }
    return NULL;
}

/* FALSE: not an address, but one of the URIs that NetworkManager knows for DNS over TLS. */
static gboolean
parse_server (const gchar *text, LfDnsServer *server)
{
    memset (server, 0, sizeof *server);
    server->family = strchr (text, ':') ? LF_IPV6 : LF_IPV4;
    return inet_pton (server->family == LF_IPV6 ? AF_INET6 : AF_INET, text, server->address) == 1;
}

static gboolean
is_link_local (const LfDnsServer *server)
{
    return server->family == LF_IPV6 && IN6_IS_ADDR_LINKLOCAL ((const struct in6_addr *) server->address);
}

/* TRUE if the server's packets leave through the line it belongs to. */
static gboolean
is_elected (const LfDnsUplink *uplink, const gchar *text)
{
    LfDnsServer server;

    if (!parse_server (text, &server))
        return uplink->elected[LF_IPV4] || uplink->elected[LF_IPV6];
    return uplink->elected[server.family];
}

static void
add_server (GPtrArray *servers, gchar *text)
{
    LfDnsServer server;

    /* [global-dns] knows no interface for a link-local address. */
    if (*text && !strpbrk (text, SEPARATORS) && !(parse_server (text, &server) && is_link_local (&server)) &&
        !g_ptr_array_find_with_equal_func (servers, text, g_str_equal, NULL))
        g_ptr_array_add (servers, text);
}

static void
collect_servers (Context *context, gboolean of_uplinks)
{
    guint i, j;

    for (i = 0; i < context->view->entries->len; i++) {
        const LfDnsEntry  *entry = context->view->entries->pdata[i];
        const LfDnsUplink *uplink = find_uplink (context, entry);

        if (!entry->interface || (uplink != NULL) != of_uplinks)
            continue;
        for (j = 0; entry->servers[j]; j++) {
            if (!uplink || is_elected (uplink, entry->servers[j]))
                add_server (context->servers, entry->servers[j]);
        }
    }
}

/* Those of a VPN and the like before the elected uplinks'. FALSE if those have none. */
static gboolean
find_servers (Context *context)
{
    guint others;

    collect_servers (context, FALSE);
    others = context->servers->len;
    collect_servers (context, TRUE);
    return context->servers->len > others;
}

/* In the order in which NetworkManager would ask them, is one that is not elected the first? */
static gboolean
another_is_first (const Context *context)
{
    guint i;

    for (i = 0; i < context->view->entries->len; i++) {
        const LfDnsEntry  *entry = context->view->entries->pdata[i];
        const LfDnsUplink *uplink = find_uplink (context, entry);

        if (uplink && entry->servers[0])
            return !is_elected (uplink, entry->servers[0]);
    }
    return FALSE;
}

static gboolean
another_is_there (const Context *context)
{
    guint i, j;

    for (i = 0; i < context->view->entries->len; i++) {
        const LfDnsEntry  *entry = context->view->entries->pdata[i];
        const LfDnsUplink *uplink = find_uplink (context, entry);

        for (j = 0; uplink && entry->servers[j]; j++) {
            if (!is_elected (uplink, entry->servers[j]))
                return TRUE;
        }
    }
    return FALSE;
}

/* Servers of an interface that is no uplink: a VPN's. */
static gboolean
has_foreign_entry (const Context *context)
{
    guint i;

    for (i = 0; i < context->view->entries->len; i++) {
        const LfDnsEntry *entry = context->view->entries->pdata[i];

        if (entry->interface && entry->servers[0] && !find_uplink (context, entry))
            return TRUE;
    }
    return FALSE;
}

/* What is only there to tell which names go where is no search domain. */
static gboolean
is_search_domain (const gchar *domain)
{
    return *domain && *domain != '~' && !strpbrk (domain, SEPARATORS) && !g_str_has_suffix (domain, ".arpa");
}

static gchar *
format_searches (const Context *context)
{
    g_autoptr(GPtrArray) searches = g_ptr_array_new ();
    guint                i, j;

    for (i = 0; i < context->view->entries->len; i++) {
        const LfDnsEntry *entry = context->view->entries->pdata[i];

        for (j = 0; entry->interface && entry->domains[j]; j++) {
            if (is_search_domain (entry->domains[j]) &&
                !g_ptr_array_find_with_equal_func (searches, entry->domains[j], g_str_equal, NULL))
                g_ptr_array_add (searches, entry->domains[j]);
        }
    }
    g_ptr_array_add (searches, NULL);
    return g_strjoinv (",", (gchar **) searches->pdata);
}

static gchar *
format_drop_in (const Context *context)
{
    GString          *text = g_string_new ("# By lte-failover, while another uplink carries the traffic than "
                                           "NetworkManager ranks first.\n");
    g_autofree gchar *searches = format_searches (context);
    guint             i;

    if (*searches)
        g_string_append_printf (text, "[global-dns]\nsearches=%s\n", searches);
    g_string_append (text, "[global-dns-domain-*]\nservers=");
    for (i = 0; i < context->servers->len; i++)
        g_string_append_printf (text, "%s%s", i ? "," : "", (const gchar *) context->servers->pdata[i]);
    g_string_append_c (text, '\n');
    return g_string_free (text, FALSE);
}

/* The servers that NetworkManager asks for everything are not those of our drop-in. */
static gboolean
has_administrators_servers (const LfDnsView *view, const gchar *drop_in)
{
    guint i;

    for (i = 0; i < view->entries->len; i++) {
        const LfDnsEntry *entry = view->entries->pdata[i];
        g_autofree gchar *joined = g_strjoinv (",", entry->servers);
        g_autofree gchar *line = g_strdup_printf ("\nservers=%s\n", joined);

        if (!entry->interface && !(drop_in && strstr (drop_in, line)))
            return TRUE;
    }
    return FALSE;
}

static gboolean
wants_drop_in (const Context *context)
{
    if (g_str_equal (context->view->mode, "default"))
        return !g_str_equal (context->view->rc_manager, "unmanaged") && another_is_first (context);
    return g_str_equal (context->view->mode, "dnsmasq") && another_is_there (context) && !has_foreign_entry (context);
}

static void
plan_links (LfDnsPlan *self, const GArray *uplinks)
{
    guint i, asked;

    for (asked = 2; asked-- > 0;) {
        for (i = 0; i < uplinks->len; i++) {
            const LfDnsUplink *uplink = &g_array_index (uplinks, LfDnsUplink, i);
            LfDnsLink          link = { uplink->index, uplink->elected[LF_IPV4] || uplink->elected[LF_IPV6] };

            if (link.asked == (gboolean) asked)
                g_array_append_val (self->links, link);
        }
    }
}

static void
plan_dead_servers (LfDnsPlan *self, const Context *context)
{
    guint i, j;

    for (i = 0; i < context->view->entries->len; i++) {
        const LfDnsEntry  *entry = context->view->entries->pdata[i];
        const LfDnsUplink *uplink = find_uplink (context, entry);
        LfDnsServer        server;

        for (j = 0; uplink && entry->servers[j]; j++) {
            if (parse_server (entry->servers[j], &server) && uplink->dead[server.family] &&
                !g_ptr_array_find_with_equal_func (context->servers, entry->servers[j], g_str_equal, NULL))
                g_array_append_val (self->dead_servers, server);
        }
    }
}

LfDnsPlan *
lf_dns_plan_new (const LfDnsView *view, const GArray *uplinks, const gchar *drop_in)
{
    LfDnsPlan            *self = g_new0 (LfDnsPlan, 1);
    g_autoptr(GPtrArray)  servers = g_ptr_array_new ();
    Context               context = { view, uplinks, servers };

    self->links = g_array_new (FALSE, FALSE, sizeof (LfDnsLink));
    self->dead_servers = g_array_new (FALSE, FALSE, sizeof (LfDnsServer));
    self->not_ours = has_administrators_servers (view, drop_in);
    /* An elected uplink without servers has nothing to offer: the others' are better than none. */
    if (self->not_ours || !find_servers (&context))
        return self;
    if (wants_drop_in (&context))
        self->drop_in = format_drop_in (&context);
    plan_links (self, uplinks);
    plan_dead_servers (self, &context);
    return self;
}

void
lf_dns_plan_free (LfDnsPlan *self)
{
    g_free (self->drop_in);
    g_array_unref (self->links);
    g_array_unref (self->dead_servers);
    g_free (self);
}
