/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lm-lte.h"

#include <glib/gstdio.h>

#include "lf-allow.h"
#include "lf-file.h"
#include "lf-standby.h"

/* There while LTE is up because we brought it up. */
#define STANDBY_FILE "/run/lte-failover/standby"
#define BOOT_ID      "/proc/sys/kernel/random/boot_id"

/* Counters are looked at this often, and the file is written less often than that, for the sake of SD cards. */
#define COUNT_INTERVAL (60 * (gint64) G_USEC_PER_SEC)
#define SAVE_INTERVAL  (5 * COUNT_INTERVAL)

struct _LmLte {
    LmNm      *nm;
    LmNews    *news;
    LfStandby  standby;
    gint64     standby_due; /* monotonic, µs; G_MAXINT64: never */
    LfBudget  *budget;
    gint64     count_due;   /* the same */
    gint64     saved;       /* monotonic, µs */
    gboolean   allowed;     /* there may be routes of ours to networks */
};

static LfBudget *
load_budget (void)
{
    g_autofree gchar *boot = NULL;

    if (g_file_get_contents (BOOT_ID, &boot, NULL, NULL))
        g_strchomp (boot);
    return lf_budget_load (LF_BUDGET_FILE, boot ? boot : "");
}

LmLte *
lm_lte_new (LmNm *nm, LmNews *news)
{
    LmLte *self = g_new0 (LmLte, 1);

    self->nm = nm;
    self->news = news;
    self->standby.ours = g_file_test (STANDBY_FILE, G_FILE_TEST_EXISTS);
    self->standby_due = self->count_due = G_MAXINT64;
    self->budget = load_budget ();
    self->allowed = TRUE; /* by another monitor, which was killed */
    return self;
}

gboolean
lm_lte_is_spent (const LmLte *self, const LfConfig *config, LfBudgetPolicy policy)
{
    return config->budget_then == policy && lf_budget_judge (self->budget, config) == LF_BUDGET_OVER;
}

/*****************************************************************************/
/* Standby */

static void
remember_standby (gboolean ours)
{
    g_autoptr(GError) error = NULL;

    if (!ours)
        g_unlink (STANDBY_FILE);
    else if (!lf_file_replace (STANDBY_FILE, "", 0, 0644, &error))
        g_warning ("%s; LTE stays up if this monitor ends", error->message);
}

static void
keep_standby (LmLte *self, const LfView *view)
{
    gboolean        was_ours = self->standby.ours;
    LfStandbyAction action = lf_standby_decide (&self->standby, view->snapshot, view->config, g_get_monotonic_time (),
                                                &self->standby_due);

    if (self->standby.ours != was_ours)
        remember_standby (self->standby.ours);
    if (action == LF_STANDBY_BRING_UP && !lm_lte_is_spent (self, view->config, LF_BUDGET_THEN_STOP))
        lm_nm_bring_modems_up (self->nm);
    else if (action == LF_STANDBY_TAKE_DOWN)
        lm_nm_take_modems_down (self->nm);
}

/*****************************************************************************/
/* Budget */

static void
save_budget (LmLte *self)
{
    g_autoptr(GError) error = NULL;

    self->saved = g_get_monotonic_time ();
    if (!lf_budget_save (self->budget, LF_BUDGET_FILE, &error))
        g_warning ("%s; what LTE has carried is forgotten at the next start", error->message);
}

static void
count (LmLte *self, const LfView *view)
{
    const GArray         *links = view->snapshot->links;
    g_autoptr(GDateTime)  now = g_date_time_new_now_local ();
    guint                 i;

    lf_budget_begin_period (self->budget, now, view->config->budget_day);
    for (i = 0; i < links->len; i++) {
        const LfLink *link = &g_array_index (links, LfLink, i);

        if (link->class == LF_CLASS_LTE)
            lf_budget_count (self->budget, link->index, lm_news_read_bytes (link->name));
    }
}

/* Where nobody has set a budget nothing is counted and no file written. Returns whether its state has changed. */
static gboolean
keep_budget (LmLte *self, const LfView *view)
{
    LfBudgetState before = lf_budget_judge (self->budget, view->config), state;

    self->count_due = G_MAXINT64;
    if (view->config->budget == 0)
        return FALSE;
    count (self, view);
    state = lf_budget_judge (self->budget, view->config);
    lm_news_budget (self->news, state, self->budget, view->config);
    if (state != before || g_get_monotonic_time () >= self->saved + SAVE_INTERVAL)
        save_budget (self);
    if (lm_lte_is_spent (self, view->config, LF_BUDGET_THEN_STOP))
        lm_nm_take_modems_down (self->nm);
    self->count_due = g_get_monotonic_time () + COUNT_INTERVAL;
    return state != before;
}

/* What goes over LTE all the same. As long as nothing is used up there is nothing to look after. */
static void
keep_allowed (LmLte *self, const LfView *view)
{
    gboolean          spent = lm_lte_is_spent (self, view->config, LF_BUDGET_THEN_ALLOWED);
    g_autoptr(GError) error = NULL;

    if ((spent || self->allowed) && !lf_allow_apply (view->netlink, view->snapshot, view->config, &error))
        g_warning ("%s", error->message);
    self->allowed = spent;
}

/*****************************************************************************/

gboolean
lm_lte_keep (LmLte *self, const LfView *view)
{
    gboolean changed;

    keep_allowed (self, view);
    changed = keep_budget (self, view);
    keep_standby (self, view);
    return changed;
}

gint64
lm_lte_due (const LmLte *self)
{
    return MIN (self->standby_due, self->count_due);
}

void
lm_lte_free (LmLte *self, const LfView *view)
{
    g_autoptr(GError) error = NULL;

    if (view->config->budget)
        save_budget (self);
    if (self->allowed && !lf_allow_apply (view->netlink, NULL, NULL, &error))
        g_warning ("%s", error->message);
    lf_budget_free (self->budget);
    g_free (self);
}
