/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-status.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

#include "lf-budget.h"

#include "lf-table.h"
#include "lf-text.h"

/* A family as the reader sees it. */
typedef struct {
    const LfLink  *elected;
    const LfLink  *carries; /* whom the kernel really sends through */
    const LfRoute *ours;
    gchar         *reason;
} Family;

static const gchar *const family_keys[] = { [LF_IPV4] = "ipv4", [LF_IPV6] = "ipv6" };
static const gchar *const family_titles[] = { [LF_IPV4] = "IPv4", [LF_IPV6] = "IPv6" };

static const LfRoute *
find_our_route (const LfSnapshot *snapshot, LfFamily family, const LfLink *link)
{
    guint i;

    for (i = 0; link && i < snapshot->routes[family]->len; i++) {
        const LfRoute *route = &g_array_index (snapshot->routes[family], LfRoute, i);

        if (route->protocol == LF_ROUTE_PROTOCOL && route->link == link->index)
            return route;
    }
    return NULL;
}

/* Why the kernel does not do what the election says. */
static gchar *
explain_other (const LfView *view, const LfPlan *plan, const Family *it)
{
    const gchar *carries = it->carries->name;

    if (plan->problem)
        return g_strdup_printf (_("goes over %s; %s"), carries, plan->problem);
    if (plan->add->len || plan->remove->len)
        return g_strdup_printf (_("goes over %s instead of %s: run 'lte-failover apply' as root"), carries, it->elected->name);
    if (it->carries->class == LF_CLASS_OTHER)
        return g_strdup_printf (_("goes over %s, a VPN or tunnel, which goes first; uplink below it: %s"), carries,
                                it->elected->name);
    return g_strdup_printf (_("goes over %s instead of %s: a policy rule, or a route over several lines, sends it there"),
                            carries, it->elected->name);
}

static gchar *
explain (const LfView *view, LfFamily family, const Family *it)
{
    g_autofree gchar  *order = g_strjoinv (", ", view->config->order);
    g_autoptr(LfPlan)  plan = lf_plan_new (view->snapshot, view->config, family, TRUE);

    if (!it->elected)
        return it->carries ? g_strdup_printf (_("goes over %s; no uplink has a default route and carrier"), it->carries->name)
                           : g_strdup (_("goes nowhere: no uplink has a default route and carrier"));
    if (!it->carries)
        return g_strdup_printf (_("goes nowhere, although %s has a default route"), it->elected->name);
    if (it->carries != it->elected)
        return explain_other (view, plan, it);
    if (it->ours)
        return g_strdup_printf (_("goes over %s, the first that works of %s; our route with metric %u puts it there"),
                                it->carries->name, order, it->ours->metric);
    return g_strdup_printf (_("goes over %s, the first that works of %s"), it->carries->name, order);
}

static void
look_at_family (const LfView *view, LfFamily family, Family *it)
{
    g_autofree gchar *reason = NULL;

    it->elected = lf_elect (view->snapshot, view->config, family);
    it->carries = lf_snapshot_find_link (view->snapshot, lf_netlink_way_out (view->netlink, family));
    it->ours = find_our_route (view->snapshot, family, it->elected);
    reason = explain (view, family, it);
    it->reason = lf_text_printable (reason);
}

static gboolean
is_listed (const LfView *view, const LfLink *link)
{
    return lf_config_rank (view->config, link) >= 0 || link->spent || !lf_config_uses (view->config, link);
}

static LfVerdict
judge (const LfView *view, LfFamily family, const LfLink *link, const LfLink *elected)
{
    return link == elected ? LF_VERDICT_ELECTED : lf_elect_judge (view->snapshot, view->config, family, link);
}

/*****************************************************************************/
/* Text */

