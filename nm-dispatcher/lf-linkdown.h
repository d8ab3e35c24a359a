/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ignore_routes_with_linkdown: the kernel's own failover.
 *
 * With it the kernel passes over the routes of a link from the moment its carrier is gone, where
 * NetworkManager leaves them in place for six seconds.
 */

#pragma once

#include "lf-snapshot.h"

/*
 * Turns the setting on for the links in @wanted (of const LfLink *), and takes it back, to what it was
 * before, for all others that it was turned on for.
 *
 * @proc_sys: "/proc/sys" outside of tests. @state_file: what the settings were before; it is written before
 * a setting is changed, so that whoever comes after a crash knows, and removed when there is nothing to
 * remember. An interface that is gone took its settings along. What cannot be done is skipped, the rest is
 * done: FALSE with LF_ERROR_STATE and the first error.
 */
gboolean lf_linkdown_apply (const gchar *proc_sys, const gchar *state_file, const LfSnapshot *snapshot,
                            const GPtrArray *wanted, GError **error);
