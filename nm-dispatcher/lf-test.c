/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-test.h"

#include <glib/gi18n-lib.h>

#include "lf-text.h"
#include "lm-prober.h"

#define TIME_LIMIT (3 * (gint64) G_USEC_PER_SEC)
#define STEP       (20 * 1000)

typedef struct {
    const LfLink *link;
    LfFamily      family;
    gboolean      elected;
    guint         asked;
    gboolean      pages;
    LmProber     *prober;
    LmAnswer      answer;
} Trial;

static const gchar *const family_titles[] = { [LF_IPV4] = "IPv4", [LF_IPV6] = "IPv6" };

static void
trial_clear (gpointer data)
{
    lm_prober_free (((Trial *) data)->prober);
}

static GArray *
begin (const LfView *view)
{
    GArray *trials = g_array_new (FALSE, TRUE, sizeof (Trial));
    guint   i, family;

    g_array_set_clear_func (trials, trial_clear);
    for (i = 0; i < view->snapshot->links->len; i++) {
        const LfLink *link = &g_array_index (view->snapshot->links, LfLink, i);

        for (family = 0; family < LF_N_FAMILIES; family++) {
            Trial trial = { .link = link, .family = family };

            if (!link->carrier || lf_config_rank (view->config, link) < 0 ||
                !lf_snapshot_best_route (view->snapshot, family, link->index))
                continue;
            trial.elected = link == lf_elect (view->snapshot, view->config, family);
            trial.prober = lm_prober_new (link->name, family);
            trial.asked = lm_prober_send (trial.prober, view->config, LM_ASK_ALL);
            trial.pages = lm_prober_send (trial.prober, view->config, LM_ASK_PAGES) > 0;
            g_array_append_val (trials, trial);
        }
    }
    return trials;
}

static gboolean
is_over (const Trial *it)
{
    return (it->asked == 0 || it->answer.answered) && (!it->pages || it->answer.page);
}

/* TRUE if there is more to wait for. */
static gboolean
collect (GArray *trials, const LfConfig *config)
{
    gboolean more = FALSE;
    guint    i;

    for (i = 0; i < trials->len; i++) {
        Trial    *it = &g_array_index (trials, Trial, i);
        LmAnswer  answer = lm_prober_collect (it->prober, config);

        if (answer.answered && !it->answer.answered) {
            it->answer.answered = TRUE;
            it->answer.latency = answer.latency;
        }
        if (answer.page) {
            it->answer.page = TRUE;
            it->answer.as_expected = answer.as_expected;
        }
        more |= !is_over (it);
    }
    return more;
}

static gboolean
works (const Trial *it)
{
    return it->answer.answered && (!it->pages || it->answer.as_expected);
}

static gchar *
describe (const Trial *it)
{
    if (it->asked == 0)
        return g_strdup (_("nobody could be asked"));
    if (it->answer.page && !it->answer.as_expected)
        return g_strdup (_("a captive portal answers in place of the web server"));
    if (!it->answer.answered)
        return g_strdup (_("no answer"));
    if (it->pages && !it->answer.page)
        return g_strdup (_("answers, but the page does not come"));
    return it->answer.latency ? g_strdup_printf (_("answers after %.1f ms"), it->answer.latency / 1000.0)
                              : g_strdup (_("answers"));
}

gboolean
lf_test_uplinks (const LfView *view)
{
    g_autoptr(GArray) trials = begin (view);
    gint64            end = g_get_monotonic_time () + TIME_LIMIT;
    gboolean          good = TRUE;
    guint             i;

    while (collect (trials, view->config) && g_get_monotonic_time () < end)
        g_usleep (STEP);
    for (i = 0; i < trials->len; i++) {
        const Trial      *it = &g_array_index (trials, Trial, i);
        g_autofree gchar *text = describe (it);
        g_autofree gchar *name = lf_text_printable (it->link->name);

        g_print ("%-15s  %-8s  %s  %s%s\n", name, lf_class_to_string (it->link->class),
                 family_titles[it->family], text, it->elected ? _(" (elected)") : "");
        good &= !it->elected || works (it);
    }
    if (trials->len == 0)
        g_print (_("no uplink has a default route and carrier\n"));
    return good && trials->len > 0;
}
