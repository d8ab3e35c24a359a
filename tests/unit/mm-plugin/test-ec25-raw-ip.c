/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The raw_ip attribute, in a folder that looks like /sys/class/net. */

#include <string.h>
#include <unistd.h>

#include "ec25-error.h"
#include "ec25-raw-ip.h"
#include "scratch-tree.h"

#define UNTOUCHED 99

static void
test_read (void)
{
    static const struct {
        const gchar *content;
        gint         state;
    } cases[] = {
        { "Y\n",            EC25_RAW_IP_ON },
        { "N\n",            EC25_RAW_IP_OFF },
        { "Y",              EC25_RAW_IP_ON },
        { "",               UNTOUCHED },
        { "\n",             UNTOUCHED },
        { "y\n",            UNTOUCHED },
        { "YN\n",           UNTOUCHED },
        { "\x01\xff\n",     UNTOUCHED },
        { "YYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYY", UNTOUCHED },
    };
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr(ScratchTree) tree = scratch_tree_new ();
        Ec25RawIp              state = UNTOUCHED;
        g_autoptr(GError)      error = NULL;

        scratch_tree_write (tree, "wwan0/qmi/raw_ip", cases[i].content);
        g_assert_cmpint (ec25_raw_ip_read (tree, "wwan0", &state, &error), ==, cases[i].state != UNTOUCHED);
        g_assert_cmpint ((gint) state, ==, cases[i].state);
        if (cases[i].state == UNTOUCHED)
            g_assert_error (error, EC25_ERROR, EC25_ERROR_PARSE);
    }
}

static void
test_absent (void)
{
    g_autoptr(ScratchTree) tree = scratch_tree_new ();
    Ec25RawIp              state = UNTOUCHED;

    scratch_tree_write (tree, "usb0/address", "02:50:f3:00:00:00\n");
    g_assert_true (ec25_raw_ip_read (tree, "usb0", &state, NULL));
    g_assert_cmpint (state, ==, EC25_RAW_IP_ABSENT);

    state = UNTOUCHED;
    g_assert_true (ec25_raw_ip_read (tree, "gone0", &state, NULL));
    g_assert_cmpint (state, ==, EC25_RAW_IP_ABSENT);
}

static void
test_endless (void)
{
    g_autoptr(ScratchTree)  tree = scratch_tree_new ();
    g_autofree gchar       *path = scratch_tree_path (tree, "wwan0/qmi/raw_ip");
    Ec25RawIp               state = UNTOUCHED;
    g_autoptr(GError)       read_error = NULL;
    g_autoptr(GError)       write_error = NULL;

    g_assert_no_errno (symlink ("/dev/full", path));
    g_assert_false (ec25_raw_ip_read (tree, "wwan0", &state, &read_error));
    g_assert_error (read_error, EC25_ERROR, EC25_ERROR_PARSE);
    g_assert_cmpint ((gint) state, ==, UNTOUCHED);
    g_assert_false (ec25_raw_ip_turn_on (tree, "wwan0", &write_error));
    g_assert_error (write_error, EC25_ERROR, EC25_ERROR_IO);
}

static void
test_bad_names (void)
{
    static const gchar     *names[] = { "", ".", "..", "../wwan0", "a/b" };
    g_autoptr(ScratchTree)  tree = scratch_tree_new ();
    gsize                   i;

    for (i = 0; i < G_N_ELEMENTS (names); i++) {
        Ec25RawIp         state = UNTOUCHED;
        g_autoptr(GError) read_error = NULL;
        g_autoptr(GError) write_error = NULL;

        g_assert_false (ec25_raw_ip_read (tree, names[i], &state, &read_error));
        g_assert_error (read_error, EC25_ERROR, EC25_ERROR_IO);
        g_assert_cmpint ((gint) state, ==, UNTOUCHED);
        g_assert_false (ec25_raw_ip_turn_on (tree, names[i], &write_error));
        g_assert_error (write_error, EC25_ERROR, EC25_ERROR_IO);
    }
}

static void
test_turn_on (void)
{
    g_autoptr(ScratchTree)  tree = scratch_tree_new ();
    Ec25RawIp               state = UNTOUCHED;
    g_autoptr(GError)       error = NULL;

    scratch_tree_write (tree, "wwan0/qmi/raw_ip", "N\n");
    g_assert_true (ec25_raw_ip_turn_on (tree, "wwan0", &error));
    g_assert_no_error (error);
    g_assert_true (ec25_raw_ip_read (tree, "wwan0", &state, NULL));
    g_assert_cmpint (state, ==, EC25_RAW_IP_ON);
}

static void
test_turn_on_absent (void)
{
    g_autoptr(ScratchTree)  tree = scratch_tree_new ();
    g_autoptr(GError)       error = NULL;

    g_assert_false (ec25_raw_ip_turn_on (tree, "wwan0", &error));
    g_assert_error (error, EC25_ERROR, EC25_ERROR_IO);
    g_assert_nonnull (strstr (error->message, "wwan0"));
}

int
main (int    argc,
      char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/raw-ip/read", test_read);
    g_test_add_func ("/raw-ip/absent", test_absent);
    g_test_add_func ("/raw-ip/endless", test_endless);
    g_test_add_func ("/raw-ip/bad-names", test_bad_names);
    g_test_add_func ("/raw-ip/turn-on", test_turn_on);
    g_test_add_func ("/raw-ip/turn-on-absent", test_turn_on_absent);
    return g_test_run ();
}
