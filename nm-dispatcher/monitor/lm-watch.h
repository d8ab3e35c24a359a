/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's own news of links, addresses, default routes and neighbours, by rtnetlink. */

#pragma once

#include "lf-snapshot.h"

typedef struct _LmWatch LmWatch;

typedef struct {
    /* Something that a pass looks at has changed, or news were lost. */
    void (*changed) (gpointer data);
    /* The kernel has found that a neighbour answers, or does not. @address: 4 or 16 bytes. */
    void (*neighbour) (gint link, LfFamily family, const guint8 *address, gboolean reachable, gpointer data);
} LmWatchCallbacks;

/* Calls back in the main context of the caller. Our own new routes are no news. NULL with LF_ERROR_NETLINK. */
LmWatch *lm_watch_new (const LmWatchCallbacks *callbacks, gpointer data, GError **error);
void     lm_watch_free (LmWatch *self);
