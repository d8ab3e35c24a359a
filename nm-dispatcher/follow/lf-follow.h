/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything that follows a switch: name resolution, connections, the ways of those that stay, forwarded
 * connections. The routes have moved before; what begins now goes over the elected uplink by itself.
 */

#pragma once

#include "lf-config.h"

typedef struct _LfFollow LfFollow;

/* Called in the main loop when lf_follow_through() is to be called again although nothing has changed. */
typedef void (*LfFollowAgain) (gpointer data);

/* Needs a running main loop. Never NULL: what the kernel does not offer is said once and left out. */
LfFollow *lf_follow_new (LfFollowAgain again, gpointer data);

/* Stops; what is set stays for the next one. */
void lf_follow_free (LfFollow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LfFollow, lf_follow_free)

/*
 * To be called after each pass, with what was observed then. Compares it with the last time and with what is
 * there, so that it repairs what a crash has left halfway; if nothing is to be done it does nothing. Returns
 * at once: names follow within tens of milliseconds, then connections are reset, so that the applications
 * that connect anew find the names they ask for.
 */
void lf_follow_through (LfFollow *self, const LfSnapshot *snapshot, const LfConfig *config);

/* Takes everything back that any lf_follow_through() has set, at once. FALSE with the first error. */
gboolean lf_follow_clean (GError **error);
