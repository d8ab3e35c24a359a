/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-dns-plan.h"

#define ETH4 "{'nameservers': <['10.1.0.1']>, 'domains': <['office.example', '~corp.example', '1.10.in-addr.arpa']>, 'interface': <'eth0'>, 'priority': <100>, 'vpn': <false>}"
#define ETH6 "{'nameservers': <['fe80::1']>, 'interface': <'eth0'>, 'priority': <100>, 'vpn': <false>}"
#define ETH66 "{'nameservers': <['2001:db8:1::1']>, 'interface': <'eth0'>}"
#define LTE4 "{'nameservers': <['10.3.0.1', '10.3.0.2']>, 'interface': <'wwan0'>, 'priority': <100>, 'vpn': <false>}"
#define LTE6 "{'nameservers': <['2001:db8:3::1']>, 'interface': <'wwan0'>, 'priority': <100>, 'vpn': <false>}"
#define VPN  "{'nameservers': <['10.9.0.1']>, 'domains': <['vpn.example']>, 'interface': <'tun0'>, 'priority': <50>, 'vpn': <true>}"
#define GLOBAL "{'nameservers': <['9.9.9.9']>, 'priority': <100>}"
#define OURS "{'nameservers': <['10.3.0.1', '10.3.0.2', '2001:db8:3::1']>, 'priority': <100>}"
#define LOADED "[global-dns-domain-*]\nservers=10.3.0.1,10.3.0.2,2001:db8:3::1\n"

#define BOTH "[" ETH4 "," ETH6 "," LTE4 "," LTE6 "]"

typedef struct {
    const gchar *name;
    const gchar *mode;
    const gchar *configuration;
    const gchar *elected[LF_N_FAMILIES]; /* "eth0" or "wwan0" */
    const gchar *drop_in;  /* loaded now */
    const gchar *servers;  /* wanted; NULL: no drop-in */
    const gchar *searches;
    const gchar *links;    /* "2- 3+": asked or not, in the order they are told */
    guint        dead;     /* servers that nobody waits for */
    gboolean     not_ours;
} Case;

static const Case cases[] = {
    { "NetworkManager ranks it first", "default", BOTH, { "eth0", "eth0" }, .links = "2+ 3-", .dead = 0 },
    { "another carries the traffic", "default", BOTH, { "wwan0", "wwan0" }, NULL, "10.3.0.1,10.3.0.2,2001:db8:3::1", "office.example", "3+ 2-", 2 },
    { "the drop-in is there already", "default", "[" OURS "," ETH4 "," ETH6 "," LTE4 "," LTE6 "]", { "wwan0", "wwan0" }, LOADED, "10.3.0.1,10.3.0.2,2001:db8:3::1", "office.example", "3+ 2-", 2 },
    { "the drop-in is there, the way back", "default", "[" OURS "," ETH4 "," ETH6 "," LTE4 "," LTE6 "]", { "eth0", "eth0" }, LOADED, .links = "2+ 3-" },
    { "the administrator's own servers", "default", "[" GLOBAL "," ETH4 "," LTE4 "]", { "wwan0", "wwan0" }, .not_ours = TRUE },
    { "the administrator's go before ours", "default", "[" GLOBAL "," ETH4 "," LTE4 "]", { "wwan0", "wwan0" }, LOADED, .not_ours = TRUE },
    { "the administrator's for one domain", "default", "[{'nameservers': <['9.9.9.9']>, 'domains': <['a.example']>}," ETH4 "," LTE4 "]", { "wwan0", "wwan0" }, .not_ours = TRUE },
    { "IPv4 moved, IPv6 not", "default", "[" ETH4 "," ETH66 "," LTE4 "," LTE6 "]", { "wwan0", "eth0" }, NULL, "2001:db8:1::1,10.3.0.1,10.3.0.2", "office.example", "2+ 3+", 1 },
    { "IPv6 moved, IPv4 not", "default", "[" ETH4 "," ETH66 "," LTE4 "," LTE6 "]", { "eth0", "wwan0" }, .links = "2+ 3+", .dead = 1 },
    { "one family only", "default", "[" ETH4 "," LTE4 "]", { "wwan0", NULL }, NULL, "10.3.0.1,10.3.0.2", "office.example", "3+ 2-", 1 },
    { "a VPN's servers stay first", "default", "[" VPN "," ETH4 "," LTE4 "]", { "wwan0", NULL }, NULL, "10.9.0.1,10.3.0.1,10.3.0.2", "vpn.example,office.example", "3+ 2-", 1 },
    { "a VPN, and all is well", "default", "[" VPN "," ETH4 "," LTE4 "]", { "eth0", NULL }, .links = "2+ 3-" },
    { "a VPN that wants to be the only one", "default", "[" VPN "]", { "wwan0", NULL } },
    { "an elected uplink without servers", "default", "[" ETH4 "]", { "wwan0", NULL } },
    { "an elected uplink with link-local servers only", "default", "[" LTE4 "," ETH6 "]", { "eth0", "eth0" } },
    { "nothing elected", "default", BOTH, { NULL, NULL } },
    { "resolv.conf is not NetworkManager's", "unmanaged", BOTH, { "wwan0", "wwan0" }, .links = "3+ 2-", .dead = 2 },
    { "systemd-resolved", "systemd-resolved", BOTH, { "wwan0", "wwan0" }, .links = "3+ 2-", .dead = 2 },
    { "no DNS at all", "none", BOTH, { "wwan0", "wwan0" }, .links = "3+ 2-", .dead = 2 },
    { "dnsmasq asks all at once", "dnsmasq", BOTH, { "eth0", "eth0" }, NULL, "10.1.0.1", "office.example", "2+ 3-" },
    { "dnsmasq, and only one uplink", "dnsmasq", "[" ETH4 "]", { "eth0", NULL }, .links = "2+ 3-" },
    { "dnsmasq beside a VPN splits names", "dnsmasq", "[" VPN "," ETH4 "," LTE4 "]", { "wwan0", NULL }, .links = "3+ 2-", .dead = 1 },
    { "DNS over TLS", "default", "[" ETH4 ",{'nameservers': <['dns+tls://10.3.0.9#dns.example']>, 'interface': <'wwan0'>}]", { "wwan0", NULL }, NULL, "dns+tls://10.3.0.9#dns.example", "office.example", "3+ 2-", 1 },
    { "text that would break the file", "default", "[" ETH4 ",{'nameservers': <['10.3.0.1\\nservers=6.6.6.6', '10.3.0.2,6.6.6.6', '', '10.3.0.1']>, 'domains': <['a\\n[b]', 'c.example']>, 'interface': <'wwan0'>}]", { "wwan0", NULL }, NULL, "10.3.0.1", "office.example,c.example", "3+ 2-", 1 },
    { "nothing", "default", "@aa{sv} []", { "wwan0", NULL } },
    { "other types than documented", "default", "[{'nameservers': <'10.1.0.1'>, 'interface': <7>, 'domains': <@as []>}]", { "wwan0", NULL }, .not_ours = TRUE },
    { "no list", "default", "'junk'", { "wwan0", NULL } },
};

