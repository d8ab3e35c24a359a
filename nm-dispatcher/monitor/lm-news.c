/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lm-news.h"

#include <string.h>

#include "lm-message-ids.h"

#define SYS_CLASS_NET "/sys/class/net"

struct _LmNews {
    LmNewsDetection  detection;
    gpointer         data;
    LmBus           *bus;
    gint             elected[LF_N_FAMILIES]; /* interface index; 0: none */
    gchar            name[LF_N_FAMILIES][IFNAMSIZ];
    gboolean         nothing_works[LF_N_FAMILIES];
    guint64          lte_bytes[LF_N_FAMILIES]; /* of all LTE uplinks, at the last switch */
    gchar           *problems;                 /* with the configuration, told last */
    LfBudgetState    budget;
};

LmNews *
lm_news_new (LmBusAsk ask, LmNewsDetection detection, gpointer data)
{
    LmNews *self = g_new0 (LmNews, 1);

    self->detection = detection;
    self->data = data;
    self->bus = lm_bus_new (ask, data);
    self->problems = g_strdup ("");
    return self;
}

void
lm_news_free (LmNews *self)
{
    lm_bus_free (self->bus);
    g_free (self->problems);
    g_free (self);
}

/*****************************************************************************/
/* Health */

static const gchar *const health_message_ids[] = {
    [LF_HEALTH_UNKNOWN] = LM_MESSAGE_UNPROVEN,
    [LF_HEALTH_GOOD] = LM_MESSAGE_GOOD,
    [LF_HEALTH_DEAD] = LM_MESSAGE_DEAD,
};

static void
tell_health (const LfHealthEntry *entry, LfFamily family)
{
    const gchar *name = lm_family_to_string (family), *health = lf_health_to_string (entry->health[family]);

    g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, "MESSAGE_ID", health_message_ids[entry->health[family]],
                      "LTE_FAILOVER_UPLINK", entry->name, "LTE_FAILOVER_FAMILY", name,
                      "LTE_FAILOVER_HEALTH", health, "LTE_FAILOVER_REASON", entry->reason[family],
                      "MESSAGE", "%s: %s is %s: %s", entry->name, name, health, entry->reason[family]);
}

void
lm_news_health (LmNews *self, const LfHealthReport *before, const LfHealthReport *report)
{
    gboolean changed = FALSE;
    guint    i, family;

    for (i = 0; i < report->entries->len; i++) {
        const LfHealthEntry *entry = report->entries->pdata[i];
        const LfHealthEntry *old = lf_health_report_find (before, entry->link);

        for (family = 0; family < LF_N_FAMILIES; family++) {
            if (!entry->has[family] || (old && old->has[family] && old->health[family] == entry->health[family]))
                continue;
            tell_health (entry, family);
            changed = TRUE;
        }
    }
    if (changed || before->entries->len != report->entries->len)
        lm_bus_uplinks_changed (self->bus);
}

/*****************************************************************************/
/* Switches */

static guint64
read_counter (const gchar *interface, const gchar *counter)
{
    g_autofree gchar *path = g_build_filename (SYS_CLASS_NET, interface, "statistics", counter, NULL);
    g_autofree gchar *text = NULL;

    return g_file_get_contents (path, &text, NULL, NULL) ? g_ascii_strtoull (text, NULL, 10) : 0;
}

guint64
lm_news_read_bytes (const gchar *interface)
{
    return read_counter (interface, "rx_bytes") + read_counter (interface, "tx_bytes");
}

static guint64
count_lte_bytes (const LfSnapshot *snapshot)
{
    guint64 bytes = 0;
    guint   i;

    for (i = 0; i < snapshot->links->len; i++) {
        const LfLink *link = &g_array_index (snapshot->links, LfLink, i);

        if (link->class == LF_CLASS_LTE)
            bytes += lm_news_read_bytes (link->name);
    }
    return bytes;
}

/* Counters begin again when an interface comes anew. */
static guint64
lte_bytes_since (LmNews *self, LfFamily family, const LfSnapshot *snapshot)
{
    guint64 now = count_lte_bytes (snapshot);
    guint64 before = self->lte_bytes[family];

    self->lte_bytes[family] = now;
    return now >= before ? now - before : now;
}

