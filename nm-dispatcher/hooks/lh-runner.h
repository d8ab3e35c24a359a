/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs scripts one after another, switch by switch, and ends those that take too long. */

#pragma once

#include <gio/gio.h>

typedef struct _LhRunner LhRunner;

/* @time_limit: of each script, ms. */
LhRunner *lh_runner_new (const gchar *folder, guint time_limit);

/* Ends the script that runs, and forgets those that wait. */
void lh_runner_free (LhRunner *self);

/*
 * Lets all scripts of the folder run with this environment (taken over), after those that run or wait. If too many
 * switches wait already, the oldest of them is dropped: what is true now matters more.
 */
void lh_runner_add (LhRunner *self, gchar **environment);
