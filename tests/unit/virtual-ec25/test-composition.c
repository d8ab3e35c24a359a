/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The USB interfaces in each mode, whole and with functions switched off. */

#include "composition.h"

#include <string.h>

static const struct {
    Usbnet mode;
    guint functions;
    const char *classes;
    guint n_interfaces;
    int at, net; /* interface numbers; -1: none */
} compositions[] = {
    { USBNET_QMI, FUNCTION_ALL, ":ffffff:ff0000:", 5, 2, 4 },
    { USBNET_ECM, FUNCTION_ALL, ":ffffff:ff0000:020600:0a0000:", 6, 2, 4 },
    { USBNET_MBIM, FUNCTION_ALL, ":ffffff:ff0000:020e00:0a0002:", 6, 2, 4 },
    { USBNET_RNDIS, FUNCTION_ALL, ":e00103:0a0000:ffffff:ff0000:", 6, 4, 0 },
    { USBNET_QMI, FUNCTION_ALL & ~FUNCTION_DIAG, ":ff0000:ffffff:", 4, 1, 3 },
    { USBNET_ECM, FUNCTION_ALL & ~FUNCTION_NMEA, ":ffffff:ff0000:020600:0a0000:", 5, 1, 3 },
    { USBNET_ECM, FUNCTION_ALL & ~FUNCTION_NET, ":ffffff:ff0000:", 4, 2, -1 },
    { USBNET_RNDIS, FUNCTION_NET | FUNCTION_MODEM, ":e00103:0a0000:ff0000:", 3, -1, 0 },
};

static int
find (const Composition *composition, Role role, gboolean net)
{
    for (guint i = 0; i < composition->n_interfaces; i++)
        if (net ? composition->interfaces[i].net : composition->interfaces[i].role == role)
            return composition->interfaces[i].number;
    return -1;
}

static void
test_compositions (void)
{
    for (guint i = 0; i < G_N_ELEMENTS (compositions); i++) {
        Composition composition;
        g_autofree char *classes = NULL;

        composition_init (&composition, compositions[i].mode, compositions[i].functions);
        classes = composition_classes (&composition);
        g_assert_cmpstr (classes, ==, compositions[i].classes);
        g_assert_cmpuint (composition.n_interfaces, ==, compositions[i].n_interfaces);
        g_assert_cmpint (find (&composition, ROLE_AT_PRIMARY, FALSE), ==, compositions[i].at);
        g_assert_cmpint (find (&composition, ROLE_NONE, TRUE), ==, compositions[i].net);
    }
}

/* The kernel numbers terminals as it finds them. */
static void
test_terminals (void)
{
    Composition composition;

    composition_init (&composition, USBNET_ECM, FUNCTION_ALL & ~FUNCTION_DIAG);
    g_assert_cmpint (composition.interfaces[0].role, ==, ROLE_GPS);
    g_assert_cmpstr (composition.interfaces[0].node, ==, "ttyUSB0");
    g_assert_cmpstr (composition.interfaces[2].node, ==, "ttyUSB2");
    g_assert_null (composition.interfaces[3].node);
}

static void
test_broken (void)
{
    Composition composition;

    composition_init_broken (&composition);
    g_assert_cmpuint (composition.n_interfaces, ==, 1);
    g_assert_cmpint (composition.interfaces[0].role, ==, ROLE_NONE);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/composition/modes", test_compositions);
    g_test_add_func ("/composition/terminals", test_terminals);
    g_test_add_func ("/composition/broken", test_broken);
    return g_test_run ();
}