static gchar *
describe_standing (const LfView *view, LfFamily family, const LfLink *link, const LfLink *elected)
{
    const LfRoute *route = lf_snapshot_best_route (view->snapshot, family, link->index);
    const gchar   *verdict = _(lf_verdict_to_string (judge (view, family, link, elected)));
    LfHealth       health = link->health[family];

    if (!route)
        return g_strdup (verdict);
    /* Dead is said already. */
    if (health == LF_HEALTH_GOOD || (health == LF_HEALTH_UNKNOWN && view->report->live))
        return g_strdup_printf (_("%s, %s (metric %u)"), verdict, health == LF_HEALTH_GOOD ? _("good") : _("unproven"),
                                route->metric);
    return g_strdup_printf (_("%s (metric %u)"), verdict, route->metric);
}

static LfColour
colour_of (LfVerdict verdict, LfHealth health)
{
    switch (verdict) {
    case LF_VERDICT_ELECTED:
        return health == LF_HEALTH_DEAD ? LF_COLOUR_RED : LF_COLOUR_GREEN;
    case LF_VERDICT_DEAD:
    case LF_VERDICT_NO_CARRIER:
    case LF_VERDICT_NO_INTERNET:
        return LF_COLOUR_RED;
    case LF_VERDICT_STANDBY:
        return health == LF_HEALTH_GOOD ? LF_COLOUR_NONE : LF_COLOUR_YELLOW;
    default:
        return LF_COLOUR_GREY;
    }
}

static void
add_row (LfTable *table, const LfView *view, const LfLink *link, const Family *families)
{
    guint family;

    lf_table_add (table, LF_COLOUR_NONE, link->name);
    lf_table_add (table, LF_COLOUR_NONE, lf_class_to_string (link->class));
    lf_table_add (table, link->carrier ? LF_COLOUR_NONE : LF_COLOUR_RED, link->carrier ? _("yes") : _("no"));
    for (family = 0; family < LF_N_FAMILIES; family++) {
        g_autofree gchar *standing = describe_standing (view, family, link, families[family].elected);

        lf_table_add (table, colour_of (judge (view, family, link, families[family].elected), link->health[family]),
                      standing);
    }
}

static gchar *
make_table (const LfView *view, const Family *families, gboolean colours)
{
    static const gchar *const titles[] = { N_("UPLINK"), N_("CLASS"), N_("CARRIER"), "IPV4", "IPV6" };
    g_autoptr(LfTable)        table = lf_table_new (G_N_ELEMENTS (titles));
    guint                     i;

    for (i = 0; i < G_N_ELEMENTS (titles); i++)
        lf_table_add (table, LF_COLOUR_BOLD, _(titles[i]));
    for (i = 0; i < view->snapshot->links->len; i++) {
        const LfLink *link = &g_array_index (view->snapshot->links, LfLink, i);

        if (is_listed (view, link))
            add_row (table, view, link, families);
    }
    return lf_table_to_string (table, colours);
}

static void
append_budget (GString *text, const LfConfig *config)
{
    g_autoptr(LfBudget) budget = config->budget ? lf_budget_load (LF_BUDGET_FILE, "") : NULL;
    g_autofree gchar   *figures = budget && *budget->period ? lf_budget_describe (budget, config) : NULL;

    if (figures)
        g_string_append_printf (text, _("LTE budget: %s%s\n"), figures,
                                lf_budget_judge (budget, config) != LF_BUDGET_OVER ? "" :
                                config->budget_then == LF_BUDGET_THEN_STOP ? _("; LTE is stopped") :
                                config->budget_then == LF_BUDGET_THEN_ALLOWED ? _("; LTE is kept for what is allowed") :
                                _("; it is used up"));
}

gchar *
lf_status_to_text (const LfView *view, gboolean colours)
{
    GString           *text = g_string_new (NULL);
    Family             families[LF_N_FAMILIES] = { 0 };
    g_autofree gchar  *table = NULL;
    guint              i;

    for (i = 0; i < LF_N_FAMILIES; i++)
        look_at_family (view, i, &families[i]);
    table = make_table (view, families, colours);
    g_string_append_printf (text, "%s\n", table);
    for (i = 0; i < LF_N_FAMILIES; i++) {
        g_string_append_printf (text, "%s %s\n", family_titles[i], families[i].reason);
        g_free (families[i].reason);
    }
    append_budget (text, view->config);
    for (i = 0; i < view->problems->len; i++)
        g_string_append_printf (text, _("configuration: %s\n"), (gchar *) view->problems->pdata[i]);
    return g_string_free (text, FALSE);
}

