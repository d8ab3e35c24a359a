/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ec25-error.h"
#include "profile-files.h"

#include <string.h>

static void
test_built_in (void)
{
    g_auto (GStrv) names = profile_names ();

    g_assert_cmpuint (g_strv_length (names), >=, 3);
    for (guint i = 0; names[i]; i++) {
        g_autoptr (GError) error = NULL;
        g_autoptr (Profile) profile = profile_load (names[i], NULL, &error);

        g_assert_no_error (error);
        g_assert_cmpuint (profile->services->len, ==, 27);
    }
}

static void
test_layers (void)
{
    const char *settings[] = { "network.apns=one;two", "sim.pin=4321", "boot.boot-time=0.5", NULL };
    g_autoptr (GError) error = NULL;
    g_autoptr (Profile) old = profile_load ("ec25-e-r02a09", settings, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (old->revision, ==, "EC25EFAR02A09M4G");
    g_assert_false (old->profile_events);
    g_assert_cmpstr (old->qmi_manufacturer, ==, "QUALCOMM INCORPORATED");
    g_assert_cmpstr (old->apns[1], ==, "two");
    g_assert_cmpstr (old->pin, ==, "4321");
    g_assert_cmpfloat (old->boot_time, ==, 0.5);
    g_assert_cmpuint (old->carrier_config_version, ==, 0x05010820);
    g_assert_cmpint (old->rsrp, ==, -95);
}

static void
test_any_bytes (void)
{
    const char *settings[] = { "network.long-name=\\\\033[31m\\\\377\\n%s", NULL };
    g_autoptr (GError) error = NULL;
    g_autoptr (Profile) profile = profile_load (PROFILE_DEFAULT, settings, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (profile->long_name, ==, "\033[31m\377\n%s");
}

static void
test_bad_settings (void)
{
    /* what is set, and what the complaint must name */
    static const char *const cases[][2] = {
        { "no-equals", "no-equals" },
        { "network.colour=red", "network.colour" },
        { "networks.apns=a", "networks.apns" },
        { "network.address4=10.0.0.300/24", "address4" },
        { "network.address4=10.0.0.3", "address4" },
        { "network.address6=10.0.0.3/24", "address6" },
        { "network.dns4=1.1.1.1;x", "dns4" },
        { "network.registration=maybe", "registration" },
        { "network.apns=", "apns" },
        { "network.ipv4=perhaps", "ipv4" },
        { "network.mtu=-1", "mtu" },
        { "network.rsrp=low", "rsrp" },
        { "boot.boot-time=-3", "boot-time" },
        { "sim.imsi=12", "imsi" },
        { "sim.iccid=89x", "iccid" },
        { "sim.pin=12", "pin" },
        { "sim.mnc-length=4", "mnc-length" },
        { "usb.usbnet=9", "usbnet" },
        { "qmi.services=1:1", "services" },
        { "qmi.services=900:1.0", "services" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        const char *settings[] = { cases[i][0], NULL };
        g_autoptr (GError) error = NULL;

        g_assert_null (profile_load (PROFILE_DEFAULT, settings, &error));
        g_assert_nonnull (error);
        if (!strstr (error->message, cases[i][1]))
            g_error ("%s: the complaint “%s” does not name it", cases[i][0], error->message);
    }
}

static void
test_missing_file (void)
{
    g_autoptr (GError) error = NULL;

    g_assert_null (profile_load ("no-such-profile", NULL, &error));
    g_assert_error (error, EC25_ERROR, EC25_ERROR_PROFILE);
    g_assert_nonnull (strstr (error->message, PROFILE_DEFAULT));
}

static void
test_incomplete (void)
{
    static const char *const texts[] = { "[identity]\nmodel=EC25\n", NULL }, *const names[] = { "half",
                                                                                                NULL };
    g_autoptr (GError) error = NULL;

    g_assert_null (profile_parse (texts, names, NULL, &error));
    g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/profile/built-in", test_built_in);
    g_test_add_func ("/profile/layers", test_layers);
    g_test_add_func ("/profile/any-bytes", test_any_bytes);
    g_test_add_func ("/profile/bad-settings", test_bad_settings);
    g_test_add_func ("/profile/missing-file", test_missing_file);
    g_test_add_func ("/profile/incomplete", test_incomplete);
    return g_test_run ();
}
