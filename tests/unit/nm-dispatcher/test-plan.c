/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-plan.h"
#include "lines.h"

typedef struct {
    const gchar *name;
    const gchar *config;
    Line         lines[5];
    const gchar *add;     /* NAME@METRIC of each route to add, "!" where it replaces; NULL: none */
    guint        remove;  /* how many of ours go */
    gboolean     problem;
} Case;

#define ETH(...) { "eth0", LF_CLASS_ETHERNET, __VA_ARGS__ }
#define WIFI(...) { "wlan0", LF_CLASS_WIFI, __VA_ARGS__ }
#define STICK(...) { "usb0", LF_CLASS_LTE, __VA_ARGS__ }
#define VPN(...) { "wg0", LF_CLASS_OTHER, __VA_ARGS__ }

static const Case cases[] = {
    { "nothing there", "", { { 0 } } },
    { "the kernel does it by itself", "", { ETH (.metric = 100), STICK (.metric = 700) } },
    { "a stick with a wired metric", "", { WIFI (.metric = 600), STICK (.metric = 100) }, "wlan0@99" },
    { "equal metrics are not left to chance", "", { WIFI (.metric = 600), STICK (.metric = 600) }, "wlan0@99" },
    { "out of NetworkManager's way", "", { WIFI (.metric = 600), STICK (.metric = 101) }, "wlan0@99" },
    { "the whole order", "", { STICK (.metric = 101), WIFI (.metric = 600), ETH (.metric = 100) }, "wlan0@99 eth0@98" },
    { "the whole order upside down", "", { STICK (.metric = 90), WIFI (.metric = 91), ETH (.metric = 92) }, "wlan0@89 eth0@88" },
    { "only one is out of place", "", { ETH (.metric = 50), WIFI (.metric = 600), STICK (.metric = 101) }, "wlan0@99" },
    { "ours is there already", "", { WIFI (.metric = 600, .our_metric = 99), STICK (.metric = 100) } },
    { "ours is there with another metric", "", { WIFI (.metric = 600, .our_metric = 49), STICK (.metric = 100) }, "wlan0@99", .remove = 1 },
    { "ours leads elsewhere", "", { WIFI (.metric = 600), STICK (.metric = 100, .our_metric = 99) }, "wlan0@99!" },
    { "ours is not needed any more", "", { WIFI (.metric = 600, .our_metric = 99), STICK () }, .remove = 1 },
    { "ours without a line", "", { WIFI (.our_metric = 99) }, .remove = 1 },
    { "two of ours", "", { WIFI (.metric = 600, .our_metric = 99), STICK (.metric = 100, .our_metric = 98) }, .remove = 1 },
    { "a better uplink without carrier keeps its place", "", { ETH (.metric = 100, .no_carrier = TRUE), WIFI (.metric = 600), STICK (.metric = 700) } },
    { "and gets it back above a copy", "", { ETH (.metric = 100, .no_carrier = TRUE), WIFI (.metric = 600), STICK (.metric = 101) }, "wlan0@99 eth0@98" },
    { "a worse one without carrier stays below", "", { WIFI (.metric = 600), STICK (.metric = 100, .no_carrier = TRUE) }, "wlan0@99" },
    { "without linkdown a dead uplink is in the way", "[failover]\nlinkdown=false", { ETH (.metric = 100, .no_carrier = TRUE), STICK (.metric = 700) }, "usb0@99" },
    { "a better one without internet goes last", "", { ETH (.metric = 20100), STICK (.metric = 20700) } },
    { "even if its metric is better", "", { ETH (.metric = 20100), STICK (.metric = 30700) } },
    { "a VPN keeps its precedence", "", { VPN (.metric = 50), WIFI (.metric = 600), STICK (.metric = 100) }, "wlan0@99" },
    { "a VPN just before a rival, too", "", { VPN (.metric = 99), WIFI (.metric = 600), STICK (.metric = 100) }, .problem = TRUE },
    { "a VPN between", "", { VPN (.metric = 450), WIFI (.metric = 600), STICK (.metric = 500) }, "wlan0@499" },
    { "a VPN that a rival beats already", "", { VPN (.metric = 450), WIFI (.metric = 600), STICK (.metric = 100) }, "wlan0@99" },
    { "a named tunnel is an uplink", "[failover]\norder=wifi;wg0", { VPN (.metric = 50), WIFI (.metric = 600) }, .problem = TRUE },
    { "an unlisted uplink goes last", "[failover]\norder=wifi;lte", { ETH (.metric = 99), WIFI (.metric = 600), STICK (.metric = 100) }, "usb0@98 wlan0@97" },
    { "no room", "", { WIFI (.metric = 600), STICK (.metric = 51) }, .problem = TRUE },
    { "no room for one, room for the other", "", { STICK (.metric = 101), WIFI (.metric = 600), ETH (.metric = 20) }, "wlan0@99" },
    { "just room enough", "", { WIFI (.metric = 600), STICK (.metric = 52) }, "wlan0@51" },
    { "room as configured", "[failover]\nmetric-min=10", { WIFI (.metric = 600), STICK (.metric = 51) }, "wlan0@50" },
    { "no room, and ours is stale", "", { WIFI (.metric = 600, .our_metric = 99), STICK (.metric = 51) }, .remove = 1, .problem = TRUE },
    { "NetworkManager's mobile data metric", "", { WIFI (.metric = 600), STICK (.metric = 1050) } },
    { "LTE whose budget is used up is fenced off", "", { ETH (.metric = 100), STICK (.metric = 700, .spent = TRUE) }, "nowhere@99 eth0@98" },
    { "also if nothing else is there", "", { STICK (.metric = 700, .spent = TRUE) }, "nowhere@99" },
    { "and if it would be first", "", { WIFI (.metric = 600), STICK (.metric = 101, .spent = TRUE) }, "nowhere@99 wlan0@98" },
    { "but a VPN keeps its precedence", "", { VPN (.metric = 50), STICK (.metric = 51, .spent = TRUE) }, .problem = TRUE },
    { "an uplink that is not to be used is beaten", "[uplink usb0]\nuse=false", { WIFI (.metric = 600), STICK (.metric = 100) }, "wlan0@99" },
};