/*****************************************************************************/
/* Words */

/* Since when, and how well it answers. */
static void
append_figures (GString *text, const LfHealthEntry *entry, LfFamily family)
{
    g_autoptr(GDateTime)  since = g_date_time_new_from_unix_local (entry->since[family]);
    g_autofree gchar     *time = since && entry->since[family] ? g_date_time_format (since, "%F %T") : NULL;

    if (time)
        g_string_append_printf (text, _("; since %s"), time);
    if (entry->latency[family])
        g_string_append_printf (text, "; %.1f ms", entry->latency[family] / 1000.0);
    if (entry->loss[family])
        g_string_append_printf (text, _("; %u %% lost"), entry->loss[family]);
}

static void
append_grounds (GString *text, const LfView *view, LfFamily family, const LfLink *link, const LfLink *elected)
{
    const LfHealthEntry *entry = view->report->live ? lf_health_report_find (view->report, link->index) : NULL;
    const gchar         *verdict = lf_verdict_to_string (judge (view, family, link, elected));
    g_autofree gchar    *name = lf_text_printable (link->name);

    g_string_append_printf (text, "  %-15s  %s", name, _(verdict));
    /* Dead is said already, where it is the reason. */
    if (entry && entry->has[family] && !g_str_equal (verdict, lf_health_to_string (entry->health[family])))
        g_string_append_printf (text, ", %s", _(lf_health_to_string (entry->health[family])));
    if (entry && entry->has[family] && entry->reason[family])
        g_string_append_printf (text, ": %s", _(entry->reason[family]));
    if (entry && entry->has[family])
        append_figures (text, entry, family);
    g_string_append_c (text, '\n');
}

gchar *
lf_status_explain (const LfView *view)
{
    g_autoptr(GString) text = g_string_new (NULL);
    guint              i, family;

    for (family = 0; family < LF_N_FAMILIES; family++) {
        Family it = { 0 };

        look_at_family (view, family, &it);
        g_string_append_printf (text, "%s %s\n", family_titles[family], it.reason);
        for (i = 0; i < view->snapshot->links->len; i++) {
            const LfLink *link = &g_array_index (view->snapshot->links, LfLink, i);

            if (is_listed (view, link))
                append_grounds (text, view, family, link, it.elected);
        }
        g_free (it.reason);
    }
    if (!view->report->live)
        g_string_append (text, _("The monitor does not run: a line that is dead while its link is up goes unnoticed "
                               "(systemctl enable --now lte-failover-monitor).\n"));
    return g_string_free (g_steal_pointer (&text), FALSE);
}

/*****************************************************************************/
/* JSON */

static void
add_name (JsonBuilder *builder, const gchar *key, const LfLink *link)
{
    json_builder_set_member_name (builder, key);
    if (link) {
        g_autofree gchar *name = lf_text_printable (link->name);

        json_builder_add_string_value (builder, name);
    } else {
        json_builder_add_null_value (builder);
    }
}

static void
add_metric (JsonBuilder *builder, const gchar *key, const LfRoute *route)
{
    json_builder_set_member_name (builder, key);
    if (route)
        json_builder_add_int_value (builder, route->metric);
    else
        json_builder_add_null_value (builder);
}

static void
add_text (JsonBuilder *builder, const gchar *key, const gchar *text)
{
    json_builder_set_member_name (builder, key);
    json_builder_add_string_value (builder, text);
}

static void
add_number (JsonBuilder *builder, const gchar *key, gint64 number)
{
    json_builder_set_member_name (builder, key);
    json_builder_add_int_value (builder, number);
}

