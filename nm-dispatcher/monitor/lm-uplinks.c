/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lm-uplinks.h"

#include <string.h>

/* Web pages are bigger than the other answers: they are asked for once a minute, or once a round if that is rarer. */
#define PAGE_INTERVAL (60 * (gint64) G_USEC_PER_SEC)
/* Until the first one has come. */
#define PAGE_RETRY (2 * (gint64) G_USEC_PER_SEC)

typedef struct {
    gboolean      usable;  /* has carrier, a default route, and a place in the order */
    gboolean      checked; /* somebody is to be asked */
    gboolean      seen;    /* has been usable before */
    guint8        gateway[16];
    LfHealthRole  role;
    LfHealthLine  health;
    LmProber     *prober;
    gint64        page_due;
} Line;

typedef struct {
    gint    link;
    gchar   name[IFNAMSIZ];
    LfClass class;
    Line    lines[LF_N_FAMILIES];
} Uplink;

struct _LmUplinks {
    GPtrArray        *uplinks;
    GHashTable       *metered; /* names of interfaces */
    LfHealthReport   *before; /* NULL after the first update */
    const LfSnapshot *snapshot;
    const LfConfig   *config;
};

static void
uplink_free (gpointer data)
{
    Uplink *self = data;
    guint   family;

    for (family = 0; family < LF_N_FAMILIES; family++)
        lm_prober_free (self->lines[family].prober);
    g_free (self);
}

LmUplinks *
lm_uplinks_new (const LfHealthReport *before)
{
    LmUplinks *self = g_new0 (LmUplinks, 1);
    guint      i, family;

    self->uplinks = g_ptr_array_new_with_free_func (uplink_free);
    self->metered = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    self->before = lf_health_report_new ();
    for (i = 0; i < before->entries->len; i++) {
        const LfHealthEntry *entry = before->entries->pdata[i];
        LfHealthEntry       *copy = lf_health_report_add (self->before, entry->link, entry->name);

        for (family = 0; family < LF_N_FAMILIES; family++) {
            copy->has[family] = entry->has[family];
            copy->health[family] = entry->health[family];
        }
    }
    return self;
}

void
lm_uplinks_free (LmUplinks *self)
{
    g_ptr_array_unref (self->uplinks);
    g_hash_table_unref (self->metered);
    g_clear_pointer (&self->before, lf_health_report_free);
    g_free (self);
}

/*****************************************************************************/
/* The table */

static Uplink *
find (const LmUplinks *self, gint link)
{
    guint i;

    for (i = 0; i < self->uplinks->len; i++) {
        Uplink *uplink = self->uplinks->pdata[i];

        if (uplink->link == link)
            return uplink;
    }
    return NULL;
}

static gboolean
is_usable (const LfSnapshot *snapshot, const LfConfig *config, LfFamily family, const LfLink *link)
{
    return link->carrier && lf_config_rank (config, link) >= 0 &&
           lf_snapshot_best_route (snapshot, family, link->index);
}

static gboolean
has_targets (const LfConfig *config, LfFamily family)
{
    guint i;

    for (i = 0; i < config->targets->len; i++) {
        const LfTarget *target = config->targets->pdata[i];

        if (target->family == family && target->kind != LF_TARGET_HTTP)
            return TRUE;
    }
    return FALSE;
}

/* Before anybody knows anything, the one that carries the traffic is taken to be good, lest it moves for nothing. */
static void
begin (const LmUplinks *self, Line *line, const LfLink *link, LfFamily family, gint64 now)
{
    const LfHealthEntry *entry = self->before ? lf_health_report_find (self->before, link->index) : NULL;

    if (entry && entry->has[family])
        lf_health_init (&line->health, entry->health[family], LF_HEALTH_REASON_ASSUMED, now);
    else if (self->before && self->before->entries->len == 0 && link == lf_elect (self->snapshot, self->config, family))
        lf_health_init (&line->health, LF_HEALTH_GOOD, LF_HEALTH_REASON_ASSUMED, now);
    else
        lf_health_init (&line->health, LF_HEALTH_UNKNOWN, LF_HEALTH_REASON_NEW, now);
}

/* TRUE if what is known has changed. */
static gboolean
update_check (Line *line, gboolean checked, gint64 now)
{
    gboolean changed = line->checked != checked;

    if (changed && !checked)
        lf_health_init (&line->health, LF_HEALTH_GOOD, LF_HEALTH_REASON_UNCHECKED, now);
    else if (changed && line->health.reason == LF_HEALTH_REASON_UNCHECKED)
        lf_health_init (&line->health, LF_HEALTH_UNKNOWN, LF_HEALTH_REASON_NEW, now);
    line->checked = checked;
    return changed;
}

/* It may lead to another network than before: nothing that was found out holds, nor shall it learn who asked there. */
static void
begin_anew (const LmUplinks *self, Line *line, LfHealthReason reason, gint64 now)
{
    lf_health_reset (&line->health, &self->config->health, reason, now);
    lm_prober_renew (line->prober);
    line->page_due = now;
}

