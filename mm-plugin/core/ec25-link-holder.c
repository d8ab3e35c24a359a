/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which program keeps a network link up against our will. */

#include <glib/gi18n-lib.h>
#include <string.h>

#include "ec25-link-holder.h"

/* Bounds that keep the search short on a machine with very many processes. */
#define MAX_PROCESSES        4096
#define MAX_FILE_DESCRIPTORS 1024

/* The kernel cuts names at 15 characters. */
static const struct {
    const gchar *comm;
    const gchar *name;
} network_managers[] = {
    { "dhcpcd",          "dhcpcd"           },
    { "dhclient",        "dhclient"         },
    { "udhcpc",          "udhcpc"           },
    { "systemd-network", "systemd-networkd" },
    { "connmand",        "connmand"         },
    { "wickedd",         "wickedd"          },
    { "netifd",          "netifd"           },
    { "ifplugd",         "ifplugd"          },
};

void
ec25_link_holder_free (Ec25LinkHolder *holder)
{
    g_free (holder->name);
    g_free (holder);
}

/* <sk> <references> <type> <protocol> <ifindex> <running> <memory> <user> <inode> */
GArray *
ec25_packet_sockets_parse (const gchar *text,
                           guint        ifindex)
{
    g_autoptr(GArray) inodes = g_array_new (FALSE, FALSE, sizeof (guint64));
    g_autoptr(GRegex) regex = NULL;
    g_auto(GStrv)     lines = g_strsplit (text, "\n", -1);
    guint             i;

    regex = g_regex_new ("^\\S+\\s+\\d+\\s+\\d+\\s+[0-9a-f]+\\s+(\\d{1,10})"
                         "\\s+\\d\\s+\\d+\\s+\\d+\\s+(\\d{1,19})\\s*$",
                         G_REGEX_RAW | G_REGEX_OPTIMIZE, 0, NULL);
    for (i = 0; lines[i]; i++) {
        g_autoptr(GMatchInfo) info = NULL;
        g_autofree gchar     *bound_to = NULL;
        g_autofree gchar     *inode = NULL;
        guint64               value;

        if (!g_regex_match (regex, lines[i], 0, &info))
            continue;
        bound_to = g_match_info_fetch (info, 1);
        inode = g_match_info_fetch (info, 2);
        value = g_ascii_strtoull (inode, NULL, 10);
        if (g_ascii_strtoull (bound_to, NULL, 10) == ifindex)
            g_array_append_val (inodes, value);
    }
    return g_steal_pointer (&inodes);
}

static gboolean
is_one_of (const gchar  *link_target,
           const GArray *inodes)
{
    guint i;

    for (i = 0; i < inodes->len; i++) {
        g_autofree gchar *socket = g_strdup_printf ("socket:[%" G_GUINT64_FORMAT "]",
                                                    g_array_index (inodes, guint64, i));

        if (g_str_equal (link_target, socket))
            return TRUE;
    }
    return FALSE;
}

static gboolean
process_owns_socket (const gchar  *process,
                     const GArray *inodes)
{
    g_autofree gchar *fd_folder = g_build_filename (process, "fd", NULL);
    g_autoptr(GDir)   dir = g_dir_open (fd_folder, 0, NULL);
    const gchar      *fd;
    guint             seen = 0;

    while (dir && seen++ < MAX_FILE_DESCRIPTORS && (fd = g_dir_read_name (dir))) {
        g_autofree gchar *path = g_build_filename (fd_folder, fd, NULL);
        g_autofree gchar *target = g_file_read_link (path, NULL);

        if (target && is_one_of (target, inodes))
            return TRUE;
    }
    return FALSE;
}

static const gchar *
network_manager_name (const gchar *comm)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (network_managers); i++) {
        if (g_str_equal (comm, network_managers[i].comm))
            return network_managers[i].name;
    }
    return NULL;
}

/* %NULL if the process has nothing to do with the link. */
static Ec25LinkHolder *
examine_process (const gchar  *proc,
                 const gchar  *pid,
                 const GArray *inodes)
{
    g_autofree gchar *process = g_build_filename (proc, pid, NULL);
    g_autofree gchar *comm_path = g_build_filename (process, "comm", NULL);
    g_autofree gchar *comm = NULL;
    const gchar      *manager;
    gboolean          owner;
    Ec25LinkHolder   *holder;

    if (!g_file_get_contents (comm_path, &comm, NULL, NULL))
        return NULL;
    g_strchomp (comm);
    manager = network_manager_name (comm);
    owner = inodes->len > 0 && process_owns_socket (process, inodes);
    if (!manager && !owner)
        return NULL;

    holder = g_new0 (Ec25LinkHolder, 1);
    holder->name = manager ? g_strdup (manager) : g_strescape (comm, NULL);
    holder->pid = (guint) g_ascii_strtoull (pid, NULL, 10);
    holder->certain = manager && owner;
    return holder;
}

static GArray *
read_packet_sockets (const gchar *proc,
                     guint        ifindex)
{
    g_autofree gchar *path = g_build_filename (proc, "net", "packet", NULL);
    g_autofree gchar *text = NULL;

    if (!g_file_get_contents (path, &text, NULL, NULL))
        return g_array_new (FALSE, FALSE, sizeof (guint64));
    return ec25_packet_sockets_parse (text, ifindex);
}

Ec25LinkHolder *
ec25_link_holder_find (const gchar *proc,
                       guint        ifindex)
{
    g_autoptr(GArray)         inodes = read_packet_sockets (proc, ifindex);
    g_autoptr(GDir)           dir = g_dir_open (proc, 0, NULL);
    g_autoptr(Ec25LinkHolder) guess = NULL;
    const gchar              *name;
    guint                     seen = 0;

    while (dir && seen < MAX_PROCESSES && (name = g_dir_read_name (dir))) {
        g_autoptr(Ec25LinkHolder) holder = NULL;

        if (!g_ascii_isdigit (name[0]))
            continue;
        seen++;
        holder = examine_process (proc, name, inodes);
        if (holder && holder->certain)
            return g_steal_pointer (&holder);
        if (holder && !guess)
            guess = g_steal_pointer (&holder);
    }
    return g_steal_pointer (&guess);
}

gchar *
ec25_link_holder_describe (const Ec25LinkHolder *holder,
                           const gchar          *interface)
{
    if (!holder)
        return g_strdup_printf (_("another program keeps the link up; "
                                "stop network managers other than NetworkManager from managing %s"),
                                interface);
    return g_strdup_printf (holder->certain ? _("the link is kept up by %s (pid %u); stop it from managing %s")
                                            : _("the link is probably kept up by %s (pid %u); stop it from managing %s"),
                            holder->name, holder->pid, interface);
}