static void
add_health (JsonBuilder *builder, const LfHealthReport *report, const LfLink *link, LfFamily family)
{
    const LfHealthEntry *entry = report->live ? lf_health_report_find (report, link->index) : NULL;

    if (!entry || !entry->has[family])
        return;
    add_text (builder, "health", lf_health_to_string (entry->health[family]));
    if (entry->reason[family])
        add_text (builder, "health_reason", entry->reason[family]);
    add_number (builder, "since", entry->since[family]);
    add_number (builder, "latency_us", entry->latency[family]);
    add_number (builder, "loss_percent", entry->loss[family]);
}

static void
add_uplink (JsonBuilder *builder, const LfView *view, const LfLink *link, const Family *families)
{
    guint family;

    json_builder_begin_object (builder);
    add_name (builder, "interface", link);
    add_text (builder, "class", lf_class_to_string (link->class));
    json_builder_set_member_name (builder, "carrier");
    json_builder_add_boolean_value (builder, link->carrier);
    for (family = 0; family < LF_N_FAMILIES; family++) {
        json_builder_set_member_name (builder, family_keys[family]);
        json_builder_begin_object (builder);
        add_text (builder, "verdict", lf_verdict_to_string (judge (view, family, link, families[family].elected)));
        add_metric (builder, "metric", lf_snapshot_best_route (view->snapshot, family, link->index));
        add_health (builder, view->report, link, family);
        json_builder_end_object (builder);
    }
    json_builder_end_object (builder);
}

static void
add_family (JsonBuilder *builder, LfFamily family, const Family *it)
{
    json_builder_set_member_name (builder, family_keys[family]);
    json_builder_begin_object (builder);
    add_name (builder, "elected", it->elected);
    add_name (builder, "carries", it->carries);
    add_metric (builder, "our_metric", it->ours);
    add_text (builder, "reason", it->reason);
    json_builder_end_object (builder);
}

static void
add_uplinks (JsonBuilder *builder, const LfView *view, const Family *families)
{
    guint i;

    json_builder_set_member_name (builder, "uplinks");
    json_builder_begin_array (builder);
    for (i = 0; i < view->snapshot->links->len; i++) {
        const LfLink *link = &g_array_index (view->snapshot->links, LfLink, i);

        if (is_listed (view, link))
            add_uplink (builder, view, link, families);
    }
    json_builder_end_array (builder);
}

static void
add_budget (JsonBuilder *builder, const LfConfig *config)
{
    static const gchar *const states[] = { "fine", "nearly used up", "used up" };
    g_autoptr(LfBudget)       budget = config->budget ? lf_budget_load (LF_BUDGET_FILE, "") : NULL;

    if (!budget)
        return;
    json_builder_set_member_name (builder, "lte_budget");
    json_builder_begin_object (builder);
    add_text (builder, "since", budget->period);
    add_number (builder, "used", budget->used);
    add_number (builder, "monthly", config->budget);
    add_text (builder, "state", states[lf_budget_judge (budget, config)]);
    json_builder_end_object (builder);
}

gchar *
lf_status_to_json (const LfView *view)
{
    g_autoptr(JsonBuilder) builder = json_builder_new ();
    g_autoptr(JsonNode)    root = NULL;
    Family                 families[LF_N_FAMILIES] = { 0 };
    guint                  i;

    json_builder_begin_object (builder);
    for (i = 0; i < LF_N_FAMILIES; i++)
        look_at_family (view, i, &families[i]);
    add_uplinks (builder, view, families);
    for (i = 0; i < LF_N_FAMILIES; i++) {
        add_family (builder, i, &families[i]);
        g_free (families[i].reason);
    }
    json_builder_set_member_name (builder, "monitor");
    json_builder_add_boolean_value (builder, view->report->live);
    add_budget (builder, view->config);
    json_builder_set_member_name (builder, "problems");
    json_builder_begin_array (builder);
    for (i = 0; i < view->problems->len; i++)
        json_builder_add_string_value (builder, view->problems->pdata[i]);
    json_builder_end_array (builder);
    json_builder_end_object (builder);
    root = json_builder_get_root (builder);
    return json_to_string (root, TRUE);
}
