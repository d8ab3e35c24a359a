/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A thread's visit to another network namespace: what it opens there, sockets and interfaces, stays there. */

#pragma once

#include <glib.h>

/* namespace: a file descriptor. Returns what netns_leave() needs, or -1 with EC25_ERROR_HOST. */
int  netns_enter (int namespace, GError **error);
void netns_leave (int home);