static gboolean
update_line (LmUplinks *self, Uplink *uplink, const LfLink *link, LfFamily family, gint64 now)
{
    Line          *line = &uplink->lines[family];
    const LfRoute *route = lf_snapshot_best_route (self->snapshot, family, link->index);
    gboolean       was_usable = line->usable;
    gboolean       changed = FALSE;

    line->usable = is_usable (self->snapshot, self->config, family, link);
    if (line->usable && !line->seen) {
        begin (self, line, link, family, now);
        line->seen = changed = TRUE;
    } else if (was_usable && !line->usable) {
        begin_anew (self, line, LF_HEALTH_REASON_CARRIER, now);
        changed = TRUE;
    } else if (line->usable && memcmp (line->gateway, route->gateway, sizeof route->gateway) != 0) {
        begin_anew (self, line, LF_HEALTH_REASON_RENEWED, now);
        changed = TRUE;
    }
    if (!line->usable)
        return changed;
    memcpy (line->gateway, route->gateway, sizeof line->gateway);
    return update_check (line, lf_config_checks (self->config, link) && has_targets (self->config, family), now) ||
           changed;
}

static Uplink *
add_uplink (LmUplinks *self, const LfLink *link)
{
    Uplink *uplink = g_new0 (Uplink, 1);
    guint   family;

    uplink->link = link->index;
    g_strlcpy (uplink->name, link->name, sizeof uplink->name);
    for (family = 0; family < LF_N_FAMILIES; family++) {
        uplink->lines[family].prober = lm_prober_new (link->name, family);
        uplink->lines[family].checked = TRUE;
    }
    g_ptr_array_add (self->uplinks, uplink);
    return uplink;
}

static gboolean
is_uplink (const LmUplinks *self, const LfLink *link)
{
    return is_usable (self->snapshot, self->config, LF_IPV4, link) ||
           is_usable (self->snapshot, self->config, LF_IPV6, link);
}

static void
remove_gone (LmUplinks *self)
{
    guint i;

    for (i = self->uplinks->len; i > 0; i--) {
        const Uplink *uplink = self->uplinks->pdata[i - 1];
        const LfLink *link = lf_snapshot_find_link (self->snapshot, uplink->link);

        /* A socket is bound to a name: one that was renamed begins again. */
        if (!link || strcmp (link->name, uplink->name) != 0)
            g_ptr_array_remove_index (self->uplinks, i - 1);
    }
}

static gboolean
is_good (const Line *line)
{
    return line->usable && line->health.state == LF_HEALTH_GOOD;
}

static void
assign_roles (LmUplinks *self, LfFamily family, gint64 now)
{
    const LfLink *elected = lf_elect (self->snapshot, self->config, family);
    const Uplink *first = elected ? find (self, elected->index) : NULL;
    gboolean      doubt = first && (first->lines[family].health.state != LF_HEALTH_GOOD ||
                                    lf_health_in_doubt (&first->lines[family].health, &self->config->health, now));
    guint         i, good = 0;

    for (i = 0; i < self->uplinks->len; i++)
        good += is_good (&((Uplink *) self->uplinks->pdata[i])->lines[family]);
    for (i = 0; i < self->uplinks->len; i++) {
        Uplink *uplink = self->uplinks->pdata[i];
        Line   *line = &uplink->lines[family];

        line->role = (LfHealthRole) {
            .elected = uplink == first,
            .metered = uplink->class == LF_CLASS_LTE || g_hash_table_contains (self->metered, uplink->name),
            .needed = good == (is_good (line) ? 1u : 0u),
            .consulted = doubt && uplink != first,
            .validates = lm_prober_has_pages (line->prober, self->config),
        };
    }
}

gboolean
lm_uplinks_update (LmUplinks *self, const LfSnapshot *snapshot, const LfConfig *config, gint64 now)
{
    gboolean changed = FALSE;
    guint    i, family;

    self->snapshot = snapshot;
    self->config = config;
    remove_gone (self);
    for (i = 0; i < snapshot->links->len; i++) {
        const LfLink *link = &g_array_index (snapshot->links, LfLink, i);
        Uplink       *uplink = find (self, link->index);

        if (!uplink && is_uplink (self, link))
            uplink = add_uplink (self, link);
        if (!uplink)
            continue;
        uplink->class = link->class;
        for (family = 0; family < LF_N_FAMILIES; family++)
            changed |= update_line (self, uplink, link, family, now);
    }
    g_clear_pointer (&self->before, lf_health_report_free);
    return changed;
}

/*****************************************************************************/
/* Asking */

static gboolean
collect (LmUplinks *self, Line *line, gint64 now)
{
    LmAnswer answer = lm_prober_collect (line->prober, self->config);

    if (answer.page)
        lf_health_validated (&line->health, answer.as_expected);
    if (answer.answered)
        lf_health_answered (&line->health, &line->role, answer.latency, now);
    return FALSE;
}

