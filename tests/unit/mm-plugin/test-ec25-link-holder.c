/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who keeps a link up, in a folder that looks like /proc. */

#include <unistd.h>

#include "ec25-link-holder.h"
#include "scratch-tree.h"

#define IFINDEX 7
#define HEADER  "sk               RefCnt Type Proto  Iface R Rmem   User   Inode\n"

static void
test_parse (void)
{
    static const struct {
        const gchar *text;
        guint        n_inodes;
        guint64      first;
    } cases[] = {
        { "",                                                                        0, 0 },
        { HEADER,                                                                    0, 0 },
        { HEADER "0000000000000000 3      3    0003   7     1 0      0      27000 \n", 1, 27000 },
        { HEADER "ffff8880 3 2 0800 7 1 0 100 5\n0000 3 3 0003 7 1 0 0 6\n",         2, 5 },
        { HEADER "(____ptrval____) 3 3 0003 7 1 0 0 27000\n",                        1, 27000 },
        { HEADER "0000 3 3 0003 8 1 0 0 27000\n",                                    0, 0 },
        { HEADER "0000 3 3 0003 0 1 0 0 27000\n",                                    0, 0 },
        { HEADER "0000 3 3 0003 77 1 0 0 27000\n",                                   0, 0 },
        { HEADER "0000 3 3 0003 7 1 0 0\n",                                          0, 0 },
        { HEADER "0000 3 3 0003 7 1 0 0 -5\n",                                       0, 0 },
        { HEADER "0000 3 3 0003 7 1 0 0 99999999999999999999999999\n",               0, 0 },
        { "\x01\xff\n\n 7 7 7 7\n",                                                  0, 0 },
    };
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr(GArray) inodes = ec25_packet_sockets_parse (cases[i].text, IFINDEX);

        g_assert_cmpuint (inodes->len, ==, cases[i].n_inodes);
        if (inodes->len > 0)
            g_assert_cmpuint (g_array_index (inodes, guint64, 0), ==, cases[i].first);
    }
}

/* @socket: (nullable): what a file descriptor of the process is. */
static void
add_process (const ScratchTree *proc,
             const gchar       *pid,
             const gchar       *comm,
             const gchar       *socket)
{
    g_autofree gchar *comm_name = g_build_filename (pid, "comm", NULL);
    g_autofree gchar *comm_line = g_strconcat (comm, "\n", NULL);
    g_autofree gchar *fd_name = g_build_filename (pid, "fd", "5", NULL);
    g_autofree gchar *fd = scratch_tree_path (proc, fd_name);

    scratch_tree_write (proc, comm_name, comm_line);
    if (socket)
        g_assert_no_errno (symlink (socket, fd));
}

typedef struct {
    const gchar *path;
    const gchar *comm;
    const gchar *socket;
    const gchar *description;
} HolderCase;

#define NOBODY "another program keeps the link up; " \
               "stop network managers other than NetworkManager from managing wwan0"

static const HolderCase holder_cases[] = {
    { "/link-holder/certain", "dhcpcd", "socket:[27000]",
      "the link is kept up by dhcpcd (pid 123); stop it from managing wwan0" },
    { "/link-holder/cut-name", "systemd-network", "socket:[27000]",
      "the link is kept up by systemd-networkd (pid 123); stop it from managing wwan0" },
    { "/link-holder/manager-without-socket", "dhcpcd", "socket:[1]",
      "the link is probably kept up by dhcpcd (pid 123); stop it from managing wwan0" },
    { "/link-holder/descriptors-hidden", "dhclient", NULL,
      "the link is probably kept up by dhclient (pid 123); stop it from managing wwan0" },
    { "/link-holder/socket-of-a-stranger", "tcpdump", "socket:[27000]",
      "the link is probably kept up by tcpdump (pid 123); stop it from managing wwan0" },
    { "/link-holder/nobody", "bash", "socket:[270000]",
      NOBODY },
    { "/link-holder/not-a-socket", "bash", "/dev/null",
      NOBODY },
};

static void
test_holder (gconstpointer data)
{
    const HolderCase          *c = data;
    g_autoptr(ScratchTree)     proc = scratch_tree_new ();
    g_autoptr(Ec25LinkHolder)  holder = NULL;
    g_autofree gchar          *description = NULL;

    scratch_tree_write (proc, "net/packet", HEADER "0000 3 3 0003 7 1 0 0 27000\n");
    scratch_tree_write (proc, "version", "Linux\n");
    add_process (proc, "1", "init", NULL);
    add_process (proc, "123", c->comm, c->socket);

    holder = ec25_link_holder_find (proc, IFINDEX);
    description = ec25_link_holder_describe (holder, "wwan0");
    g_assert_cmpstr (description, ==, c->description);
}

static void
test_certain_beats_guess (void)
{
    g_autoptr(ScratchTree)     proc = scratch_tree_new ();
    g_autoptr(Ec25LinkHolder)  holder = NULL;

    scratch_tree_write (proc, "net/packet", HEADER "0000 3 3 0003 7 1 0 0 27000\n");
    add_process (proc, "100", "systemd-network", NULL);
    add_process (proc, "123", "dhcpcd", "socket:[27000]");
    add_process (proc, "200", "connmand", NULL);

    holder = ec25_link_holder_find (proc, IFINDEX);
    g_assert_true (holder->certain);
    g_assert_cmpuint (holder->pid, ==, 123);
}

static void
test_nothing_to_see (void)
{
    g_autoptr(ScratchTree) proc = scratch_tree_new ();

    g_assert_null (ec25_link_holder_find (proc, IFINDEX));
    g_assert_null (ec25_link_holder_find ("/no/such/folder", IFINDEX));
}

int
main (int    argc,
      char **argv)
{
    gsize i;

    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/link-holder/parse", test_parse);
    for (i = 0; i < G_N_ELEMENTS (holder_cases); i++)
        g_test_add_data_func (holder_cases[i].path, &holder_cases[i], test_holder);
    g_test_add_func ("/link-holder/certain-beats-guess", test_certain_beats_guess);
    g_test_add_func ("/link-holder/nothing-to-see", test_nothing_to_see);
    return g_test_run ();
}
