/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "network.h"
#include "profile-files.h"

#include <arpa/inet.h>

static Profile *
load (const char *first, const char *second)
{
    const char *settings[] = { first, second, NULL };
    g_autoptr (GError) error = NULL;
    Profile *profile = profile_load (PROFILE_DEFAULT, settings, &error);

    g_assert_no_error (error);
    return profile;
}

static void
test_admission (void)
{
    static const struct {
        const char *setting, *other;
        const char *apn, *username, *password;
        guint family;
        EsmCause cause;
    } cases[] = {
        { "network.apns=one;two", NULL, "two", "", "", 4, ESM_ACCEPTED },
        { "network.apns=one;two", NULL, "TWO", "", "", 6, ESM_ACCEPTED },
        { "network.apns=one;two", NULL, "", "", "", 4, ESM_ACCEPTED },
        { "network.apns=one;two", NULL, "three", "", "", 4, ESM_UNKNOWN_APN },
        { "network.username=u", "network.password=p", "super", "u", "p", 4, ESM_ACCEPTED },
        { "network.username=u", "network.password=p", "super", "u", "q", 4, ESM_AUTHENTICATION_FAILED },
        { "network.username=u", "network.password=p", "super", "", "", 4, ESM_AUTHENTICATION_FAILED },
        { "network.ipv6=false", NULL, "super", "", "", 6, ESM_IPV4_ONLY },
        { "network.ipv6=false", NULL, "super", "", "", 4, ESM_ACCEPTED },
        { "network.ipv4=false", NULL, "super", "", "", 4, ESM_IPV6_ONLY },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (Profile) profile = load (cases[i].setting, cases[i].other);
        NetworkRequest request = { cases[i].apn, cases[i].username, cases[i].password, cases[i].family };

        g_assert_cmpint (network_admit (profile, &request), ==, cases[i].cause);
    }
}

static void
test_addresses (void)
{
    static const struct {
        guint family;
        const char *address;
        gboolean own;
    } cases[] = {
        { 4, "192.0.2.9", TRUE },      { 4, "192.0.2.8", FALSE },       { 6, "2001:db8:7::9", TRUE },
        { 6, "2001:db8:7::8", TRUE },  { 6, "2001:db8:7:1::9", FALSE }, { 6, "fe80::1", FALSE },
    };
    g_autoptr (Profile) profile = load ("network.address4=192.0.2.9/30", "network.address6=2001:db8:7::9/64");

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        guint8 address[16];

        g_assert_cmpint (inet_pton (cases[i].family == 4 ? AF_INET : AF_INET6, cases[i].address, address), ==,
                         1);
        g_assert_cmpint (network_owns_address (profile, cases[i].family, address), ==, cases[i].own);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/network/admission", test_admission);
    g_test_add_func ("/network/addresses", test_addresses);
    return g_test_run ();
}
