/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "raw-ip-file.h"

#include <errno.h>
#include <string.h>

static void
test_writes (void)
{
    static const struct {
        gboolean before;
        const char *text;
        gboolean up;
        int result;
        gboolean after;
    } cases[] = {
        { FALSE, "Y\n", FALSE, 0, TRUE },      { TRUE, "N\n", FALSE, 0, FALSE },
        { FALSE, "Y\n", TRUE, -EBUSY, FALSE }, { TRUE, "N", TRUE, -EBUSY, TRUE },
        { TRUE, "Y\n", TRUE, 0, TRUE },        { FALSE, "0", TRUE, 0, FALSE },
        { FALSE, "1", FALSE, 0, TRUE },        { FALSE, "on\n", FALSE, 0, TRUE },
        { TRUE, "off\n", FALSE, 0, FALSE },    { TRUE, "oops", FALSE, -EINVAL, TRUE },
        { FALSE, "", FALSE, -EINVAL, FALSE },  { FALSE, "2", TRUE, -EINVAL, FALSE },
        { FALSE, "\n", FALSE, -EINVAL, FALSE },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        gboolean raw_ip = cases[i].before;

        g_assert_cmpint (raw_ip_write (&raw_ip, cases[i].text, strlen (cases[i].text), cases[i].up), ==,
                         cases[i].result);
        g_assert_cmpint (raw_ip, ==, cases[i].after);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/raw-ip/writes", test_writes);
    return g_test_run ();
}