static void
tell_switch (LmNews *self, const LmSwitch *happened)
{
    g_autofree gchar *text = lm_switch_to_string (happened);
    g_autofree gchar *detect = g_strdup_printf ("%" G_GINT64_FORMAT, happened->detect / 1000);
    g_autofree gchar *took = g_strdup_printf ("%" G_GINT64_FORMAT, happened->took);
    g_autofree gchar *lte_bytes = g_strdup_printf ("%" G_GUINT64_FORMAT, happened->lte_bytes);

    g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, "MESSAGE_ID", LM_MESSAGE_SWITCH,
                      "LTE_FAILOVER_FAMILY", lm_family_to_string (happened->family),
                      "LTE_FAILOVER_UPLINK", happened->to, "LTE_FAILOVER_BEFORE", happened->from,
                      "LTE_FAILOVER_REASON", happened->reason, "LTE_FAILOVER_DETECT_MS", detect,
                      "LTE_FAILOVER_SWITCH_US", took, "LTE_FAILOVER_LTE_BYTES", lte_bytes,
                      "MESSAGE", "%s", text);
    lm_bus_switched (self->bus, happened);
}

static void
note_switch (LmNews *self, const LfView *view, LfFamily family, const LfLink *elected)
{
    gint                 before = self->elected[family];
    g_autoptr(LmSwitch)  happened = lm_switch_new (view->snapshot, view->config, view->report, family, before,
                                                   self->name[family], elected);
    const LfLink        *from = lf_snapshot_find_link (view->snapshot, before);

    if (from && from->health[family] == LF_HEALTH_DEAD)
        happened->detect = self->detection (before, family, self->data);
    happened->took = view->took[family];
    happened->lte_bytes = lte_bytes_since (self, family, view->snapshot);
    self->elected[family] = elected ? elected->index : 0;
    g_strlcpy (self->name[family], elected ? elected->name : "", IFNAMSIZ);
    tell_switch (self, happened);
}

/*****************************************************************************/
/* What is wrong */

static void
note_whether_anything_works (LmNews *self, LfFamily family, const LfLink *elected)
{
    gboolean     nothing = !elected || elected->health[family] == LF_HEALTH_DEAD;
    const gchar *name = lm_family_to_string (family);

    if (nothing && !self->nothing_works[family])
        g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "MESSAGE_ID", LM_MESSAGE_NOTHING_WORKS,
                          "LTE_FAILOVER_FAMILY", name,
                          "MESSAGE", "%s: no uplink leads to the internet", name);
    self->nothing_works[family] = nothing;
}

static void
note_problems (LmNews *self, const GPtrArray *problems)
{
    GString *text = g_string_new (NULL);
    guint    i;

    for (i = 0; i < problems->len; i++)
        g_string_append_printf (text, "%s%s", i ? "; " : "", (const gchar *) problems->pdata[i]);
    if (text->len && !g_str_equal (text->str, self->problems))
        g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "MESSAGE_ID", LM_MESSAGE_CONFIG_REFUSED,
                          "MESSAGE", "%s", text->str);
    else if (!text->len && *self->problems)
        g_message ("the configuration is in order again");
    g_free (self->problems);
    self->problems = g_string_free (text, FALSE);
}

void
lm_news_budget (LmNews *self, LfBudgetState state, const LfBudget *budget, const LfConfig *config)
{
    static const gchar *const words[] = {
        [LF_BUDGET_WARN] = "nearly used up",
        [LF_BUDGET_OVER] = "used up",
    };
    static const gchar *const consequences[] = {
        [LF_BUDGET_THEN_WARN] = "",
        [LF_BUDGET_THEN_ALLOWED] = "; until the month is over only what is allowed goes over LTE",
        [LF_BUDGET_THEN_STOP] = "; LTE is stopped until the month is over",
    };
    g_autofree gchar *figures = NULL;

    if (state == self->budget)
        return;
    figures = lf_budget_describe (budget, config);
    if (state == LF_BUDGET_FINE)
        g_message ("LTE budget: %s", figures);
    else
        g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "MESSAGE_ID", LM_MESSAGE_BUDGET,
                          "LTE_FAILOVER_BUDGET", words[state],
                          "MESSAGE", "LTE budget %s: %s%s", words[state], figures,
                          state == LF_BUDGET_OVER ? consequences[config->budget_then] : "");
    self->budget = state;
}

void
lm_news_pass (LmNews *self, const LfView *view)
{
    guint family;

    note_problems (self, view->problems);
    for (family = 0; family < LF_N_FAMILIES; family++) {
        const LfLink *elected = lf_elect (view->snapshot, view->config, family);

        if ((elected ? elected->index : 0) != self->elected[family])
            note_switch (self, view, family, elected);
        note_whether_anything_works (self, family, elected);
    }
}
