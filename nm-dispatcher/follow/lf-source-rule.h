/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Policy rules by which what has an uplink's address leaves through that uplink, whoever is elected.
 *
 *     32760: from ADDRESS lookup main suppress_prefixlength 0
 *     32761: from ADDRESS lookup TABLE      (TABLE: a default route over the uplink)
 *
 * The first keeps the way to everything that has a route of its own, the second goes before the default
 * routes of the main table. Both stand behind whatever rules a VPN or the administrator has, because those are
 * made with smaller numbers. Connections that live on the uplink thus survive another election, and replies
 * pass a strict reverse path filter.
 */

#pragma once

#include "lf-netlink.h"

#define LF_RULE_PRIORITY_MAIN  32760
#define LF_RULE_PRIORITY_TABLE 32761

/* The uplinks' tables: this and the interface index. */
#define LF_TABLE_BASE 760000u

/* An address whose packets shall leave through its own link. */
typedef struct {
    LfAddress address;
    LfRoute   route; /* the link's own default route */
} LfSourceRule;

/* A policy rule of ours in the kernel. */
typedef struct {
    LfFamily family;
    guint8   address[16];
    guint32  priority; /* one of the two above */
    guint32  table;    /* 0: the main table without its default routes */
} LfPolicy;

/* What has to change. Pure. */
typedef struct {
    GArray *add;    /* of LfPolicy, in this order */
    GArray *remove; /* of LfPolicy, in this order: the rule that names a table goes last */
} LfPolicyPlan;

/* @there: of LfPolicy. @wanted: of LfSourceRule. */
LfPolicyPlan *lf_policy_plan_new (const GArray *there, const GArray *wanted);
void          lf_policy_plan_free (LfPolicyPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LfPolicyPlan, lf_policy_plan_free)

/*
 * Makes the rules and tables of ours those of @wanted (of LfSourceRule), and no others. What is right already
 * is not touched. Whatever moment it is ended at, the next call puts it right: as long as there is a route in
 * a table of ours, there is a rule of ours that names it. FALSE with LF_ERROR_NETLINK and the first error.
 */
gboolean lf_source_rules_apply (LfNetlink *netlink, const GArray *wanted, GError **error);

/* The links whose addresses have rules of ours now: of gint, owned by the caller. NULL with LF_ERROR_NETLINK. */
GArray *lf_source_rules_links (LfNetlink *netlink, LfFamily family, GError **error);
