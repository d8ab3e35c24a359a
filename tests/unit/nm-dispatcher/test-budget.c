/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-budget.h"

#include <glib/gstdio.h>

#include "lines.h"

#define BOOT "6f9b1c1e-0000-0000-0000-000000000001"

static gchar *folder, *file;

static void
test_counters (void)
{
    g_autoptr(LfBudget) budget = lf_budget_load ("/nonexistent", BOOT);

    lf_budget_count (budget, 5, 1000); /* since the machine was started */
    g_assert_cmpuint (budget->used, ==, 1000);
    lf_budget_count (budget, 5, 1500);
    lf_budget_count (budget, 5, 1500);
    g_assert_cmpuint (budget->used, ==, 1500);
    lf_budget_count (budget, 6, 70); /* a second modem, or the first one again */
    g_assert_cmpuint (budget->used, ==, 1570);
    lf_budget_count (budget, 6, 30); /* another interface with the number of one that is gone */
    g_assert_cmpuint (budget->used, ==, 1600);
}

static void
test_file (void)
{
    g_autoptr(LfBudget) budget = lf_budget_load (file, BOOT);
    g_autoptr(GError)   error = NULL;

    g_free (budget->period);
    budget->period = g_strdup ("2026-11-01");
    lf_budget_count (budget, 5, 1000);
    lf_budget_save (budget, file, &error);
    g_assert_no_error (error);
    {
        g_autoptr(LfBudget) again = lf_budget_load (file, BOOT), later = lf_budget_load (file, "another boot");

        g_assert_cmpstr (again->period, ==, "2026-11-01");
        lf_budget_count (again, 5, 1200);
        g_assert_cmpuint (again->used, ==, 1200);
        lf_budget_count (later, 5, 1200); /* all of it since the machine was started again */
        g_assert_cmpuint (later->used, ==, 2200);
    }
    g_unlink (file);
    g_assert_false (lf_budget_save (budget, "/nonexistent/usage", NULL));
}

static void
test_junk (void)
{
    static const gchar *const junk[] = {
        "", "no key file", "[usage]\nbytes=5\n", "[usage]\nperiod=yesterday\nbytes=5\n", "[usage]\nperiod=2026-11-01\nbytes=many\n",
        "[usage]\nperiod=2026-11-01\n[counters]\nx=1\n-1=4\n99999999999=3\n",
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (junk); i++) {
        g_autoptr(LfBudget) budget = NULL;

        g_assert_true (g_file_set_contents (file, junk[i], -1, NULL));
        budget = lf_budget_load (file, BOOT);
        g_assert_cmpuint (budget->used, ==, 0);
        g_assert_cmpuint (g_hash_table_size (budget->counters), ==, 0);
    }
    g_unlink (file);
}

static void
test_periods (void)
{
    static const struct {
        gint         year, month, day;
        guint        begin;
        const gchar *period;
        gboolean     is_new;
    } cases[] = {
        { 2026, 11, 23, 1, "2026-11-01", TRUE },
        { 2026, 11, 30, 1, "2026-11-01", FALSE },
        { 1970, 1, 1, 1, "2026-11-01", FALSE }, /* no clock yet */
        { 2026, 12, 1, 1, "2026-12-01", TRUE },
        { 2027, 1, 10, 15, "2026-12-15", TRUE }, /* the administrator has moved the day */
        { 2027, 1, 15, 15, "2027-01-15", TRUE },
        { 2027, 3, 2, 28, "2027-02-28", TRUE },
    };
    g_autoptr(LfBudget) budget = lf_budget_load ("/nonexistent", BOOT);
    guint               i;

    for (i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr(GDateTime) now = g_date_time_new_utc (cases[i].year, cases[i].month, cases[i].day, 12, 0, 0);

        budget->used = 7;
        g_assert_cmpint (lf_budget_begin_period (budget, now, cases[i].begin), ==, cases[i].is_new);
        g_assert_cmpstr (budget->period, ==, cases[i].period);
        g_assert_cmpuint (budget->used, ==, cases[i].is_new ? 0 : 7);
    }
}

static void
test_judgement (void)
{
    static const struct {
        const gchar   *config;
        guint64        used;
        LfBudgetState  state;
    } cases[] = {
        { "", G_MAXUINT64, LF_BUDGET_FINE },
        { "[budget]\nmonthly=1k\n", 0, LF_BUDGET_FINE },
        { "[budget]\nmonthly=1k\n", 799, LF_BUDGET_FINE },
        { "[budget]\nmonthly=1k\n", 800, LF_BUDGET_WARN },
        { "[budget]\nmonthly=1k\nwarn=100\n", 999, LF_BUDGET_FINE },
        { "[budget]\nmonthly=1k\n", 1000, LF_BUDGET_OVER },
        { "[budget]\nmonthly=2G\n", 2000000000, LF_BUDGET_OVER },
        { "[budget]\nmonthly=1T\n", 2000000000, LF_BUDGET_FINE },
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr(LfConfig) config = config_from_text (cases[i].config);
        g_autoptr(LfBudget) budget = lf_budget_load ("/nonexistent", BOOT);

        budget->used = cases[i].used;
        g_assert_cmpint (lf_budget_judge (budget, config), ==, cases[i].state);
    }
}

static void
test_words (void)
{
    g_autoptr(LfConfig) config = config_from_text ("[budget]\nmonthly=2G\n");
    g_autoptr(LfBudget) budget = lf_budget_load ("/nonexistent", BOOT);
    g_autofree gchar   *text = NULL;

    g_free (budget->period);
    budget->period = g_strdup ("2026-11-01");
    budget->used = 1200000000;
    text = lf_budget_describe (budget, config);
    g_assert_cmpstr (text, ==, "1.2 GB of 2.0 GB used since 2026-11-01 (60 %)");
}

static void
test_bad_configuration (void)
{
    static const gchar *const bad[] = {
        "monthly=", "monthly=2GB", "monthly=-1", "monthly=G", "monthly=2g", "monthly=99999T", "day=0", "day=29", "warn=0", "warn=101", "then=panic", "weekly=1G",
        "allow=example.org", "allow=192.0.2.0/33", "allow=192.0.2.1/24", "allow=2001:db8::/0", "allow=2001:db8::1/64", "allow=1.2.3.4;;x",
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (bad); i++) {
        g_autofree gchar    *text = g_strconcat ("[budget]\n", bad[i], "\n", NULL);
        g_autoptr(LfConfig)  config = lf_config_new ();
        g_autoptr(GError)    error = NULL;

        g_assert_false (lf_config_merge (config, "test", text, strlen (text), &error));
        g_assert_nonnull (strstr (error->message, "[budget]"));
        g_assert_cmpuint (config->budget, ==, 0);
    }
}

int
main (int argc, char **argv)
{
    int result;

    g_test_init (&argc, &argv, NULL);
    folder = g_dir_make_tmp ("test-budget-XXXXXX", NULL);
    file = g_build_filename (folder, "usage", NULL);
    g_test_add_func ("/budget/counters", test_counters);
    g_test_add_func ("/budget/file", test_file);
    g_test_add_func ("/budget/junk", test_junk);
    g_test_add_func ("/budget/periods", test_periods);
    g_test_add_func ("/budget/judgement", test_judgement);
    g_test_add_func ("/budget/words", test_words);
    g_test_add_func ("/budget/bad configuration", test_bad_configuration);
    result = g_test_run ();
    g_rmdir (folder);
    g_free (folder);
    g_free (file);
    return result;
}
