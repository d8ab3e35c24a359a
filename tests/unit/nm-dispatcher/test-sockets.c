/* SPDX-License-Identifier: GPL-2.0-or-later */

#include <linux/inet_diag.h>
#include <string.h>
#include <sys/socket.h>

#include "lf-sockets.h"

typedef struct {
    const gchar *name;
    gboolean     remote;
    LfFamily     family;
    guint16      port;
    guint        code;
    gsize        length;
    gint         expected_port;
} Case;

static const Case cases[] = {
    { "our IPv4 address", FALSE, LF_IPV4, 0, INET_DIAG_BC_S_COND, 16, -1 },
    { "our IPv6 address", FALSE, LF_IPV6, 0, INET_DIAG_BC_S_COND, 28, -1 },
    { "a name server", TRUE, LF_IPV4, 53, INET_DIAG_BC_D_COND, 16, 53 },
    { "a name server of IPv6", TRUE, LF_IPV6, 53, INET_DIAG_BC_D_COND, 28, 53 },
};

static const guint8 address[16] = { 192, 0, 2, 7, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };

/* As the kernel reads it: a yes ends exactly behind the program, a no just beyond it. */
static void
test_program (gconstpointer data)
{
    const Case                *it = data;
    LfSocketFilter             filter = { 6, it->remote, it->family, address, it->port };
    guint8                     program[64];
    gsize                      size = it->family == LF_IPV4 ? 4 : 16;
    struct inet_diag_bc_op     operation;
    struct inet_diag_hostcond  condition;

    g_assert_cmpuint (lf_sockets_program (&filter, program), ==, it->length);
    memcpy (&operation, program, sizeof operation);
    memcpy (&condition, program + sizeof operation, sizeof condition);
    g_assert_cmpuint (operation.code, ==, it->code);
    g_assert_cmpuint (operation.yes, ==, it->length);
    g_assert_cmpuint (operation.no, ==, it->length + 4);
    g_assert_cmpuint (condition.family, ==, it->family == LF_IPV4 ? AF_INET : AF_INET6);
    g_assert_cmpuint (condition.prefix_len, ==, size * 8);
    g_assert_cmpint (condition.port, ==, it->expected_port);
    g_assert_cmpmem (program + it->length - size, size, address, size);
}

int
main (int argc, char **argv)
{
    guint i;

    g_test_init (&argc, &argv, NULL);
    for (i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree gchar *path = g_strdup_printf ("/sockets/%s", cases[i].name);

        g_test_add_data_func (path, &cases[i], test_program);
    }
    return g_test_run ();
}
