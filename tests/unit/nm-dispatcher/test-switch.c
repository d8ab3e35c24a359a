/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a switch is told. */

#include "lines.h"
#include "lm-switch.h"

typedef struct {
    const gchar *name;
    Line         lines[4];
    gint         before;      /* place of the line that was elected, from 1 */
    const gchar *before_name; /* if it is not among them any more */
    const gchar *config;
    const gchar *reason;
} Case;

static const Case cases[] = {
    { "dead", { { "eth0", LF_CLASS_ETHERNET, .metric = 100, .health = LF_HEALTH_DEAD },
                { "wwan0", LF_CLASS_LTE, .metric = 700, .health = LF_HEALTH_GOOD } },
      1, .reason = "eth0 is dead: nobody answers" },
    { "no-carrier", { { "eth0", LF_CLASS_ETHERNET, .no_carrier = TRUE, .metric = 100, .health = LF_HEALTH_DEAD },
                      { "wwan0", LF_CLASS_LTE, .metric = 700 } },
      1, .reason = "eth0 has no carrier" },
    { "no-route", { { "eth0", LF_CLASS_ETHERNET }, { "wwan0", LF_CLASS_LTE, .metric = 700 } },
      1, .reason = "eth0 has no default route" },
    { "connectivity-check", { { "eth0", LF_CLASS_ETHERNET, .metric = 20100 }, { "wwan0", LF_CLASS_LTE, .metric = 700 } },
      1, .reason = "eth0 failed NetworkManager's connectivity check" },
    { "not-used", { { "eth0", LF_CLASS_ETHERNET, .metric = 100 }, { "wwan0", LF_CLASS_LTE, .metric = 700 } },
      1, .config = "[uplink eth0]\nuse=false\n", .reason = "the configuration does not use eth0" },
    { "back", { { "eth0", LF_CLASS_ETHERNET, .metric = 100, .health = LF_HEALTH_GOOD },
                { "wwan0", LF_CLASS_LTE, .metric = 700, .health = LF_HEALTH_GOOD } },
      2, .reason = "eth0 works and goes before wwan0" },
    { "unproven", { { "eth0", LF_CLASS_ETHERNET, .metric = 100 },
                    { "wwan0", LF_CLASS_LTE, .metric = 700, .health = LF_HEALTH_GOOD } },
      1, .reason = "wwan0 works, and nobody knows whether eth0 does" },
    { "gone", { { "wwan0", LF_CLASS_LTE, .metric = 700 } }, 9, "usb0", .reason = "usb0 is gone" },
    { "gone-and-nobody-left", { { "wwan0", LF_CLASS_LTE } }, 9, "usb0", .reason = "usb0 is gone" },
    { "first", { { "wwan0", LF_CLASS_LTE, .metric = 700 } }, 0, "", .reason = "wwan0 is the first uplink there is" },
    { "nobody-left", { { "eth0", LF_CLASS_ETHERNET, .no_carrier = TRUE, .metric = 100 } }, 1,
      .reason = "eth0 has no carrier" },
    { "name-that-is-not-utf-8", { { "wwan0", LF_CLASS_LTE, .metric = 700 } }, 9, "us\xff",
      .reason = "us\357\277\275 is gone" },
    { "names-that-do-harm", { { "e\033[1m", LF_CLASS_ETHERNET, .no_carrier = TRUE, .metric = 100 } }, 1,
      .reason = "e?[1m has no carrier" },
};

static void
test_reason (gconstpointer data)
{
    const Case                *test = data;
    g_autoptr(LfSnapshot)      snapshot = snapshot_from_lines (test->lines);
    g_autoptr(LfConfig)        config = config_from_text (test->config ? test->config : "");
    g_autoptr(LfHealthReport)  report = lf_health_report_new ();
    LfHealthEntry             *entry = lf_health_report_add (report, 1, "eth0");
    const LfLink              *elected = lf_elect (snapshot, config, LF_IPV6);
    const gchar               *name = test->before_name ? test->before_name : test->lines[test->before - 1].name;
    g_autoptr(LmSwitch)        happened = NULL;

    entry->has[LF_IPV6] = TRUE;
    entry->reason[LF_IPV6] = g_strdup ("nobody answers");
    happened = lm_switch_new (snapshot, config, report, LF_IPV6, test->before, name, elected);
    g_assert_cmpstr (happened->reason, ==, test->reason);
    g_assert_cmpstr (happened->to, ==, elected ? elected->name : "");
    g_assert_true (g_utf8_validate (happened->from, -1, NULL));
}

static void
test_sentence (void)
{
    LmSwitch          happened = { .family = LF_IPV4, .from = "eth0", .to = "wwan0", .reason = "eth0 is dead: silence",
                                   .detect = 1904000, .took = 42 };
    LmSwitch          carrier = { .family = LF_IPV6, .from = "eth0", .to = "", .reason = "eth0 has no carrier" };
    g_autofree gchar *text = lm_switch_to_string (&happened);
    g_autofree gchar *text_of_carrier = lm_switch_to_string (&carrier);

    g_assert_cmpstr (text, ==, "IPv4: uplink wwan0, before: eth0 (eth0 is dead: silence; found after 1.90 s; routes "
                               "changed in 0.042 ms)");
    g_assert_cmpstr (text_of_carrier, ==, "IPv6: uplink none, before: eth0 (eth0 has no carrier)");
}

static void
test_variant (void)
{
    const LmSwitch       happened = { .family = LF_IPV6, .from = "eth0", .to = "", .reason = "why",
                                      .detect = 1904000, .took = 1LL << 40, .lte_bytes = 1ULL << 40 };
    g_autoptr(GVariant)  arguments = g_variant_ref_sink (lm_switch_to_variant (&happened));
    g_autoptr(GVariant)  other = g_variant_ref_sink (g_variant_new ("(ss)", "ipv4", "eth0"));
    g_autoptr(LmSwitch)  again = lm_switch_from_variant (arguments);

    g_assert_cmpint (again->family, ==, LF_IPV6);
    g_assert_cmpstr (again->from, ==, "eth0");
    g_assert_cmpstr (again->to, ==, "");
    g_assert_cmpstr (again->reason, ==, "why");
    g_assert_cmpint (again->detect, ==, 1904000);
    g_assert_cmpint (again->took, ==, G_MAXUINT32);
    g_assert_cmpuint (again->lte_bytes, ==, 1ULL << 40);
    g_assert_null (lm_switch_from_variant (other));
}

int
main (int argc, char **argv)
{
    guint i;

    g_test_init (&argc, &argv, NULL);
    for (i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree gchar *path = g_strconcat ("/switch/", cases[i].name, NULL);

        g_test_add_data_func (path, &cases[i], test_reason);
    }
    g_test_add_func ("/switch/sentence", test_sentence);
    g_test_add_func ("/switch/variant", test_variant);
    return g_test_run ();
}
