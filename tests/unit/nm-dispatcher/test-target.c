/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-target.h"

static const struct {
    const gchar  *text;
    LfTargetKind  kind;
    LfFamily      family;
    guint16       port;
    const gchar  *name;
} good[] = {
    { "icmp:1.1.1.1", LF_TARGET_ICMP, LF_IPV4, 0, "" },
    { "icmp:2606:4700:4700::1111", LF_TARGET_ICMP, LF_IPV6, 0, "" },
    { "tcp:1.1.1.1:443", LF_TARGET_TCP, LF_IPV4, 443, "" },
    { "tcp:[2606:4700:4700::1111]:443", LF_TARGET_TCP, LF_IPV6, 443, "" },
    { "dns:9.9.9.9", LF_TARGET_DNS, LF_IPV4, 53, "" },
    { "dns:9.9.9.9/example.com", LF_TARGET_DNS, LF_IPV4, 53, "example.com" },
    { "dns:[2620:fe::fe]/_a.b-c.example", LF_TARGET_DNS, LF_IPV6, 53, "_a.b-c.example" },
    { "dns:2620:fe::fe", LF_TARGET_DNS, LF_IPV6, 53, "" },
    { "http://192.0.2.1/", LF_TARGET_HTTP, LF_IPV4, 80, "" },
    { "http://192.0.2.1:8080/a/b?c", LF_TARGET_HTTP, LF_IPV4, 8080, "a/b?c" },
    { "http://[2001:db8::1]/nm", LF_TARGET_HTTP, LF_IPV6, 80, "nm" },
};

static const gchar *const bad[] = {
    "", "icmp", "icmp:", "icmp:example.com", "icmp:1.1.1.1:7", "icmp:1.1.1.1/x", "icmp:1.1.1", "icmp:256.1.1.1",
    "icmp:1.1.1.1 ", "tcp:1.1.1.1", "tcp:1.1.1.1:", "tcp:1.1.1.1:0", "tcp:1.1.1.1:65536", "tcp:1.1.1.1:-1",
    "tcp:[1.1.1.1]:80", "tcp:[::1", "tcp:[::1]80", "tcp:2606::1", "dns:1.1.1.1:5353", "dns:1.1.1.1/", "dns:1.1.1.1/a..b",
    "dns:1.1.1.1/.", "dns:1.1.1.1/a b", "http://192.0.2.1", "http://example.com/", "http://192.0.2.1/a b",
    "http://192.0.2.1/a\r\nX: y", "https://192.0.2.1/", "\x01\xff", "icmp:1.1.1.1\n",
    "dns:1.1.1.1/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example",
};

static void
test_good (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (good); i++) {
        g_autoptr(LfTarget) target = lf_target_new (good[i].text);

        g_test_message ("%s", good[i].text);
        g_assert_nonnull (target);
        g_assert_cmpint (target->kind, ==, good[i].kind);
        g_assert_cmpint (target->family, ==, good[i].family);
        g_assert_cmpint (target->port, ==, good[i].port);
        g_assert_cmpstr (target->name, ==, good[i].name);
        g_assert_cmpstr (target->text, ==, good[i].text);
    }
}

static void
test_bad (void)
{
    g_autofree gchar *long_path = g_strnfill (600, 'a');
    g_autofree gchar *long_page = g_strconcat ("http://192.0.2.1/", long_path, NULL);
    guint             i;

    for (i = 0; i < G_N_ELEMENTS (bad); i++) {
        g_assert_null (lf_target_new (bad[i]));
    }
    g_assert_null (lf_target_new (long_page));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/target/good", test_good);
    g_test_add_func ("/target/bad", test_bad);
    return g_test_run ();
}