static void
ask (LmUplinks *self, Line *line, gint64 now)
{
    gboolean many = line->health.state != LF_HEALTH_GOOD || line->health.unanswered > 0;

    lm_prober_send (line->prober, self->config, many ? LM_ASK_ALL : LM_ASK_ONE);
    if (line->role.validates && now >= line->page_due) {
        lm_prober_send (line->prober, self->config, LM_ASK_PAGES);
        line->page_due = now + (line->health.validated ? PAGE_INTERVAL : PAGE_RETRY);
    }
    lf_health_sent (&line->health, &self->config->health, &line->role, now);
}

typedef gboolean (*LineFunction) (LmUplinks *self, Line *line, gint64 now);

static gboolean
conclude (LmUplinks *self, Line *line, gint64 now)
{
    return lf_health_advance (&line->health, &self->config->health, &line->role, now);
}

static gboolean
ask_if_due (LmUplinks *self, Line *line, gint64 now)
{
    if (line->health.due <= now)
        ask (self, line, now);
    return FALSE;
}

static gboolean
for_each_line (LmUplinks *self, LineFunction function, gint64 now)
{
    gboolean changed = FALSE;
    guint    i, family;

    for (i = 0; i < self->uplinks->len; i++) {
        Uplink *uplink = self->uplinks->pdata[i];

        for (family = 0; family < LF_N_FAMILIES; family++) {
            Line *line = &uplink->lines[family];

            if (line->usable && line->checked)
                changed |= function (self, line, now);
        }
    }
    return changed;
}

gboolean
lm_uplinks_run (LmUplinks *self, gint64 now)
{
    gboolean changed;
    guint    family;

    /* An answer that lies in its socket is no doubt: nobody else is to be asked because of it. */
    for_each_line (self, collect, now);
    for (family = 0; family < LF_N_FAMILIES; family++)
        assign_roles (self, family, now);
    changed = for_each_line (self, conclude, now);
    for_each_line (self, ask_if_due, now);
    return changed;
}

gint64
lm_uplinks_due (const LmUplinks *self)
{
    gint64 due = G_MAXINT64;
    guint  i, family;

    for (i = 0; i < self->uplinks->len; i++) {
        const Uplink *uplink = self->uplinks->pdata[i];

        for (family = 0; family < LF_N_FAMILIES; family++) {
            if (uplink->lines[family].usable && uplink->lines[family].checked)
                due = MIN (due, uplink->lines[family].health.due);
        }
    }
    return due;
}

/*****************************************************************************/
/* Signs */

void
lm_uplinks_doubt (LmUplinks *self, LfClass class)
{
    guint i, family;

    for (i = 0; i < self->uplinks->len; i++) {
        Uplink *uplink = self->uplinks->pdata[i];

        for (family = 0; family < LF_N_FAMILIES; family++) {
            if (class == LF_CLASS_OTHER || class == uplink->class)
                lf_health_doubt (&uplink->lines[family].health);
        }
    }
}

void
lm_uplinks_metered (LmUplinks *self, const gchar *name, gboolean metered)
{
    if (metered)
        g_hash_table_add (self->metered, g_strdup (name));
    else
        g_hash_table_remove (self->metered, name);
}

void
lm_uplinks_neighbour (LmUplinks *self, gint link, LfFamily family, const guint8 *address, gboolean reachable)
{
    Uplink *uplink = find (self, link);

    if (uplink && memcmp (uplink->lines[family].gateway, address, family == LF_IPV4 ? 4 : 16) == 0)
        lf_health_gateway (&uplink->lines[family].health, reachable);
}

static void
report_line (const Line *line, const LfHealthLimits *limits, LfHealthEntry *entry, LfFamily family, gint64 now)
{
    entry->has[family] = line->seen;
    entry->health[family] = line->health.state;
    entry->reason[family] = g_strdup (lf_health_explain (&line->health));
    entry->since[family] = (g_get_real_time () - (now - line->health.since)) / G_USEC_PER_SEC;
    entry->latency[family] = line->health.latency;
    entry->loss[family] = lf_health_loss (&line->health);
}

LfHealthReport *
lm_uplinks_report (const LmUplinks *self, gint64 now)
{
    LfHealthReport *report = lf_health_report_new ();
    guint           i, family;

    report->live = TRUE;
    for (i = 0; i < self->uplinks->len; i++) {
        const Uplink  *uplink = self->uplinks->pdata[i];
        LfHealthEntry *entry = lf_health_report_add (report, uplink->link, uplink->name);

        for (family = 0; family < LF_N_FAMILIES; family++) {
            const Line *line = &uplink->lines[family];

            report_line (line, &self->config->health, entry, family, now);
        }
    }
    return report;
}

gint64
lm_uplinks_detection (const LmUplinks *self, gint link, LfFamily family)
{
    const Uplink       *uplink = find (self, link);
    const LfHealthLine *line = uplink ? &uplink->lines[family].health : NULL;
    gint64              last;

    if (!line || line->state != LF_HEALTH_DEAD || line->reason != LF_HEALTH_REASON_SILENT)
        return 0;
    last = line->last_answer ? line->last_answer : line->unanswered_since;
    return last && last < line->since ? line->since - last : 0;
}
