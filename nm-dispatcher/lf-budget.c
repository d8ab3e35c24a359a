/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-budget.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "lf-file.h"

#define GROUP_USAGE    "usage"
#define GROUP_COUNTERS "counters"

/* No modem comes and goes that often in one boot. */
#define MAX_COUNTERS 4096

static LfBudget *
budget_new (const gchar *boot)
{
    LfBudget *self = g_new0 (LfBudget, 1);

    self->period = g_strdup ("");
    self->boot = g_strdup (boot);
    self->counters = g_hash_table_new_full (NULL, NULL, NULL, g_free);
    return self;
}

void
lf_budget_free (LfBudget *self)
{
    g_free (self->period);
    g_free (self->boot);
    g_hash_table_unref (self->counters);
    g_free (self);
}

static void
remember_counter (LfBudget *self, gint link, guint64 bytes)
{
    if (g_hash_table_size (self->counters) < MAX_COUNTERS)
        g_hash_table_insert (self->counters, GINT_TO_POINTER (link), g_memdup2 (&bytes, sizeof bytes));
}

static void
load_counters (LfBudget *self, GKeyFile *file)
{
    g_auto(GStrv) links = g_key_file_get_keys (file, GROUP_COUNTERS, NULL, NULL);
    guint         i;

    for (i = 0; links && links[i]; i++) {
        guint64 link;

        if (g_ascii_string_to_unsigned (links[i], 10, 1, G_MAXINT, &link, NULL))
            remember_counter (self, link, g_key_file_get_uint64 (file, GROUP_COUNTERS, links[i], NULL));
    }
}

static gboolean
is_day (const gchar *text)
{
    return text && g_regex_match_simple ("^\\d{4}-\\d{2}-\\d{2}\\z", text, 0, 0);
}

LfBudget *
lf_budget_load (const gchar *file, const gchar *boot)
{
    LfBudget            *self = budget_new (boot);
    g_autoptr(GKeyFile)  data = g_key_file_new ();
    g_autofree gchar    *period = NULL, *written = NULL;

    if (!lf_file_read_keys (file, data, NULL))
        return self;
    period = g_key_file_get_string (data, GROUP_USAGE, "period", NULL);
    if (!is_day (period))
        return self;
    g_free (self->period);
    self->period = g_steal_pointer (&period);
    self->used = g_key_file_get_uint64 (data, GROUP_USAGE, "bytes", NULL);
    written = g_key_file_get_string (data, GROUP_USAGE, "boot", NULL);
    if (g_strcmp0 (written, boot) == 0)
        load_counters (self, data);
    return self;
}

gboolean
lf_budget_save (const LfBudget *self, const gchar *file, GError **error)
{
    g_autoptr(GKeyFile)  data = g_key_file_new ();
    g_autofree gchar    *text = NULL;
    GHashTableIter       iterator;
    gpointer             link, bytes;
    gsize                length;

    g_key_file_set_string (data, GROUP_USAGE, "period", self->period);
    g_key_file_set_uint64 (data, GROUP_USAGE, "bytes", self->used);
    g_key_file_set_string (data, GROUP_USAGE, "boot", self->boot);
    g_hash_table_iter_init (&iterator, self->counters);
    while (g_hash_table_iter_next (&iterator, &link, &bytes)) {
        g_autofree gchar *key = g_strdup_printf ("%d", GPOINTER_TO_INT (link));

        g_key_file_set_uint64 (data, GROUP_COUNTERS, key, *(guint64 *) bytes);
    }
    text = g_key_file_to_data (data, &length, NULL);
    return lf_file_replace (file, text, length, 0644, error);
}

void
lf_budget_count (LfBudget *self, gint link, guint64 bytes)
{
    const guint64 *before = g_hash_table_lookup (self->counters, GINT_TO_POINTER (link));

    if (!before || *before > bytes)
        self->used += bytes;
    else
        self->used += bytes - *before;
    remember_counter (self, link, bytes);
}

gboolean
lf_budget_begin_period (LfBudget *self, GDateTime *now, guint day)
{
    gint                 back = g_date_time_get_day_of_month (now) < (gint) day ? -1 : 0;
    g_autoptr(GDateTime) month = g_date_time_add_months (now, back);
    g_autofree gchar    *period = g_strdup_printf ("%04d-%02d-%02u", g_date_time_get_year (month),
                                                   g_date_time_get_month (month), day);

    /* Written as they are, later days are greater. */
    if (strcmp (period, self->period) <= 0)
        return FALSE;
    g_free (self->period);
    self->period = g_steal_pointer (&period);
    self->used = 0;
    return TRUE;
}

LfBudgetState
lf_budget_judge (const LfBudget *self, const LfConfig *config)
{
    if (config->budget == 0)
        return LF_BUDGET_FINE;
    if (self->used >= config->budget)
        return LF_BUDGET_OVER;
    return self->used >= config->budget / 100.0 * config->budget_warn ? LF_BUDGET_WARN : LF_BUDGET_FINE;
}

/* g_format_size() separates by a character that not every terminal has. */
static gchar *
format_bytes (guint64 bytes)
{
    static const gchar *const units[] = { "kB", "MB", "GB", "TB" };
    gdouble                   number = bytes / 1000.0;
    guint                     i = 0;

    if (bytes < 1000)
        return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u byte", "%u bytes", (gulong) bytes), (guint) bytes);
    for (; number >= 1000 && i + 1 < G_N_ELEMENTS (units); i++)
        number /= 1000;
    return g_strdup_printf ("%.1f %s", number, units[i]);
}

gchar *
lf_budget_describe (const LfBudget *self, const LfConfig *config)
{
    g_autofree gchar *used = format_bytes (self->used), *all = format_bytes (config->budget);

    return g_strdup_printf (_("%s of %s used since %s (%.0f %%)"), used, all, self->period,
                            config->budget ? 100.0 * self->used / config->budget : 0);
}
