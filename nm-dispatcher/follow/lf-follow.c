/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-follow.h"

#include <netinet/in.h>
#include <string.h>

#include "lf-conntrack.h"
#include "lf-dns.h"
#include "lf-error.h"
#include "lf-follow-plan.h"
#include "lf-mptcp.h"
#include "lf-sockets.h"

#define PROC_SYS    "/proc/sys"
#define MPTCP_STATE "/run/lte-failover/mptcp"

#define LOOPBACK_INDEX 1

#define DNS_PORT 53

/* Connections are reset when names follow, or after this many ms: NetworkManager may be slow, or not there. */
#define PATIENCE 50

struct _LfFollow {
    LfFollowAgain  again;
    gpointer       data;
    LfNetlink     *netlink;
    LfMnl         *diag;
    LfDns         *dns;
    LfFollowState *state;
    GArray        *uplinks; /* of LfDnsUplink: what the names follow now; NULL: not begun */
    gboolean       dns_active;
    GArray        *reset;   /* of LfAddress: to be done when the names follow */
    GArray        *left;    /* of LfAddress: the same for forwarded connections */
    guint          patience_id;
    guint          again_id;
    gboolean       told_unsupported;
};

static void names_follow (const GArray *dead, gpointer data);

LfFollow *
lf_follow_new (LfFollowAgain again, gpointer data)
{
    LfFollow          *self = g_new0 (LfFollow, 1);
    g_autoptr(GError)  error = NULL;

    self->again = again;
    self->data = data;
    self->state = lf_follow_state_new ();
    self->reset = g_array_new (FALSE, FALSE, sizeof (LfAddress));
    self->left = g_array_new (FALSE, FALSE, sizeof (LfAddress));
    self->netlink = lf_netlink_new (&error);
    if (self->netlink)
        self->diag = lf_sockets_open (&error);
    if (error)
        g_warning ("%s; connections do not follow the uplink", error->message);
    self->dns = lf_dns_new (names_follow, self);
    return self;
}

void
lf_follow_free (LfFollow *self)
{
    g_clear_handle_id (&self->patience_id, g_source_remove);
    g_clear_handle_id (&self->again_id, g_source_remove);
    g_clear_pointer (&self->dns, lf_dns_free);
    g_clear_pointer (&self->diag, lf_mnl_free);
    g_clear_pointer (&self->netlink, lf_netlink_free);
    g_clear_pointer (&self->uplinks, g_array_unref);
    lf_follow_state_free (self->state);
    g_array_unref (self->reset);
    g_array_unref (self->left);
    g_free (self);
}

/*****************************************************************************/
/* Connections */

typedef struct {
    LfFollow        *follow;
    const LfAddress *address;
} Victim;

/* TRUE if what is sent to @peer still leaves through the link of the address: a neighbour, or a route of its own. */
static gboolean
is_reached (const Victim *victim, LfFamily family, const guint8 *peer)
{
    gint way;

    if (lf_address_is_neighbour (victim->address, family, peer))
        return TRUE;
    way = lf_netlink_way_to (victim->follow->netlink, family, peer);
    return way == victim->address->link || way == LOOPBACK_INDEX;
}

/* Who binds a socket to an interface means that one: our probes, a VPN, a DHCP client. */
static gboolean
cannot_go_on (const LfSocket *socket, gpointer data)
{
    return socket->device == 0 && !is_reached (data, socket->family, socket->remote);
}

static gboolean
is_free (const LfSocket *socket, gpointer data)
{
    return socket->device == 0;
}

static gboolean
was_forwarded_over (const LfForwarded *connection, gpointer data)
{
    const Victim *victim = data;

    return memcmp (connection->translated, victim->address->bytes, connection->family == LF_IPV4 ? 4 : 16) == 0 &&
           !is_reached (victim, connection->family, connection->peer);
}

/* A kernel that cannot is named once. */
static void
complain (LfFollow *self, const GError *error)
{
    if (g_error_matches (error, LF_ERROR, LF_ERROR_UNSUPPORTED) && self->told_unsupported)
        return;
    if (g_error_matches (error, LF_ERROR, LF_ERROR_UNSUPPORTED))
        self->told_unsupported = TRUE;
    g_warning ("%s", error->message);
}

static void
reset_connections (LfFollow *self, const LfAddress *address)
{
    LfSocketFilter     filter = { .protocol = IPPROTO_TCP, .family = address->family, .address = address->bytes };
    Victim             victim = { self, address };
    g_autoptr(GError)  error = NULL;
    guint              count = 0;

    if (!lf_sockets_destroy (self->diag, &filter, cannot_go_on, &victim, &count, &error))
        complain (self, error);
    else if (count)
        g_message ("connections ended because their line is gone: %u; they begin anew", count);
}

