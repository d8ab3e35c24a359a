/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MPTCP endpoints of the metered line are a backup.
 *
 * NetworkManager makes an endpoint of each address, and all carry data alike. With the kernel's backup flag
 * those of LTE stand ready, and carry data when no other subflow does.
 */

#pragma once

#include <glib.h>

/*
 * Gives the flag to all endpoints on @links (of gint, interface indices), and takes it from those on links
 * that it was given to before and that are not among them. Nothing is done where MPTCP is off.
 *
 * @proc_sys: "/proc/sys" outside of tests. @state_file: remembers the links from one call to the next. FALSE
 * with LF_ERROR_NETLINK or LF_ERROR_STATE.
 */
gboolean lf_mptcp_apply (const gchar *proc_sys, const gchar *state_file, const GArray *links, GError **error);
