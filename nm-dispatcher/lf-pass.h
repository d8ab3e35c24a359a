/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One pass: observe, elect, apply. Everything else is a way to call it. */

#pragma once

#include "lf-elect.h"
#include "lf-health-file.h"
#include "lf-netlink.h"

/* What a pass knows about the machine before it changes anything. */
typedef struct {
    LfNetlink  *netlink;
    LfSnapshot *snapshot;
    LfConfig   *config;
    GPtrArray  *problems; /* of gchar *: what is wrong with the configuration */
    LfHealthReport *report; /* what the monitor says */
    gint64          took[LF_N_FAMILIES]; /* that the routes took in the pass that ended with this view, µs */
} LfView;

typedef enum {
    LF_VIEW_ROUTED_LINKS, /* classes of those links only that have a default route: all that a pass needs */
    LF_VIEW_ALL_LINKS,
} LfViewScope;

/* NULL with LF_ERROR_NETLINK. The snapshot's links have the health that a living monitor has found. */
LfView *lf_view_new (LfViewScope scope, GError **error);
void    lf_view_free (LfView *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LfView, lf_view_free)

/*
 * Makes the kernel choose the elected uplinks. Changes nothing when it does so already. Waits for another
 * pass that is under way. What cannot be done is skipped, the rest is done, and the first error returned.
 */
gboolean lf_pass_apply (GError **error);

/*
 * The same; what the machine is like afterwards is in @after, NULL if that cannot be seen. Owned by the caller, who
 * also tells what is wrong with the configuration.
 */
gboolean lf_pass_apply_and_view (LfView **after, GError **error);

/* Makes the folder for what is to be known as long as the machine runs: /run/lte-failover. */
gboolean lf_pass_make_folder (GError **error);

/* Takes everything back: our routes, settings and state. */
gboolean lf_pass_clean (GError **error);