static void
reset_forwarded (LfFollow *self, const LfAddress *address)
{
    Victim             victim = { self, address };
    g_autoptr(GError)  error = NULL;
    guint              count = 0;

    if (!lf_conntrack_is_router (PROC_SYS, address->family))
        return;
    if (!lf_conntrack_delete (address->family, was_forwarded_over, &victim, &count, &error))
        complain (self, error);
    else if (count)
        g_message ("forwarded connections ended because their line was left: %u; they begin anew", count);
}

static void
reset_pending (LfFollow *self)
{
    guint i;

    g_clear_handle_id (&self->patience_id, g_source_remove);
    for (i = 0; i < self->reset->len; i++)
        reset_connections (self, &g_array_index (self->reset, LfAddress, i));
    for (i = 0; i < self->left->len; i++)
        reset_forwarded (self, &g_array_index (self->left, LfAddress, i));
    g_array_set_size (self->reset, 0);
    g_array_set_size (self->left, 0);
}

static gboolean
patience_is_over (gpointer data)
{
    LfFollow *self = data;

    self->patience_id = 0;
    reset_pending (self);
    return G_SOURCE_REMOVE;
}

/* Whoever waits for an answer of a dead server is told not to. */
static void
release_waiting (LfFollow *self, const LfDnsServer *server)
{
    static const guint8 protocols[] = { IPPROTO_UDP, IPPROTO_TCP };
    guint               i;

    for (i = 0; i < G_N_ELEMENTS (protocols); i++) {
        LfSocketFilter    filter = { protocols[i], TRUE, server->family, server->address, DNS_PORT };
        g_autoptr(GError) error = NULL;

        if (!lf_sockets_destroy (self->diag, &filter, is_free, NULL, NULL, &error))
            complain (self, error);
    }
}

static void
names_follow (const GArray *dead, gpointer data)
{
    LfFollow *self = data;
    guint     i;

    if (!self->diag)
        return;
    for (i = 0; i < dead->len; i++)
        release_waiting (self, &g_array_index (dead, LfDnsServer, i));
    reset_pending (self);
}

/*****************************************************************************/
/* Names */

static gboolean
is_dead (LfVerdict verdict)
{
    return verdict != LF_VERDICT_STANDBY && verdict != LF_VERDICT_ELECTED;
}

/* All links that are uplinks in any family (of LfDnsUplink). */
static GArray *
describe_uplinks (const LfSnapshot *snapshot, const LfConfig *config, const LfFollowPlan *plan)
{
    GArray *uplinks = g_array_new (FALSE, TRUE, sizeof (LfDnsUplink));
    guint   i, family;

    for (i = 0; i < snapshot->links->len; i++) {
        const LfLink *link = &g_array_index (snapshot->links, LfLink, i);
        LfDnsUplink   uplink = { .index = link->index };

        if (lf_config_rank (config, link) < 0 || (!lf_snapshot_best_route (snapshot, LF_IPV4, link->index) &&
                                                  !lf_snapshot_best_route (snapshot, LF_IPV6, link->index)))
            continue;
        g_strlcpy (uplink.name, link->name, sizeof uplink.name);
        for (family = 0; family < LF_N_FAMILIES; family++) {
            uplink.elected[family] = plan->elected[family] == link->index;
            uplink.dead[family] = !uplink.elected[family] && is_dead (lf_elect_judge (snapshot, config, family, link));
        }
        g_array_append_val (uplinks, uplink);
    }
    return uplinks;
}

static gboolean
same_uplinks (const GArray *a, const GArray *b)
{
    return a && b && a->len == b->len && memcmp (a->data, b->data, a->len * sizeof (LfDnsUplink)) == 0;
}

/* Returns FALSE if the names follow already. */
static gboolean
follow_names (LfFollow *self, const LfSnapshot *snapshot, const LfConfig *config, const LfFollowPlan *plan)
{
    g_autoptr(GArray) uplinks = describe_uplinks (snapshot, config, plan);

    if (same_uplinks (self->uplinks, uplinks) && self->dns_active == config->dns_follow)
        return FALSE;
    g_clear_pointer (&self->uplinks, g_array_unref);
    self->uplinks = g_steal_pointer (&uplinks);
    self->dns_active = config->dns_follow;
    lf_dns_follow (self->dns, self->uplinks, config->dns_follow);
    return TRUE;
}

/*****************************************************************************/
/* Drains */

