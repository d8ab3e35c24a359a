/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What has to follow when the routes have moved. Pure: the clock is a parameter. */

#pragma once

#include "lf-elect.h"
#include "lf-source-rule.h"

/* An uplink, elected or not, that connections may live on in one family. */
typedef struct {
    gint     link;
    LfFamily family;
    gint64   since; /* when it ceased to be elected, µs; 0: it is elected */
    gboolean empty; /* no connection lives on it any more; filled in by who calls */
} LfDrain;

/* What is remembered from one plan to the next. */
typedef struct {
    gboolean  seen;                    /* FALSE: this is the first plan */
    gint      elected[LF_N_FAMILIES];  /* interface index, 0: none */
    GArray   *addresses;               /* of LfAddress: those of uplinks at the last plan */
    GArray   *cut;                     /* of LfAddress: those whose connections were reset, until they are good again */
    GArray   *drains;                  /* of LfDrain */
} LfFollowState;

LfFollowState *lf_follow_state_new (void);
void           lf_follow_state_free (LfFollowState *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LfFollowState, lf_follow_state_free)

/* A drain that somebody else began; @now, µs, counts as its beginning. */
void lf_follow_state_add_drain (LfFollowState *self, LfFamily family, gint link, gint64 now);

typedef struct {
    gint      elected[LF_N_FAMILIES];
    GArray   *reset;   /* of LfAddress: their connections cannot go on */
    GArray   *left;    /* of LfAddress: what is forwarded under them does not leave through their link any more */
    GArray   *rules;   /* of LfSourceRule */
    gint64    next;    /* when to plan again if nothing happens, µs; 0: never */
} LfFollowPlan;

/*
 * Compares what is with @state, and brings @state up to date.
 *
 * - An uplink that is without carrier or internet is dead: if another one works, connections on its addresses
 *   are reset, once for each death. So are those on addresses that an uplink had and that have gone, as soon as
 *   there is another way.
 * - An elected uplink that is not first in the configured order gets source rules, so that its connections
 *   survive the return to a better one, whoever makes it. Any other one gets them when it is left although it
 *   works. They stay until its connections have ended, at most the configured time; what lives longer is reset.
 *
 * - An uplink with a strict reverse path filter has source rules while another one is elected.
 *
 * @addresses: of LfAddress. @now: monotonic, µs.
 */
LfFollowPlan *lf_follow_plan_new (LfFollowState *state, const LfSnapshot *snapshot, const LfConfig *config,
                                  const GArray *addresses, gint64 now);
void          lf_follow_plan_free (LfFollowPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LfFollowPlan, lf_follow_plan_free)

/* TRUE if @peer is in the subnet of @address: reached without a gateway, whatever is behind that. */
gboolean lf_address_is_neighbour (const LfAddress *address, LfFamily family, const guint8 *peer);
