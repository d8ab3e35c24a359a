/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One pass: observe, elect, apply. Everything else is a way to call it. */

#pragma once

#include "lf-elect.h"
#include "lf-netlink.h"

/* What a pass knows about the machine before it changes anything. */
typedef struct {
    LfNetlink  *netlink;
    LfSnapshot *snapshot;
    LfConfig   *config;
    GPtrArray  *problems; /* of gchar *: what is wrong with the configuration */
} LfView;

typedef enum {
    LF_VIEW_ROUTED_LINKS, /* classes of those links only that have a default route: all that a pass needs */
    LF_VIEW_ALL_LINKS,
} LfViewScope;

/* NULL with LF_ERROR_NETLINK. */
LfView *lf_view_new (LfViewScope scope, GError **error);
void    lf_view_free (LfView *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LfView, lf_view_free)

/*
 * Makes the kernel choose the elected uplinks. Changes nothing when it does so already. Waits for another
 * pass that is under way. What cannot be done is skipped, the rest is done, and the first error returned.
 */
gboolean lf_pass_apply (GError **error);

/* Takes everything back: our routes, settings and state. */
gboolean lf_pass_clean (GError **error);
