/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-elect.h"
#include "lines.h"

typedef struct {
    const gchar *name;
    const gchar *config;
    Line         lines[5];
    const gchar *elected;
} Case;

#define ETH(...) { "eth0", LF_CLASS_ETHERNET, __VA_ARGS__ }
#define WIFI(...) { "wlan0", LF_CLASS_WIFI, __VA_ARGS__ }
#define LTE(...) { "wwan0", LF_CLASS_LTE, __VA_ARGS__ }

static const Case cases[] = {
    { "nothing there", "", { { 0 } }, NULL },
    { "one without a route", "", { ETH () }, NULL },
    { "one without carrier", "", { ETH (.metric = 100, .no_carrier = TRUE) }, NULL },
    { "only LTE", "", { LTE (.metric = 700) }, "wwan0" },
    { "Ethernet before Wi-Fi before LTE", "", { LTE (.metric = 700), WIFI (.metric = 600), ETH (.metric = 100) }, "eth0" },
    { "the order, not the metric", "", { LTE (.metric = 100), WIFI (.metric = 600) }, "wlan0" },
    { "Wi-Fi when the cable is out", "", { ETH (.metric = 100, .no_carrier = TRUE), WIFI (.metric = 600), LTE (.metric = 700) }, "wlan0" },
    { "LTE when all else is out", "", { ETH (.metric = 100, .no_carrier = TRUE), WIFI (), LTE (.metric = 700) }, "wwan0" },
    { "a line without internet goes last", "", { ETH (.metric = 20100), LTE (.metric = 700) }, "wwan0" },
    { "all without internet: the order", "", { LTE (.metric = 20700), ETH (.metric = 20100) }, "eth0" },
    { "two of one class: the metric", "", { { "eth0", LF_CLASS_ETHERNET, .metric = 101 }, { "eth1", LF_CLASS_ETHERNET, .metric = 100 } }, "eth1" },
    { "a dead line goes last", "", { ETH (.metric = 100, .health = LF_HEALTH_DEAD), LTE (.metric = 700, .health = LF_HEALTH_GOOD) }, "wwan0" },
    { "not to one that nobody knows", "", { ETH (.metric = 100, .health = LF_HEALTH_DEAD), LTE (.metric = 700) }, "eth0" },
    { "past one that nobody knows", "", { ETH (.metric = 100, .health = LF_HEALTH_DEAD), WIFI (.metric = 600), LTE (.metric = 700, .health = LF_HEALTH_GOOD) }, "wwan0" },
    { "not back to one that nobody knows", "", { ETH (.metric = 100), LTE (.metric = 700, .health = LF_HEALTH_GOOD) }, "wwan0" },
    { "all good: the order", "", { LTE (.metric = 100, .health = LF_HEALTH_GOOD), ETH (.metric = 700, .health = LF_HEALTH_GOOD) }, "eth0" },
    { "all dead: the order", "", { LTE (.metric = 100, .health = LF_HEALTH_DEAD), ETH (.metric = 700, .health = LF_HEALTH_DEAD) }, "eth0" },
    { "the monitor knows better than NetworkManager", "", { ETH (.metric = 20100, .health = LF_HEALTH_GOOD), LTE (.metric = 700, .health = LF_HEALTH_GOOD) }, "eth0" },
    { "good, but without carrier", "", { ETH (.metric = 100, .no_carrier = TRUE, .health = LF_HEALTH_GOOD), LTE (.metric = 700) }, "wwan0" },
    { "a VPN is no uplink", "", { { "wg0", LF_CLASS_OTHER, .metric = 50 }, WIFI (.metric = 600) }, "wlan0" },
    { "unless named", "[failover]\norder=wg0;wifi", { { "wg0", LF_CLASS_OTHER, .metric = 50 }, WIFI (.metric = 600) }, "wg0" },
    { "the user's order", "[failover]\norder=lte;ethernet", { ETH (.metric = 100), LTE (.metric = 700) }, "wwan0" },
    { "not in the user's order", "[failover]\norder=lte", { ETH (.metric = 100) }, NULL },
    { "not to be used", "[uplink eth*]\nuse=false", { ETH (.metric = 100), LTE (.metric = 700) }, "wwan0" },
    { "our own route is no route", "", { WIFI (.our_metric = 99) }, NULL },
};

static void
test_elect (gconstpointer data)
{
    const Case            *it = data;
    g_autoptr(LfConfig)    config = config_from_text (it->config);
    g_autoptr(LfSnapshot)  snapshot = snapshot_from_lines (it->lines);
    guint                  family;

    for (family = 0; family < LF_N_FAMILIES; family++) {
        const LfLink *elected = lf_elect (snapshot, config, family);

        g_assert_cmpstr (elected ? elected->name : NULL, ==, it->elected);
    }
}

static void
test_families_are_apart (void)
{
    const Line             lines[] = { ETH (.metric = 100), LTE (.metric = 700), { 0 } };
    g_autoptr(LfConfig)    config = lf_config_new ();
    g_autoptr(LfSnapshot)  snapshot = snapshot_from_lines (lines);

    g_array_remove_index (snapshot->routes[LF_IPV6], 0); /* the cable brings no IPv6 */
    g_assert_cmpstr (lf_elect (snapshot, config, LF_IPV4)->name, ==, "eth0");
    g_assert_cmpstr (lf_elect (snapshot, config, LF_IPV6)->name, ==, "wwan0");
}

int
main (int argc, char **argv)
{
    guint i;

    g_test_init (&argc, &argv, NULL);
    for (i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree gchar *path = g_strdup_printf ("/elect/%s", cases[i].name);

        g_test_add_data_func (path, &cases[i], test_elect);
    }
    g_test_add_func ("/elect/each family by itself", test_families_are_apart);
    return g_test_run ();
}
