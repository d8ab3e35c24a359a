/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-source-rule.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "lf-error.h"

#define MAX_DUMPS 10

static const guint8 address_families[] = { [LF_IPV4] = AF_INET, [LF_IPV6] = AF_INET6 };
static const gsize  address_sizes[] = { [LF_IPV4] = 4, [LF_IPV6] = 16 };

/*****************************************************************************/
/* Planning */

static void
want_policies (GArray *policies, const LfSourceRule *rule)
{
    LfPolicy policy = { .family = rule->address.family, .priority = LF_RULE_PRIORITY_TABLE };

    memcpy (policy.address, rule->address.bytes, address_sizes[policy.family]);
    policy.table = LF_TABLE_BASE + rule->address.link;
    g_array_append_val (policies, policy);
    policy.priority = LF_RULE_PRIORITY_MAIN;
    policy.table = 0;
    g_array_append_val (policies, policy);
}

static gboolean
contains (const GArray *policies, const LfPolicy *wanted)
{
    guint i;

    for (i = 0; i < policies->len; i++) {
        const LfPolicy *policy = &g_array_index (policies, LfPolicy, i);

        if (policy->family == wanted->family && policy->priority == wanted->priority &&
            policy->table == wanted->table && memcmp (policy->address, wanted->address, 16) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Those that name a table, or those that do not. */
static void
append_missing (GArray *missing, const GArray *policies, const GArray *from, gboolean with_table)
{
    guint i;

    for (i = 0; i < policies->len; i++) {
        const LfPolicy *policy = &g_array_index (policies, LfPolicy, i);

        if ((policy->table != 0) == with_table && !contains (from, policy) && !contains (missing, policy))
            g_array_append_val (missing, *policy);
    }
}

LfPolicyPlan *
lf_policy_plan_new (const GArray *there, const GArray *wanted)
{
    LfPolicyPlan      *self = g_new0 (LfPolicyPlan, 1);
    g_autoptr(GArray)  policies = g_array_new (FALSE, FALSE, sizeof (LfPolicy));
    guint              i;

    self->add = g_array_new (FALSE, FALSE, sizeof (LfPolicy));
    self->remove = g_array_new (FALSE, FALSE, sizeof (LfPolicy));
    for (i = 0; i < wanted->len; i++)
        want_policies (policies, &g_array_index (wanted, LfSourceRule, i));
    append_missing (self->add, policies, there, FALSE);
    append_missing (self->add, policies, there, TRUE);
    append_missing (self->remove, there, policies, FALSE);
    append_missing (self->remove, there, policies, TRUE);
    return self;
}

void
lf_policy_plan_free (LfPolicyPlan *self)
{
    g_array_unref (self->add);
    g_array_unref (self->remove);
    g_free (self);
}

/*****************************************************************************/
/* The kernel's rules */

typedef struct {
    GArray  *policies;
    LfFamily family;
} DumpContext;

static void
read_rule_attribute (const struct nlattr *attribute, LfPolicy *policy, guint8 *protocol, guint32 *table)
{
    switch (mnl_attr_get_type (attribute)) {
    case FRA_PROTOCOL: *protocol = mnl_attr_get_u8 (attribute); break;
    case FRA_PRIORITY: policy->priority = mnl_attr_get_u32 (attribute); break;
    case FRA_TABLE: *table = mnl_attr_get_u32 (attribute); break;
    case FRA_SRC:
        memcpy (policy->address, mnl_attr_get_payload (attribute),
                MIN (mnl_attr_get_payload_len (attribute), address_sizes[policy->family]));
        break;
    }
}

static int
rule_received (const struct nlmsghdr *header, void *data)
{
    const struct fib_rule_hdr *message = mnl_nlmsg_get_payload (header);
    DumpContext               *context = data;
    const struct nlattr       *attribute;
    LfPolicy                   policy = { .family = context->family };
    guint8                     protocol = 0;
    guint32                    table = message->table;

    if (message->family != address_families[context->family])
        return MNL_CB_OK;
    mnl_attr_for_each (attribute, header, sizeof *message)
        read_rule_attribute (attribute, &policy, &protocol, &table);
    if (protocol != LF_ROUTE_PROTOCOL)
        return MNL_CB_OK;
    policy.table = table == RT_TABLE_MAIN ? 0 : table;
    g_array_append_val (context->policies, policy);
    return MNL_CB_OK;
}

/* The rules of ours of one family (of LfPolicy). */
static GArray *
observe (LfNetlink *netlink, LfFamily family, GError **error)
{
    g_autoptr(GArray) policies = g_array_new (FALSE, FALSE, sizeof (LfPolicy));
    DumpContext       context = { policies, family };
    guint             attempt;

    for (attempt = 0; attempt < MAX_DUMPS; attempt++) {
        _Alignas (struct nlmsghdr) char buffer[MNL_NLMSG_HDRLEN + 64];
        struct nlmsghdr     *request = mnl_nlmsg_put_header (buffer);
        struct fib_rule_hdr *message;

        request->nlmsg_type = RTM_GETRULE;
        request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
        message = mnl_nlmsg_put_extra_header (request, sizeof *message);
        message->family = address_families[family];
        g_array_set_size (policies, 0);
        /* A kernel without IPv6 has no rules for it. */
        if (lf_mnl_ask (netlink, request, rule_received, &context) || errno == EAFNOSUPPORT || errno == EOPNOTSUPP)
            return g_steal_pointer (&policies);
        if (errno != EINTR)
            break;
    }
    lf_error_errno (error, LF_ERROR_NETLINK, errno, _("the kernel does not tell its policy rules"));
    return NULL;
}

static gboolean
change (LfNetlink *netlink, const LfPolicy *policy, gboolean add, GError **error)
{
    _Alignas (struct nlmsghdr) char buffer[MNL_NLMSG_HDRLEN + 128];
    struct nlmsghdr     *request = mnl_nlmsg_put_header (buffer);
    struct fib_rule_hdr *message;

    request->nlmsg_type = add ? RTM_NEWRULE : RTM_DELRULE;
    request->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | (add ? NLM_F_CREATE | NLM_F_EXCL : 0);
    message = mnl_nlmsg_put_extra_header (request, sizeof *message);
    message->family = address_families[policy->family];
    message->src_len = address_sizes[policy->family] * 8;
    message->action = FR_ACT_TO_TBL;
    mnl_attr_put (request, FRA_SRC, address_sizes[policy->family], policy->address);
    mnl_attr_put_u32 (request, FRA_PRIORITY, policy->priority);
    mnl_attr_put_u32 (request, FRA_TABLE, policy->table ? policy->table : RT_TABLE_MAIN);
    mnl_attr_put_u8 (request, FRA_PROTOCOL, LF_ROUTE_PROTOCOL);
    if (!policy->table)
        mnl_attr_put_u32 (request, FRA_SUPPRESS_PREFIXLEN, 0);
    return lf_mnl_ask (netlink, request, NULL, NULL) || errno == (add ? EEXIST : ENOENT) ||
           lf_error_errno (error, LF_ERROR_NETLINK, errno, add ? _("a policy rule with priority %u cannot be added")
                                                                     : _("a policy rule with priority %u cannot be removed"),
                           policy->priority);
}

GArray *
lf_source_rules_links (LfNetlink *netlink, LfFamily family, GError **error)
{
    g_autoptr(GArray) policies = observe (netlink, family, error);
    GArray           *links;
    guint             i;

    if (!policies)
        return NULL;
    links = g_array_new (FALSE, FALSE, sizeof (gint));
    for (i = 0; i < policies->len; i++) {
        const LfPolicy *policy = &g_array_index (policies, LfPolicy, i);
        gint            link = policy->table > LF_TABLE_BASE ? policy->table - LF_TABLE_BASE : 0;

        if (link)
            g_array_append_val (links, link);
    }
    return links;
}

/*****************************************************************************/
/* The tables */

/* The route that a table is to have, or NULL: it is to be empty. */
static const LfRoute *
route_for (const GArray *wanted, LfFamily family, guint32 table)
{
    guint i;

    for (i = 0; i < wanted->len; i++) {
        const LfSourceRule *rule = &g_array_index (wanted, LfSourceRule, i);

        if (rule->address.family == family && LF_TABLE_BASE + rule->address.link == table)
            return &rule->route;
    }
    return NULL;
}

static gboolean
same_way (const LfRoute *a, const LfRoute *b)
{
    return a->link == b->link && a->has_gateway == b->has_gateway && a->has_source == b->has_source &&
           memcmp (a->gateway, b->gateway, sizeof a->gateway) == 0 &&
           memcmp (a->source, b->source, sizeof a->source) == 0 &&
           a->n_metrics == b->n_metrics && memcmp (a->metrics, b->metrics, a->n_metrics) == 0;
}

static gboolean
fill_table (LfNetlink *netlink, LfFamily family, guint32 table, const LfRoute *wanted, GError **error)
{
    g_autoptr(GArray) there = lf_netlink_default_routes (netlink, family, table, error);
    gboolean          found = FALSE;
    LfRoute           route;
    guint             i;

    if (!there)
        return FALSE;
    for (i = 0; i < there->len; i++) {
        LfRoute *old = &g_array_index (there, LfRoute, i);

        if (old->protocol != LF_ROUTE_PROTOCOL)
            continue;
        old->table = table;
        if (wanted && same_way (old, wanted))
            found = TRUE;
        else if (!lf_netlink_remove_route (netlink, family, old, error))
            return FALSE;
    }
    if (!wanted || found)
        return TRUE;
    route = *wanted;
    route.table = table;
    route.metric = 1;
    return lf_netlink_add_route (netlink, family, &route, FALSE, error);
}

static gboolean
change_all (LfNetlink *netlink, const GArray *policies, gboolean add, GError **error)
{
    guint i;

    for (i = 0; i < policies->len; i++) {
        if (!change (netlink, &g_array_index (policies, LfPolicy, i), add, error))
            return FALSE;
    }
    return TRUE;
}

/* Fills those tables that are wanted, empties those that only @there knows of. */
static gboolean
fill_tables (LfNetlink *netlink, LfFamily family, const GArray *there, const GArray *wanted, GError **error)
{
    guint i;

    for (i = 0; i < wanted->len; i++) {
        const LfSourceRule *rule = &g_array_index (wanted, LfSourceRule, i);

        if (rule->address.family == family &&
            !fill_table (netlink, family, LF_TABLE_BASE + rule->address.link, &rule->route, error))
            return FALSE;
    }
    for (i = 0; i < there->len; i++) {
        guint32 table = g_array_index (there, LfPolicy, i).table;

        if (table && !route_for (wanted, family, table) && !fill_table (netlink, family, table, NULL, error))
            return FALSE;
    }
    return TRUE;
}

/* Rules before routes on the way in, routes before rules on the way out. */
static gboolean
apply_family (LfNetlink *netlink, LfFamily family, const GArray *wanted, GError **error)
{
    g_autoptr(GArray)       there = observe (netlink, family, error);
    g_autoptr(GArray)       ours = g_array_new (FALSE, FALSE, sizeof (LfSourceRule));
    g_autoptr(LfPolicyPlan) plan = NULL;
    guint                   i;

    if (!there)
        return FALSE;
    for (i = 0; i < wanted->len; i++) {
        if (g_array_index (wanted, LfSourceRule, i).address.family == family)
            g_array_append_val (ours, g_array_index (wanted, LfSourceRule, i));
    }
    plan = lf_policy_plan_new (there, ours);
    return change_all (netlink, plan->add, TRUE, error) && fill_tables (netlink, family, there, ours, error) &&
           change_all (netlink, plan->remove, FALSE, error);
}

gboolean
lf_source_rules_apply (LfNetlink *netlink, const GArray *wanted, GError **error)
{
    gboolean done = TRUE;
    guint    family;

    for (family = 0; family < LF_N_FAMILIES; family++)
        done &= apply_family (netlink, family, wanted, done ? error : NULL);
    return done;
}
