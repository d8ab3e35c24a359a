/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is asked whether the internet is there. Pure. */

#pragma once

#include "lf-snapshot.h"

typedef enum {
    LF_TARGET_ICMP, /* icmp:ADDRESS           an echo */
    LF_TARGET_TCP,  /* tcp:ADDRESS:PORT       a connection is accepted or refused */
    LF_TARGET_DNS,  /* dns:ADDRESS[/NAME]     a query for NAME, or for the root, is answered */
    LF_TARGET_HTTP, /* http://ADDRESS[:PORT]/PATH   the page has the expected status and begin */
} LfTargetKind;

typedef struct {
    LfTargetKind  kind;
    LfFamily      family;
    guint8        address[16];
    guint16       port;
    gchar        *name; /* of the query, or the path of the page */
    gchar        *text; /* as it was written */
} LfTarget;

/* NULL if @text is none of the above; an IPv6 address before a port or path stands in brackets. */
LfTarget *lf_target_new (const gchar *text);
void      lf_target_free (LfTarget *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LfTarget, lf_target_free)