static gchar *
describe_additions (const LfPlan *plan, const LfSnapshot *snapshot)
{
    g_autoptr(GString) text = g_string_new (NULL);
    guint              i;

    for (i = 0; i < plan->add->len; i++) {
        const LfAddition *it = &g_array_index (plan->add, LfAddition, i);

        g_assert_cmpint (it->route.protocol, ==, LF_ROUTE_PROTOCOL);
        g_assert_cmpint (it->route.gateway[2], ==, it->route.link);
        g_string_append_printf (text, "%s%s@%u%s", i ? " " : "",
                                it->route.link ? lf_snapshot_find_link (snapshot, it->route.link)->name : "nowhere",
                                it->route.metric, it->replaces ? "!" : "");
    }
    return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
test_plan (gconstpointer data)
{
    const Case            *it = data;
    g_autoptr(LfConfig)    config = config_from_text (it->config);
    g_autoptr(LfSnapshot)  snapshot = snapshot_from_lines (it->lines);
    guint                  family;

    for (family = 0; family < LF_N_FAMILIES; family++) {
        g_autoptr(LfPlan)  plan = lf_plan_new (snapshot, config, family, TRUE);
        g_autofree gchar  *added = describe_additions (plan, snapshot);

        g_assert_cmpstr (added, ==, it->add ? it->add : "");
        g_assert_cmpuint (plan->remove->len, ==, it->remove);
        g_assert_cmpint (plan->problem != NULL, ==, it->problem);
    }
}

static void
test_not_active (void)
{
    const Line             lines[] = { WIFI (.metric = 600, .our_metric = 99), STICK (.metric = 100), { 0 } };
    g_autoptr(LfConfig)    config = lf_config_new ();
    g_autoptr(LfSnapshot)  snapshot = snapshot_from_lines (lines);
    g_autoptr(LfPlan)      plan = lf_plan_new (snapshot, config, LF_IPV4, FALSE);

    g_assert_cmpuint (plan->add->len, ==, 0);
    g_assert_cmpuint (plan->remove->len, ==, 1);
}

/* IPv6 merges routes of one metric, and says it is all the first one's. */
static void
test_merged (void)
{
    const Line             lines[] = { WIFI (.metric = 600), STICK (.metric = 101), ETH (), { 0 } };
    g_autoptr(LfConfig)    config = lf_config_new ();
    g_autoptr(LfSnapshot)  snapshot = snapshot_from_lines (lines);
    LfRoute                hops[] = {
        { .link = 1, .metric = 99, .protocol = LF_ROUTE_PROTOCOL, .multipath = TRUE },
        { .link = 3, .metric = 99, .protocol = LF_ROUTE_PROTOCOL, .multipath = TRUE },
    };
    g_autoptr(LfPlan)      plan = NULL;

    g_array_append_vals (snapshot->routes[LF_IPV6], hops, G_N_ELEMENTS (hops));
    plan = lf_plan_new (snapshot, config, LF_IPV6, TRUE);
    g_assert_true (plan->once_more);
    g_assert_cmpuint (plan->add->len, ==, 0);
    g_assert_cmpuint (plan->remove->len, ==, 2);
}

/* Lines that the administrator has bundled stay bundled. */
static void
test_users_multipath (void)
{
    const Line             lines[] = { ETH (.metric = 100), { "eth1", LF_CLASS_ETHERNET, .metric = 100 }, { 0 } };
    g_autoptr(LfConfig)    config = lf_config_new ();
    g_autoptr(LfSnapshot)  snapshot = snapshot_from_lines (lines);
    g_autoptr(LfPlan)      plan = NULL;
    guint                  i;

    for (i = 0; i < snapshot->routes[LF_IPV4]->len; i++)
        g_array_index (snapshot->routes[LF_IPV4], LfRoute, i).multipath = TRUE;
    plan = lf_plan_new (snapshot, config, LF_IPV4, TRUE);
    g_assert_cmpuint (plan->add->len, ==, 0);
    g_assert_null (plan->problem);
}

/* What pppd and ifupdown leave behind: nothing can go before it. */
static void
test_metric_zero (void)
{
    const Line             lines[] = { ETH (.metric = 100), STICK (), { 0 } };
    g_autoptr(LfConfig)    config = lf_config_new ();
    g_autoptr(LfSnapshot)  snapshot = snapshot_from_lines (lines);
    g_autoptr(LfPlan)      plan = NULL;
    LfRoute                zero = { .link = 2, .metric = 0, .protocol = 3 };

    g_array_append_val (snapshot->routes[LF_IPV4], zero);
    plan = lf_plan_new (snapshot, config, LF_IPV4, TRUE);
    g_assert_cmpuint (plan->add->len, ==, 0);
    g_assert_true (g_str_has_prefix (plan->problem, "eth0 cannot have its place: another uplink has metric 0,"));
}

/* A kill switch: `unreachable default metric 99`. */
static void
test_route_to_nowhere (void)
{
    const Line             lines[] = { WIFI (.metric = 600), STICK (.metric = 100), { 0 } };
    g_autoptr(LfConfig)    config = lf_config_new ();
    g_autoptr(LfSnapshot)  snapshot = snapshot_from_lines (lines);
    g_autoptr(LfPlan)      plan = NULL;

    add_route (snapshot, 0, 99, 4);
    plan = lf_plan_new (snapshot, config, LF_IPV4, TRUE);
    g_assert_cmpuint (plan->add->len, ==, 0);
    g_assert_nonnull (plan->problem);
}

int
main (int argc, char **argv)
{
    guint i;

    g_test_init (&argc, &argv, NULL);
    for (i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree gchar *path = g_strdup_printf ("/plan/%s", cases[i].name);

        g_test_add_data_func (path, &cases[i], test_plan);
    }
    g_test_add_func ("/plan/not active", test_not_active);
    g_test_add_func ("/plan/merged by IPv6", test_merged);
    g_test_add_func ("/plan/the user's multipath route", test_users_multipath);
    g_test_add_func ("/plan/metric 0", test_metric_zero);
    g_test_add_func ("/plan/a route to nowhere", test_route_to_nowhere);
    return g_test_run ();
}
