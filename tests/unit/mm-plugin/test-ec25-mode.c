/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ec25-error.h"
#include "ec25-mode.h"

static const struct {
    Ec25Interface interface;
    Ec25Mode      mode;
} interfaces[] = {
    { { "option", 0xff, 0xff, 0xff }, EC25_MODE_UNKNOWN }, /* diagnostics */
    { { "option", 0xff, 0x00, 0x00 }, EC25_MODE_UNKNOWN },
    { { "qmi_wwan", 0xff, 0xff, 0xff }, EC25_MODE_QMI },
    { { "qmi_wwan", 0xff, 0x00, 0x00 }, EC25_MODE_QMI },
    { { "cdc_ether", 0x02, 0x06, 0x00 }, EC25_MODE_ECM },
    { { NULL, 0x02, 0x06, 0x00 }, EC25_MODE_ECM }, /* what the module is does not depend on the kernel */
    { { "option", 0x0a, 0x00, 0x00 }, EC25_MODE_UNKNOWN },
    { { "cdc_mbim", 0x02, 0x0e, 0x00 }, EC25_MODE_MBIM },
    { { "rndis_host", 0xe0, 0x01, 0x03 }, EC25_MODE_RNDIS },
    { { "btusb", 0xe0, 0x01, 0x01 }, EC25_MODE_UNKNOWN },
    { { "cdc_acm", 0x02, 0x02, 0x01 }, EC25_MODE_UNKNOWN },
    { { NULL, 0, 0, 0 }, EC25_MODE_UNKNOWN },
};

static void
test_interfaces (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (interfaces); i++)
        g_assert_cmpuint (ec25_mode_of_interface (&interfaces[i].interface), ==, interfaces[i].mode);
}

static const struct {
    const gchar *response;
    Ec25Mode     mode; /* UNKNOWN: an error */
} responses[] = {
    { "+QCFG: \"usbnet\",0", EC25_MODE_QMI },
    { "\r\n+QCFG: \"USBNET\",1\r\n", EC25_MODE_ECM },
    { "+QCFG:\"usbnet\",2", EC25_MODE_MBIM },
    { "+QCFG: \"usbnet\", 3", EC25_MODE_RNDIS },
    { "+QCFG: \"usbnet\",4", EC25_MODE_UNKNOWN },
    { "+QCFG: \"usbnet\",", EC25_MODE_UNKNOWN },
    { "+QCFG: \"usbnet\",11", EC25_MODE_UNKNOWN },
    { "+QCFG: \"usbcfg\",1", EC25_MODE_UNKNOWN },
    { "+QCFG: \"usbnet\",1\r\n+CREG: 1", EC25_MODE_UNKNOWN },
    { "\001\002garbage", EC25_MODE_UNKNOWN },
    { "", EC25_MODE_UNKNOWN },
    { NULL, EC25_MODE_UNKNOWN },
};

static void
test_usbnet (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (responses); i++) {
        g_autoptr(GError) error = NULL;
        Ec25Mode          mode = EC25_MODE_UNKNOWN;
        gboolean          right = responses[i].mode != EC25_MODE_UNKNOWN;

        g_assert_true (ec25_at_parse_usbnet (responses[i].response, &mode, &error) == right);
        g_assert_cmpuint (mode, ==, responses[i].mode);
        if (!right)
            g_assert_error (error, EC25_ERROR, EC25_ERROR_PARSE);
    }
}

static void
test_names (void)
{
    Ec25Mode mode, parsed = EC25_MODE_UNKNOWN;

    for (mode = EC25_MODE_QMI; mode <= EC25_MODE_RNDIS; mode++) {
        g_assert_true (ec25_mode_from_string (ec25_mode_get_string (mode), &parsed, NULL));
        g_assert_cmpuint (parsed, ==, mode);
    }
    g_assert_cmpstr (ec25_mode_get_string (EC25_MODE_UNKNOWN), ==, "");
}

static void
test_wrong_names (void)
{
    static const gchar *wrong[] = { "", "QMI", "ppp", "ecm ", NULL };
    guint               i;

    for (i = 0; i < G_N_ELEMENTS (wrong); i++) {
        g_autoptr(GError) error = NULL;
        Ec25Mode          mode = EC25_MODE_ECM;

        g_assert_false (ec25_mode_from_string (wrong[i], &mode, &error));
        g_assert_error (error, EC25_ERROR, EC25_ERROR_UNSUPPORTED);
        g_assert_nonnull (strstr (error->message, "rndis"));
        g_assert_cmpuint (mode, ==, EC25_MODE_ECM);
    }
}

static void
test_commands (void)
{
    g_autofree gchar *qmi = ec25_at_build_usbnet (EC25_MODE_QMI);
    g_autofree gchar *rndis = ec25_at_build_usbnet (EC25_MODE_RNDIS);

    g_assert_cmpstr (qmi, ==, "+QCFG=\"usbnet\",0");
    g_assert_cmpstr (rndis, ==, "+QCFG=\"usbnet\",3");
}

int
main (int    argc,
      char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/mode/interfaces", test_interfaces);
    g_test_add_func ("/mode/usbnet", test_usbnet);
    g_test_add_func ("/mode/names", test_names);
    g_test_add_func ("/mode/wrong-names", test_wrong_names);
    g_test_add_func ("/mode/commands", test_commands);
    return g_test_run ();
}
