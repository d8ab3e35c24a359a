/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The administrator's scripts: which are run, and what they are told. */

#pragma once

#include <gio/gio.h>

/* FALSE for what editors and package managers leave beside a file: hidden ones, NAME~, NAME.dpkg-old and the like. */
gboolean lh_scripts_is_name (const gchar *name);

/*
 * The scripts of a folder in the order of their names (of gchar *, paths, owned). A folder that does not exist has
 * none. Only what nobody but @owner (0, root, outside of tests) can change is run: what is left out for that is told
 * in @problems (of gchar *, owned). What is not executable is left out without a word.
 */
GPtrArray *lh_scripts_list (const gchar *folder, uid_t owner, GPtrArray *problems);

/*
 * The environment of a script: PATH, LANG and, for the arguments of the signal Switched (ssssuut),
 * LTE_FAILOVER_FAMILY, _FROM, _TO, _REASON, _DETECT_MS, _SWITCH_US and _LTE_BYTES. NULL if @arguments are of another
 * type. Free with g_strfreev().
 */
gchar **lh_scripts_environment (GVariant *arguments);