static void
add_uplink (GArray *uplinks, const Case *it, gint index, const gchar *name)
{
    LfDnsUplink uplink = { .index = index };
    guint       family;

    g_strlcpy (uplink.name, name, sizeof uplink.name);
    for (family = 0; family < LF_N_FAMILIES; family++) {
        uplink.elected[family] = g_strcmp0 (it->elected[family], name) == 0;
        uplink.dead[family] = !uplink.elected[family] && index == 2;
    }
    g_array_append_val (uplinks, uplink);
}

static LfDnsView *
view_of (const Case *it)
{
    gboolean             unmanaged = g_str_equal (it->mode, "unmanaged");
    g_autofree gchar    *text = g_strdup_printf ("{'Mode': <'%s'>, 'RcManager': <'%s'>, 'Configuration': <%s>}",
                                                 unmanaged ? "default" : it->mode, unmanaged ? "unmanaged" : "file",
                                                 it->configuration);
    g_autoptr(GError)    error = NULL;
    g_autoptr(GVariant)  properties = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &error);

    g_assert_no_error (error);
    return lf_dns_view_new (properties);
}

static gchar *
describe_links (const LfDnsPlan *plan)
{
    GString *text = g_string_new (NULL);
    guint    i;

    for (i = 0; i < plan->links->len; i++) {
        const LfDnsLink *link = &g_array_index (plan->links, LfDnsLink, i);

        g_string_append_printf (text, "%s%d%c", i ? " " : "", link->index, link->asked ? '+' : '-');
    }
    return g_string_free (text, FALSE);
}

static gchar *
value_in (const gchar *drop_in, const gchar *group, const gchar *key)
{
    g_autoptr(GKeyFile) file = g_key_file_new ();
    g_autoptr(GError)   error = NULL;

    if (!drop_in)
        return NULL;
    g_key_file_load_from_data (file, drop_in, -1, G_KEY_FILE_NONE, &error);
    g_assert_no_error (error);
    return g_key_file_get_value (file, group, key, NULL);
}

static void
test_plan (gconstpointer data)
{
    const Case           *it = data;
    g_autoptr(GArray)     uplinks = g_array_new (FALSE, FALSE, sizeof (LfDnsUplink));
    g_autoptr(LfDnsView)  view = view_of (it);
    g_autoptr(LfDnsPlan)  plan = NULL;
    g_autofree gchar     *servers = NULL, *searches = NULL, *links = NULL;

    add_uplink (uplinks, it, 2, "eth0");
    add_uplink (uplinks, it, 3, "wwan0");
    plan = lf_dns_plan_new (view, uplinks, it->drop_in);
    servers = value_in (plan->drop_in, "global-dns-domain-*", "servers");
    searches = value_in (plan->drop_in, "global-dns", "searches");
    links = describe_links (plan);
    g_assert_cmpstr (servers, ==, it->servers);
    g_assert_cmpstr (searches, ==, it->searches);
    g_assert_cmpstr (links, ==, it->links ? it->links : "");
    g_assert_cmpuint (plan->dead_servers->len, ==, it->dead);
    g_assert_cmpint (plan->not_ours, ==, it->not_ours);
}

int
main (int argc, char **argv)
{
    guint i;

    g_test_init (&argc, &argv, NULL);
    for (i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree gchar *path = g_strdup_printf ("/dns-plan/%s", cases[i].name);

        g_test_add_data_func (path, &cases[i], test_plan);
    }
    return g_test_run ();
}
