/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-plan.h"
#include "lines.h"

typedef struct {
    const gchar *name;
    const gchar *config;
    Line         lines[5];
    guint32      add;      /* the metric of the route to add, 0: none */
    guint        remove;   /* how many of ours go */
    gboolean     replaces;
    gboolean     problem;
} Case;

#define ETH(...) { "eth0", LF_CLASS_ETHERNET, __VA_ARGS__ }
#define WIFI(...) { "wlan0", LF_CLASS_WIFI, __VA_ARGS__ }
#define STICK(...) { "usb0", LF_CLASS_LTE, __VA_ARGS__ }
#define VPN(...) { "wg0", LF_CLASS_OTHER, __VA_ARGS__ }

static const Case cases[] = {
    { "nobody elected", "", { { 0 } } },
    { "the kernel does it by itself", "", { ETH (.metric = 100), STICK (.metric = 700) } },
    { "a stick with a wired metric", "", { WIFI (.metric = 600), STICK (.metric = 100) }, .add = 99 },
    { "equal metrics are not left to chance", "", { WIFI (.metric = 600), STICK (.metric = 600) }, .add = 99 },
    { "ours is there already", "", { WIFI (.metric = 600, .our_metric = 99), STICK (.metric = 100) } },
    { "ours is there with another metric", "", { WIFI (.metric = 600, .our_metric = 49), STICK (.metric = 100) }, .add = 99, .remove = 1 },
    { "ours leads elsewhere", "", { WIFI (.metric = 600), STICK (.metric = 100, .our_metric = 99) }, .add = 99, .replaces = TRUE },
    { "ours is not needed any more", "", { WIFI (.metric = 600, .our_metric = 99), STICK () }, .remove = 1 },
    { "ours without anybody elected", "", { WIFI (.our_metric = 99) }, .remove = 1 },
    { "two of ours", "", { WIFI (.metric = 600, .our_metric = 99), STICK (.metric = 100, .our_metric = 98) }, .remove = 1 },
    { "a better uplink without carrier is no rival", "", { ETH (.metric = 100, .no_carrier = TRUE), WIFI (.metric = 600), STICK (.metric = 700) } },
    { "a worse one without carrier is", "", { WIFI (.metric = 600), STICK (.metric = 100, .no_carrier = TRUE) }, .add = 99 },
    { "a better one without internet is", "", { ETH (.metric = 20100), STICK (.metric = 20700) } },
    { "a VPN is no rival", "", { VPN (.metric = 50), WIFI (.metric = 600), STICK (.metric = 100) }, .add = 99 },
    { "a VPN just before a rival keeps its precedence", "", { VPN (.metric = 99), WIFI (.metric = 600), STICK (.metric = 100) }, .problem = TRUE },
    { "a VPN between", "", { VPN (.metric = 450), WIFI (.metric = 600), STICK (.metric = 500) }, .add = 499 },
    { "a VPN that a rival beats already", "", { VPN (.metric = 450), WIFI (.metric = 600), STICK (.metric = 100) }, .add = 99 },
    { "a named tunnel is an uplink", "[failover]\norder=wifi;wg0", { VPN (.metric = 50), WIFI (.metric = 600) }, .problem = TRUE },
    { "a metric that an uplink uses is passed over", "", { ETH (.metric = 99, .no_carrier = TRUE), WIFI (.metric = 600), STICK (.metric = 100) }, .add = 98 },
    { "out of NetworkManager's way", "", { WIFI (.metric = 600), STICK (.metric = 101) }, .add = 99 },
    { "without linkdown a dead uplink is a rival", "[failover]\nlinkdown=false", { ETH (.metric = 100, .no_carrier = TRUE), STICK (.metric = 700) }, .add = 99 },
    { "no room", "", { WIFI (.metric = 600), STICK (.metric = 51) }, .problem = TRUE },
    { "just room enough", "", { WIFI (.metric = 600), STICK (.metric = 52) }, .add = 51 },
    { "room as configured", "[failover]\nmetric-min=10", { WIFI (.metric = 600), STICK (.metric = 51) }, .add = 50 },
    { "no room, and ours is stale", "", { WIFI (.metric = 600, .our_metric = 99), STICK (.metric = 51) }, .remove = 1, .problem = TRUE },
    { "NetworkManager's mobile data metric", "", { WIFI (.metric = 600), STICK (.metric = 1050) } },
    { "an uplink that is not to be used is still beaten", "[uplink usb0]\nuse=false", { WIFI (.metric = 600), STICK (.metric = 100) }, .add = 99 },
};

static void
test_plan (gconstpointer data)
{
    const Case            *it = data;
    g_autoptr(LfConfig)    config = config_from_text (it->config);
    g_autoptr(LfSnapshot)  snapshot = snapshot_from_lines (it->lines);
    guint                  family;

    for (family = 0; family < LF_N_FAMILIES; family++) {
        const LfLink      *elected = lf_elect (snapshot, config, family);
        g_autoptr(LfPlan)  plan = lf_plan_new (snapshot, config, family, elected);

        g_assert_cmpuint (plan->has_add ? plan->add.metric : 0, ==, it->add);
        g_assert_cmpuint (plan->remove->len, ==, it->remove);
        g_assert_cmpint (plan->replaces, ==, it->replaces);
        g_assert_cmpint (plan->problem != NULL, ==, it->problem);
        if (plan->has_add) {
            g_assert_cmpint (plan->add.link, ==, elected->index);
            g_assert_cmpint (plan->add.protocol, ==, LF_ROUTE_PROTOCOL);
            g_assert_cmpint (plan->add.gateway[2], ==, elected->index);
        }
    }
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
    plan = lf_plan_new (snapshot, config, LF_IPV6, lf_elect (snapshot, config, LF_IPV6));
    g_assert_true (plan->once_more);
    g_assert_false (plan->has_add);
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
    plan = lf_plan_new (snapshot, config, LF_IPV4, lf_elect (snapshot, config, LF_IPV4));
    g_assert_false (plan->has_add);
    g_assert_null (plan->problem);
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
    plan = lf_plan_new (snapshot, config, LF_IPV4, lf_elect (snapshot, config, LF_IPV4));
    g_assert_false (plan->has_add);
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
    g_test_add_func ("/plan/merged by IPv6", test_merged);
    g_test_add_func ("/plan/the user's multipath route", test_users_multipath);
    g_test_add_func ("/plan/a route to nowhere", test_route_to_nowhere);
    return g_test_run ();
}