static gboolean
is_empty (LfFollow *self, const LfDrain *drain, const GArray *addresses)
{
    guint i, total = 0;

    for (i = 0; i < addresses->len; i++) {
        const LfAddress *address = &g_array_index (addresses, LfAddress, i);
        LfSocketFilter   filter = { .protocol = IPPROTO_TCP, .family = address->family, .address = address->bytes };
        guint            count = 0;

        if (address->link == drain->link && address->family == drain->family &&
            lf_sockets_count (self->diag, &filter, is_free, NULL, &count, NULL))
            total += count;
    }
    return total == 0;
}

static void
look_into_drains (LfFollow *self, const GArray *addresses)
{
    guint i;

    for (i = 0; i < self->state->drains->len; i++) {
        LfDrain *drain = &g_array_index (self->state->drains, LfDrain, i);

        drain->empty = drain->since != 0 && is_empty (self, drain, addresses);
    }
}

/* Rules that were there before us: of one that was killed. */
static void
adopt_drains (LfFollow *self, gint64 now)
{
    guint family, i;

    for (family = 0; family < LF_N_FAMILIES; family++) {
        g_autoptr(GArray) links = lf_source_rules_links (self->netlink, family, NULL);

        for (i = 0; links && i < links->len; i++)
            lf_follow_state_add_drain (self->state, family, g_array_index (links, gint, i), now);
    }
}

static gboolean
time_to_look_again (gpointer data)
{
    LfFollow *self = data;

    self->again_id = 0;
    self->again (self->data);
    return G_SOURCE_REMOVE;
}

static void
plan_to_look_again (LfFollow *self, const LfFollowPlan *plan, gint64 now)
{
    g_clear_handle_id (&self->again_id, g_source_remove);
    if (plan->next)
        self->again_id = g_timeout_add ((plan->next - now) / 1000, time_to_look_again, self);
}

/*****************************************************************************/
/* MPTCP */

/* The links of LTE uplinks. */
static void
follow_subflows (const LfSnapshot *snapshot, const LfConfig *config)
{
    g_autoptr(GArray)  links = g_array_new (FALSE, FALSE, sizeof (gint));
    g_autoptr(GError)  error = NULL;
    guint              i;

    for (i = 0; config->mptcp && i < snapshot->links->len; i++) {
        const LfLink *link = &g_array_index (snapshot->links, LfLink, i);

        if (link->class == LF_CLASS_LTE && lf_config_rank (config, link) >= 0)
            g_array_append_val (links, link->index);
    }
    if (!lf_mptcp_apply (PROC_SYS, MPTCP_STATE, links, &error))
        g_warning ("%s", error->message);
}

/*****************************************************************************/

static void
append_all (GArray *to, const GArray *from)
{
    if (from->len)
        g_array_append_vals (to, from->data, from->len);
}

static void
follow_connections (LfFollow *self, const LfConfig *config, const LfFollowPlan *plan, gboolean names_are_coming)
{
    if (config->reset)
        append_all (self->reset, plan->reset);
    if (config->conntrack)
        append_all (self->left, plan->left);
    if (!names_are_coming && self->patience_id == 0)
        reset_pending (self);
    else if (self->patience_id == 0)
        self->patience_id = g_timeout_add (PATIENCE, patience_is_over, self);
}

void
lf_follow_through (LfFollow *self, const LfSnapshot *snapshot, const LfConfig *config)
{
    gint64                   now = g_get_monotonic_time ();
    g_autoptr(GError)        error = NULL;
    g_autoptr(GArray)        addresses = NULL;
    g_autoptr(LfFollowPlan)  plan = NULL;

    if (!self->diag)
        return;
    addresses = lf_netlink_addresses (self->netlink, &error);
    if (!addresses) {
        g_warning ("%s", error->message);
        return;
    }
    if (!self->state->seen)
        adopt_drains (self, now);
    look_into_drains (self, addresses);
    plan = lf_follow_plan_new (self->state, snapshot, config, addresses, now);
    if (!lf_source_rules_apply (self->netlink, plan->rules, &error))
        g_warning ("%s", error->message);
    follow_connections (self, config, plan, follow_names (self, snapshot, config, plan));
    follow_subflows (snapshot, config);
    plan_to_look_again (self, plan, now);
}

gboolean
lf_follow_clean (GError **error)
{
    g_autoptr(LfNetlink) netlink = lf_netlink_new (error);
    g_autoptr(GArray)    no_rules = g_array_new (FALSE, FALSE, sizeof (LfSourceRule));
    g_autoptr(GArray)    no_links = g_array_new (FALSE, FALSE, sizeof (gint));
    gboolean             done = netlink && lf_source_rules_apply (netlink, no_rules, error);

    lf_dns_clean ();
    return lf_mptcp_apply (PROC_SYS, MPTCP_STATE, no_links, done ? error : NULL) && done;
}
